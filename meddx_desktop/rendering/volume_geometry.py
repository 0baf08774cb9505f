"""A stack of slices as a volume: where each slice lies, and why some series make none.

Positions are those of the files: slices may be unevenly spaced and need not stack straight, as
after a gantry tilt. Nothing is assumed where a file does not say where a slice is.

References
----------
DICOM PS3.3 C.7.6.2.1.1, Image Position and Image Orientation (Patient).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.image_series import ImageSeries

_SAME_MM = 0.01
_UNEVEN_SHARE = 0.02
_LEAST_SLICES = 3
# Between slices farther apart than this many usual gaps, some are missing and nothing is drawn.
WIDEST_GAPS = 2.5
_TILT_MM = 0.05


class NoVolumeError(MedDxError):
    """A series cannot be reformatted; the sentence says why."""

    code = "no_volume"


@dataclass(frozen=True, slots=True, eq=False)
class VolumeGeometry:
    """Slices in ascending order along their normal.

    `origins` has shape (slices, 3): the patient position of the center of each slice's first pixel,
    in mm. Directions are unit vectors. `order[i]` is the frame of the series that is slice i.
    """

    origins: NDArray[np.float64]
    row_direction: NDArray[np.float64]
    column_direction: NDArray[np.float64]
    row_mm: float
    column_mm: float
    rows: int
    columns: int
    order: tuple[int, ...]

    @property
    def normal(self) -> NDArray[np.float64]:
        """The unit normal of the slices."""
        return np.cross(self.row_direction, self.column_direction)

    @property
    def along(self) -> NDArray[np.float64]:
        """The place of each slice along the normal in mm, ascending."""
        return self.origins @ self.normal

    @property
    def usual_gap_mm(self) -> float:
        """The median distance of neighboring slices."""
        return float(np.median(np.diff(self.along)))

    @property
    def is_even(self) -> bool:
        """Whether all slices are equally far apart."""
        gaps = np.diff(self.along)
        return float(np.ptp(gaps)) <= max(_UNEVEN_SHARE * self.usual_gap_mm, _SAME_MM)

    @property
    def shifts(self) -> NDArray[np.float64]:
        """Each slice's first pixel within its plane in pixels (column, row), shape (slices, 2)."""
        return np.stack(
            [
                self.origins @ self.row_direction / self.column_mm,
                self.origins @ self.column_direction / self.row_mm,
            ],
            axis=1,
        )

    @property
    def is_straight(self) -> bool:
        """Whether the slices stack straight, as they do without a tilt of the gantry."""
        sizes = np.array([self.column_mm, self.row_mm])
        return bool((np.ptp(self.shifts, axis=0) * sizes).max() <= _TILT_MM)

    @property
    def tilt_degrees(self) -> float:
        """The angle between the normal and the way from the first to the last slice."""
        way = self.origins[-1] - self.origins[0]
        cosine = float(way @ self.normal) / float(np.linalg.norm(way))
        return float(np.degrees(np.arccos(min(1.0, abs(cosine)))))

    def corners(self) -> NDArray[np.float64]:
        """Return the centers of the corner pixels of all slices, shape (4 * slices, 3)."""
        across = self.row_direction * self.column_mm * (self.columns - 1)
        down = self.column_direction * self.row_mm * (self.rows - 1)
        return np.concatenate(
            [self.origins + i * across + j * down for i in (0, 1) for j in (0, 1)]
        )


def volume_geometry(series: ImageSeries) -> VolumeGeometry:
    """Return where the slices of a series lie.

    Raises
    ------
    NoVolumeError : color, too few slices, unknown or equal positions, or mixed directions.
    """
    _check_kind(series)
    spacing, first = series.pixel_spacing, series.frames[0].orientation
    positions = [frame.position for frame in series.frames]
    if spacing is None or first is None or any(position is None for position in positions):
        raise NoVolumeError(
            "The files do not say where their slices lie in the patient, so that planes through "
            "them would be wrong. Choose a series with positions, directions and pixel spacing."
        )
    row, column = _unit_directions(np.asarray(first, np.float64))
    places = np.asarray(positions, np.float64)
    along = places @ np.cross(row, column)
    order = np.argsort(along, kind="stable")
    if float(np.diff(along[order]).min()) <= _SAME_MM:
        raise NoVolumeError(
            "Several images of this series lie at the same place, as those of several phases or "
            "echoes do. Choose a series with one image for each place."
        )
    return VolumeGeometry(
        places[order],
        row,
        column,
        spacing.row_mm,
        spacing.column_mm,
        series.rows,
        series.columns,
        tuple(int(i) for i in order),
    )


def _check_kind(series: ImageSeries) -> None:
    """Refuse what makes no volume for other reasons than unknown places."""
    if series.is_color:
        raise NoVolumeError(
            "Color images cannot be reformatted. Choose a gray series of slices, as of CT or MR."
        )
    if len(series.frames) < _LEAST_SLICES:
        raise NoVolumeError(
            "A single image makes no volume. Choose a series of at least three slices."
        )
    known = [frame.orientation for frame in series.frames if frame.orientation is not None]
    directions = np.asarray(known, np.float64)
    is_mixed = 0 < len(known) < len(series.frames)
    if is_mixed or (known and float(np.abs(directions - directions[0]).max()) > 1e-3):
        raise NoVolumeError(
            "The slices of this series lie in different directions, as those of a localizer do. "
            "Choose a series whose slices are parallel."
        )


def _unit_directions(
    found: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the two directions exactly perpendicular; files round them."""
    row = found[0] / np.linalg.norm(found[0])
    column = found[1] - (found[1] @ row) * row
    return row, column / np.linalg.norm(column)
