"""The gate of an ensemble: Mahalanobis distance over its features, measured on named negatives."""

from pathlib import Path

import numpy as np

from meddx_desktop.inference.manifest import OutOfDistribution
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from training.command_line import say
from training.out_of_distribution import choose_limit, fit_mahalanobis, rate_negatives
from training.transfer_ensemble.declaration import ImageModel
from training.transfer_ensemble.inference import Network
from training.transfer_ensemble.negatives import read_negatives
from training.transfer_ensemble.pictures import Pictures

KEPT_DIRECTIONS = 64
# Below the goal of 5 %: half of the test patients are too few to set a share exactly.
FALSE_REFUSALS = 0.025
PARAMETERS = "out_of_distribution.json"


def measure_gate(
    network: Network, model: ImageModel, data: Path, parts: tuple[Pictures, Pictures]
) -> tuple[OutOfDistribution, Mahalanobis]:
    """Fit the gate on known patients; set the limit on half of the test patients.

    `parts` are the known and the test pictures. False refusals and the AUROC are from the other
    half, which had no part in it.
    """
    known, test = parts[0].sample(model.gate_items), parts[1]
    fitted = fit_mahalanobis(network.run(known.values).features, KEPT_DIRECTIONS)
    distances = fitted.distances(network.run(test.values).features)
    _, patient = np.unique(test.patients, return_inverse=True)
    is_limit_half = np.random.default_rng(0).permutation(patient.max() + 1)[patient] % 2 == 0
    limit = choose_limit(distances[is_limit_half], FALSE_REFUSALS)
    inside = distances[~is_limit_half]
    rated = tuple(
        rate_negatives(name, inside, fitted.distances(network.run(values).features), limit)
        for name, values in read_negatives(
            data, model.negatives, network.preparation, test.values
        ).items()
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
