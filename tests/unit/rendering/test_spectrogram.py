"""The spectrogram shows tones where and as loud as they are."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from meddx_desktop.rendering.spectrogram import (
    Spectrogram,
    SpectrogramPlan,
    compute_spectrogram,
)


def windows_of(
    samples: NDArray[np.float32], plan: SpectrogramPlan
) -> Iterator[NDArray[np.float32]]:
    length = plan.window_length
    padded = np.pad(samples, (length, length * 2))
    for start in plan.window_starts.tolist():
        begin = min(max(start + length, 0), len(padded) - length)
        yield padded[begin : begin + length]


def tone(frequency_hz: float, seconds: float, sampling_frequency: int) -> NDArray[np.float32]:
    time = np.arange(int(seconds * sampling_frequency)) / sampling_frequency
    return np.sin(2 * np.pi * frequency_hz * time).astype(np.float32)


def level_db(spectrogram: Spectrogram, row: int, column: int) -> float:
    span = spectrogram.high_db - spectrogram.low_db
    return spectrogram.low_db + float(spectrogram.levels[row, column]) / 255 * span


@pytest.mark.parametrize(
    ("sampling_frequency", "hertz"), [(4000, 250), (16000, 1000), (44100, 5e3)]
)
@pytest.mark.parametrize("columns", [10, 300])
def test_a_full_scale_tone_is_at_its_frequency_and_at_zero_decibel(
    sampling_frequency: int, hertz: float, columns: int
) -> None:
    plan = SpectrogramPlan(0, 2, columns, sampling_frequency)
    spectrogram = compute_spectrogram(windows_of(tone(hertz, 2, sampling_frequency), plan), plan)
    assert spectrogram.levels.shape == (plan.window_length // 2 + 1, columns)
    middle = columns // 2
    row = int(spectrogram.levels[:, middle].argmax())
    resolution = sampling_frequency / plan.window_length
    assert spectrogram.frequencies_hz[row] == pytest.approx(hertz, abs=resolution)
    assert level_db(spectrogram, row, middle) == pytest.approx(0, abs=1.6)


def test_a_quieter_tone_lies_lower_by_its_decibels() -> None:
    plan = SpectrogramPlan(0, 1, 20, 16000)
    loud = compute_spectrogram(windows_of(tone(1000, 1, 16000), plan), plan)
    quiet = compute_spectrogram(windows_of(0.1 * tone(1000, 1, 16000), plan), plan)
    assert loud.high_db - quiet.high_db == pytest.approx(20, abs=0.01)


def test_a_burst_is_in_its_column() -> None:
    samples = np.zeros(16000, np.float32)
    samples[8000:8400] = tone(2000, 400 / 16000, 16000)
    plan = SpectrogramPlan(0, 1, 100, 16000)
    spectrogram = compute_spectrogram(windows_of(samples, plan), plan)
    loudest = int(spectrogram.levels.max(axis=0).argmax())
    assert spectrogram.times_s[loudest] == pytest.approx(0.5125, abs=0.02)


def test_silence_is_one_dark_picture_with_finite_levels() -> None:
    plan = SpectrogramPlan(0, 1, 50, 8000)
    spectrogram = compute_spectrogram(windows_of(np.zeros(8000, np.float32), plan), plan)
    assert np.isfinite([spectrogram.low_db, spectrogram.high_db]).all()
    assert spectrogram.levels.min() == spectrogram.levels.max()


@pytest.mark.parametrize("duration_s", [0.01, 1, 60, 3600, 86400])
def test_the_work_does_not_grow_with_the_duration(duration_s: float) -> None:
    plan = SpectrogramPlan(0, duration_s, 1000, 16000)
    assert len(plan.window_starts) <= 4000
    assert plan.window_length <= 1024
    assert np.all(np.diff(plan.window_starts) >= 0)


def test_axes_are_the_centers_of_rows_and_columns() -> None:
    plan = SpectrogramPlan(10, 20, 5, 8000)
    spectrogram = compute_spectrogram(windows_of(np.zeros(100, np.float32), plan), plan)
    np.testing.assert_allclose(spectrogram.times_s, [11, 13, 15, 17, 19])
    assert spectrogram.frequencies_hz[0] == 0
    assert spectrogram.frequencies_hz[-1] == 4000
