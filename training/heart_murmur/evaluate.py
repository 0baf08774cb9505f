"""Measure the ensemble on patients that it never heard, elsewhere, and under changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation
from meddx_desktop.preprocessing.resampling import resample_samples
from training.command_line import say
from training.heart_murmur.cross_validation import CrossValidated, without_extrasystoles
from training.heart_murmur.dataset import (
    RESAMPLE,
    Recording,
    labels_of,
    patients_of,
    windows_of,
)
from training.heart_murmur.train import means_of
from training.metrics import (
    Predictions,
    Scores,
    expected_calibration_error,
    item_auc,
    patient_bootstrap,
)

DATA_SET = "PASCAL CHSC-2011 set B (DigiScope)"
TEST_SPLIT = "test patients, murmur against normal"
ELSEWHERE = "PhysioNet/CinC Challenge 2016, database {}"
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """What the network says about a list of recordings.

    `logits` has shape (recordings,), the mean over windows; `features` one array of shape
    (windows, features) a recording.
    """

    logits: Scores
    features: tuple[NDArray[np.float64], ...]


def run_ensemble(ensemble: keras.Model, sounds: Sequence[tuple[Samples, int]]) -> Outputs:
    """Run the network over samples with their sampling frequency, as the app does."""
    windows = [windows_of(samples, rate) for samples, rate in sounds]
    counts = [len(each) for each in windows]
    joined = np.concatenate(windows)
    logits, features = [], []
    for start in range(0, len(joined), 128):
        outputs = ensemble(joined[start : start + 128], training=False)
        logits.append(np.asarray(outputs["logits"])[:, 0])
        features.append(np.asarray(outputs["features"], np.float64))
    parts = np.split(np.concatenate(features), np.cumsum(counts)[:-1])
    return Outputs(means_of(np.concatenate(logits), counts), tuple(parts))


def sounds_of(recordings: Sequence[Recording]) -> list[tuple[Samples, int]]:
    """Return the prepared samples of recordings with their rate."""
    return [(each.samples, RESAMPLE.sampling_frequency) for each in recordings]


def predictions_of(recordings: Sequence[Recording], logits: Scores) -> Predictions:
    """Join logits with labels and patients."""
    return Predictions(labels_of(recordings), logits, patients_of(recordings))


@dataclass(frozen=True, slots=True)
class Row:
    """The names of one row of the card."""

    system: str
    data_set: str = DATA_SET
    split: str = TEST_SPLIT
    is_baseline: bool = False
    has_patients: bool = True


def auc_row(row: Row, predictions: Predictions) -> Evaluation:
    """Return the AUC per recording with an interval over patients."""
    result = Evaluation(
        system=row.system,
        data_set=row.data_set,
        split=row.split,
        patients=predictions.patient_count if row.has_patients else None,
        items=len(predictions.labels),
        metric="AUC per recording",
        value=item_auc(predictions),
        interval=patient_bootstrap(predictions, item_auc),
        is_baseline=row.is_baseline,
    )
    say(f"{row.system}, {row.data_set}, {row.split}: {result.value:.3f} {result.interval}")
    return result


def held_out_rows(
    system: str, known: Sequence[Recording], validated: CrossValidated
) -> list[Evaluation]:
    """Return the cross-validated AUC against normal, and against everything else."""
    split = "five-fold cross-validation by patient, mean of {} repeats, {}"
    count = len(validated.repeats)
    held_out = validated.held_out
    return [
        auc_row(
            Row(system, split=split.format(count, "murmur against normal")),
            without_extrasystoles(known, held_out),
        ),
        auc_row(Row(system, split=split.format(count, "murmur against the rest")), held_out),
    ]


def test_rows(system: str, test: Sequence[Recording], predictions: Predictions) -> list[Evaluation]:
    """Return the AUC on the test patients, whole, against the rest, and of subgroups."""
    rows = [
        auc_row(Row(system), without_extrasystoles(test, predictions)),
        auc_row(Row(system, split="test patients, murmur against the rest"), predictions),
    ]
    for name, is_inside in _SUBGROUPS.items():
        chosen = np.array([is_inside(each) and each.kind != "extrasystole" for each in test])
        part = predictions.take(chosen)
        if 3 <= part.labels.sum() <= len(part.labels) - 3:
            rows.append(auc_row(Row(system, split=f"{TEST_SPLIT}, {name}"), part))
    return rows


_SUBGROUPS: dict[str, Callable[[Recording], bool]] = {
    "marked noisy": lambda each: each.is_noisy,
    "not marked noisy": lambda each: not each.is_noisy,
    "shorter than 4 s": lambda each: len(each.samples) < 4 * RESAMPLE.sampling_frequency,
    "4 s and longer": lambda each: len(each.samples) >= 4 * RESAMPLE.sampling_frequency,
}


def calibration_row(system: str, predictions: Predictions, probabilities: Scores) -> Evaluation:
    """Return the expected calibration error on the test patients."""
    return Evaluation(
        system=system,
        data_set=DATA_SET,
        split="test patients, murmur against the rest",
        patients=predictions.patient_count,
        items=len(predictions.labels),
        metric="Expected calibration error, 10 bins",
        value=expected_calibration_error(predictions.labels, probabilities),
    )


def robustness_rows(
    system: str, ensemble: keras.Model, test: Sequence[Recording]
) -> list[Evaluation]:
    """Return the test AUC under each change."""
    rows = []
    for change, alter in _CHANGES.items():
        sounds = [alter(each.samples, index) for index, each in enumerate(test)]
        predictions = predictions_of(test, run_ensemble(ensemble, sounds).logits)
        row = Row(system, split=f"{TEST_SPLIT}, {change}")
        rows.append(auc_row(row, without_extrasystoles(test, predictions)))
    return rows


def _with_noise(samples: Samples, seed: int, decibels: float) -> tuple[Samples, int]:
    noise = np.random.default_rng(seed).standard_normal(len(samples))
    level = float(samples.std()) * 10 ** (-decibels / 20)
    return np.asarray(samples + level * noise, np.float32), RESAMPLE.sampling_frequency


def _at_rate(samples: Samples, seed: int, rate: int) -> tuple[Samples, int]:
    del seed
    return resample_samples(samples, RESAMPLE.sampling_frequency, rate), rate


def _colored(samples: Samples, seed: int) -> tuple[Samples, int]:
    """Tilt the spectrum by 6 dB an octave around 100 Hz, up or down."""
    rate = RESAMPLE.sampling_frequency
    frequency = np.maximum(np.fft.rfftfreq(len(samples), 1 / rate), 10) / 100
    tilt = frequency ** (1 if seed % 2 else -1)
    return np.asarray(np.fft.irfft(np.fft.rfft(samples) * tilt, len(samples)), np.float32), rate


_CHANGES: dict[str, Callable[[Samples, int], tuple[Samples, int]]] = {
    "white noise 20 dB below": lambda samples, seed: _with_noise(samples, seed, 20.0),
    "white noise 10 dB below": lambda samples, seed: _with_noise(samples, seed, 10.0),
    "sampled at 44,100 Hz": lambda samples, seed: _at_rate(samples, seed, 44_100),
    "sampled at 1,000 Hz": lambda samples, seed: _at_rate(samples, seed, 1000),
    "spectrum tilted by 6 dB an octave": _colored,
}


def elsewhere_rows(
    system: str, ensemble: keras.Model, recordings: Sequence[Recording], *, is_trained_on: bool
) -> list[Evaluation]:
    """Return the AUC abnormal against normal on each database of the other set."""
    rows = []
    known = "also trained on" if is_trained_on else "never trained on"
    for group in sorted({each.group for each in recordings}):
        part = [each for each in recordings if each.group == group]
        predictions = predictions_of(part, run_ensemble(ensemble, sounds_of(part)).logits)
        # Their patients are unknown, so the interval treats each recording as one.
        alone = Predictions(
            predictions.labels, predictions.logits, np.arange(len(part)).astype(np.str_)
        )
        row = Row(
            system,
            data_set=ELSEWHERE.format(group.removeprefix("training-")),
            split=f"all recordings, abnormal against normal, {known}",
            has_patients=False,
        )
        rows.append(auc_row(row, alone))
    return rows
