"""Members fitted on all patients but a fifth, and what each says about that fifth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.lung_sound_events.dataset import Cycle, folds_of
from training.lung_sound_events.decision import odds_of
from training.lung_sound_events.train import Member, Recipe, class_scores, fit_member

FOLDS = 5
REPEATS = 3


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidated:
    """The members and the held-out log odds of crackle and wheeze, of shape (n, 2).

    `held_out` is the mean over the repeats, `repeats` holds each one: every cycle was judged only
    by members that have not heard its patient.
    """

    members: tuple[Member, ...]
    held_out: NDArray[np.float64]
    repeats: tuple[NDArray[np.float64], ...]


def cross_validate(
    cycles: Sequence[Cycle], recipe: Recipe, seed: int, repeats: int = REPEATS
) -> CrossValidated:
    """Fit `FOLDS` members in each repeat."""
    members: list[Member] = []
    scores = []
    for repeat in range(repeats):
        fold = folds_of(cycles, FOLDS, seed + repeat)
        held_out = np.zeros((len(cycles), 3))
        for k in range(FOLDS):
            index = np.flatnonzero(fold == k)
            others = np.flatnonzero(fold != k)
            member = fit_member([cycles[i] for i in others.tolist()], recipe)
            held_out[index] = class_scores(member, [cycles[i] for i in index.tolist()])
            members.append(member)
        scores.append(held_out)
    held_out_odds = odds_of(np.mean(scores, axis=0))
    return CrossValidated(tuple(members), held_out_odds, tuple(odds_of(each) for each in scores))
