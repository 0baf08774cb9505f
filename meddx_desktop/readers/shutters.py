"""Display shutters of images and presentation states."""

from dataclasses import replace

from pydicom.dataset import Dataset

from meddx_desktop.case.shutter import Shutter
from meddx_desktop.readers.attributes import integer, numbers, values
from meddx_desktop.readers.dicom_file import DicomFile
from meddx_desktop.readers.overlay_planes import plane_of_group

_SHAPES = frozenset(("RECTANGULAR", "CIRCULAR", "POLYGONAL"))
_WHITE = 0xFFFF
_LEAST_CORNERS = 3


def read_shutter(dataset: Dataset) -> Shutter | None:
    """Return the shutter of a data set, None without one or where it makes no sense.

    References
    ----------
    DICOM PS3.3 C.7.6.11, Display Shutter; `read_state_shutter` knows the bitmaps of C.7.6.15.
    """
    shapes = _SHAPES.intersection(str(one).strip() for one in values(dataset, "ShutterShape"))
    gray = _gray(dataset)
    shutter = Shutter(
        _rectangle(dataset) if "RECTANGULAR" in shapes else None,
        _circle(dataset) if "CIRCULAR" in shapes else None,
        _polygon(dataset) if "POLYGONAL" in shapes else (),
        gray,
    )
    return None if shutter == Shutter(gray=gray) else shutter


def read_state_shutter(file: DicomFile) -> Shutter | None:
    """Return the shutter of a presentation state, which may be a bitmap.

    References
    ----------
    DICOM PS3.3 C.7.6.15, Bitmap Display Shutter: an overlay plane of the state as large as the
    image, whose ones cover it.
    """
    shutter, group = read_shutter(file.dataset), bitmap_group(file.dataset)
    if group is None:
        return shutter
    plane = plane_of_group(file, group)
    if plane is None:
        return shutter
    return replace(shutter or Shutter(gray=_gray(file.dataset)), bitmap=plane)


def bitmap_group(dataset: Dataset) -> int | None:
    """Return the group of the overlay plane that is a shutter, 0 if unsaid, None without one."""
    is_bitmap = "BITMAP" in (str(one).strip() for one in values(dataset, "ShutterShape"))
    return integer(dataset, "ShutterOverlayGroup") or 0 if is_bitmap else None


def _gray(dataset: Dataset) -> float:
    return min(max((integer(dataset, "ShutterPresentationValue") or 0) / _WHITE, 0.0), 1.0)


def _rectangle(dataset: Dataset) -> tuple[tuple[float, float], tuple[float, float]] | None:
    edges = [
        integer(dataset, f"Shutter{name}Edge")
        for name in ("LeftVertical", "RightVertical", "UpperHorizontal", "LowerHorizontal")
    ]
    left, right, top, bottom = edges
    if left is None or right is None or top is None or bottom is None:
        return None
    # Columns and rows count from 1; those named are still seen.
    is_something = left <= right and top <= bottom
    is_everything = (
        (integer(dataset, "Columns") or right + 1) <= right
        and (integer(dataset, "Rows") or bottom + 1) <= bottom
        and max(left, top) <= 1
    )
    if is_everything or not is_something:
        return None
    return ((left - 1.0, top - 1.0), (float(right), float(bottom)))


def _circle(dataset: Dataset) -> tuple[tuple[float, float], float] | None:
    center, radius = (
        numbers(dataset, "CenterOfCircularShutter"),
        numbers(dataset, "RadiusOfCircularShutter"),
    )
    if len(center) != 2 or not radius or radius[0] <= 0:
        return None
    row, column = center
    return ((column - 0.5, row - 0.5), radius[0])


def _polygon(dataset: Dataset) -> tuple[tuple[float, float], ...]:
    flat = numbers(dataset, "VerticesOfThePolygonalShutter")
    corners = tuple(
        (column - 0.5, row - 0.5) for row, column in zip(flat[::2], flat[1::2], strict=False)
    )
    return corners if len(corners) >= _LEAST_CORNERS else ()
