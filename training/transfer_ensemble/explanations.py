"""Test an ensemble's maps on test pictures, for the card."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation
from training.explanation_rows import RANDOM, SMOOTH, Shown, explanation_rows
from training.explanation_tests import (
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
MAP = "Activation map"


def map_rows(
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
    shown = Shown(
        data_set=model.source.data_set,
        items=f"pictures of the {model.source.test_split}, with the finding",
        evidence=MAP,
        patients=len(np.unique(part.patients)) if model.source.has_patients else None,
    )
    return explanation_rows(shown, orders, rank_correlations(maps, shuffled))


def _logits(network: Network, images: Values) -> NDArray[np.float64]:
    (logits,) = network.session.run(["logits"], {INPUT_NAME: images.astype(np.float32)})
    return np.asarray(logits[:, 0], np.float64)


def _maps(network: Network, images: Values) -> Values:
    (maps,) = network.session.run(["activation_map"], {INPUT_NAME: images})
    return np.asarray(maps[..., 0], np.float32)
