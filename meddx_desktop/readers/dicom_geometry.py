"""Spacing, position and orientation of a data set, or None where it does not say."""

from pydicom.dataset import Dataset

from meddx_desktop.case.image_series import (
    PixelSpacing,
    SpacingOrigin,
    UltrasoundRegion,
    Vector,
)
from meddx_desktop.readers.attributes import integer, items, number, numbers

_CENTIMETERS = 3


def read_spacing(dataset: Dataset) -> PixelSpacing | None:
    """Return the spacing with the attribute that it came from."""
    return make_spacing(numbers(dataset, "PixelSpacing"), numbers(dataset, "ImagerPixelSpacing"))


def make_spacing(in_patient: list[float], at_detector: list[float]) -> PixelSpacing | None:
    """Return the first usable of Pixel Spacing and Imager Pixel Spacing."""
    for found, origin in (
        (in_patient, SpacingOrigin.PIXEL_SPACING),
        (at_detector, SpacingOrigin.IMAGER_PIXEL_SPACING),
    ):
        if len(found) == 2 and min(found) > 0:
            return PixelSpacing(found[0], found[1], origin)
    return None


def aspect_ratio(found: list[float]) -> tuple[int, int] | None:
    """Return Pixel Aspect Ratio, height first, None unless it is two positive numbers."""
    if len(found) != 2 or min(found) < 1:
        return None
    return int(found[0]), int(found[1])


def read_ultrasound_regions(
    dataset: Dataset, rows: int, columns: int
) -> tuple[UltrasoundRegion, ...]:
    """Return the rectangles of an ultrasound image (PS3.3 C.8.5.5) that lie inside it.

    One that does not was declared for another size of the picture, so its scale is wrong too.
    """
    regions = []
    for item in items(dataset, "SequenceOfUltrasoundRegions"):
        edges = [
            integer(item, keyword)
            for keyword in (
                "RegionLocationMinX0",
                "RegionLocationMinY0",
                "RegionLocationMaxX1",
                "RegionLocationMaxY1",
            )
        ]
        left, top, right, bottom = edges
        if left is None or top is None or right is None or bottom is None:
            continue
        if not (0 <= left <= right < columns and 0 <= top <= bottom < rows):
            continue
        regions.append(UltrasoundRegion(left, top, right, bottom, _region_spacing(item)))
    return tuple(regions)


def _region_spacing(item: Dataset) -> PixelSpacing | None:
    units = integer(item, "PhysicalUnitsXDirection"), integer(item, "PhysicalUnitsYDirection")
    across, down = number(item, "PhysicalDeltaX"), number(item, "PhysicalDeltaY")
    if units != (_CENTIMETERS, _CENTIMETERS) or not across or not down:
        return None
    return PixelSpacing(abs(down) * 10, abs(across) * 10, SpacingOrigin.ULTRASOUND_REGION)


def vector(found: list[float]) -> Vector | None:
    """Return three numbers as a vector."""
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def orientation(found: list[float]) -> tuple[Vector, Vector] | None:
    """Return six direction cosines as row and column direction, None unless both are unit."""
    if len(found) != 6:
        return None
    row, column = (found[0], found[1], found[2]), (found[3], found[4], found[5])
    is_unit = all(abs(sum(one * one for one in axis) - 1) < 0.05 for axis in (row, column))
    return (row, column) if is_unit else None
