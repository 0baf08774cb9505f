"""Triangular filter banks over the bins of a Fourier transform."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_LINEAR_STEP, _LOG_START, _LOG_STEP = 200 / 3, 1000.0, np.log(6.4) / 27


@lru_cache(maxsize=8)
def mel_filters(
    sampling_frequency: int, fft_length: int, bands: int, low: float, high: float
) -> NDArray[np.float32]:
    """Return filters of shape (bands, fft_length // 2 + 1) on Slaney's mel scale, of unit area.

    References
    ----------
    Slaney M. Auditory Toolbox, Technical Report 1998-010: linear below 1 kHz, then logarithmic.
    """
    edges = _to_hertz(np.linspace(_to_mel(low), _to_mel(high), bands + 2))
    areas = 2 / (edges[2:] - edges[:-2])
    return _frozen(_triangles(sampling_frequency, fft_length, edges) * areas[:, None])


@lru_cache(maxsize=8)
def log_spaced_filters(
    sampling_frequency: int, fft_length: int, bands: int, low: float, high: float
) -> NDArray[np.float32]:
    """Return filters of shape (bands, fft_length // 2 + 1), evenly spaced in octaves.

    Each row sums to one. A band too narrow to hold a bin takes the bin nearest to its center.
    """
    edges = np.geomspace(low, high, bands + 2)
    triangles = _triangles(sampling_frequency, fft_length, edges)
    bins = np.linspace(0, sampling_frequency / 2, fft_length // 2 + 1)
    for row in np.flatnonzero(triangles.sum(axis=1) == 0):
        triangles[row, np.argmin(np.abs(bins - edges[row + 1]))] = 1
    return _frozen(triangles / triangles.sum(axis=1, keepdims=True))


def _triangles(
    sampling_frequency: int, fft_length: int, edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    bins = np.linspace(0, sampling_frequency / 2, fft_length // 2 + 1)
    rising = (bins[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins[None]) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling))


def _frozen(filters: NDArray[np.float64]) -> NDArray[np.float32]:
    # The caches hand out one array to every caller.
    result = filters.astype(np.float32)
    result.setflags(write=False)
    return result


def _to_mel(hertz: float) -> float:
    if hertz < _LOG_START:
        return hertz / _LINEAR_STEP
    return float(_LOG_START / _LINEAR_STEP + np.log(hertz / _LOG_START) / _LOG_STEP)


def _to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    start = _LOG_START / _LINEAR_STEP
    return np.where(mel < start, mel * _LINEAR_STEP, _LOG_START * np.exp(_LOG_STEP * (mel - start)))
