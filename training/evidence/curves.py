"""Deletion and insertion over the places of one sound or text, beside random order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from training.explanation_tests import STEPS, Areas, Curves

Kept: TypeAlias = NDArray[np.bool_]
RANDOM_ORDERS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One answer with its evidence.

    `weights` has shape (places,); what speaks for the answer is high. `score` gives the answer's
    score when only the places marked True are left, the others hidden.
    """

    weights: Areas
    score: Callable[[Kept], float]


def measure_evidence(cases: Sequence[Case]) -> Curves:
    """Return the areas when places are hidden or shown in the order of the evidence."""
    orders = [np.argsort(-case.weights, kind="stable") for case in cases]
    areas = [_areas(case, order) for case, order in zip(cases, orders, strict=True)]
    return Curves(*np.array(areas).T)


def measure_chance(cases: Sequence[Case], seed: int = 0) -> Curves:
    """Return the areas in random order, the mean of `RANDOM_ORDERS` for each case."""
    generator = np.random.default_rng(seed)
    areas = [
        np.mean(
            [_areas(case, generator.permutation(len(case.weights))) for _ in range(RANDOM_ORDERS)],
            axis=0,
        )
        for case in cases
    ]
    return Curves(*np.array(areas).T)


def _areas(case: Case, order: NDArray[np.int64]) -> tuple[float, float]:
    """Return the areas under the score while places are hidden, and while they are shown."""
    counts = np.linspace(0, len(order), STEPS + 1).round().astype(int)
    hidden, shown = [], []
    for count in counts.tolist():
        first = np.isin(np.arange(len(order)), order[:count])
        hidden.append(case.score(~first))
        shown.append(case.score(first))
    return float(np.mean(hidden)), float(np.mean(shown))
