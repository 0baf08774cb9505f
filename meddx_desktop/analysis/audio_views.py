"""What the audio view draws and plays, computed in the worker."""

from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers.audio_samples import (
    iterate_native_blocks,
    iterate_span,
    read_mono_windows,
)
from meddx_desktop.rendering.playback import resample_blocks, to_sixteen_bit
from meddx_desktop.rendering.spectrogram import (
    Spectrogram,
    SpectrogramPlan,
    compute_spectrogram,
)
from meddx_desktop.rendering.waveform import PeakBlock, PeakPyramid, RecordingShape, build_peaks

_PLAYBACK_BLOCK_S = 0.5
_WINDOWS_PER_REPORT = 25


def load_peaks(
    clip: AudioClip, progress: ReportProgress
) -> Generator[PeakBlock, None, PeakPyramid]:
    """Build the waveform's peaks; parts are yielded from the beginning on."""
    shape = RecordingShape(clip.sample_count, clip.channels, clip.sampling_frequency)
    return (yield from build_peaks(_reported_blocks(clip, progress), shape))


def load_spectrogram(
    clip: AudioClip, start_s: float, end_s: float, columns: int, progress: ReportProgress
) -> Spectrogram:
    """Compute the spectrogram of `start_s` to `end_s` with one column for each of `columns`.

    Channels are averaged.

    Raises
    ------
    ValueError : the stretch is empty or there is no column.
    """
    if not start_s < end_s or columns < 1:
        raise ValueError(f"no picture of {start_s} s to {end_s} s in {columns} columns")
    plan = SpectrogramPlan(start_s, end_s, columns, clip.sampling_frequency)
    return compute_spectrogram(_reported_windows(clip, plan, progress), plan)


def stream_playback(
    clip: AudioClip,
    start_s: float,
    end_s: float,
    sampling_frequency: int,
    progress: ReportProgress,
) -> Generator[bytes, None, None]:
    """Yield the stretch as native 16-bit mono blocks at the loudspeaker's sampling frequency."""
    start = min(max(round(start_s * clip.sampling_frequency), 0), clip.sample_count)
    stop = min(max(round(end_s * clip.sampling_frequency), start), clip.sample_count)
    blocks = _mono_blocks(clip, start, stop, progress)
    for samples in resample_blocks(blocks, clip.sampling_frequency, sampling_frequency):
        yield to_sixteen_bit(samples)


def _reported_blocks(clip: AudioClip, progress: ReportProgress) -> Iterator[NDArray[np.generic]]:
    done = 0
    for block in iterate_native_blocks(clip):
        yield block
        done += len(block)
        progress(done, clip.sample_count, "Drawing the waveform")


def _reported_windows(
    clip: AudioClip, plan: SpectrogramPlan, progress: ReportProgress
) -> Iterator[NDArray[np.float32]]:
    starts = plan.window_starts
    for count, window in enumerate(read_mono_windows(clip, starts, plan.window_length)):
        if count % _WINDOWS_PER_REPORT == 0:
            progress(count, len(starts), "Drawing the spectrogram")
        yield window


def _mono_blocks(
    clip: AudioClip, start: int, stop: int, progress: ReportProgress
) -> Iterator[NDArray[np.float32]]:
    block = max(1, round(_PLAYBACK_BLOCK_S * clip.sampling_frequency))
    done = 0
    for samples in iterate_span(clip, start, stop, block):
        yield samples.mean(axis=0, dtype=np.float32)
        done += samples.shape[1]
        progress(done, stop - start, "Playing")
