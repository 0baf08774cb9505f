"""Audio operations against independent formulas."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, resample_poly, sosfiltfilt

from meddx_desktop.preprocessing.audio import (
    BandEnvelopes,
    BandPass,
    CutWindows,
    LogMel,
    NormalizeRms,
    Resample,
    band_envelopes,
    band_pass,
    cut_windows,
    log_mel,
    normalize_rms,
    prepare_audio,
    resample,
    standardize_picture,
    window_starts,
)
from meddx_desktop.preprocessing.audio_blocks import plan_blocks
from meddx_desktop.preprocessing.filter_banks import log_spaced_filters, mel_filters
from meddx_desktop.preprocessing.resampling import resample_samples

RATE = 2000
ENVELOPES = BandEnvelopes(
    window_s=0.05, step_s=0.02, fft_length=256, bands=16, low=25.0, high=900.0
)


def tone(frequency: float, seconds: float, rate: int = RATE) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate).astype("f4")


@pytest.mark.parametrize(
    ("source", "target"),
    [(44100, 2000), (8000, 2000), (11025, 2000), (2000, 16000), (1000, 2000), (22050, 16000)],
)
def test_resampling_agrees_with_scipy(source: int, target: int) -> None:
    samples = np.random.default_rng(1).standard_normal(source + 17).astype("f4")
    divisor = np.gcd(source, target)
    expected = resample_poly(samples, target // divisor, source // divisor)
    np.testing.assert_allclose(resample_samples(samples, source, target), expected, atol=3e-6)


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(0, 900),
    source=st.integers(900, 12000),
    target=st.sampled_from([1000, 2000, 4000]),
)
def test_resampling_keeps_the_duration(count: int, source: int, target: int) -> None:
    result = resample_samples(np.ones(count, np.float32), source, target)
    assert len(result) == -(-count * target // source)
    assert np.isfinite(result).all()


def test_channels_are_averaged() -> None:
    channels = np.stack([tone(100, 1), np.zeros(RATE, np.float32)])
    result = resample(channels, RATE, Resample(sampling_frequency=RATE))
    np.testing.assert_allclose(result, channels[0] / 2, atol=1e-7)


def test_band_pass_is_butterworth_run_forwards_and_backwards() -> None:
    samples = np.random.default_rng(2).standard_normal(4 * RATE).astype("f4")
    sections = butter(4, [25, 400], "bandpass", fs=RATE, output="sos")
    expected = sosfiltfilt(sections, samples)
    result = band_pass(samples, RATE, BandPass(low=25, high=400))
    np.testing.assert_allclose(result[500:-500], expected[500:-500], atol=1e-4)


def test_level_is_set_and_the_mean_removed() -> None:
    result = normalize_rms(tone(50, 2) * 0.01 + 0.3, NormalizeRms(level=0.1))
    assert np.sqrt(np.mean(result**2)) == pytest.approx(0.1, rel=1e-5)
    assert result.mean() == pytest.approx(0, abs=1e-6)


def test_silence_stays_silence() -> None:
    result = prepare_audio(
        np.full((1, 3 * RATE), 0.25, np.float32),
        RATE,
        (NormalizeRms(), CutWindows(duration_s=3, step_s=1), ENVELOPES),
    )
    np.testing.assert_allclose(result, 0, atol=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 30_000),
    duration_s=st.floats(0.3, 4.0),
    step_s=st.floats(0.1, 4.0),
)
def test_windows_cover_the_recording(count: int, duration_s: float, step_s: float) -> None:
    operation = CutWindows(duration_s=duration_s, step_s=min(step_s, duration_s))
    samples = np.arange(count, dtype=np.float32)
    windows = cut_windows(samples, RATE, operation)
    assert set(np.unique(windows)) == set(range(count))
    assert windows.shape[1] == round(duration_s * RATE)


def test_a_short_recording_is_repeated() -> None:
    windows = cut_windows(
        np.arange(600, dtype=np.float32), RATE, CutWindows(duration_s=1, step_s=1)
    )
    np.testing.assert_array_equal(windows[0], np.arange(2000) % 600)


def test_mel_filters_are_triangles_of_unit_area_at_slaneys_centers() -> None:
    filters = mel_filters(16000, 4096, 40, 0.0, 8000.0)
    bins = np.linspace(0, 8000, 2049)
    # Slaney's published layout: 66.67 Hz apart below 1 kHz, then factors of 6.4 ** (1 / 27).
    mels = np.linspace(0, 15 + 27 * np.log(8) / np.log(6.4), 42)
    centers = np.where(mels < 15, mels * 200 / 3, 1000 * 6.4 ** ((mels - 15) / 27))[1:-1]
    np.testing.assert_allclose(bins[filters.argmax(axis=1)], centers, atol=2.0)
    np.testing.assert_allclose(filters.sum(axis=1) * bins[1], 1, atol=0.01)


def test_log_spaced_filters_average_and_are_never_empty() -> None:
    filters = log_spaced_filters(RATE, 64, 24, 20.0, 900.0)
    np.testing.assert_allclose(filters.sum(axis=1), 1, rtol=1e-5)
    centers = np.geomspace(20, 900, 26)[1:-1]
    peaks = np.linspace(0, 1000, 33)[filters.argmax(axis=1)]
    assert np.all(np.abs(peaks - centers) <= 1000 / 32)


def test_a_tone_lights_its_band() -> None:
    picture = band_envelopes(
        tone(109.34, 3)[None], RATE, ENVELOPES.model_copy(update={"standardize": "none"})
    )
    centers = np.geomspace(25, 900, 18)[1:-1]
    assert picture.shape == (1, 148, 16)
    assert np.all(picture[0].argmax(axis=1) == np.abs(centers - 109.34).argmin())


def test_log_mel_is_the_log_of_the_filtered_power() -> None:
    operation = LogMel(
        window_s=0.1, step_s=0.05, fft_length=256, bands=8, low=20, high=900, standardize="none"
    )
    samples = np.random.default_rng(3).standard_normal(RATE).astype("f4")
    picture = log_mel(samples[None], RATE, operation)[0]
    frame = samples[100:300] * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(200) / 200))
    power = np.abs(np.fft.rfft(frame, 256)) ** 2
    expected = np.log(mel_filters(RATE, 256, 8, 20, 900) @ power + 1e-8)
    np.testing.assert_allclose(picture[1], expected, atol=1e-4)


def test_band_standardization_removes_the_color_of_the_microphone() -> None:
    picture = np.random.default_rng(4).standard_normal((2, 50, 6)).astype("f4")
    colored = picture + np.linspace(-3, 3, 6, dtype=np.float32)
    plain, removed = (standardize_picture(each, "band", 0.1) for each in (picture, colored))
    np.testing.assert_allclose(plain, removed, atol=1e-5)
    whole = standardize_picture(colored, "window", 0.0)
    assert whole.mean() == pytest.approx(0, abs=1e-5)
    assert whole.std() == pytest.approx(1, rel=1e-4)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 2_000_000),
    rate=st.sampled_from([2000, 4000, 8000, 11025, 44100]),
    duration_s=st.sampled_from([0.9, 3.0, 5.0]),
)
def test_blocks_cover_an_hour_with_the_windows_of_the_whole(
    count: int, rate: int, duration_s: float
) -> None:
    cut = CutWindows(duration_s=duration_s, step_s=1.0 if duration_s > 1 else 0.3)
    operations = (Resample(sampling_frequency=RATE), cut)
    blocks = plan_blocks(count, rate, operations, block_s=30.0)
    assert blocks[0].start == 0
    assert blocks[-1].stop == count
    assert all(later.start <= earlier.stop for earlier, later in pairwise(blocks))
    assert all(block.stop - block.start <= 40 * rate for block in blocks)
    begins = [begin for block in blocks for begin, _ in block.windows]
    resampled = -(-count * RATE // rate)
    expected = [start / RATE for start in window_starts(resampled, RATE, cut)]
    np.testing.assert_allclose(begins, expected, atol=2 / RATE)


def test_a_block_has_as_many_prepared_windows_as_the_plan_says() -> None:
    operations = (
        Resample(sampling_frequency=RATE),
        NormalizeRms(),
        CutWindows(duration_s=3.0, step_s=1.0),
        ENVELOPES,
    )
    samples = np.random.default_rng(5).standard_normal((2, 11025 * 23 + 501)).astype("f4")
    for block in plan_blocks(samples.shape[1], 11025, operations, block_s=10.0):
        prepared = prepare_audio(samples[:, block.start : block.stop], 11025, operations)
        assert prepared.shape == (len(block.windows), 148, 16, 1)


def test_without_windows_a_block_is_one_window() -> None:
    blocks = plan_blocks(70 * RATE, RATE, (NormalizeRms(),), block_s=60.0)
    assert [block.windows for block in blocks] == [((0.0, 60.0),), ((60.0, 70.0),)]
