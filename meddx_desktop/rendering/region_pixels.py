"""Which pixels belong to a region, and what their values are.

A pixel belongs to a region when its center does. Centers on the left or upper edge of a rectangle
or polygon are inside, those on the right or lower edge outside, so that regions side by side never
share a pixel; centers on an ellipse are inside. Polygons are filled by the even-odd rule.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.measurement import MeasurementKind, Point, RegionStatistics
from meddx_desktop.rendering.grayscale import to_modality_values


@dataclass(frozen=True, slots=True, eq=False)
class RegionPixels:
    """The pixels of a region: `mask` has the shape of `box`, which lies inside the frame."""

    box: Box
    mask: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """How many pixels belong to the region."""
        return int(self.mask.sum())


def pixels_of_region(
    kind: MeasurementKind, points: tuple[Point, ...], shape: tuple[int, int]
) -> RegionPixels:
    """Return the pixels of a frame whose centers lie in an ellipse, a rectangle or a polygon.

    Parameters
    ----------
    points : two opposite corners of the box of an ellipse or rectangle, or the polygon's corners.
    shape : rows and columns of the frame.
    """
    box = _pixels_around(points, shape)
    x: NDArray[np.float64] = np.arange(box.left, box.right, dtype=np.float64) + 0.5
    y: NDArray[np.float64] = np.arange(box.top, box.bottom, dtype=np.float64) + 0.5
    match kind:
        case MeasurementKind.ELLIPSE:
            mask = _ellipse(points, x, y)
        case MeasurementKind.RECTANGLE:
            (x0, y0), (x1, y1) = points
            inside_x = (min(x0, x1) <= x) & (x < max(x0, x1))
            inside_y = (min(y0, y1) <= y) & (y < max(y0, y1))
            mask = inside_y[:, np.newaxis] & inside_x
        case _:
            mask = _polygon(points, box)
    return RegionPixels(box, mask)


def region_statistics(
    region: RegionPixels, stored_values: NDArray[np.generic], grayscale: GrayscaleTransform
) -> RegionStatistics | None:
    """Return the statistics of a region's modality values, or None where it has no pixels.

    Parameters
    ----------
    stored_values : shape (rows, columns). Values that are no numbers are left out.
    """
    values = to_modality_values(_inside(region, stored_values), grayscale).astype(np.float64)
    return _statistics(values[np.isfinite(values)])


def channel_statistics(
    region: RegionPixels, colors: NDArray[np.generic]
) -> tuple[RegionStatistics, ...]:
    """Return the statistics of red, green and blue, nothing where the region has no pixels.

    Parameters
    ----------
    colors : shape (rows, columns, 3).
    """
    inside = _inside(region, colors).astype(np.float64)
    found = [_statistics(channel) for channel in inside.T]
    return tuple(one for one in found if one is not None)


def _inside(region: RegionPixels, values: NDArray[np.generic]) -> NDArray[np.generic]:
    box = region.box
    return values[box.top : box.bottom, box.left : box.right][region.mask]


def _statistics(values: NDArray[np.float64]) -> RegionStatistics | None:
    if values.size == 0:
        return None
    return RegionStatistics(
        pixel_count=int(values.size),
        mean=float(values.mean()),
        deviation=float(values.std()),
        minimum=float(values.min()),
        maximum=float(values.max()),
    )


def _pixels_around(points: tuple[Point, ...], shape: tuple[int, int]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    rows, columns = shape
    left, right = (min(max(int(x), 0), columns) for x in (min(xs), max(xs) + 1))
    top, bottom = (min(max(int(y), 0), rows) for y in (min(ys), max(ys) + 1))
    return Box(left, top, right, bottom)


def _ellipse(
    corners: tuple[Point, ...], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.bool_]:
    (x0, y0), (x1, y1) = corners
    half_width, half_height = abs(x1 - x0) / 2, abs(y1 - y0) / 2
    if half_width == 0 or half_height == 0:
        return np.zeros((y.size, x.size), np.bool_)
    across = ((x - (x0 + x1) / 2) / half_width) ** 2
    down = ((y - (y0 + y1) / 2) / half_height) ** 2
    return np.asarray(down[:, np.newaxis] + across <= 1)


def _polygon(corners: tuple[Point, ...], box: Box) -> NDArray[np.bool_]:
    """Fill by the even-odd rule: each edge flips what lies to the right of it in its rows."""
    rows, columns = box.bottom - box.top, box.right - box.left
    flips = np.zeros((rows, columns + 1), np.int64)
    for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
        (xa, ya), (xb, yb) = ((x0, y0), (x1, y1)) if y0 <= y1 else ((x1, y1), (x0, y0))
        # Rows whose centers lie from the upper end on, but not on the lower end.
        first, last = max(ceil(ya - 0.5), box.top), min(ceil(yb - 0.5), box.bottom)
        if first >= last:
            continue
        row = np.arange(first, last)
        crossing = xa + (row + 0.5 - ya) * ((xb - xa) / (yb - ya))
        column = np.clip(np.ceil(crossing - 0.5).astype(np.int64) - box.left, 0, columns)
        flips[row - box.top, column] += 1
    return np.asarray(np.cumsum(flips, axis=1)[:, :columns] % 2 == 1)
