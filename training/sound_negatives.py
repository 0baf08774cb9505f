"""Sounds that a model must refuse: other organs, speech, the street, noise, silence."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.sound_files import Samples, Sound, read_source

COUNT = 100
SYNTHETIC_RATE = 4000
SYNTHETIC_S = 6.0


@dataclass(frozen=True, slots=True)
class SoundSet:
    """A named part of a set; `is_wanted` judges a row of its `index.csv`."""

    name: str
    folder: str
    is_wanted: Callable[[dict[str, str]], bool]


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
HEART = SoundSet("Heart sounds", "heart-pascal-b", _is_any)


def read_negatives(data: Path, sets: tuple[SoundSet, ...], seed: int = 0) -> dict[str, list[Sound]]:
    """Return named lists of samples (channels, samples) with their sampling frequency.

    `data` is the folder of the training set; the other sets lie beside it, and those that are
    absent are left out.
    """
    found = {each.name: _read(data.parent / each.folder, each.is_wanted) for each in sets}
    generator = np.random.default_rng(seed)
    found["Noise"] = [_noise(generator) for _ in range(COUNT)]
    found["Silence"] = [_silence(generator) for _ in range(COUNT)]
    found["Music-like tones"] = [_tones(generator) for _ in range(COUNT)]
    return {name: sounds for name, sounds in found.items() if sounds}


def _read(folder: Path, is_wanted: Callable[[dict[str, str]], bool]) -> list[Sound]:
    if not (folder / "index.csv").is_file():
        return []
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if is_wanted(row)]
    kept = np.random.default_rng(0).permutation(len(rows))[: 3 * COUNT]
    return [read_source(folder / rows[i]["file"]) for i in sorted(kept)]


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
