"""Samples in blocks, from anywhere in the recording."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers.audio_samples import (
    iterate_blocks,
    iterate_native_blocks,
    read_mono_windows,
    read_samples,
)
from meddx_desktop.readers.wave_audio import WAVE_AUDIO_READER

FREQUENCY = 8000
FORMATS = [
    ("WAV", "PCM_16"),
    ("WAV", "FLOAT"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
]


def noise(seconds: float, channels: int = 2) -> NDArray[np.float32]:
    generator = np.random.default_rng(7)
    shape = (int(seconds * FREQUENCY), channels)
    return (0.2 * generator.standard_normal(shape)).clip(-1, 1).astype(np.float32)


def clip_of(path: Path, samples: NDArray[np.float32], container: str, subtype: str) -> AudioClip:
    soundfile.write(path, samples, FREQUENCY, format=container, subtype=subtype)
    return WAVE_AUDIO_READER.read(path, ignore_progress)


@pytest.mark.parametrize(("container", "subtype"), FORMATS)
def test_a_part_equals_the_same_part_of_the_whole(
    tmp_path: Path, container: str, subtype: str
) -> None:
    clip = clip_of(tmp_path / "sound", noise(6), container, subtype)
    whole = read_samples(clip)
    assert whole.shape == (2, clip.sample_count)
    assert whole.dtype == np.float32
    for start, stop in [(0, 100), (12345, 23456), (clip.sample_count - 7, clip.sample_count)]:
        part = read_samples(clip, start, stop)
        np.testing.assert_allclose(part, whole[:, start:stop], atol=1e-4)


@pytest.mark.parametrize(("container", "subtype"), FORMATS)
def test_blocks_joined_equal_the_whole(tmp_path: Path, container: str, subtype: str) -> None:
    clip = clip_of(tmp_path / "sound", noise(3), container, subtype)
    blocks = list(iterate_blocks(clip, block_s=0.7))
    assert all(block.shape[1] <= 0.7 * clip.sampling_frequency for block in blocks)
    np.testing.assert_allclose(np.concatenate(blocks, axis=1), read_samples(clip), atol=1e-6)


def test_native_blocks_keep_sixteen_bits(tmp_path: Path) -> None:
    stored = np.arange(-500, 500, dtype=np.int16).reshape(-1, 1)
    path = tmp_path / "sound.wav"
    soundfile.write(path, stored, FREQUENCY, "PCM_16")
    clip = WAVE_AUDIO_READER.read(path, ignore_progress)
    (block,) = iterate_native_blocks(clip)
    assert block.dtype == np.int16
    np.testing.assert_array_equal(block, stored)


@pytest.mark.parametrize(("container", "subtype"), FORMATS)
@pytest.mark.parametrize("length", [64, 1000])
def test_windows_hold_the_averaged_channels_and_zeros_outside(
    tmp_path: Path, container: str, subtype: str, length: int
) -> None:
    clip = clip_of(tmp_path / "sound", noise(2), container, subtype)
    mono = read_samples(clip).mean(axis=0)
    padded = np.concatenate([np.zeros(2000, np.float32), mono, np.zeros(4000, np.float32)])
    starts = np.array([-1500, -30, 0, 50, 777, 5000, len(mono) - 20, len(mono) + 900])
    windows = list(read_mono_windows(clip, starts, length))
    assert len(windows) == len(starts)
    for start, window in zip(starts.tolist(), windows, strict=True):
        expected = padded[start + 2000 : start + 2000 + length]
        np.testing.assert_allclose(window, expected, atol=1e-4)


@pytest.mark.parametrize("span", [(-1, 5), (5, 4), (0, 10**9)])
def test_a_range_outside_the_recording_is_an_error(tmp_path: Path, span: tuple[int, int]) -> None:
    clip = clip_of(tmp_path / "sound", noise(1), "WAV", "PCM_16")
    with pytest.raises(ValueError, match="samples"):
        read_samples(clip, *span)


def test_a_recording_that_shrank_since_it_was_opened_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    clip = clip_of(path, noise(1), "WAV", "PCM_16")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(RefusedFileError, match="changed") as refusal:
        read_samples(clip)
    assert refusal.value.code == "truncated_file"


def test_memory_stays_flat_while_blocks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    with soundfile.SoundFile(path, "w", FREQUENCY, 1, "PCM_16", format="FLAC") as file:
        for _ in range(20):
            file.write(np.zeros(60 * FREQUENCY, np.int16))
    clip = WAVE_AUDIO_READER.read(path, ignore_progress)
    tracemalloc.start()
    total = sum(block.shape[1] for block in iterate_blocks(clip, block_s=10))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == clip.sample_count
    assert peak < 4 * 10 * FREQUENCY * 4
