"""Reduction of a part of a frame to the size at which it is seen."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Box

_Taps = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]


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
    part = _average_blocks(part, max(1, part.shape[0] // rows), max(1, part.shape[1] // columns))
    upper, lower, weight = _taps(part.shape[0], rows)
    shape = (rows,) + (1,) * (part.ndim - 1)
    mixed = _mix(part[upper], part[lower], weight.reshape(shape))
    left, right, weight = _taps(part.shape[1], columns)
    shape = (1, columns) + (1,) * (part.ndim - 2)
    mixed = _mix(mixed.take(left, axis=1), mixed.take(right, axis=1), weight.reshape(shape))
    mixed += np.float32(0.5)
    return mixed.astype(pixels.dtype)


def _average_blocks(pixels: NDArray[Any], down: int, across: int) -> NDArray[Any]:
    if down == 1 and across == 1:
        return pixels
    rows, columns = pixels.shape[0] // down * down, pixels.shape[1] // across * across
    # Rows first: whole rows are added in the order in which they lie in memory.
    tall = pixels[0:rows:down].astype(np.float32)
    for row in range(1, down):
        tall += pixels[row:rows:down]
    total = tall[:, 0:columns:across].copy()
    for column in range(1, across):
        total += tall[:, column:columns:across]
    total *= np.float32(1 / (down * across))
    return total


def _taps(source: int, target: int) -> _Taps:
    position = (np.arange(target) + 0.5) * (source / target) - 0.5
    position = np.clip(position, 0, source - 1)
    first = np.floor(position).astype(np.intp)
    return first, np.minimum(first + 1, source - 1), (position - first).astype(np.float32)


def _mix(
    first: NDArray[Any], second: NDArray[Any], weight: NDArray[np.float32]
) -> NDArray[np.float32]:
    start = first.astype(np.float32)
    difference = second.astype(np.float32)
    difference -= start
    difference *= weight
    start += difference
    return start
