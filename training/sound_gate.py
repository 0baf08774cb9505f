"""The gate of a sound model: limits of quality, and distance from the training recordings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import (
    OutOfDistribution,
    OutOfDistributionNegatives,
    QualityLimit,
)
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from meddx_desktop.inference.quality import failed_limits, measure_audio
from training.command_line import say
from training.metrics import roc_auc
from training.out_of_distribution import choose_limit, fit_mahalanobis, rate_negatives
from training.sound_files import Sound
from training.sound_negatives import Negatives

GATE_PARAMETERS = "out_of_distribution.json"
LEFT_OUT = ", kind left out of the fit"
Features: TypeAlias = Sequence[NDArray[np.float64]]
Run: TypeAlias = Callable[[Sequence[Sound]], Features]


@dataclass(frozen=True, slots=True, eq=False)
class GateRecipe:
    """How a gate is fitted.

    `kept` principal directions of the features; `false_refusals` is the share of known recordings,
    each judged without its fold, that the limit refuses. `run` returns one array of features of
    shape (windows, features) for each sound. With `learns_negatives` the direction in which each
    kind of negatives differs is added.
    """

    kept: int
    false_refusals: float
    quality: tuple[QualityLimit, ...]
    run: Run
    learns_negatives: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class GateData:
    """Known features with their folds, sounds of test patients as they were recorded, negatives."""

    known: Features
    folds: NDArray[np.int64]
    test: Sequence[Sound]
    negatives: Sequence[Negatives]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the gate finds in recordings: how far each is, and whether it breaks a quality limit."""

    distances: NDArray[np.float64]
    is_poor: NDArray[np.bool_]

    def refused(self, limit: float) -> float:
        """Return the share that is refused, by quality or by distance."""
        return float((self.is_poor | (self.distances > limit)).mean())


def join(groups: Sequence[Judged]) -> Judged:
    """Return all recordings of several groups."""
    return Judged(
        np.concatenate([each.distances for each in groups]),
        np.concatenate([each.is_poor for each in groups]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    """Negatives of one kind, run through the network: those to fit on, those to measure on."""

    name: str
    fitted: Features
    measured: Features
    is_poor: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Gate:
    distance: Mahalanobis
    limit: float


def measure_sound_gate(recipe: GateRecipe, data: GateData) -> tuple[OutOfDistribution, Mahalanobis]:
    """Fit the distance on known patients and measure it on test patients and negatives.

    Each kind of negatives is measured twice: with other recordings of its kind in the fit, and with
    none, which is how the gate meets what nobody thought of.
    """
    kinds = [_run(recipe, each) for each in data.negatives]
    test, is_poor = recipe.run(data.test), _poor(recipe, data.test)
    gate = _fit(recipe, data, kinds)
    inside = Judged(distances(gate.distance, test), is_poor)
    rated = []
    for kind in kinds:
        rated.append(_rate(kind.name, kind, gate, inside))
        if kind.fitted:
            others = _fit(recipe, data, [each for each in kinds if each is not kind])
            known = Judged(distances(others.distance, test), is_poor)
            rated.append(_rate(f"{kind.name}{LEFT_OUT}", kind, others, known))
    return describe_gate(gate.limit, inside, rated), gate.distance


def describe_gate(
    limit: float, inside: Judged, rated: Sequence[OutOfDistributionNegatives]
) -> OutOfDistribution:
    """Return a gate with what was measured of it on recordings of the right kind and others."""
    by_distance, with_quality = float((inside.distances > limit).mean()), inside.refused(limit)
    say(
        f"gate, test patients: refused {by_distance:.1%}, "
        f"with the quality limits {with_quality:.1%}"
    )
    return OutOfDistribution(
        method="mahalanobis",
        parameters=GATE_PARAMETERS,
        limit=limit,
        false_refusals=by_distance,
        false_refusals_items=len(inside.distances),
        false_refusals_with_quality=with_quality,
        negatives=tuple(rated),
    )


def rate_kind(
    name: str, inside: Judged, outside: Judged, limit: float
) -> OutOfDistributionNegatives:
    """Rate one kind of negatives: by distance, and with the quality limits before it."""
    labels = np.repeat((0, 1), (len(inside.distances), len(outside.distances)))
    everything = join((inside, outside))
    rated = rate_negatives(name, inside.distances, outside.distances, limit).model_copy(
        update={
            "auroc_with_quality": roc_auc(
                labels, np.where(everything.is_poor, np.inf, everything.distances)
            ),
            "refused_with_quality": outside.refused(limit),
        }
    )
    say(
        f"gate, {name}: AUROC {rated.auroc:.3f}, refused {rated.refused:.1%}; with the quality "
        f"limits AUROC {rated.auroc_with_quality:.3f}, refused {rated.refused_with_quality:.1%}"
    )
    return rated


def distances(fitted: Mahalanobis, features: Features) -> NDArray[np.float64]:
    """Return each recording's distance, the median over its windows, as the app takes it."""
    return np.array([np.median(fitted.distances(each)) for each in features])


def _run(recipe: GateRecipe, negatives: Negatives) -> _Kind:
    is_learned = recipe.learns_negatives and bool(negatives.fitted)
    fitted = recipe.run(negatives.fitted) if is_learned else ()
    is_poor = _poor(recipe, negatives.measured)
    return _Kind(negatives.name, fitted, recipe.run(negatives.measured), is_poor)


def _fit(recipe: GateRecipe, data: GateData, kinds: Sequence[_Kind]) -> _Gate:
    """Fit on all known recordings; the limit is from those whose fold had no part in the fit."""
    negatives = [np.concatenate(kind.fitted) for kind in kinds if kind.fitted]
    held_out = np.empty(len(data.known))
    for k in np.unique(data.folds):
        others = [data.known[i] for i in np.flatnonzero(data.folds != k).tolist()]
        fitted = fit_mahalanobis(np.concatenate(others), recipe.kept, negatives)
        index = np.flatnonzero(data.folds == k)
        held_out[index] = distances(fitted, [data.known[i] for i in index.tolist()])
    distance = fit_mahalanobis(np.concatenate(data.known), recipe.kept, negatives)
    return _Gate(distance, choose_limit(held_out, recipe.false_refusals))


def _rate(name: str, kind: _Kind, gate: _Gate, inside: Judged) -> OutOfDistributionNegatives:
    outside = Judged(distances(gate.distance, kind.measured), kind.is_poor)
    return rate_kind(name, inside, outside, gate.limit)


def _poor(recipe: GateRecipe, sounds: Sequence[Sound]) -> NDArray[np.bool_]:
    return np.array([_has_poor_quality(recipe.quality, *sound) for sound in sounds], np.bool_)


def _has_poor_quality(
    quality: tuple[QualityLimit, ...], samples: NDArray[np.float32], sampling_frequency: int
) -> bool:
    mono = samples.mean(axis=0, dtype=np.float32)
    wanted = [limit.measure for limit in quality]
    return bool(failed_limits(quality, measure_audio(mono, sampling_frequency, wanted)))
