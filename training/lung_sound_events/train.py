"""Fit one member: multinomial logistic regression on squashed statistics and their squares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.lung_sound_events.dataset import (
    CLASSES,
    Cycle,
    labels_of,
    means_of,
    patients_of,
)

# Statistics beyond a few deviations say no more.
SQUASHED_AT = 2.0
SMALLEST_DEVIATION = 1e-3
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one member is fitted.

    `strength` is the inverse of the L2 penalty. Classes weigh the same; within a class a patient
    with n cycles weighs n to the power of 1 - `leveling`, so that no patient rules.
    """

    strength: float = 0.002
    leveling: float = 0.75
    iterations: int = 500


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """Scales of the statistics (n,), coefficients (2 n, classes) and intercepts (classes,)."""

    mean: Values
    deviation: Values
    coefficients: Values
    intercepts: Values

    def scores(self, statistics: NDArray[np.floating]) -> Values:
        """Return logarithms of the class probabilities, (n, classes)."""
        raw = self.terms(statistics) @ self.coefficients + self.intercepts
        return np.asarray(raw - np.logaddexp.reduce(raw, axis=1, keepdims=True))

    def terms(self, statistics: NDArray[np.floating]) -> Values:
        """Return squashed statistics and their squares, (n, 2 statistics)."""
        return _terms((statistics - self.mean) / self.deviation)


def _terms(standard: Values) -> Values:
    squashed = SQUASHED_AT * np.tanh(standard / SQUASHED_AT)
    return np.concatenate([squashed, 0.5 * (squashed**2 - 1)], axis=1)


def fit_member(cycles: Sequence[Cycle], recipe: Recipe) -> Member:
    """Fit on the mean statistics of each cycle."""
    statistics = means_of(cycles).astype(np.float64)
    mean = statistics.mean(axis=0)
    deviation = statistics.std(axis=0) + SMALLEST_DEVIATION
    model = LogisticRegression(C=recipe.strength, max_iter=recipe.iterations)
    weights = cycle_weights(cycles, recipe.leveling)
    model.fit(_terms((statistics - mean) / deviation), labels_of(cycles), sample_weight=weights)
    coefficients = np.zeros((2 * len(mean), len(CLASSES)))
    coefficients[:, model.classes_] = model.coef_.T
    intercepts = np.full(len(CLASSES), -30.0)
    intercepts[model.classes_] = model.intercept_
    return Member(mean, deviation, coefficients, intercepts)


def cycle_weights(cycles: Sequence[Cycle], leveling: float) -> Values:
    """Return a weight for each cycle; their mean is one."""
    labels, patients = labels_of(cycles), patients_of(cycles)
    weights = np.ones(len(cycles))
    for label in np.unique(labels):
        is_class = labels == label
        for patient in np.unique(patients[is_class]):
            chosen = is_class & (patients == patient)
            weights[chosen] = chosen.sum() ** -leveling
        weights[is_class] /= weights[is_class].sum()
    return np.asarray(weights * len(cycles) / weights.sum())


def class_scores(member: Member, cycles: Sequence[Cycle]) -> Values:
    """Return each cycle's logarithms of the class probabilities, mean over its windows."""
    counts = np.cumsum([len(cycle.statistics) for cycle in cycles])[:-1]
    joined = np.concatenate([cycle.statistics for cycle in cycles])
    return np.stack([part.mean(axis=0) for part in np.split(member.scores(joined), counts)])
