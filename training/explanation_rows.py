"""Rows of a card about evidence: deletion, insertion, and the effect of shuffled weights."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from meddx_desktop.inference.manifest import Evaluation
from training.command_line import say
from training.explanation_tests import Areas, Curves

RANDOM, SMOOTH = "Random order", "Random order in smooth patches"
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """What was tested: the data, what the items are, and the name of the evidence.

    `score` is what lies under the curves, `likeness` the metric of the shuffled weights.
    """

    data_set: str
    items: str
    evidence: str
    score: str = "logit"
    likeness: str = "rank correlation with the map (0: another map)"
    patients: int | None = None


def explanation_rows(
    shown: Shown, orders: Mapping[str, Curves], likeness: Areas
) -> list[Evaluation]:
    """Return the mean areas of each order and the likeness, with intervals over the items.

    `likeness` is the rank correlation of each item's evidence with that of a network with shuffled
    weights.
    """
    deletion = f"deletion, area under the {shown.score} (lower is better)"
    insertion = f"insertion, area under the {shown.score} (higher is better)"
    figures = (
        *((system, deletion, curves.deletion) for system, curves in orders.items()),
        *((system, insertion, curves.insertion) for system, curves in orders.items()),
        (f"{shown.evidence}, shuffled weights", shown.likeness, likeness),
    )
    return [_row(shown, figure) for figure in figures]


def _row(shown: Shown, figure: tuple[str, str, Areas]) -> Evaluation:
    system, metric, values = figure
    drawn = np.random.default_rng(0).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    row = Evaluation(
        system=system,
        data_set=shown.data_set,
        split=f"{len(values)} {shown.items}",
        patients=shown.patients,
        items=len(values),
        metric=metric,
        value=float(values.mean()),
        interval=(float(low), float(high)),
        is_baseline=system in {RANDOM, SMOOTH},
    )
    say(f"{system}: {metric} {row.value:.3f} {row.interval}")
    return row
