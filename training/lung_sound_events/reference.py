"""The reference network on pictures of breath sounds: crackles against the rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation
from meddx_desktop.preprocessing.audio import (
    BandEnvelopes,
    CutWindows,
    NormalizeRms,
    prepare_audio,
)
from training.command_line import TrainingOptions
from training.image_baselines import (
    gray_pictures,
    kept_logits,
    reference_cnn_logits,
    reference_file,
)
from training.lung_sound_events.dataset import CLASSES, RESAMPLE, Cycle, labels_of
from training.lung_sound_events.evaluate import TEST_SPLIT, Row, auc_row
from training.metrics import Scores
from training.progress_bar import ProgressBar
from training.reference_models import REFERENCE_EPOCHS
from training.sound_files import read_source

ARCHITECTURE = "reference_cnn"
CRACKLE = CLASSES.index("crackle")
EPSILON = 0.1
WINDOW = CutWindows(duration_s=5.0, step_s=5.0)
ENVELOPES = BandEnvelopes(
    window_s=0.032,
    step_s=0.01,
    fft_length=256,
    bands=40,
    low=60.0,
    high=1900.0,
    standardize="none",
)


def reference_row(
    known: Sequence[Cycle], test: Sequence[Cycle], options: TrainingOptions
) -> Evaluation:
    """Return the AUC of the reference network, trained where no earlier run left its logits.

    It has one sigmoid, so it answers the first finding alone; it sees the first five seconds.
    """

    def train() -> Scores:
        labels = (labels_of(known) == CRACKLE).astype(np.int64)
        epochs = options.epochs or REFERENCE_EPOCHS
        return reference_cnn_logits(
            _pictures(known), labels, _pictures(test), options.optimizer, epochs
        )

    odds = kept_logits(reference_file(options), train)[:, None]
    row = Row(f"{ARCHITECTURE} on the band picture", TEST_SPLIT, is_baseline=True)
    return auc_row(row, test, odds, CRACKLE - 1)


def _pictures(cycles: Sequence[Cycle]) -> NDArray[np.float32]:
    """Return each cycle as a gray picture in [0, 1] of shape (time, band)."""
    operations = (RESAMPLE, NormalizeRms(level=1.0), WINDOW, ENVELOPES)
    show, pictures = ProgressBar(), []
    for place, cycle in enumerate(cycles):
        pictures.append(prepare_audio(*read_source(cycle.path), operations)[0, ..., 0])
        show(place + 1, len(cycles), "pictures")
    return gray_pictures(np.stack(pictures), EPSILON)
