"""Resampling of images with an antialiasing filter, as Pillow does it; numpy alone."""

from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.operation import Operation

Values: TypeAlias = NDArray[np.float32]
Filter: TypeAlias = Literal["linear", "cubic"]


class Resize(Operation):
    """Resample with an antialiasing filter.

    `aspect` is "stretch", "pad" (fit inside, center, fill with `fill`) or "crop" (cover, center).
    """

    op: Literal["resize"] = "resize"
    rows: int
    columns: int
    method: Filter = "linear"
    aspect: Literal["stretch", "pad", "crop"] = "stretch"
    fill: float = 0.0


def resize(values: Values, operation: Resize) -> Values:
    """Resample rows and columns; the filter widens when shrinking, as Pillow's does."""
    rows, columns = values.shape[:2]
    if operation.aspect == "stretch":
        return _resample(values, operation.rows, operation.columns, operation.method)
    ratios = operation.rows / rows, operation.columns / columns
    scale = min(ratios) if operation.aspect == "pad" else max(ratios)
    fitted = _resample(
        values, max(1, round(rows * scale)), max(1, round(columns * scale)), operation.method
    )
    return _center(fitted, operation)


def _center(fitted: Values, operation: Resize) -> Values:
    result = np.full(
        (operation.rows, operation.columns, *fitted.shape[2:]), operation.fill, np.float32
    )
    into, out_of = [], []
    for have, want in zip(fitted.shape[:2], result.shape[:2], strict=True):
        length = min(have, want)
        into.append(slice((want - length) // 2, (want - length) // 2 + length))
        out_of.append(slice((have - length) // 2, (have - length) // 2 + length))
    result[tuple(into)] = fitted[tuple(out_of)]
    return result


def _resample(
    values: Values, rows: int, columns: int, method: Literal["linear", "cubic"]
) -> Values:
    row_weights = _weights(values.shape[0], rows, method)
    column_weights = _weights(values.shape[1], columns, method)
    tall = np.tensordot(row_weights, values, axes=(1, 0))
    wide = np.tensordot(column_weights, tall, axes=(1, 1))
    return np.ascontiguousarray(np.swapaxes(wide, 0, 1), dtype=np.float32)


@lru_cache(maxsize=64)
def _weights(size: int, target: int, method: Filter) -> Values:
    """Return the (target, size) matrix of a separable antialiased resampling filter."""
    scale = max(size / target, 1.0)
    centers = (np.arange(target) + 0.5) * size / target - 0.5
    distance = np.abs(np.arange(size)[None] - centers[:, None]) / scale
    kernel = np.maximum(0.0, 1.0 - distance) if method == "linear" else _cubic(distance)
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True), dtype=np.float32)


def _cubic(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Keys kernel with a = -0.5 (IEEE ASSP 29(6), 1981)."""
    near = 1.5 * distance**3 - 2.5 * distance**2 + 1
    far = -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0.0))
