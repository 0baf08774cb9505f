"""Test an ensemble's maps on test pictures, for the card."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation
from training.command_line import say
from training.explanation_tests import (
    Areas,
    Score,
    Values,
    measure_curves,
    measure_random_curves,
    rank_correlations,
    shuffle_weights,
)
from training.transfer_ensemble.declaration import ImageModel
from training.transfer_ensemble.heads import finding_labels
from training.transfer_ensemble.inference import INPUT_NAME, Network, open_network
from training.transfer_ensemble.pictures import Pictures

PICTURES = 24
MAP, SHUFFLED = "Activation map", "Activation map, shuffled weights"
RANDOM, SMOOTH = "Random order", "Random order in smooth patches"
DELETION = "deletion, area under the logit (lower is better)"
INSERTION = "insertion, area under the logit (higher is better)"


def explanation_rows(
    model: ImageModel, network: Network, converted: bytes, test: Pictures
) -> list[Evaluation]:
    """Return deletion, insertion and the effect of shuffled weights, for the first finding.

    The pictures are test pictures with the finding.
    """
    labels = finding_labels(model.architecture.head, test.labels)[:, 0]
    with_finding = np.flatnonzero(labels == 1)
    places = np.linspace(0, len(with_finding) - 1, min(PICTURES, len(with_finding))).astype(int)
    part = test.take(with_finding[places])
    images = network.preparation.network_input(part.values)
    maps = _maps(network, images)
    score: Score = partial(_logits, network)
    grid = maps.shape[1:]
    orders = {
        MAP: measure_curves(score, images, maps),
        RANDOM: measure_random_curves(score, images, grid),
        SMOOTH: measure_random_curves(score, images, grid, is_smooth=True),
    }
    shuffled = _maps(open_network(shuffle_weights(converted), network.preparation), images)
    likeness = rank_correlations(maps, shuffled)
    figures = [
        *((system, DELETION, curves.deletion) for system, curves in orders.items()),
        *((system, INSERTION, curves.insertion) for system, curves in orders.items()),
        (SHUFFLED, "rank correlation with the map (0: another map)", likeness),
    ]
    return [_row(model, part, figure) for figure in figures]


def _row(model: ImageModel, part: Pictures, figure: tuple[str, str, Areas]) -> Evaluation:
    system, metric, values = figure
    generator = np.random.default_rng(0)
    drawn = generator.integers(0, len(values), (1000, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    row = Evaluation(
        system=system,
        data_set=model.source.data_set,
        split=f"{len(values)} pictures of the {model.source.test_split}, with the finding",
        patients=len(np.unique(part.patients)) if model.source.has_patients else None,
        items=len(values),
        metric=metric,
        value=float(values.mean()),
        interval=(float(low), float(high)),
        is_baseline=system in {RANDOM, SMOOTH},
    )
    say(f"{system}: {metric} {row.value:.3f} {row.interval}")
    return row


def _logits(network: Network, images: Values) -> NDArray[np.float64]:
    (logits,) = network.session.run(["logits"], {INPUT_NAME: images.astype(np.float32)})
    return np.asarray(logits[:, 0], np.float64)


def _maps(network: Network, images: Values) -> Values:
    (maps,) = network.session.run(["activation_map"], {INPUT_NAME: images})
    return np.asarray(maps[..., 0], np.float32)
