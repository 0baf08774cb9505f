"""Where frames lie in the patient: planes, nearest slices and the lines where planes meet.

Points are in the patient system of DICOM (x to Left, y to Posterior, z to Head, mm). Frame points
count pixels from the outer corner of the first one, so that its center is (0.5, 0.5).

References
----------
DICOM PS3.3 C.7.6.2.1.1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.rendering.view_transform import Point

# Slices up to this angle count as parallel for scrolling together.
_PARALLEL_COSINE = float(np.cos(np.radians(10)))
# Planes closer to parallel than this meet in no useful line.
_MEETING_SINE = float(np.sin(np.radians(5)))

Vectors = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SlicePlane:
    """One frame in the patient; `origin` is the center of its first pixel, spacings are in mm."""

    origin: Vectors
    row_direction: Vectors
    column_direction: Vectors
    row_mm: float
    column_mm: float
    rows: int
    columns: int

    @property
    def normal(self) -> Vectors:
        """The unit normal of the plane."""
        return np.cross(self.row_direction, self.column_direction)

    @property
    def center(self) -> Vectors:
        """The middle of the frame."""
        return self.to_patient((self.columns / 2, self.rows / 2))

    def to_patient(self, point: Point) -> Vectors:
        """Return where a frame point lies in the patient."""
        across = (point[0] - 0.5) * self.column_mm * self.row_direction
        down = (point[1] - 0.5) * self.row_mm * self.column_direction
        return np.asarray(self.origin + across + down, np.float64)

    def to_frame(self, point: Vectors) -> Point:
        """Return the frame point straight below or above a point of the patient."""
        offset = point - self.origin
        return (
            float(offset @ self.row_direction) / self.column_mm + 0.5,
            float(offset @ self.column_direction) / self.row_mm + 0.5,
        )


def plane_of(series: ImageSeries, index: int) -> SlicePlane | None:
    """Return the plane of a frame, None where the file does not say where it is."""
    frame, spacing = series.frames[index], series.pixel_spacing
    if frame.position is None or frame.orientation is None or spacing is None:
        return None
    return SlicePlane(
        np.asarray(frame.position, np.float64),
        np.asarray(frame.orientation[0], np.float64),
        np.asarray(frame.orientation[1], np.float64),
        spacing.row_mm,
        spacing.column_mm,
        series.rows,
        series.columns,
    )


def share_frame_of_reference(one: ImageSeries, other: ImageSeries) -> bool:
    """Whether positions of two series mean the same places, because their files say so."""
    if one is other:
        return True
    uid = one.frame_of_reference_uid
    is_known = bool(uid) and uid == other.frame_of_reference_uid
    return is_known and one.patient.patient_id == other.patient.patient_id


def are_parallel(one: SlicePlane, other: SlicePlane) -> bool:
    """Whether two slices lie nearly in the same direction."""
    return abs(float(one.normal @ other.normal)) >= _PARALLEL_COSINE


def nearest_frame(series: ImageSeries, point: Vectors) -> int | None:
    """Return the frame whose plane is nearest to a point of the patient.

    None where positions are unknown, slices are not parallel, or the point is farther from the
    slices than they are from each other.
    """
    first = plane_of(series, 0)
    positions = [frame.position for frame in series.frames]
    if first is None or any(position is None for position in positions):
        return None
    if any(frame.orientation != series.frames[0].orientation for frame in series.frames):
        return None
    normal = first.normal
    along = np.asarray(positions, np.float64) @ normal
    distances = np.abs(along - float(point @ normal))
    nearest = int(distances.argmin())
    gaps = np.diff(np.sort(along))
    return nearest if distances[nearest] <= _reach(gaps) else None


def _reach(gaps: Vectors) -> float:
    """Return how far a point may be from the nearest slice; a lone slice reaches 5 mm."""
    used = gaps[gaps > 0]
    return float(used.max()) if len(used) else 5.0


def reference_line(plane: SlicePlane, seen_in: SlicePlane) -> tuple[Point, Point] | None:
    """Return where a slice cuts the plane of another, in frame points of the latter.

    The line is as long as the slice is; it may lead out of the other frame. None where the planes
    are nearly parallel or the slice does not reach the other plane.
    """
    normal = seen_in.normal
    if float(np.linalg.norm(np.cross(plane.normal, normal))) < _MEETING_SINE:
        return None
    width, height = float(plane.columns), float(plane.rows)
    corners = [
        plane.to_patient(corner) for corner in ((0, 0), (width, 0), (width, height), (0, height))
    ]
    heights = [float((corner - seen_in.origin) @ normal) for corner in corners]
    crossings = []
    for start, end in ((0, 1), (1, 2), (2, 3), (3, 0)):
        if (heights[start] <= 0) != (heights[end] <= 0):
            share = heights[start] / (heights[start] - heights[end])
            crossings.append(corners[start] + share * (corners[end] - corners[start]))
    if len(crossings) != 2:
        return None
    return seen_in.to_frame(crossings[0]), seen_in.to_frame(crossings[1])
