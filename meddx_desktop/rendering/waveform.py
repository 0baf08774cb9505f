"""The peak pyramid: a recording's outline at every zoom level, built block by block."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Peaks: TypeAlias = NDArray[np.float32]

_MOST_BINS = 1 << 18
_LEVEL_FACTOR = 4
_INT16_SCALE = np.float32(1 / 32768)


@dataclass(frozen=True, slots=True)
class RecordingShape:
    """The measures of a recording: samples per channel, channels, sampling frequency in hertz."""

    sample_count: int
    channels: int
    sampling_frequency: int

    @property
    def samples_per_bin(self) -> int:
        """Samples in a bin of the finest level: a power of two, 1 for short recordings."""
        bins = -(-self.sample_count * self.channels // _MOST_BINS)
        return 1 << max(0, bins - 1).bit_length()


@dataclass(frozen=True, slots=True, eq=False)
class PeakLevel:
    """Lowest and highest sample of each bin, shape (channels, bins), full scale at ±1."""

    samples_per_bin: int
    minimum: Peaks
    maximum: Peaks

    def __post_init__(self) -> None:
        self.minimum.setflags(write=False)
        self.maximum.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class PeakBlock:
    """A part of the finest level that is ready; `first_bin` counts from the beginning."""

    first_bin: int
    peaks: PeakLevel
    shape: RecordingShape


@dataclass(frozen=True, slots=True)
class PeakPyramid:
    """All levels, finest first, each four times coarser than the one before."""

    shape: RecordingShape
    levels: tuple[PeakLevel, ...]


def build_peaks(
    blocks: Iterable[NDArray[Any]], shape: RecordingShape
) -> Generator[PeakBlock, None, PeakPyramid]:
    """Build the pyramid from blocks of shape (samples, channels), float32 or int16.

    Each block of samples gives one `PeakBlock`; only the peaks are kept.
    """
    size = shape.samples_per_bin
    done: list[PeakLevel] = []
    first_bin = 0
    rest: NDArray[Any] | None = None
    for block in blocks:
        samples = block if rest is None or not len(rest) else np.concatenate([rest, block])
        whole = len(samples) // size * size
        rest = samples[whole:]
        if whole:
            level = _peaks_of(samples[:whole], size)
            done.append(level)
            yield PeakBlock(first_bin, level, shape)
            first_bin += whole // size
    if rest is not None and len(rest):
        level = _peaks_of(rest, len(rest), size)
        done.append(level)
        yield PeakBlock(first_bin, level, shape)
    return assemble_pyramid(done, shape)


def assemble_pyramid(finest: Iterable[PeakLevel], shape: RecordingShape) -> PeakPyramid:
    """Join consecutive parts of the finest level and derive the coarser ones."""
    parts = list(finest)
    none = np.zeros((shape.channels, 0), np.float32)
    minimum = np.concatenate([none, *(part.minimum for part in parts)], axis=1)
    maximum = np.concatenate([none, *(part.maximum for part in parts)], axis=1)
    levels = [PeakLevel(shape.samples_per_bin, minimum, maximum)]
    while levels[-1].minimum.shape[1] > _LEVEL_FACTOR:
        levels.append(_coarser(levels[-1]))
    return PeakPyramid(shape, tuple(levels))


def visible_peaks(
    pyramid: PeakPyramid, start_s: float, end_s: float, columns: int
) -> tuple[Peaks, Peaks]:
    """Return the lowest and highest sample under each of `columns` columns of a view.

    Returns
    -------
    Two arrays of shape (channels, columns); NaN where a column lies outside the recording.
    """
    frequency, count = pyramid.shape.sampling_frequency, pyramid.shape.sample_count
    edges = np.linspace(start_s, end_s, columns + 1) * frequency
    level = _level_for(pyramid, max(1.0, float(edges[1] - edges[0])))
    bins = level.minimum.shape[1]
    first = np.floor(edges[:-1] / level.samples_per_bin).astype(np.int64)
    last = np.ceil(edges[1:] / level.samples_per_bin).astype(np.int64)
    is_inside = (edges[1:] > 0) & (edges[:-1] < count) & (bins > 0)
    low = np.full((pyramid.shape.channels, columns), np.nan, np.float32)
    high = low.copy()
    for column in np.flatnonzero(is_inside).tolist():
        begin = min(max(int(first[column]), 0), bins - 1)
        end = min(max(int(last[column]), begin + 1), bins)
        low[:, column] = level.minimum[:, begin:end].min(axis=1)
        high[:, column] = level.maximum[:, begin:end].max(axis=1)
    return low, high


def _level_for(pyramid: PeakPyramid, samples_per_column: float) -> PeakLevel:
    fitting = [level for level in pyramid.levels if level.samples_per_bin * 2 <= samples_per_column]
    return fitting[-1] if fitting else pyramid.levels[0]


def _peaks_of(samples: NDArray[Any], size: int, samples_per_bin: int | None = None) -> PeakLevel:
    """Return the peaks of whole bins of `size` samples, of input shape (samples, channels)."""
    bins = samples.shape[0] // size
    # Channel by channel: a reduction whose last axis is two long is ten times slower.
    channels = [np.ascontiguousarray(channel).reshape(bins, size) for channel in samples.T]
    minimum = np.stack([channel.min(axis=1) for channel in channels])
    maximum = np.stack([channel.max(axis=1) for channel in channels])
    return PeakLevel(samples_per_bin or size, _to_float(minimum), _to_float(maximum))


def _to_float(values: NDArray[Any]) -> Peaks:
    if values.dtype == np.int16:
        return values.astype(np.float32) * _INT16_SCALE
    return values.astype(np.float32)


def _coarser(level: PeakLevel) -> PeakLevel:
    starts = np.arange(0, level.minimum.shape[1], _LEVEL_FACTOR)
    return PeakLevel(
        level.samples_per_bin * _LEVEL_FACTOR,
        np.minimum.reduceat(level.minimum, starts, axis=1),
        np.maximum.reduceat(level.maximum, starts, axis=1),
    )
