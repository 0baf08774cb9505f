"""The gate of a sound model: limits of quality, and distance from the training recordings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import OutOfDistribution, QualityLimit
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from meddx_desktop.inference.quality import failed_limits, measure_audio
from training.command_line import say
from training.out_of_distribution import choose_limit, fit_mahalanobis, rate_negatives
from training.sound_files import Sound

GATE_PARAMETERS = "out_of_distribution.json"
Features = Sequence[NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class GateRecipe:
    """How a gate is fitted.

    `kept` principal directions of the features; `false_refusals` is the share of known recordings,
    each judged without its fold, that the limit refuses. `run` returns one array of features of
    shape (windows, features) for each sound.
    """

    kept: int
    false_refusals: float
    quality: tuple[QualityLimit, ...]
    run: Callable[[Sequence[Sound]], Features]


@dataclass(frozen=True, slots=True, eq=False)
class GateData:
    """Known features with their folds, sounds of test patients as they were recorded, negatives."""

    known: Features
    folds: NDArray[np.int64]
    test: Sequence[Sound]
    negatives: Mapping[str, Sequence[Sound]]


def measure_sound_gate(recipe: GateRecipe, data: GateData) -> tuple[OutOfDistribution, Mahalanobis]:
    """Fit the distance on known patients and measure it on test patients and negatives."""
    limit = choose_limit(_held_out_distances(recipe, data), recipe.false_refusals)
    fitted = fit_mahalanobis(np.concatenate(data.known), recipe.kept)
    inside = distances(fitted, recipe.run(data.test))
    rated = []
    for name, sounds in data.negatives.items():
        outside = distances(fitted, recipe.run(sounds))
        rated.append(rate_negatives(name, inside, outside, limit))
        both = (outside > limit) | _poor(recipe, sounds)
        say(
            f"gate, {name}: AUROC {rated[-1].auroc:.3f}, refused {rated[-1].refused:.1%}, "
            f"with the quality limits {both.mean():.1%}"
        )
    both = (inside > limit) | _poor(recipe, data.test)
    say(
        f"gate, test patients: refused {np.mean(inside > limit):.1%}, "
        f"with the quality limits {both.mean():.1%}"
    )
    gate = OutOfDistribution(
        method="mahalanobis",
        parameters=GATE_PARAMETERS,
        limit=limit,
        false_refusals=float(np.mean(inside > limit)),
        false_refusals_items=len(inside),
        negatives=tuple(rated),
    )
    return gate, fitted


def distances(fitted: Mahalanobis, features: Features) -> NDArray[np.float64]:
    """Return each recording's distance, the median over its windows, as the app takes it."""
    return np.array([np.median(fitted.distances(each)) for each in features])


def _held_out_distances(recipe: GateRecipe, data: GateData) -> NDArray[np.float64]:
    result = np.empty(len(data.known))
    for k in np.unique(data.folds):
        others = [data.known[i] for i in np.flatnonzero(data.folds != k).tolist()]
        fitted = fit_mahalanobis(np.concatenate(others), recipe.kept)
        for i in np.flatnonzero(data.folds == k).tolist():
            result[i] = np.median(fitted.distances(data.known[i]))
    return result


def _poor(recipe: GateRecipe, sounds: Sequence[Sound]) -> NDArray[np.bool_]:
    return np.array([_has_poor_quality(recipe.quality, *sound) for sound in sounds])


def _has_poor_quality(
    quality: tuple[QualityLimit, ...], samples: NDArray[np.float32], sampling_frequency: int
) -> bool:
    mono = samples.mean(axis=0, dtype=np.float32)
    wanted = [limit.measure for limit in quality]
    return bool(failed_limits(quality, measure_audio(mono, sampling_frequency, wanted)))
