"""Which part of a frame a network's input shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Box
from meddx_desktop.preprocessing.head import CropHead, head_box
from meddx_desktop.preprocessing.image import (
    CropRegion,
    ImageInput,
    ImageOperation,
    Resize,
    prepare_image,
    resize,
)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Place p of the tensor shows place `offset` + p * `scale` of the frame.

    What lies outside `low` to `high` (frame) is padding.
    """

    size: int
    offset: float
    scale: float
    low: float
    high: float

    def cropped(self, low: int, high: int) -> "_Axis":
        """Return the places from `low` to `high`, which may lie outside: that is padding."""
        first, last = self.offset + low * self.scale, self.offset + high * self.scale
        return _Axis(high - low, first, self.scale, max(first, self.low), min(last, self.high))

    def resized(self, size: int, fitted: int) -> "_Axis":
        scale = self.scale * self.size / fitted
        # As in preprocessing.image: centered, floor of the half difference.
        shift = (fitted - size) // 2 if fitted > size else -((size - fitted) // 2)
        return replace(self, size=size, scale=scale, offset=self.offset + shift * scale)

    def shown(self) -> tuple[int, int]:
        """Return the part of the tensor that shows the frame."""
        first = ceil((self.low - self.offset) / self.scale - 0.5)
        last = floor((self.high - self.offset) / self.scale + 0.5)
        return max(0, first), min(self.size, last)

    def in_frame(self) -> tuple[int, int]:
        """Return the part of the frame that the tensor shows."""
        first, last = self.shown()
        low, high = self.offset + first * self.scale, self.offset + last * self.scale
        return round(max(self.low, low)), round(min(self.high, high))


def place_on_frame(
    values: NDArray[np.float32], image: ImageInput, operations: Sequence[ImageOperation]
) -> tuple[NDArray[np.float32], Box]:
    """Return values over the network's input as values over a box of the frame.

    Parameters
    ----------
    values : shape (rows, columns), spread evenly over the input's rows and columns.
    """
    rows, columns = _axes(image, operations)
    (top, bottom), (left, right) = rows.shown(), columns.shown()
    if (top, left, bottom, right) != (0, 0, rows.size, columns.size):
        stretch = Resize(rows=rows.size, columns=columns.size)
        values = resize(values, stretch)[top:bottom, left:right]
    (first_row, last_row), (first_column, last_column) = rows.in_frame(), columns.in_frame()
    return values, Box(first_column, first_row, last_column, last_row)


def _axes(image: ImageInput, operations: Sequence[ImageOperation]) -> tuple[_Axis, _Axis]:
    height, width = image.stored_values.shape[:2]
    rows, columns = _Axis(height, 0, 1, 0, height), _Axis(width, 0, 1, 0, width)
    for place, operation in enumerate(operations):
        if isinstance(operation, CropHead):
            square = head_box(prepare_image(image, operations[:place])[0, :, :, 0], operation)
            rows = rows.cropped(square.top, square.bottom)
            columns = columns.cropped(square.left, square.right)
        elif isinstance(operation, CropRegion) and image.box is not None:
            box = image.box
            margin_rows = round((box.bottom - box.top) * operation.margin)
            margin_columns = round((box.right - box.left) * operation.margin)
            rows = rows.cropped(
                max(0, box.top - margin_rows), min(height, box.bottom + margin_rows)
            )
            columns = columns.cropped(
                max(0, box.left - margin_columns), min(width, box.right + margin_columns)
            )
        elif isinstance(operation, Resize):
            rows, columns = _resized(rows, columns, operation)
    return rows, columns


def _resized(rows: _Axis, columns: _Axis, operation: Resize) -> tuple[_Axis, _Axis]:
    fitted = operation.rows, operation.columns
    if operation.aspect != "stretch":
        ratios = operation.rows / rows.size, operation.columns / columns.size
        scale = min(ratios) if operation.aspect == "pad" else max(ratios)
        fitted = max(1, round(rows.size * scale)), max(1, round(columns.size * scale))
    return rows.resized(operation.rows, fitted[0]), columns.resized(operation.columns, fitted[1])
