"""The planes through a volume that a person scrolls: axial, coronal, sagittal or oblique ones."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Vector
from meddx_desktop.rendering.reformation import ReformatPlane
from meddx_desktop.rendering.volume_geometry import VolumeGeometry

Directions = tuple[Vector, Vector]

_LONGEST_SIDE = 2048
_NEARLY_PARALLEL = float(np.cos(np.radians(10)))


class PlaneKind(StrEnum):
    """How a plane lies in the patient."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"
    OBLIQUE = "oblique"


# Rows lead to the patient's left or back, columns to the back or the feet, as radiologists look.
_DIRECTIONS: dict[PlaneKind, Directions] = {
    PlaneKind.AXIAL: ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    PlaneKind.CORONAL: ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    PlaneKind.SAGITTAL: ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}


def directions_of(
    kind: PlaneKind, turn_degrees: float = 0.0, tilt_degrees: float = 0.0
) -> Directions:
    """Return where rows and columns of a kind of plane lead.

    An oblique plane starts as the coronal one, is turned about the patient's long axis, by 90
    degrees into the sagittal one, and then tilted about its own rows.
    """
    if kind is not PlaneKind.OBLIQUE:
        return _DIRECTIONS[kind]
    turn, tilt = np.radians(turn_degrees), np.radians(tilt_degrees)
    row = np.array([np.cos(turn), np.sin(turn), 0.0])
    down, back = np.array([0.0, 0.0, -1.0]), np.array([-np.sin(turn), np.cos(turn), 0.0])
    return _vector(row), _vector(np.cos(tilt) * down + np.sin(tilt) * back)


def planes_through(
    geometry: VolumeGeometry,
    directions: Directions,
    through: NDArray[np.float64] | None = None,
) -> tuple[ReformatPlane, ...]:
    """Return parallel planes that cover the volume.

    Pixels are square, as fine as those of the slices. Planes are as far apart as the slices where
    they lie as these do, else as the pixels. Where planes and slices agree, so do their pixels.

    Parameters
    ----------
    through : a point that one of the planes is to hold exactly; without one, the first plane holds
        the outermost corner of the volume.
    """
    row, column = (np.asarray(one, np.float64) for one in directions)
    normal = np.cross(row, column)
    corners = geometry.corners()
    spacing = min(geometry.row_mm, geometry.column_mm)
    is_parallel = abs(float(normal @ geometry.normal)) >= _NEARLY_PARALLEL
    step = geometry.usual_gap_mm if is_parallel else spacing
    starts, counts = [], []
    for axis, size in ((row, spacing), (column, spacing), (normal, step)):
        along = corners @ axis
        starts.append(float(along.min()))
        counts.append(round(float(np.ptp(along)) / size) + 1)
    if through is not None:
        place = (float(through @ normal) - starts[2]) / step
        starts[2] += (place - np.floor(place)) * step
    columns, rows = min(counts[0], _LONGEST_SIDE), min(counts[1], _LONGEST_SIDE)
    return tuple(
        ReformatPlane(
            _vector(starts[0] * row + starts[1] * column + (starts[2] + step * number) * normal),
            _vector(row),
            _vector(column),
            spacing,
            rows,
            columns,
        )
        for number in range(counts[2])
    )


def _vector(found: NDArray[np.float64]) -> Vector:
    return (float(found[0]), float(found[1]), float(found[2]))
