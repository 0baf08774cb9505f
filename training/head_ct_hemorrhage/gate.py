"""The gate: distance over the members' features, tolerant of windows, strict about the rest."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import OutOfDistribution
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from training.command_line import say
from training.head_ct_hemorrhage.augmentation import SliceAugmentation, augment_slices
from training.head_ct_hemorrhage.dataset import folds_of
from training.out_of_distribution import choose_limit, fit_mahalanobis, rate_negatives
from training.transfer_ensemble.declaration import Negatives
from training.transfer_ensemble.inference import Network
from training.transfer_ensemble.negatives import neighbors_without, read_negatives
from training.transfer_ensemble.pictures import Pictures, Values

KEPT_DIRECTIONS = 64
PARAMETERS = "out_of_distribution.json"
# The head CT among the DICOM samples has numbers for names; the other files begin with letters.
NEGATIVES = Negatives(neighbors_without("headct-haemorrhage"), skipped=("0", "1", "2"))
HELD_OUT_FOLD = 0
FALSE_REFUSALS = 0.02
SEED = 5
# Neighboring slices are alike: every second one is enough.
STEP = 2


def measure_gate(
    network: Network, slices: Pictures, data: Path
) -> tuple[OutOfDistribution, Mahalanobis]:
    """Fit the gate on four folds, as they are and augmented; set the limit on half of the fifth.

    False refusals and the AUROC are from the other half of the fifth fold's patients, with their
    slices as they are and as other hospitals would show them.
    """
    is_held_out = folds_of(slices) == HELD_OUT_FOLD
    known = np.flatnonzero(~is_held_out)[::STEP]
    fitted = fit_mahalanobis(_features(network, _with_changed(slices.take(known))), KEPT_DIRECTIONS)
    held_out = slices.take(is_held_out)
    _, patient = np.unique(held_out.patients, return_inverse=True)
    is_limit_half = np.random.default_rng(0).permutation(patient.max() + 1)[patient] % 2 == 0
    parts = [_with_changed(held_out.take(half)) for half in (is_limit_half, ~is_limit_half)]
    limit_half, inside = (fitted.distances(_features(network, values)) for values in parts)
    limit = choose_limit(limit_half, FALSE_REFUSALS)
    negatives = read_negatives(data, NEGATIVES, network.preparation, slices.values)
    rated = tuple(
        rate_negatives(name, inside, fitted.distances(_features(network, [values])), limit)
        for name, values in negatives.items()
    )
    gate = OutOfDistribution(
        method="mahalanobis",
        parameters=PARAMETERS,
        limit=limit,
        false_refusals=float((inside > limit).mean()),
        false_refusals_items=len(inside),
        negatives=rated,
    )
    say(f"gate: limit {limit:.4g}, refused by mistake {gate.false_refusals:.1%}")
    for one in rated:
        say(f"gate, {one.name}: AUROC {one.auroc:.3f}, refused {one.refused:.1%}")
    return gate, fitted


def _with_changed(slices: Pictures) -> list[Values]:
    generator = np.random.default_rng(SEED)
    changed = augment_slices(slices.values, slices.labels, SliceAugmentation(), generator)
    return [slices.values, changed.values]


def _features(network: Network, parts: Sequence[Values]) -> NDArray[np.float64]:
    return np.concatenate([network.run(values).features for values in parts])
