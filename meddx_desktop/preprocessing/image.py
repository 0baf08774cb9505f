"""Image operations: modality values of one frame to the network's input tensor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform, Window
from meddx_desktop.case.image_series import Box, PixelSpacing
from meddx_desktop.preprocessing.head import (
    CropHead,
    StandardizeTissue,
    crop_head,
    standardize_tissue,
)
from meddx_desktop.preprocessing.image_resampling import Resize as Resize
from meddx_desktop.preprocessing.image_resampling import resize as resize
from meddx_desktop.preprocessing.operation import Operation
from meddx_desktop.rendering.grayscale import apply_voi_window, to_modality_values

LUMA_BT601 = np.array([0.299, 0.587, 0.114], dtype=np.float32)

Values: TypeAlias = NDArray[np.float32]


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
    8-bit color and 8-bit pictures without a window are divided by their full range. With `unit`
    only frames whose modality values are in that unit get `center` and `width`; a film picture,
    which was windowed when it was made, is taken as it is.
    """

    op: Literal["presentation"] = "presentation"
    center: float | None = None
    width: float | None = None
    unit: Literal["HU"] | None = None


class CropRegion(Operation):
    """Keep what lies inside the drawn box, widened by `margin` of its size on each side."""

    op: Literal["crop_region"] = "crop_region"
    margin: float = 0.0


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
    Presentation
    | CropRegion
    | CropHead
    | Resize
    | Standardize
    | StandardizeImage
    | StandardizeTissue
    | RepeatChannels
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
        case CropHead():
            return crop_head(values, operation)
        case Resize():
            return resize(values, operation)
        case Standardize():
            return (values - np.float32(operation.mean)) / np.float32(operation.standard_deviation)
        case StandardizeImage():
            return standardize_image(values, operation)
        case StandardizeTissue():
            return standardize_tissue(values, operation)
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
    # In its unit a value means the same whatever the display: bone is never dark in HU.
    is_inverted = grayscale.is_inverted and not _is_in_unit(image, operation)
    return np.float32(1) - presented if is_inverted else presented


def _is_in_unit(image: ImageInput, operation: Presentation) -> bool:
    return operation.unit is not None and operation.unit == image.grayscale.rescale_type


def _window(image: ImageInput, operation: Presentation) -> Window | None:
    applies = operation.unit is None or _is_in_unit(image, operation)
    if operation.center is not None and operation.width is not None and applies:
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
