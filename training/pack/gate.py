"""The gate that refuses inputs unlike those of the labelled folder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import OutOfDistribution
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from training.command_line import say
from training.out_of_distribution import (
    choose_limit,
    fit_mahalanobis,
    mahalanobis_file,
    rate_negatives,
)
from training.pack.labels import LabelledItem

PARAMETERS = "out_of_distribution.json"
LEAST_ITEMS = 20
KEPT_DIRECTIONS = 64
# A folder without a single unknown word must not refuse the first name that it meets.
LEAST_UNKNOWN = 0.1

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The items of one split with what the gate goes by: feature rows, or shares of words."""

    items: Sequence[LabelledItem]
    features: Sequence[Rows | None]
    unknown: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Gate:
    """The manifest's block and the file that it names."""

    block: OutOfDistribution
    files: dict[str, bytes]


def fit_gate(calibration: Judged, test: Judged, negatives: Judged) -> Gate | None:
    """Fit the gate on half of the calibration patients, its limit on the other half.

    False refusals are those of the test part. None where there is nothing to go by.
    """
    if len(calibration.items) < LEAST_ITEMS:
        say(f"no distribution gate: it needs {LEAST_ITEMS} calibration items")
        return None
    if all(share is not None for share in calibration.unknown):
        return _gate("token_rate", {}, [_shares(one) for one in (calibration, test, negatives)])
    if any(rows is None for rows in calibration.features):
        say("no distribution gate: the network has no output with the role `features`")
        return None
    is_fitted = _half(calibration.items)
    rows = [rows for rows, chosen in zip(_rows(calibration), is_fitted, strict=True) if chosen]
    values = np.concatenate(rows)
    fitted = fit_mahalanobis(values, min(KEPT_DIRECTIONS, max(1, len(values) // 4)))
    others = Judged(
        [one for one, chosen in zip(calibration.items, is_fitted, strict=True) if not chosen],
        [one for one, chosen in zip(_rows(calibration), is_fitted, strict=True) if not chosen],
        [],
    )
    distances = [_distances(fitted, one) for one in (others, test, negatives)]
    return _gate("mahalanobis", {PARAMETERS: mahalanobis_file(fitted)}, distances)


def _rows(judged: Judged) -> list[Rows]:
    return [rows for rows in judged.features if rows is not None]


def _half(items: Sequence[LabelledItem]) -> list[bool]:
    names = sorted({item.patient for item in items})
    order = np.random.default_rng(0).permutation(len(names))
    chosen = {names[place] for place in order[: (len(names) + 1) // 2]}
    return [item.patient in chosen for item in items]


def _shares(judged: Judged) -> Rows:
    return np.array([share for share in judged.unknown if share is not None], np.float64)


def _distances(fitted: Mahalanobis, judged: Judged) -> Rows:
    """Return the median distance over the frames or windows of each item."""
    return np.array([np.median(fitted.distances(rows)) for rows in _rows(judged)], np.float64)


def _gate(method: str, files: dict[str, bytes], distances: Sequence[Rows]) -> Gate:
    limit_part, test, negatives = distances
    limit = choose_limit(limit_part)
    if method == "token_rate":
        limit = max(limit, LEAST_UNKNOWN)
    name = "negatives of the labelled folder"
    rated = (rate_negatives(name, test, negatives, limit),) if len(negatives) else ()
    block = OutOfDistribution(
        method="token_rate" if method == "token_rate" else "mahalanobis",
        parameters=next(iter(files), None),
        limit=limit,
        false_refusals=float((test > limit).mean()),
        false_refusals_items=len(test),
        negatives=rated,
    )
    say(f"gate: {block.false_refusals:.1%} of {len(test)} test items refused")
    return Gate(block, files)
