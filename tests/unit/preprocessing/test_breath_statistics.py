"""Statistics of breath sounds: what each group answers to, and short recordings."""

import numpy as np
import pytest
from numpy.typing import NDArray

from meddx_desktop.preprocessing.audio import CutWindows, NormalizeRms, prepare_audio
from meddx_desktop.preprocessing.breath_statistics import (
    BreathStatistics,
    breath_statistics,
    running_median,
)

RATE = 4000
OPERATION = BreathStatistics(
    low=60,
    high=1900,
    bands=6,
    window_s=0.032,
    step_s=0.01,
    percentiles=(50, 95),
    click_window_s=0.008,
    click_step_s=0.002,
    click_background_s=0.1,
    click_ranges=((500, 1000),),
    click_percentiles=(50, 99),
    click_heights=(2.5,),
    tone_window_s=0.08,
    tone_step_s=0.02,
    tone_background=200,
    tone_ranges=((150, 300), (300, 800)),
    tone_held=(4,),
    tone_percentiles=(50,),
    tone_heights=(2.0,),
)
CONTOUR, CLICKS, TONES = slice(0, 14), slice(14, 21), slice(21, 27)


def noise(seconds: float = 3.0, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(round(seconds * RATE)).astype(np.float32)


def described(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return breath_statistics(samples[None], RATE, OPERATION)[0]


def test_clicks_are_counted_a_second() -> None:
    clicks = noise()
    for start in range(600, 12000, 1200):  # ten in three seconds
        time = np.arange(40) / RATE
        clicks[start : start + 40] += 30 * np.exp(-time * 400) * np.sin(2 * np.pi * 700 * time)
    assert np.expm1(described(clicks)[CLICKS][5]) == pytest.approx(10 / 3, abs=0.4)
    assert np.expm1(described(noise())[CLICKS][5]) < 1.0


def test_a_held_tone_stands_out_where_it_lies() -> None:
    time = np.arange(3 * RATE) / RATE
    plain, whistling = described(noise()), described(noise() + np.sin(2 * np.pi * 500 * time))
    low, high, _, pitch, share, _ = whistling[TONES] - [*plain[TONES][:2], 0, 0, 0, 0]
    assert high > 2
    assert abs(low) < 0.3
    assert np.exp(pitch) == pytest.approx(500, abs=10)
    assert share > 0.95


def test_the_color_of_the_microphone_does_not_change_the_contour() -> None:
    sound = noise() * (1 + 0.8 * np.sin(2 * np.pi * np.arange(3 * RATE) / RATE)).astype(np.float32)
    spectrum = np.fft.rfft(sound)
    tilt = np.linspace(1.0, 3.0, len(spectrum))
    colored = np.fft.irfft(spectrum * tilt, len(sound)).astype(np.float32)
    np.testing.assert_allclose(described(sound)[CONTOUR], described(colored)[CONTOUR], atol=0.15)


def test_a_short_recording_is_one_window_of_its_own_length() -> None:
    cut = CutWindows(duration_s=2.0, step_s=1.0, fills="nothing")
    operations = (NormalizeRms(level=1.0), cut)
    assert prepare_audio(noise(0.7), RATE, operations).shape == (1, 2800)
    assert prepare_audio(noise(4.5), RATE, (*operations, OPERATION)).shape == (4, 27)
    shortest = prepare_audio(noise(0.05), RATE, (*operations, OPERATION))
    assert np.isfinite(shortest).all()


def test_silence_has_finite_statistics() -> None:
    assert np.isfinite(described(np.zeros(8000, np.float32))).all()


def test_the_running_median_is_that_of_the_values_around() -> None:
    rows = np.stack([np.arange(40.0), np.where(np.arange(40) == 20, 50.0, 1.0)])
    median = running_median(rows, 4)
    np.testing.assert_allclose(median[0, 4:36], rows[0, 4:36])
    np.testing.assert_allclose(median[1], 1.0)
