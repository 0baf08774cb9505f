"""The log-mel picture of speech against a formula written out term by term."""

import numpy as np
import pytest

from meddx_desktop.preprocessing.audio import MelLevels, mel_levels, prepare_audio

RATE = 16000
LENGTH, STEP = 400, 160
OPERATION = MelLevels(duration_s=1.0, window_s=0.025, step_s=0.01, bands=80, low=0.0, high=8000.0)


@pytest.fixture
def sound():
    time = np.arange(12000) / RATE
    random = np.random.default_rng(3)
    chirp = 0.3 * np.sin(2 * np.pi * (200 + 1500 * time) * time)
    return (chirp + 0.01 * random.normal(size=len(time))).astype(np.float32)


def _mel(hertz: float) -> float:
    return 3 * hertz / 200 if hertz < 1000 else 15 + 27 * np.log(hertz / 1000) / np.log(6.4)


def _hertz(mel: float) -> float:
    return 200 * mel / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)


def _filter(band: int, hertz: float) -> float:
    low, middle, high = (_hertz(_mel(8000) * place / 81) for place in range(band, band + 3))
    rising, falling = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    return max(0.0, min(rising, falling)) * 2 / (high - low)


def _expected(sound, frames):
    """Powers by the sum of the Fourier transform itself, for some frames."""
    padded = np.zeros(RATE)
    padded[: len(sound)] = sound
    hann = np.array([0.5 - 0.5 * np.cos(2 * np.pi * n / LENGTH) for n in range(LENGTH)])
    places = np.arange(LENGTH)
    waves = np.exp(-2j * np.pi * np.outer(np.arange(LENGTH // 2 + 1), places) / LENGTH)
    filters = np.array(
        [[_filter(band, k * RATE / LENGTH) for k in range(LENGTH // 2 + 1)] for band in range(80)]
    )
    rows = []
    for frame in frames:
        index = np.abs(frame * STEP + places - LENGTH // 2)
        index = np.where(index > RATE - 1, 2 * (RATE - 1) - index, index)
        rows.append(filters @ np.abs(waves @ (padded[index] * hann)) ** 2)
    return np.log10(np.maximum(np.array(rows), 1e-10))


def test_levels_follow_the_formula(sound):
    frames = range(100)
    levels = _expected(sound, frames)
    expected = (np.maximum(levels, levels.max() - 8) + 4) / 4
    got = mel_levels(sound, RATE, OPERATION)
    assert got.shape == (100, 80)
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_silence_gives_the_floor_everywhere():
    got = mel_levels(np.zeros(100, np.float32), RATE, OPERATION)
    np.testing.assert_allclose(got, (-10 + 4) / 4, atol=1e-6)


def test_what_is_longer_than_the_window_is_cut_off(sound):
    long = np.concatenate([sound, np.zeros(4000, np.float32), sound])
    np.testing.assert_array_equal(
        mel_levels(long, RATE, OPERATION), mel_levels(long[:RATE], RATE, OPERATION)
    )


def test_the_operation_ends_a_preparation_with_one_window(sound):
    assert prepare_audio(sound, RATE, (OPERATION,)).shape == (1, 100, 80)
