"""From two probabilities to one of three classes, the way a reader of the findings does it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Labels = NDArray[np.int64]
RESAMPLED = 40


def odds_of(scores: Values) -> Values:
    """Return the log odds of crackle and wheeze, (n, 2), of scores (n, 3)."""
    columns = []
    for place in (1, 2):
        others = np.delete(scores, place, axis=1)
        columns.append(scores[:, place] - np.logaddexp.reduce(others, axis=1))
    return np.stack(columns, axis=1)


def decide(probabilities: Values, thresholds: tuple[float, float]) -> Labels:
    """Return 0 for neither finding, 1 for crackle, 2 for wheeze.

    A positive finding names the class; of two positive ones the more probable.
    """
    is_positive = probabilities >= np.array(thresholds)
    strongest = 1 + np.where(is_positive, probabilities, -1.0).argmax(axis=1)
    return np.where(is_positive.any(axis=1), strongest, 0)


def balanced_accuracy(labels: Labels, decisions: Labels) -> float:
    """Return the mean over the classes present of the share decided rightly."""
    shares = [np.mean(decisions[labels == label] == label) for label in np.unique(labels)]
    return float(np.mean(shares))


def choose_thresholds(
    labels: Labels, probabilities: Values, patients: NDArray[np.str_]
) -> tuple[float, float]:
    """Return the thresholds with the best balanced accuracy over resampled patients.

    One sample's best place is a matter of chance; the mean over samples is a flatter hill.
    """
    grids = [np.quantile(probabilities[:, k], np.linspace(0.4, 0.97, 30)) for k in (0, 1)]
    samples = list(_resampled(patients))
    best, chosen = -1.0, (0.5, 0.5)
    for crackle in grids[0]:
        for wheeze in grids[1]:
            pair = (float(crackle), float(wheeze))
            decided = decide(probabilities, pair)
            mean = float(np.mean([balanced_accuracy(labels[i], decided[i]) for i in samples]))
            if mean > best:
                best, chosen = mean, pair
    return chosen


def bootstrap_interval(
    patients: NDArray[np.str_], statistic: Callable[[Labels], float], repeats: int = 1000
) -> tuple[float, float]:
    """Return the 95 % percentile interval of a statistic of item numbers, drawn by patient."""
    values = [statistic(index) for index in _resampled(patients, repeats)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _resampled(patients: NDArray[np.str_], repeats: int = RESAMPLED) -> list[Labels]:
    generator = np.random.default_rng(0)
    names = np.unique(patients)
    items_of = [np.flatnonzero(patients == name) for name in names]
    return [
        np.concatenate([items_of[i] for i in generator.integers(0, len(names), len(names))])
        for _ in range(repeats)
    ]
