"""What one image model declares: everything in which it differs from the others, as data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from meddx_desktop.inference.manifest import (
    Accepts,
    Concept,
    MeanOverFrames,
    PostprocessingOperation,
    QualityLimit,
    Sigmoid,
)
from training.edition import Edition
from training.export import GoldenInput
from training.metrics import Predictions, item_auc, patient_auc
from training.transfer_ensemble.network import Architecture
from training.transfer_ensemble.pictures import Columns, Preparation, Values
from training.transfer_ensemble.recipe import Recipe

DrawNegatives = Callable[[Values, Preparation, np.random.Generator], Mapping[str, Values]]


@dataclass(frozen=True, slots=True)
class PackageTexts(Edition):
    """The manifest's blocks that are written, not measured."""

    name: str
    summary: str
    references: tuple[str, ...]
    accepts: Accepts
    quality: tuple[QualityLimit, ...]
    postprocessing: tuple[PostprocessingOperation, ...] = (Sigmoid(), MeanOverFrames())
    is_research_only: bool = False


@dataclass(frozen=True, slots=True)
class FindingGoal:
    """A finding with the sensitivity and the specificity at which its thresholds are set."""

    concept: Concept
    sensitivity: float
    specificity: float
    is_experimental: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of the card; `is_per_patient` says what it counts."""

    name: str
    statistic: Callable[[Predictions], float]
    is_per_patient: bool = False


AUC_PER_IMAGE = Metric("AUC per image", item_auc)
AUC_PER_PATIENT = Metric("AUC per patient", patient_auc, is_per_patient=True)


@dataclass(frozen=True, slots=True)
class Subgroup:
    """A part of the test part by an attribute of the set, with its name in the card."""

    name: str
    attribute: str
    belongs: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Correction:
    """Labels of the set that its pictures contradict; the card has the figures with both.

    `labels` gives those of a picture from its value of the attribute, None where the set is right.
    """

    name: str
    attribute: str
    labels: Callable[[str], Sequence[bool] | None]


@dataclass(frozen=True, slots=True)
class Source:
    """The data as the card names them; `has_patients` is False where no patient is known."""

    data_set: str
    test_split: str
    reference_group: str
    metrics: tuple[Metric, ...] = (AUC_PER_IMAGE, AUC_PER_PATIENT)
    has_patients: bool = True
    subgroups: tuple[Subgroup, ...] = ()
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Negatives:
    """Folders beside the training set, with their names in the card, and further computed sets.

    Files whose names begin with one of `skipped` are of the model's own kind.
    """

    folders: Mapping[str, str]
    draw: DrawNegatives | None = None
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageModel:
    """One image model, from its pictures to its package.

    `class_names` are those of the confusion matrix of the first finding, without and with it.
    `needs_reference` trains the reference network for the card where no earlier run did.
    `gate_items` and `changed_items` limit on how many pictures, evenly chosen, the gate is fitted
    and the changes of robustness are measured; None takes all.
    """

    texts: PackageTexts
    findings: tuple[FindingGoal, ...]
    class_names: tuple[str, str]
    source: Source
    columns: Columns
    preparation: Preparation
    architecture: Architecture
    negatives: Negatives
    make_golden_inputs: Callable[[Path], Sequence[GoldenInput]]
    recipe: Recipe = field(default_factory=Recipe)
    needs_reference: bool = False
    gate_items: int | None = None
    changed_items: int | None = None

    def metric_name(self, finding: int, metric: Metric) -> str:
        """Return the metric's name in the card; with several findings it says which."""
        if len(self.findings) == 1:
            return metric.name
        return f"{self.findings[finding].concept.meaning}: {metric.name}"
