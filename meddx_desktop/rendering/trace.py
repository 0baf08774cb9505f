"""A curve with thousands of samples as the few points that a screen can show."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_DENSE = 3.0


def visible_points(
    times_s: NDArray[np.float64], values: NDArray[np.float32], columns: int
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float32]]]:
    """Yield the unbroken parts of a curve as times and values to be joined by lines.

    Where there are several samples to a column, the lowest and the highest of each stand for
    them in the order in which they come, so that no spike is lost. Values that are not finite are
    gaps.
    """
    for part in _unbroken(values):
        yield _thinned(times_s[part], values[part], columns * (part.stop - part.start), len(values))


def _unbroken(values: NDArray[np.float32]) -> Iterator[slice]:
    is_there = np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_there, [False])).astype(np.int8)))
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield slice(start, stop)


def _thinned(
    times_s: NDArray[np.float64], values: NDArray[np.float32], share: int, total: int
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    columns = max(1, share // max(1, total))
    if len(values) <= _DENSE * columns:
        return times_s, values
    block = -(-len(values) // columns)
    padded = -(-len(values) // block) * block
    # The last sample, repeated, fills the last block.
    filled = np.concatenate((values, np.full(padded - len(values), values[-1], values.dtype)))
    blocks = filled.reshape(-1, block)
    starts = np.arange(len(blocks)) * block
    picked = np.stack((blocks.argmin(axis=1), blocks.argmax(axis=1)), axis=1)
    picked.sort(axis=1)
    chosen = np.minimum((starts[:, None] + picked).ravel(), len(values) - 1)
    chosen = np.unique(np.concatenate(([0], chosen, [len(values) - 1])))
    return times_s[chosen], values[chosen]
