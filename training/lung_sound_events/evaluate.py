"""Measure the ensemble on patients that it never heard, and under changes of the sound."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation, FindingSpec
from meddx_desktop.preprocessing.resampling import resample_samples
from training.calibration import calibrate
from training.command_line import say
from training.lung_sound_events.dataset import (
    CLASSES,
    Cycle,
    Statistics,
    labels_of,
    patients_of,
    sounds_of,
    statistics_of,
)
from training.lung_sound_events.decision import (
    Labels,
    Values,
    balanced_accuracy,
    bootstrap_interval,
    decide,
)
from training.metrics import Predictions, expected_calibration_error, item_auc, patient_bootstrap
from training.sound_files import Samples, Sound

DATA_SET = "ICBHI 2017, single-channel recordings, cut to respiratory cycles"
TEST_SPLIT = "test patients"
BALANCED_ACCURACY = "balanced accuracy over normal, crackle, wheeze"
FEWEST = 8


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """Log odds (n, 2), mean over windows, and one array of features a recording."""

    odds: Values
    features: tuple[Values, ...]


def run_ensemble(ensemble: keras.Model, described: Sequence[Statistics]) -> Outputs:
    """Run the network over statistics of shape (windows, statistics), as the app does."""
    counts = np.cumsum([len(each) for each in described])[:-1]
    outputs = ensemble(np.concatenate(list(described)), training=False)
    odds = np.split(np.asarray(outputs["logits"], np.float64), counts)
    features = np.split(np.asarray(outputs["features"], np.float64), counts)
    return Outputs(np.stack([each.mean(axis=0) for each in odds]), tuple(features))


def finding_predictions(cycles: Sequence[Cycle], odds: Values, place: int) -> Predictions:
    """Return the binary predictions of one finding: 0 crackle, 1 wheeze.

    What the set calls a crackle may wheeze too, so crackles say nothing about the wheeze model.
    """
    labels = (labels_of(cycles) == place + 1).astype(np.int64)
    return Predictions(labels, odds[:, place], patients_of(cycles))


def probabilities_of(findings: Sequence[FindingSpec], odds: Values) -> Values:
    """Return calibrated probabilities (n, 2)."""
    columns = [calibrate(odds[:, spec.index], spec.calibration) for spec in findings]
    return np.stack(columns, axis=1)


def decisions_of(findings: Sequence[FindingSpec], odds: Values) -> Labels:
    """Return the class that the findings of each cycle amount to."""
    crackle, wheeze = (spec.operating_points[0].threshold for spec in findings)
    return decide(probabilities_of(findings, odds), (crackle, wheeze))


@dataclass(frozen=True, slots=True)
class Row:
    """The names of one row of the card."""

    system: str
    split: str
    is_baseline: bool = False


def accuracy_row(row: Row, cycles: Sequence[Cycle], decisions: Labels) -> Evaluation:
    """Return the balanced accuracy with an interval over patients."""
    labels, patients = labels_of(cycles), patients_of(cycles)

    def statistic(index: Labels) -> float:
        return balanced_accuracy(labels[index], decisions[index])

    value = balanced_accuracy(labels, decisions)
    interval = bootstrap_interval(patients, statistic)
    return _evaluation(row, cycles, (BALANCED_ACCURACY, value, interval))


def auc_rows(row: Row, cycles: Sequence[Cycle], odds: Values) -> list[Evaluation]:
    """Return each finding's AUC against everything else."""
    return [auc_row(row, cycles, odds, place) for place in range(odds.shape[1])]


def auc_row(row: Row, cycles: Sequence[Cycle], odds: Values, place: int) -> Evaluation:
    """Return one finding's AUC against everything else."""
    part = finding_predictions(cycles, odds, place)
    value, interval = item_auc(part), patient_bootstrap(part, item_auc)
    metric = f"AUC {CLASSES[place + 1]} against the rest"
    return _evaluation(row, cycles, (metric, value, interval))


