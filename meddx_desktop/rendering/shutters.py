"""Which pixels a shutter covers."""

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.measurement import MeasurementKind, Point
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.rendering.overlay_planes import draw_overlays
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
    covered = None if shutter.bitmap is None else draw_overlays((shutter.bitmap,), 0, *shape)
    return shown if covered is None else shown & ~covered


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
