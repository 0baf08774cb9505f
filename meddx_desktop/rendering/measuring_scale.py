"""Which spacing a measurement may use; without one it stays in pixels, and why is said."""

from math import hypot

from meddx_desktop.case.image_series import (
    ImageSeries,
    PixelSpacing,
    SpacingOrigin,
    UltrasoundRegion,
)
from meddx_desktop.case.measurement import Calibration, NoSpacing, Point


def find_spacing(
    series: ImageSeries, points: tuple[Point, ...], calibration: Calibration | None
) -> PixelSpacing | NoSpacing:
    """Return the spacing that holds for all the points, or why there is none.

    A calibration by hand comes first. On an image with ultrasound regions it holds where its own
    line lies, and the spacing of a region counts only for points that all lie in it. No spacing of
    the whole image is used there, because the regions of one image differ in scale.
    """
    regions = series.ultrasound_regions
    place = _place_of(regions, points)
    if calibration is not None and _holds_at(calibration, regions, place):
        return spacing_by_hand(series, calibration)
    if not regions:
        return series.pixel_spacing or NoSpacing.NOT_IN_FILE
    if place is None:
        return NoSpacing.SEVERAL_REGIONS
    if not place:
        return NoSpacing.OUTSIDE_REGIONS
    return _spacing_of_regions([regions[number] for number in sorted(place)])


def can_calibrate(series: ImageSeries, points: tuple[Point, Point]) -> bool:
    """Whether a line has a length and does not lead from one ultrasound region into another."""
    is_long = hypot(points[1][0] - points[0][0], points[1][1] - points[0][1]) >= 1
    return is_long and _place_of(series.ultrasound_regions, points) is not None


def spacing_by_hand(series: ImageSeries, calibration: Calibration) -> PixelSpacing:
    """Return the spacing for which a line has the length that the person said."""
    aspect = aspect_at(series, calibration.points)
    (x0, y0), (x1, y1) = calibration.points
    column_mm = calibration.length_mm / hypot(x1 - x0, (y1 - y0) * aspect)
    return PixelSpacing(column_mm * aspect, column_mm, SpacingOrigin.BY_HAND)


def aspect_at(series: ImageSeries, points: tuple[Point, ...]) -> float:
    """Return the height of a pixel over its width where the points lie."""
    spacing = find_spacing(series, points, None)
    if isinstance(spacing, PixelSpacing):
        return spacing.row_mm / spacing.column_mm
    return pixel_aspect(series)


def pixel_aspect(series: ImageSeries) -> float:
    """Return the height of a pixel over its width, 1 where the file says nothing.

    References
    ----------
    DICOM PS3.3 C.7.6.3.1.7: without a spacing or an aspect ratio, pixels are square.
    """
    spacing = series.pixel_spacing
    if spacing is not None:
        return spacing.row_mm / spacing.column_mm
    vertical, horizontal = series.pixel_aspect_ratio or (1, 1)
    return vertical / horizontal


def _spacing_of_regions(regions: list[UltrasoundRegion]) -> PixelSpacing | NoSpacing:
    first = regions[0].spacing
    if any(region.spacing != first for region in regions):
        return NoSpacing.CONFLICTING_REGIONS
    return first or NoSpacing.UNCALIBRATED_REGION


def _holds_at(
    calibration: Calibration, regions: tuple[UltrasoundRegion, ...], place: frozenset[int] | None
) -> bool:
    return place is not None and place == _place_of(regions, calibration.points)


def _place_of(
    regions: tuple[UltrasoundRegion, ...], points: tuple[Point, ...]
) -> frozenset[int] | None:
    """Return the regions in which all points lie; None where only some lie in one."""
    around = [
        frozenset(number for number, region in enumerate(regions) if _holds(region, point))
        for point in points
    ]
    shared = frozenset.intersection(*around)
    return None if not shared and any(around) else shared


def _holds(region: UltrasoundRegion, point: Point) -> bool:
    # The right and bottom pixels belong to the region, up to their far edges.
    is_across = region.left <= point[0] <= region.right + 1
    return is_across and region.top <= point[1] <= region.bottom + 1
