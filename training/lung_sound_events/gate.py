"""The gate against sounds that are no breath: limits of quality, distance from the training."""

from collections.abc import Sequence
from pathlib import Path

import keras

from meddx_desktop.inference.manifest import OutOfDistribution, QualityLimit
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from training.lung_sound_events.cross_validation import FOLDS
from training.lung_sound_events.dataset import Cycle, folds_of, sounds_of, statistics_of
from training.lung_sound_events.evaluate import run_ensemble
from training.sound_files import Sound
from training.sound_gate import Features, GateData, GateRecipe, measure_sound_gate
from training.sound_negatives import (
    DIGITS,
    ENVIRONMENT,
    HEART,
    OTHER_HEART,
    SPEECH,
    read_negatives,
)

NEGATIVES = (HEART, OTHER_HEART, SPEECH, DIGITS, ENVIRONMENT)
KEPT_DIRECTIONS = 0
FALSE_REFUSALS = 0.04
MINIMUM_DURATION_S = 0.4

QUALITY = (
    QualityLimit(
        measure="rms_dbfs",
        minimum=-70.0,
        answer="Poor recording: next to silent. Press the chest piece on firmly and record again.",
    ),
    QualityLimit(
        measure="clipped_fraction",
        maximum=0.1,
        answer="Poor recording: overdriven. Lower the level and record again.",
    ),
)


def measure_gate(
    ensemble: keras.Model, data: Path, known: Sequence[Cycle], test: Sequence[Cycle]
) -> tuple[OutOfDistribution, Mahalanobis]:
    """Fit the distance on known patients and measure it on test patients and negatives."""

    def run(sounds: Sequence[Sound]) -> Features:
        return run_ensemble(ensemble, [statistics_of(*sound) for sound in sounds]).features

    recipe = GateRecipe(KEPT_DIRECTIONS, FALSE_REFUSALS, QUALITY, run, learns_negatives=True)
    gate_data = GateData(
        known=run_ensemble(ensemble, [cycle.statistics for cycle in known]).features,
        folds=folds_of(known, FOLDS, 0),
        test=sounds_of(test),
        negatives=read_negatives(data, NEGATIVES),
    )
    return measure_sound_gate(recipe, gate_data)
