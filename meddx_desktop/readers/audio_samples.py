"""Samples of a recording, read in blocks so that an hour never becomes one array."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.readers.qt_audio_decoder import samples_file
from meddx_desktop.readers.refusals import truncated
from meddx_desktop.readers.sound_file import open_sound

_PIECE_SAMPLES = 1 << 20
_SMALL_INTEGER_SUBTYPES = {"PCM_16", "PCM_S8", "PCM_U8", "ULAW", "ALAW"}
_FLOAT_SUBTYPES = {"FLOAT", "DOUBLE"}
# Container formats in which a seek costs nothing.
_SEEK_FORMATS = {"WAV", "WAVEX", "RF64", "AIFF", "AU", "W64", "CAF", "NIST"}


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    stop: int
    block: int


def read_samples(clip: AudioClip, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
    """Read samples `start` to `stop` of every channel.

    Returns
    -------
    Shape (channels, samples), full scale at ±1; values that are not numbers read as 0.

    Raises
    ------
    ValueError : the range lies outside the recording.
    RefusedFileError : the file changed or cannot be decoded any more.
    """
    stop = clip.sample_count if stop is None else stop
    if not 0 <= start <= stop <= clip.sample_count:
        raise ValueError(f"samples {start} to {stop} of a recording of {clip.sample_count}")
    samples = np.empty((clip.channels, stop - start), np.float32)
    filled = 0
    for piece in _pieces(clip, _Span(start, stop, _PIECE_SAMPLES), "float32"):
        samples[:, filled : filled + len(piece)] = piece.T
        filled += len(piece)
    return samples


def iterate_blocks(clip: AudioClip, block_s: float = 60.0) -> Iterator[NDArray[np.float32]]:
    """Read the recording in blocks of `block_s` seconds, shape (channels, samples), in order."""
    block = max(1, round(block_s * clip.sampling_frequency))
    return iterate_span(clip, 0, clip.sample_count, block)


def iterate_span(
    clip: AudioClip, start: int, stop: int, block: int
) -> Iterator[NDArray[np.float32]]:
    """Read samples `start` to `stop` in blocks of `block` samples, shape (channels, samples)."""
    for piece in _pieces(clip, _Span(start, stop, block), "float32"):
        yield np.ascontiguousarray(piece.T, dtype=np.float32)


def iterate_native_blocks(clip: AudioClip) -> Iterator[NDArray[np.int16] | NDArray[np.float32]]:
    """Read the recording in blocks of shape (samples, channels), as int16 where it is so stored."""
    with open_sound(samples_file(clip)) as file:
        dtype = "int16" if file.subtype in _SMALL_INTEGER_SUBTYPES else "float32"
    yield from _pieces(clip, _Span(0, clip.sample_count, _PIECE_SAMPLES), dtype)


def read_mono_windows(
    clip: AudioClip, starts: NDArray[np.int64], length: int
) -> Iterator[NDArray[np.float32]]:
    """Read windows of `length` samples, channels averaged, at ascending `starts`.

    Windows may overlap and reach beyond either end, where they hold zeros. Formats that cannot
    seek for nothing are decoded once from the first window to the last.
    """
    with open_sound(samples_file(clip)) as file:
        can_seek = file.format in _SEEK_FORMATS
    if can_seek:
        yield from _windows_by_seeking(clip, starts, length)
    else:
        yield from _windows_from_stream(clip, starts, length)


def _windows_by_seeking(
    clip: AudioClip, starts: NDArray[np.int64], length: int
) -> Iterator[NDArray[np.float32]]:
    with open_sound(samples_file(clip)) as file:
        is_float = file.subtype in _FLOAT_SUBTYPES
        for start in starts.tolist():
            window = np.zeros(length, np.float32)
            first = min(max(start, 0), clip.sample_count)
            stop = min(max(start + length, 0), clip.sample_count)
            if stop > first:
                file.seek(first)
                values = file.read(stop - first, dtype="float32", always_2d=True)
                if is_float:
                    np.nan_to_num(values, copy=False, nan=0, posinf=0, neginf=0)
                window[first - start : first - start + len(values)] = _average(values)
            yield window


def _windows_from_stream(
    clip: AudioClip, starts: NDArray[np.int64], length: int
) -> Iterator[NDArray[np.float32]]:
    first = min(max(int(starts[0]), 0), clip.sample_count)
    stop = max(first, min(int(starts[-1]) + length, clip.sample_count))
    held_start, held = first, np.zeros(0, np.float32)
    pieces = _pieces(clip, _Span(first, stop, _PIECE_SAMPLES), "float32")
    for start in starts.tolist():
        while held_start + len(held) < min(start + length, stop):
            keep = min(max(start - held_start, 0), len(held))
            held = np.concatenate([held[keep:], _average(next(pieces))])
            held_start += keep
        window = np.zeros(length, np.float32)
        begin, end = max(start, held_start), min(start + length, held_start + len(held))
        if end > begin:
            window[begin - start : end - start] = held[begin - held_start : end - held_start]
        yield window


def _average(values: NDArray[np.float32]) -> NDArray[np.float32]:
    if values.shape[1] == 1:
        return values[:, 0]
    average: NDArray[np.float32] = values.mean(axis=1, dtype=np.float32)
    return average


def _pieces(clip: AudioClip, span: _Span, dtype: str) -> Iterator[NDArray[np.float32]]:
    """Read on from the span's start in arrays of shape (samples, channels)."""
    with open_sound(samples_file(clip), start=span.start) as file:
        is_float = file.subtype in _FLOAT_SUBTYPES
        position = span.start
        while position < span.stop:
            count = min(span.block, span.stop - position)
            values = file.read(count, dtype=dtype, always_2d=True)
            if len(values) < count:
                raise truncated(clip.source.paths[0], "the recording changed since it was opened")
            if is_float:
                np.nan_to_num(values, copy=False, nan=0, posinf=0, neginf=0)
            position += count
            yield values
