"""The gate against sounds that are no heart: limits of quality and distance from the training."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import OutOfDistribution, QualityLimit
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from meddx_desktop.inference.quality import failed_limits, measure_audio
from training.command_line import say
from training.heart_murmur.cross_validation import FOLDS
from training.heart_murmur.dataset import Recording, folds_by_patient, read_source
from training.heart_murmur.evaluate import Outputs, run_ensemble, sounds_of
from training.heart_murmur.negatives import read_negatives
from training.out_of_distribution import choose_limit, fit_mahalanobis, rate_negatives

KEPT_DIRECTIONS = 16
FALSE_REFUSALS = 0.03
GATE_PARAMETERS = "out_of_distribution.json"
MINIMUM_DURATION_S = 1.2

QUALITY = (
    QualityLimit(
        measure="rms_dbfs",
        minimum=-60.0,
        answer="Poor recording: next to silent. Press the chest piece on firmly and record again.",
    ),
    QualityLimit(
        measure="clipped_fraction",
        maximum=0.1,
        answer="Poor recording: overdriven. Lower the level and record again.",
    ),
    QualityLimit(
        measure="in_band_energy_fraction",
        minimum=0.4,
        answer="Poor recording: too little of the sound lies between 20 and 400 Hz, where heart "
        "sounds are. Check that this is a heart recording, and record again in a quiet room.",
    ),
    QualityLimit(
        measure="envelope_periodicity",
        minimum=0.1,
        answer="Poor recording: no heart beat can be made out. Record again, for several seconds.",
    ),
)


def measure_gate(
    ensemble: keras.Model,
    data: Path,
    known: Sequence[Recording],
    test: Sequence[Recording],
) -> tuple[OutOfDistribution, Mahalanobis]:
    """Fit the distance on known patients and measure it on test patients and negatives.

    The limit comes from known patients whose fold had no part in the fit.
    """
    heard = run_ensemble(ensemble, sounds_of(known))
    limit = choose_limit(_held_out_distances(known, heard), FALSE_REFUSALS)
    fitted = fit_mahalanobis(np.concatenate(heard.features), KEPT_DIRECTIONS)
    inside = distances(fitted, run_ensemble(ensemble, sounds_of(test)))
    negatives = []
    for name, sounds in read_negatives(data).items():
        outside = distances(fitted, run_ensemble(ensemble, sounds))
        negatives.append(rate_negatives(name, inside, outside, limit))
        both = (outside > limit) | np.array([_has_poor_quality(*sound) for sound in sounds])
        say(
            f"gate, {name}: AUROC {negatives[-1].auroc:.3f}, refused {negatives[-1].refused:.1%}, "
            f"with the quality limits {both.mean():.1%}"
        )
    poor = np.array([_has_poor_quality(*read_source(each.path)) for each in test])
    say(
        f"gate, test patients: refused {np.mean(inside > limit):.1%}, "
        f"with the quality limits {np.mean((inside > limit) | poor):.1%}"
    )
    gate = OutOfDistribution(
        method="mahalanobis",
        parameters=GATE_PARAMETERS,
        limit=limit,
        false_refusals=float(np.mean(inside > limit)),
        false_refusals_items=len(inside),
        negatives=tuple(negatives),
    )
    return gate, fitted


def distances(fitted: Mahalanobis, outputs: Outputs) -> NDArray[np.float64]:
    """Return each recording's distance, the median over its windows, as the app takes it."""
    return np.array([np.median(fitted.distances(each)) for each in outputs.features])


def _held_out_distances(known: Sequence[Recording], heard: Outputs) -> NDArray[np.float64]:
    fold = folds_by_patient(known, FOLDS, 0)
    result = np.empty(len(known))
    for k in range(FOLDS):
        others = [heard.features[i] for i in np.flatnonzero(fold != k)]
        fitted = fit_mahalanobis(np.concatenate(others), KEPT_DIRECTIONS)
        for i in np.flatnonzero(fold == k):
            result[i] = np.median(fitted.distances(heard.features[i]))
    return result


def _has_poor_quality(samples: NDArray[np.float32], sampling_frequency: int) -> bool:
    mono = samples.mean(axis=0, dtype=np.float32)
    wanted = [limit.measure for limit in QUALITY]
    return bool(failed_limits(QUALITY, measure_audio(mono, sampling_frequency, wanted)))
