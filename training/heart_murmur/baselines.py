"""What the network must beat on the same patients: frequency, color, envelopes, the reference."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression

from training.heart_murmur.dataset import (
    ENVELOPES,
    FRAMES,
    Recording,
    labels_of,
    patients_of,
)
from training.image_baselines import (
    gray_pictures,
    kept_logits,
    logistic_logits,
    majority_logits,
    reference_cnn_logits,
)
from training.metrics import Predictions, Scores

PERCENTILES = (10, 25, 50, 75, 90, 97)
LOGISTIC_STRENGTH = 0.03


def baseline_predictions(
    known: Sequence[Recording], test: Sequence[Recording], work: Path
) -> dict[str, Predictions]:
    """Fit every baseline on the known recordings; return their predictions of the test part."""
    labels = labels_of(known)
    systems: dict[str, Callable[[], Scores]] = {
        "Majority": lambda: majority_logits(labels, len(test)),
        "Linear regression on band power": lambda: _linear(known, test),
        "Logistic regression on band envelopes": lambda: logistic_logits(
            _rows(known, envelope_statistics),
            labels,
            _rows(test, envelope_statistics),
            LOGISTIC_STRENGTH,
        ),
        "reference_cnn on the band picture": lambda: _reference(known, test, work),
    }
    return {
        name: Predictions(labels_of(test), compute(), patients_of(test))
        for name, compute in systems.items()
    }


def _rows(
    recordings: Sequence[Recording], describe: Callable[[NDArray[np.float32]], Scores]
) -> Scores:
    return np.stack([describe(recording.power) for recording in recordings])


def band_levels(power: NDArray[np.float32]) -> Scores:
    """Return the logarithm of the mean power of each band."""
    return np.asarray(np.log(power.mean(axis=0, dtype=np.float64) + ENVELOPES.floor))


def _linear(known: Sequence[Recording], test: Sequence[Recording]) -> Scores:
    model = LinearRegression().fit(_rows(known, band_levels), labels_of(known))
    return np.asarray(model.predict(_rows(test, band_levels)), np.float64)


def envelope_statistics(power: NDArray[np.float32]) -> Scores:
    """Return percentiles, deviation and level of each band's envelope over its mean."""
    envelope = np.sqrt(power.astype(np.float64) + ENVELOPES.floor)
    mean = envelope.mean(axis=0)
    shape = envelope / mean
    level = np.log(mean)
    return np.concatenate(
        [
            np.log(np.percentile(shape, PERCENTILES, axis=0) + 1e-3).ravel(),
            np.log(shape.std(axis=0) + 1e-3),
            level - level.mean(),
        ]
    )


def _reference(known: Sequence[Recording], test: Sequence[Recording], work: Path) -> Scores:
    def train() -> Scores:
        return reference_cnn_logits(_pictures(known), labels_of(known), _pictures(test))

    return kept_logits(work / "reference-cnn-test.npy", train)


def _pictures(recordings: Sequence[Recording]) -> NDArray[np.float32]:
    """Return the first window of each recording as a gray picture in [0, 1]."""
    log_power = np.log(np.stack([each.power[:FRAMES] for each in recordings]) + ENVELOPES.floor)
    return gray_pictures(log_power, ENVELOPES.epsilon)
