"""What a measurement says about a frame."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import FramePixels, ImageSeries, PixelSpacing
from meddx_desktop.case.measurement import (
    REGION_KINDS,
    Calibration,
    MeasurementKind,
    Point,
    Reading,
)
from meddx_desktop.rendering.grayscale import to_modality_values
from meddx_desktop.rendering.measuring_scale import aspect_at, find_spacing
from meddx_desktop.rendering.planar_geometry import (
    angle_degrees,
    cobb_angle_degrees,
    ellipse_area,
    is_self_crossing,
    length,
    polygon_area,
    rectangle_area,
    stretch,
)
from meddx_desktop.rendering.region_pixels import (
    channel_statistics,
    pixels_of_region,
    region_statistics,
)


@dataclass(frozen=True, slots=True)
class MeasuredFrame:
    """A frame with its decoded pixels and, where the person gave one, its calibration."""

    series: ImageSeries
    pixels: FramePixels
    calibration: Calibration | None = None

    @property
    def unit(self) -> str:
        """The unit of the modality values, or nothing where the file names none."""
        unit = self.series.frames[self.pixels.index].grayscale.rescale_type
        return "" if self.series.is_color or unit in (None, "US") else str(unit)


def read(kind: MeasurementKind, points: tuple[Point, ...], frame: MeasuredFrame) -> Reading:
    """Return what a measurement says; marks say nothing."""
    found = reread_geometry(Reading(), (kind, points), frame.series, frame.calibration)
    if kind in REGION_KINDS:
        stored = frame.pixels.values
        region = pixels_of_region(kind, points, (stored.shape[0], stored.shape[1]))
        if stored.ndim == 3:
            channels = channel_statistics(region, stored)
            return replace(found, channels=channels, channel_maximum=_largest(stored))
        grayscale = frame.series.frames[frame.pixels.index].grayscale
        statistics = region_statistics(region, stored, grayscale)
        return replace(found, statistics=statistics, unit=frame.unit)
    if kind is MeasurementKind.PROBE:
        return replace(found, value=_value_at(points[0], frame), unit=frame.unit)
    return found


def _largest(values: NDArray[np.generic]) -> int:
    """Return the largest value that the colors of a frame may have."""
    return int(np.iinfo(np.dtype(values.dtype.name)).max)


def reread_geometry(
    reading: Reading,
    shape: tuple[MeasurementKind, tuple[Point, ...]],
    series: ImageSeries,
    calibration: Calibration | None,
) -> Reading:
    """Return a reading with length, area and angle by another calibration; it needs no pixels."""
    kind, points = shape
    spacing = find_spacing(series, points, calibration)
    match kind:
        case MeasurementKind.ANGLE:
            return replace(reading, angle_degrees=angle_degrees(*_in_shape(points, series)))
        case MeasurementKind.COBB_ANGLE:
            return replace(reading, angle_degrees=cobb_angle_degrees(_in_shape(points, series)))
        case MeasurementKind.LENGTH:
            found = replace(reading, length=length(_scaled(points, spacing)))
        case _ if kind in REGION_KINDS:
            area = _area(kind, points, (series.rows, series.columns))
            found = replace(reading, area=area * _pixel_area(spacing))
        case _:
            return reading
    if isinstance(spacing, PixelSpacing):
        return replace(found, spacing_origin=spacing.origin, no_spacing=None)
    return replace(found, spacing_origin=None, no_spacing=spacing)


def _in_shape(points: tuple[Point, ...], series: ImageSeries) -> tuple[Point, ...]:
    """Return points with the proportions that they have in the patient."""
    return stretch(points, 1.0, aspect_at(series, points))


def _scaled(points: tuple[Point, ...], spacing: object) -> tuple[Point, ...]:
    if isinstance(spacing, PixelSpacing):
        return stretch(points, spacing.column_mm, spacing.row_mm)
    return points


def _pixel_area(spacing: object) -> float:
    return spacing.row_mm * spacing.column_mm if isinstance(spacing, PixelSpacing) else 1.0


def _area(kind: MeasurementKind, points: tuple[Point, ...], rows_columns: tuple[int, int]) -> float:
    match kind:
        case MeasurementKind.ELLIPSE:
            return ellipse_area(points)
        case MeasurementKind.RECTANGLE:
            return rectangle_area(points)
        case _:
            # A line that crosses itself encloses what the even-odd rule fills.
            if is_self_crossing(points):
                return float(pixels_of_region(kind, points, rows_columns).count)
            return polygon_area(points)


def _value_at(point: Point, frame: MeasuredFrame) -> tuple[float, ...]:
    stored = frame.pixels.values
    rows, columns = stored.shape[:2]
    row, column = int(np.floor(point[1])), int(np.floor(point[0]))
    if not (0 <= row < rows and 0 <= column < columns):
        return ()
    pixel: NDArray[np.generic] = np.atleast_1d(stored[row, column])
    if stored.ndim == 3:
        return tuple(float(part) for part in pixel)
    grayscale = frame.series.frames[frame.pixels.index].grayscale
    return (float(to_modality_values(pixel, grayscale)[0]),)