def _evaluation(
    row: Row, cycles: Sequence[Cycle], measured: tuple[str, float, tuple[float, float] | None]
) -> Evaluation:
    metric, value, interval = measured
    say(f"{row.system}, {row.split}, {metric}: {value:.3f} {interval}")
    return Evaluation(
        system=row.system,
        data_set=DATA_SET,
        split=row.split,
        patients=len(set(patients_of(cycles).tolist())),
        items=len(cycles),
        metric=metric,
        value=value,
        interval=interval,
        is_baseline=row.is_baseline,
    )


def calibration_rows(
    system: str, cycles: Sequence[Cycle], findings: Sequence[FindingSpec], odds: Values
) -> list[Evaluation]:
    """Return each finding's expected calibration error on the test patients."""
    rows = []
    probabilities = probabilities_of(findings, odds)
    for place, name in enumerate(CLASSES[1:]):
        labels = finding_predictions(cycles, odds, place).labels
        value = expected_calibration_error(labels, probabilities[:, place])
        metric = f"expected calibration error of {name}, 10 bins"
        rows.append(_evaluation(Row(system, TEST_SPLIT), cycles, (metric, value, None)))
    return rows


def subgroup_rows(
    system: str, cycles: Sequence[Cycle], decisions: Labels, split: str
) -> list[Evaluation]:
    """Return the balanced accuracy of each device and site with enough of every class."""
    groups: Mapping[str, Callable[[Cycle], str]] = {
        "device": lambda each: each.device,
        "site": lambda each: each.site,
    }
    rows = []
    for kind, name_of in groups.items():
        names = np.array([name_of(each) for each in cycles])
        for name in np.unique(names):
            index = np.flatnonzero(names == name)
            part = [cycles[i] for i in index.tolist()]
            counts = np.bincount(labels_of(part), minlength=len(CLASSES))
            if counts.min() >= FEWEST and len(part) < len(cycles):
                row = Row(system, f"{split}, {kind} {name}")
                rows.append(accuracy_row(row, part, decisions[index]))
    return rows


def robustness_rows(
    system: str,
    ensemble: keras.Model,
    test: Sequence[Cycle],
    findings: Sequence[FindingSpec],
) -> list[Evaluation]:
    """Return the balanced accuracy on the test patients under each change."""
    rows = []
    sounds = sounds_of(test)
    for change, alter in _CHANGES.items():
        changed = [alter(*sound, index) for index, sound in enumerate(sounds)]
        odds = run_ensemble(ensemble, [statistics_of(*each) for each in changed]).odds
        row = Row(system, f"{TEST_SPLIT}, {change}")
        rows.append(accuracy_row(row, test, decisions_of(findings, odds)))
    return rows


def _with_noise(samples: Samples, rate: int, seed: int, decibels: float) -> Sound:
    noise = np.random.default_rng(seed).standard_normal(samples.shape)
    level = float(samples.std()) * 10 ** (-decibels / 20)
    return np.asarray(samples + level * noise, np.float32), rate


def _at_rate(samples: Samples, rate: int, target: int) -> Sound:
    channels = [resample_samples(channel, rate, target) for channel in samples]
    return np.stack(channels), target


def _as_16_bit(samples: NDArray[np.floating]) -> Samples:
    return np.asarray(np.round(samples * 32768) / 32768, np.float32)


_CHANGES: dict[str, Callable[[Samples, int, int], Sound]] = {
    "white noise 20 dB below": lambda x, rate, seed: _with_noise(x, rate, seed, 20.0),
    "white noise 10 dB below": lambda x, rate, seed: _with_noise(x, rate, seed, 10.0),
    "sampled at 8,000 Hz": lambda x, rate, _: _at_rate(x, rate, 8000),
    "sampled at 16,000 Hz": lambda x, rate, _: _at_rate(x, rate, 16_000),
    "sampled at 44,100 Hz": lambda x, rate, _: _at_rate(x, rate, 44_100),
    "20 dB softer, 16 bits": lambda x, rate, _: (_as_16_bit(0.1 * x), rate),
}
