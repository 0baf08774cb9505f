"""What the training of one finding has measured, for the package's manifest."""

from dataclasses import dataclass

from meddx_desktop.inference.manifest import Evaluation, OutOfDistribution
from training.metrics import Predictions


@dataclass(frozen=True, slots=True, eq=False)
class Measurements:
    """Held-out logits for calibration, test logits for the figures, and the finished rows."""

    held_out: Predictions
    test: Predictions
    evaluation: tuple[Evaluation, ...]
    gate: OutOfDistribution
