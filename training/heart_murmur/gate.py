"""The gate against sounds that are no heart: limits of quality and distance from the training."""

from collections.abc import Sequence
from pathlib import Path

from meddx_desktop.inference.manifest import OutOfDistribution, QualityLimit
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from training.heart_murmur.cross_validation import FOLDS
from training.heart_murmur.dataset import Recording, folds_of
from training.heart_murmur.evaluate import sounds_of
from training.sound_files import read_source
from training.sound_gate import GateData, GateRecipe, Run, measure_sound_gate
from training.sound_negatives import DIGITS, ENVIRONMENT, LUNG, SPEECH, read_negatives

NEGATIVES = (LUNG, SPEECH, DIGITS, ENVIRONMENT)
KEPT_DIRECTIONS = 16
FALSE_REFUSALS = 0.03
MINIMUM_DURATION_S = 1.2
# What one in a hundred known recordings does not reach, with a murmur as seldom as without.
LEAST_BEAT_ENERGY = 0.62

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
        measure="low_energy_fraction",
        minimum=0.4,
        answer="Poor recording: most of the sound lies above 400 Hz, where heart sounds are not. "
        "Check that this is a heart recording, and record again in a quiet room.",
    ),
    QualityLimit(
        measure="beat_energy_fraction",
        minimum=LEAST_BEAT_ENERGY,
        answer="Poor recording: no single heart sounds stand out, as if it were breath, hum or "
        "noise. Check where the chest piece lies, and record again in a quiet room.",
    ),
)


def measure_gate(
    run: Run, data: Path, known: Sequence[Recording], test: Sequence[Recording]
) -> tuple[OutOfDistribution, Mahalanobis]:
    """Fit the distance on known patients and measure it on test patients and negatives.

    `run` returns the network's features; the limit comes from known patients whose fold had no
    part in the fit.
    """
    recipe = GateRecipe(KEPT_DIRECTIONS, FALSE_REFUSALS, QUALITY, run)
    gate_data = GateData(
        known=run(sounds_of(known)),
        folds=folds_of(known, FOLDS, 0),
        test=[read_source(each.path) for each in test],
        negatives=read_negatives(data, NEGATIVES),
    )
    return measure_sound_gate(recipe, gate_data)
