"""Whether the map shows the place: on painted bleeds, and by hiding what it marks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from meddx_desktop.inference.manifest import Evaluation
from training.command_line import say
from training.explanation_rows import RANDOM, Shown, explanation_rows
from training.explanation_tests import (
    measure_curves,
    measure_random_curves,
    rank_correlations,
    shuffle_weights,
)
from training.head_ct_hemorrhage.package_texts import DATA_SET
from training.head_ct_hemorrhage.simulated_bleeds import brain_mask, paint_bleed
from training.metrics import wilson_interval
from training.transfer_ensemble.inference import INPUT_NAME, Network, open_network
from training.transfer_ensemble.pictures import Pictures, Values

PAINTED, REAL = 200, 24
SEED = 11
MAP, CHANCE = "Activation map", "Chance"


@dataclass(frozen=True, slots=True)
class _Hits:
    """How often a peak lies on the blood, and how often a random place of the brain does."""

    found: int
    expected: float
    total: int


def location_rows(network: Network, slices: Pictures) -> list[Evaluation]:
    """Return how often the map's peak lies on a painted bleed, beside chance."""
    hits = _count_hits(network, slices)
    split = f"{hits.total} painted bleeds in slices without one"
    metric = "the map's peak lies on the bleed (share)"
    low, high = wilson_interval(hits.found, hits.total)
    shared = {"data_set": DATA_SET, "split": split, "items": hits.total, "metric": metric}
    rows = [
        Evaluation(system=MAP, value=hits.found / hits.total, interval=(low, high), **shared),
        Evaluation(system=CHANCE, value=hits.expected / hits.total, is_baseline=True, **shared),
    ]
    for row in rows:
        say(f"{row.system}: {row.metric} {row.value:.3f}")
    return rows


def _count_hits(network: Network, slices: Pictures) -> _Hits:
    generator = np.random.default_rng(SEED)
    found, expected, total = 0, 0.0, 0
    for item in generator.permutation(np.flatnonzero(slices.labels[:, 0] == 0)):
        values = slices.values[item]
        bleed = paint_bleed(values, generator)
        if bleed is None:
            continue
        map_ = maps_of(network, network.preparation.finish(bleed.values[None]))[0]
        blood = _on_grid(bleed.amount, len(map_)) > 0.2
        if not blood.any():
            continue
        # One place around it counts too: a place of the map is eight pixels wide.
        near = binary_dilation(blood)
        brain = _on_grid(brain_mask(values).astype(np.float32), len(map_)) > 0.5
        found += int(near[np.unravel_index(int(np.argmax(map_)), map_.shape)])
        expected += float(near[brain].mean())
        total += 1
        if total == PAINTED:
            break
    return _Hits(found, expected, max(1, total))


def _on_grid(values: Values, places: int) -> Values:
    step = values.shape[0] // places
    return np.asarray(values.reshape(places, step, places, step).mean(axis=(1, 3)), np.float32)


def curve_rows(network: Network, converted: bytes, slices: Pictures) -> list[Evaluation]:
    """Return deletion, insertion and the effect of shuffled weights on slices with a bleed."""
    with_bleed = np.flatnonzero(slices.labels[:, 0])
    places = np.linspace(0, len(with_bleed) - 1, min(REAL, len(with_bleed))).astype(int)
    images = network.preparation.finish(slices.values[with_bleed[places]])
    maps = maps_of(network, images)

    def score(inputs: Values) -> NDArray[np.float64]:
        (logits,) = network.session.run(["logits"], {INPUT_NAME: inputs.astype(np.float32)})
        return np.asarray(logits[:, 0], np.float64)

    orders = {
        MAP: measure_curves(score, images, maps),
        RANDOM: measure_random_curves(score, images, maps.shape[1:]),
    }
    other = maps_of(open_network(shuffle_weights(converted), network.preparation), images)
    shown = Shown(DATA_SET, "slices with a bleed", MAP)
    return explanation_rows(shown, orders, rank_correlations(maps, other))


def maps_of(network: Network, inputs: Values) -> Values:
    """Return the first finding's map (n, rows, columns)."""
    (maps,) = network.session.run(["activation_map"], {INPUT_NAME: inputs.astype(np.float32)})
    return np.asarray(maps[..., 0], np.float32)
