"""Which pixels a shutter covers."""

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.measurement import MeasurementKind, Point
from meddx_desktop.case.shutter import CoveredPixels, Shutter
from meddx_desktop.rendering.region_pixels import pixels_of_region


def uncovered_pixels(
    shutter: Shutter, shape: tuple[int, int], pixel_aspect: float
) -> NDArray[np.bool_]:
    """Return the pixels whose centers lie inside all shapes of a shutter, but for covered ones.

    Parameters
    ----------
    shape : rows and columns of the frame.
    pixel_aspect : height of a pixel over its width; circles are round on the screen.
    """
    shown = np.ones(shape, np.bool_)
    for kind, points in _regions(shutter, pixel_aspect):
        region = pixels_of_region(kind, points, shape)
        inside = np.zeros(shape, np.bool_)
        box = region.box
        inside[box.top : box.bottom, box.left : box.right] = region.mask
        shown &= inside
    if shutter.bitmap is not None and (shutter.bitmap.rows, shutter.bitmap.columns) == shape:
        shown &= ~covered_by(shutter.bitmap)
    return shown


def covered_by(bitmap: CoveredPixels) -> NDArray[np.bool_]:
    """Return the pixels that a bitmap covers, as shape (rows, columns)."""
    size = bitmap.rows * bitmap.columns
    bits = np.unpackbits(np.frombuffer(bitmap.bits, np.uint8), count=size, bitorder="little")
    return bits.reshape(bitmap.rows, bitmap.columns).astype(np.bool_)


def _regions(
    shutter: Shutter, pixel_aspect: float
) -> list[tuple[MeasurementKind, tuple[Point, ...]]]:
    regions: list[tuple[MeasurementKind, tuple[Point, ...]]] = []
    if shutter.rectangle is not None:
        regions.append((MeasurementKind.RECTANGLE, shutter.rectangle))
    if shutter.circle is not None:
        (x, y), radius = shutter.circle
        high = radius / pixel_aspect
        regions.append((MeasurementKind.ELLIPSE, ((x - radius, y - high), (x + radius, y + high))))
    if shutter.polygon:
        regions.append((MeasurementKind.FREEHAND, shutter.polygon))
    return regions
