"""Image operations: modality values of one frame to the network's input tensor."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Box, GrayscaleTransform, PixelSpacing, Window
from meddx_desktop.preprocessing.operation import Operation
from meddx_desktop.rendering.grayscale import apply_voi_window, to_modality_values

LUMA_BT601 = np.array([0.299, 0.587, 0.114], dtype=np.float32)

Values: TypeAlias = NDArray[np.float32]
Filter: TypeAlias = Literal["linear", "cubic"]


@dataclass(frozen=True, slots=True, eq=False)
class ImageInput:
    """One frame as a model's preprocessing receives it.

    `stored_values` has shape (rows, columns), or (rows, columns, 3) for RGB; `box` is what the
    person drew, or None for the whole frame.
    """

    stored_values: NDArray[np.generic]
    grayscale: GrayscaleTransform
    box: Box | None = None
    pixel_spacing: PixelSpacing | None = None


class Presentation(Operation):
    """Gray presentation values in [0, 1].

    With `center` and `width` every image gets this window (units of the modality values);
    without, the file's first window is used and, where the file has none, the range of the frame.
    8-bit color and 8-bit pictures without a window are divided by their full range.
    """

    op: Literal["presentation"] = "presentation"
    center: float | None = None
    width: float | None = None


class CropRegion(Operation):
    """Keep what lies inside the drawn box, widened by `margin` of its size on each side."""

    op: Literal["crop_region"] = "crop_region"
    margin: float = 0.0


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


class Standardize(Operation):
    """Subtract `mean`, divide by `standard_deviation`."""

    op: Literal["standardize"] = "standardize"
    mean: float
    standard_deviation: float


class StandardizeImage(Operation):
    """Subtract the image's own mean, divide by its own standard deviation plus `epsilon`."""

    op: Literal["standardize_image"] = "standardize_image"
    epsilon: float = 1e-3


class RepeatChannels(Operation):
    """Copy the gray channel `channels` times."""

    op: Literal["repeat_channels"] = "repeat_channels"
    channels: int


ImageOperation: TypeAlias = (
    Presentation | CropRegion | Resize | Standardize | StandardizeImage | RepeatChannels
)


def prepare_image(image: ImageInput, operations: Sequence[ImageOperation]) -> Values:
    """Run the declared operations and return a tensor of shape (1, rows, columns, channels)."""
    values = image.stored_values.astype(np.float32)
    for operation in operations:
        values = _apply(values, image, operation)
    if values.ndim == 2:
        values = values[..., None]
    return np.ascontiguousarray(values[None], dtype=np.float32)


def _apply(values: Values, image: ImageInput, operation: ImageOperation) -> Values:
    match operation:
        case Presentation():
            return to_presentation(image, operation)
        case CropRegion():
            return crop_region(values, image.box, operation)
        case Resize():
            return resize(values, operation)
        case Standardize():
            return (values - np.float32(operation.mean)) / np.float32(operation.standard_deviation)
        case StandardizeImage():
            return standardize_image(values, operation)
        case RepeatChannels():
            return np.repeat(values[..., None], operation.channels, axis=-1)
        case _:
            assert_never(operation)


def to_presentation(image: ImageInput, operation: Presentation) -> Values:
    """Map stored values of the whole frame to gray presentation values in [0, 1].

    References
    ----------
    DICOM PS3.4 N.2, grayscale transformation sequence; ITU-R BT.601 luma for color.
    """
    stored = image.stored_values
    if stored.ndim == 3:
        full = 255 if stored.dtype == np.uint8 else 65535
        return np.asarray(stored.astype(np.float32) @ LUMA_BT601 / full, dtype=np.float32)
    grayscale = image.grayscale
    window = _window(image, operation)
    if window is None and stored.dtype == np.uint8:
        presented = stored.astype(np.float32) / np.float32(255)
    else:
        modality_values = to_modality_values(stored, grayscale)
        presented = apply_voi_window(modality_values, window or full_range(modality_values))
    return np.float32(1) - presented if grayscale.is_inverted else presented


def _window(image: ImageInput, operation: Presentation) -> Window | None:
    if operation.center is not None and operation.width is not None:
        return Window(operation.center, operation.width)
    return image.grayscale.windows[0] if image.grayscale.windows else None


def full_range(modality_values: Values) -> Window:
    """Return the window that spans the values of a frame (LINEAR, so one wider than the range)."""
    low, high = float(modality_values.min()), float(modality_values.max())
    return Window((low + high + 1) / 2, high - low + 1)


def crop_region(values: Values, box: Box | None, operation: CropRegion) -> Values:
    """Cut the box out of an array of shape (rows, columns, ...); no box keeps everything."""
    if box is None:
        return values
    rows, columns = values.shape[:2]
    margin_rows = round((box.bottom - box.top) * operation.margin)
    margin_columns = round((box.right - box.left) * operation.margin)
    top, bottom = max(0, box.top - margin_rows), min(rows, box.bottom + margin_rows)
    left, right = max(0, box.left - margin_columns), min(columns, box.right + margin_columns)
    return values[top:bottom, left:right]


def standardize_image(values: Values, operation: StandardizeImage) -> Values:
    """Give the image mean 0 and deviation close to 1."""
    centered = values - values.mean(dtype=np.float64).astype(np.float32)
    deviation = np.float32(values.std(dtype=np.float64))
    return np.asarray(centered / (deviation + np.float32(operation.epsilon)), np.float32)


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
