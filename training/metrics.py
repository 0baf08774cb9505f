"""Measures of binary predictions, with intervals that respect the patient as the unit."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Labels: TypeAlias = NDArray[np.int64]
Scores: TypeAlias = NDArray[np.float64]
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Labels (0 or 1), logits and patients of items of shape (n,)."""

    labels: Labels
    logits: Scores
    patients: NDArray[np.str_]

    @property
    def probabilities(self) -> Scores:
        """The logistic function of the logits."""
        return sigmoid(self.logits)

    @property
    def patient_count(self) -> int:
        """Number of different patients."""
        return len(np.unique(self.patients))

    def by_patient(self) -> "Predictions":
        """Return one row a patient: the mean logit, and the highest label of the items."""
        names, index = np.unique(self.patients, return_inverse=True)
        counts = np.bincount(index)
        labels = np.zeros(len(names), np.int64)
        np.maximum.at(labels, index, self.labels)
        return Predictions(labels, np.bincount(index, self.logits) / counts, names)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> "Predictions":
        """Return the chosen items."""
        return Predictions(self.labels[index], self.logits[index], self.patients[index])


def sigmoid(logits: Scores) -> Scores:
    """Return the logistic function without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(logits, np.float64))))


def roc_auc(labels: Labels, scores: Scores) -> float:
    """Return the area under the ROC curve; ties count half (Mann and Whitney 1947).

    NaN where one class is missing.
    """
    values, index = np.unique(scores, return_inverse=True)
    positives = np.bincount(index, labels, len(values))
    negatives = np.bincount(index, 1 - labels, len(values))
    total = positives.sum() * negatives.sum()
    if total == 0:
        return float("nan")
    below = np.cumsum(negatives) - negatives
    return float(np.sum(positives * (below + 0.5 * negatives)) / total)


def average_precision(labels: Labels, scores: Scores) -> float:
    """Return the area under the precision-recall curve as a step sum."""
    values, index = np.unique(-scores, return_inverse=True)
    positives = np.bincount(index, labels, len(values))
    found = np.cumsum(positives)
    precision = found / np.cumsum(np.bincount(index, minlength=len(values)))
    return float(np.sum(precision * positives) / max(1, positives.sum()))


def roc_points(labels: Labels, scores: Scores) -> tuple[Scores, Scores, Scores]:
    """Return false positive rates, true positive rates and thresholds, from the strictest on."""
    values, index = np.unique(-scores, return_inverse=True)
    positives = np.cumsum(np.bincount(index, labels, len(values)))
    negatives = np.cumsum(np.bincount(index, 1 - labels, len(values)))
    false_positive_rate = np.concatenate([[0.0], negatives / max(1, negatives[-1])])
    true_positive_rate = np.concatenate([[0.0], positives / max(1, positives[-1])])
    return false_positive_rate, true_positive_rate, np.concatenate([[np.inf], -values])


def sensitivity_specificity(
    labels: Labels, probabilities: Scores, threshold: float
) -> tuple[float, float]:
    """Return both rates when everything from the threshold on is called positive."""
    positive = probabilities >= threshold
    is_case = labels == 1
    return (
        float(positive[is_case].mean()) if is_case.any() else float("nan"),
        float((~positive[~is_case]).mean()) if (~is_case).any() else float("nan"),
    )


def wilson_interval(successes: int, total: int) -> tuple[float, float]:
    """Return the 95 % score interval of a proportion (Wilson 1927)."""
    if total == 0:
        return 0.0, 1.0
    rate, z2 = successes / total, Z_95**2
    center = (rate + z2 / (2 * total)) / (1 + z2 / total)
    half = Z_95 / (1 + z2 / total) * sqrt(rate * (1 - rate) / total + z2 / (4 * total**2))
    # Rounding must not push an end past a rate of 0 or 1.
    return max(0.0, min(rate, center - half)), min(1.0, max(rate, center + half))


def expected_calibration_error(labels: Labels, probabilities: Scores, bins: int = 10) -> float:
    """Return the mean gap between probability and frequency over bins of equal width."""
    index = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(index, labels, bins) - np.bincount(index, probabilities, bins)
    return float(np.abs(gaps).sum() / len(labels))


def patient_bootstrap(
    predictions: Predictions,
    statistic: Callable[[Predictions], float],
    repeats: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % percentile interval when whole patients are drawn with replacement."""
    generator = np.random.default_rng(seed)
    _, index = np.unique(predictions.patients, return_inverse=True)
    order = np.argsort(index, kind="stable")
    items_of = np.split(order, np.cumsum(np.bincount(index))[:-1])
    values = []
    for _ in range(repeats):
        drawn = generator.integers(0, len(items_of), len(items_of))
        value = statistic(_draw(predictions, [items_of[i] for i in drawn]))
        if np.isfinite(value):
            values.append(value)
    if not values:
        return float("nan"), float("nan")
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _draw(predictions: Predictions, groups: list[NDArray[np.int64]]) -> Predictions:
    # A patient drawn twice counts as two, or per-patient figures would have too few of them.
    names = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    drawn = predictions.take(np.concatenate(groups))
    return Predictions(drawn.labels, drawn.logits, names.astype(np.str_))


def item_auc(predictions: Predictions) -> float:
    """Return the AUC over items."""
    return roc_auc(predictions.labels, predictions.logits)


def patient_auc(predictions: Predictions) -> float:
    """Return the AUC over patients, each with its mean logit."""
    return item_auc(predictions.by_patient())
