"""Sounds that a model must refuse: other organs, speech, the street, tones, noise, silence."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.resampling import resample_samples
from training.sound_files import Samples, Sound, read_source

COUNT = 60
MOST = 240
SYNTHETIC_RATE = 4000
SYNTHETIC_S = 6.0
NOISE_DECADES = (-2.5, -1.25)


@dataclass(frozen=True, slots=True)
class SoundSet:
    """A named part of a set; `is_wanted` judges a row of its `index.csv`.

    Half of its patients or speakers, or with `learned_split` that split, may be learned from; the
    others are measured.
    """

    name: str
    folder: str
    is_wanted: Callable[[dict[str, str]], bool]
    learned_split: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Negatives:
    """Sounds of one kind: those that a gate may learn from, and others to measure it on."""

    name: str
    fitted: tuple[Sound, ...]
    measured: tuple[Sound, ...]


def _is_environment(row: dict[str, str]) -> bool:
    return row["label"].startswith("env_")


def _is_digit(row: dict[str, str]) -> bool:
    return row["label"].startswith("speech")


def _is_any(row: dict[str, str]) -> bool:
    del row
    return True


def _is_long(row: dict[str, str]) -> bool:
    # Shorter cycles fall to the gate of duration.
    return float(row["duration_s"]) >= 2.0


ENVIRONMENT = SoundSet("Environment (ESC-10)", "ood-negatives", _is_environment)
DIGITS = SoundSet("Spoken digits", "ood-negatives", _is_digit)
SPEECH = SoundSet("Speech", "asr-samples", _is_any)
LUNG = SoundSet("Lung sounds", "lung-icbhi-cycles", _is_long)
HEART = SoundSet("Heart sounds (PASCAL B)", "heart-pascal-b", _is_any)
# Its splits are whole databases, so whole devices: those that are measured were never met.
OTHER_HEART = SoundSet(
    "Heart sounds of other devices (CinC)", "heart-cinc2016", _is_any, learned_split="train"
)


def read_negatives(data: Path, sets: tuple[SoundSet, ...], seed: int = 0) -> tuple[Negatives, ...]:
    """Return samples (channels, samples) with their sampling frequency, by kind.

    `data` is the folder of the training set; the other sets lie beside it, and those that are
    absent are left out.
    """
    found = [_read(data.parent / each.folder, each) for each in sets]
    generator = np.random.default_rng(seed)
    makers = {
        "White to brown noise": _noise,
        "Silence and hum": _silence,
        "Steady tones": _steady,
        "Music-like tones": _tones,
    }
    for name, make in makers.items():
        fitted, measured = ([make(generator) for _ in range(COUNT)] for _ in range(2))
        found.append(Negatives(name, tuple(fitted), tuple(measured)))
    return tuple(each for each in found if each.measured)


def _read(folder: Path, which: SoundSet) -> Negatives:
    if not (folder / "index.csv").is_file():
        return Negatives(which.name, (), ())
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if which.is_wanted(row)]
    is_learned = _choose_learned(rows, which.learned_split)
    # Both parts alike, whatever their sizes in the set.
    parts = []
    for wanted in (True, False):
        index = np.random.default_rng(0).permutation(np.flatnonzero(is_learned == wanted))
        chosen = [rows[i] for i in sorted(index[: MOST // 2].tolist())]
        parts.append(tuple(_filled(*read_source(folder / row["file"])) for row in chosen))
    return Negatives(which.name, *parts)


def _filled(samples: Samples, sampling_frequency: int) -> Sound:
    """Return a recording of few samples a second at 4 kHz with the faint noise of a device.

    Otherwise a gate would learn that the upper band is empty, which no other recording's is.
    """
    if sampling_frequency >= SYNTHETIC_RATE:
        return samples, sampling_frequency
    mono = resample_samples(samples.mean(axis=0), sampling_frequency, SYNTHETIC_RATE)
    generator = np.random.default_rng(int(1e6 * float(np.abs(mono).mean())))
    level = float(mono.std()) * 10 ** generator.uniform(*NOISE_DECADES)
    noise = generator.standard_normal(len(mono))
    return np.asarray((mono + level * noise)[None], np.float32), SYNTHETIC_RATE


def _choose_learned(rows: list[dict[str, str]], split: str | None) -> NDArray[np.bool_]:
    if split is not None:
        return np.array([row["split"] == split for row in rows], np.bool_)
    groups = sorted({row["patient_id"] for row in rows})
    learned = set(np.random.default_rng(0).permutation(groups)[::2].tolist())
    return np.array([row["patient_id"] in learned for row in rows], np.bool_)


def _noise(generator: np.random.Generator) -> Sound:
    """Noise whose power falls with a random power of the frequency."""
    count = round(SYNTHETIC_S * SYNTHETIC_RATE)
    spectrum = np.fft.rfft(generator.standard_normal(count))
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / SYNTHETIC_RATE), 10)
    noise = np.fft.irfft(spectrum / frequency ** generator.uniform(0, 1.2), count)
    return _scaled(noise, generator), SYNTHETIC_RATE


def _silence(generator: np.random.Generator) -> Sound:
    count = round(SYNTHETIC_S * SYNTHETIC_RATE)
    hum = np.sin(2 * np.pi * 50 * np.arange(count) / SYNTHETIC_RATE) * generator.integers(0, 3)
    noise = generator.standard_normal(count)
    return np.asarray(1e-4 * (hum + noise)[None], np.float32), SYNTHETIC_RATE


def _steady(generator: np.random.Generator) -> Sound:
    """One to three held tones, with a little noise."""
    count = round(SYNTHETIC_S * SYNTHETIC_RATE)
    time = np.arange(count) / SYNTHETIC_RATE
    pitches = 80 * 2 ** generator.uniform(0, 4, generator.integers(1, 4))
    total = sum(np.sin(2 * np.pi * pitch * time + pitch) for pitch in pitches)
    noise = generator.uniform(0, 0.1) * generator.standard_normal(count)
    return _scaled(np.asarray(total + noise), generator), SYNTHETIC_RATE


def _tones(generator: np.random.Generator) -> Sound:
    count = round(SYNTHETIC_S * SYNTHETIC_RATE)
    time = np.arange(count) / SYNTHETIC_RATE
    total = np.zeros(count)
    start = 0.0
    while start < SYNTHETIC_S:
        tone = 110 * 2 ** (generator.integers(0, 24) / 12)
        after = np.maximum(time - start, 0)
        total += np.exp(-3 * after) * np.sin(2 * np.pi * tone * after) * (after > 0)
        start += generator.uniform(0.15, 0.6)
    return _scaled(total, generator), SYNTHETIC_RATE


def _scaled(sound: NDArray[np.float64], generator: np.random.Generator) -> Samples:
    level = 10 ** generator.uniform(-1.5, 0)
    return np.asarray((level * sound / np.abs(sound).max())[None], np.float32)
