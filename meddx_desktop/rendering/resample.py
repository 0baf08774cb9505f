"""Reduction of a part of a frame to the size at which it is seen."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Box

# So many rows at a time: each step finds in the cache what the one before it has made.
_BAND = 32


class _Taps(NamedTuple):
    """Which two pixels are mixed to each one of the result, and how much of the second."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    weight: NDArray[np.float32]

    def part(self, start: int, end: int) -> "_Taps":
        """Return those of a stretch of the result."""
        return _Taps(self.first[start:end], self.second[start:end], self.weight[start:end])


def reduce_region(pixels: NDArray[Any], box: Box, rows: int, columns: int) -> NDArray[Any]:
    """Resample `box` of a frame to `rows` x `columns`.

    Whole-number parts of the reduction average the pixels that fall together, so that thin lines
    do not vanish; the rest is bilinear.

    Parameters
    ----------
    pixels : shape (rows, columns) or (rows, columns, 3).
    box : part of the frame, inside it.
    rows, columns : wanted size, at least 1.
    """
    part = pixels[box.top : box.bottom, box.left : box.right]
    down, across = max(1, part.shape[0] // rows), max(1, part.shape[1] // columns)
    vertical = _taps(part.shape[0] // down, rows)
    horizontal = _taps(part.shape[1] // across, columns)
    result = np.empty((rows, columns, *part.shape[2:]), pixels.dtype)
    for start in range(0, rows, _BAND):
        end = min(start + _BAND, rows)
        if vertical is None:
            band = _average_blocks(part[start * down : end * down], down, across)
        else:
            taps = vertical.part(start, end)
            above, below = taps.first[0], taps.second[-1] + 1
            band = _average_blocks(part[above * down : below * down], down, across)
            band = _mix(band, _Taps(taps.first - above, taps.second - above, taps.weight), 0)
        if horizontal is not None:
            band = _mix(band, horizontal, 1)
        band += np.float32(0.5)
        # Truncated, as by `astype`.
        result[start:end] = band
    return result


def _average_blocks(pixels: NDArray[Any], down: int, across: int) -> NDArray[np.float32]:
    columns = pixels.shape[1] // across * across
    # Rows first: whole rows are added in the order in which they lie in memory.
    tall = pixels[::down, :columns].astype(np.float32)
    for row in range(1, down):
        tall += pixels[row::down, :columns]
    total = tall
    if across > 1:
        total = tall[:, ::across] + tall[:, 1::across]
        for column in range(2, across):
            total += tall[:, column::across]
    total *= np.float32(1 / (down * across))
    return total


def _taps(source: int, target: int) -> _Taps | None:
    """Return how a line of pixels becomes another, None where nothing changes."""
    if source == target:
        return None
    position = (np.arange(target) + 0.5) * (source / target) - 0.5
    position = np.clip(position, 0, source - 1)
    first = np.floor(position).astype(np.intp)
    weight = (position - first).astype(np.float32)
    return _Taps(first, np.minimum(first + 1, source - 1), weight)


def _mix(pixels: NDArray[np.float32], taps: _Taps, axis: int) -> NDArray[np.float32]:
    start, difference = pixels.take(taps.first, axis), pixels.take(taps.second, axis)
    difference -= start
    difference *= taps.weight.reshape([-1 if one == axis else 1 for one in range(pixels.ndim)])
    start += difference
    return start
