"""Deletion and insertion over the places of a sound or text, beside random order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from training.explanation_tests import Areas, Curves, order_curves

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

    def scores(self, kept: Kept) -> Areas:
        """Return the scores for each row of (n, places)."""
        return np.array([self.score(row) for row in kept])


def measure_evidence(cases: Sequence[Case]) -> Curves:
    """Return the areas when places are hidden or shown in the order of the evidence."""
    orders = [np.argsort(-case.weights, kind="stable") for case in cases]
    return order_curves([case.scores for case in cases], orders)


def measure_chance(cases: Sequence[Case], seed: int = 0) -> Curves:
    """Return the areas in random order, the mean of `RANDOM_ORDERS` for each case."""
    generator = np.random.default_rng(seed)
    repeated = [case for case in cases for _ in range(RANDOM_ORDERS)]
    orders = [generator.permutation(len(case.weights)) for case in repeated]
    curves = order_curves([case.scores for case in repeated], orders)
    return Curves(
        curves.deletion.reshape(-1, RANDOM_ORDERS).mean(axis=1),
        curves.insertion.reshape(-1, RANDOM_ORDERS).mean(axis=1),
    )
