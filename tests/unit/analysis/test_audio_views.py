"""Waveform, spectrogram and playback of a file."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from meddx_desktop.analysis.audio_views import load_peaks, load_spectrogram, stream_playback
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.errors import JobCancelled
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers import open_path
from meddx_desktop.rendering.waveform import PeakBlock

FREQUENCY = 8000


def clip_of(folder: Path, container: str = "WAV", seconds: int = 3, channels: int = 2) -> AudioClip:
    time = np.arange(seconds * FREQUENCY) / FREQUENCY
    left = np.rint(16384 * np.sin(2 * np.pi * 1000 * time)).astype(np.int16)
    path = folder / "sound"
    soundfile.write(path, np.stack([left, 0 * left][:channels], 1), FREQUENCY, format=container)
    clip = open_path(path, ignore_progress)
    assert isinstance(clip, AudioClip)
    return clip


def run(job: Generator[Any, None, Any]) -> tuple[list[Any], Any]:
    pieces = []
    while True:
        try:
            pieces.append(next(job))
        except StopIteration as end:
            return pieces, end.value


@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG", "MP3"])
def test_peaks_arrive_in_parts_and_as_a_pyramid(tmp_path: Path, container: str) -> None:
    clip = clip_of(tmp_path, container)
    pieces, pyramid = run(load_peaks(clip, ignore_progress))
    assert all(isinstance(piece, PeakBlock) for piece in pieces)
    assert sum(piece.peaks.minimum.shape[1] for piece in pieces) == clip.sample_count
    finest = pyramid.levels[0]
    assert finest.maximum[0].max() == pytest.approx(0.5, abs=0.1)
    assert np.abs(finest.maximum[1]).max() < 0.05


@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG", "MP3"])
def test_the_spectrogram_of_a_part_shows_its_tone(tmp_path: Path, container: str) -> None:
    spectrogram = load_spectrogram(clip_of(tmp_path, container), 1.0, 2.0, 80, ignore_progress)
    assert spectrogram.levels.shape[1] == 80
    loudest = spectrogram.levels.sum(axis=1, dtype=np.int64).argmax()
    assert spectrogram.frequencies_hz[loudest] == pytest.approx(1000, abs=65)
    # One channel of two, at half of full scale: 12 dB below.
    assert spectrogram.high_db == pytest.approx(-12, abs=2)


def test_the_spectrogram_is_the_same_from_a_seeking_and_a_streaming_format(tmp_path: Path) -> None:
    wave = load_spectrogram(clip_of(tmp_path, "WAV"), -0.5, 3.5, 300, ignore_progress)
    flac = load_spectrogram(clip_of(tmp_path, "FLAC"), -0.5, 3.5, 300, ignore_progress)
    np.testing.assert_array_equal(wave.levels, flac.levels)


@pytest.mark.parametrize(("start_s", "end_s", "columns"), [(1, 1, 10), (2, 1, 10), (0, 1, 0)])
def test_a_spectrogram_of_nothing_is_an_error(
    tmp_path: Path, start_s: float, end_s: float, columns: int
) -> None:
    with pytest.raises(ValueError, match="no picture"):
        load_spectrogram(clip_of(tmp_path), start_s, end_s, columns, ignore_progress)


def test_playback_streams_the_stretch_as_sixteen_bit_mono(tmp_path: Path) -> None:
    blocks = [*stream_playback(clip_of(tmp_path), 0.5, 2.0, 48000, ignore_progress)]
    samples = np.frombuffer(b"".join(blocks), np.int16)
    assert len(blocks) >= 3
    assert len(samples) == 1.5 * 48000
    assert samples.max() == pytest.approx(0.25 * 32767, rel=0.03)


def test_playback_beyond_the_end_stops_at_the_end(tmp_path: Path) -> None:
    blocks = [*stream_playback(clip_of(tmp_path), 2.5, 99.0, FREQUENCY, ignore_progress)]
    assert len(b"".join(blocks)) == 2 * FREQUENCY // 2


def test_each_view_reports_and_can_be_stopped(tmp_path: Path) -> None:
    clip = clip_of(tmp_path)

    def stop(done: int, total: int, step: str) -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        run(load_peaks(clip, stop))
    with pytest.raises(JobCancelled):
        load_spectrogram(clip, 0, 3, 100, stop)
    with pytest.raises(JobCancelled):
        [*stream_playback(clip, 0, 3, 16000, stop)]
