"""Turning planes about a point of the patient, as when a reference line is turned."""

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Vector
from meddx_desktop.rendering.reformat_planes import Directions
from meddx_desktop.rendering.slice_geometry import SlicePlane, Vectors
from meddx_desktop.rendering.view_transform import Point


def turned(directions: Directions, axis: Vectors, degrees: float) -> Directions:
    """Return the directions of rows and columns after a turn about a unit axis.

    A turn about the normal of a slice leads from its rows toward its columns: clockwise as seen.
    """
    angle = np.radians(degrees)
    row, column = (_turn(np.asarray(one, np.float64), axis, float(angle)) for one in directions)
    # Many small turns must not add up to a crooked plane.
    row /= np.linalg.norm(row)
    column -= (column @ row) * row
    return _vector(row), _vector(column / np.linalg.norm(column))


def _turn(direction: Vectors, axis: Vectors, angle: float) -> Vectors:
    """Turn a direction (Rodrigues' formula)."""
    across = np.cross(axis, direction)
    along = axis * float(axis @ direction)
    return np.asarray(
        direction * np.cos(angle) + across * np.sin(angle) + along * (1 - np.cos(angle))
    )


def turn_and_tilt(directions: Directions) -> tuple[float, float]:
    """Return turn and tilt in degrees of the oblique plane that has the same normal."""
    normal = _normal(directions)
    tilt = np.degrees(np.arcsin(np.clip(normal[2], -1.0, 1.0)))
    # Beside a pole every turn gives the same plane.
    is_at_pole = float(np.hypot(normal[0], normal[1])) < 1e-6
    turn = 0.0 if is_at_pole else np.degrees(np.arctan2(-normal[0], normal[1]))
    return float(turn), float(tilt)


def angle_between_degrees(one: Directions, other: Directions) -> float:
    """Return the angle between two planes, 0 to 90 degrees."""
    first, second = _normal(one), _normal(other)
    return float(np.degrees(np.arccos(min(1.0, abs(float(first @ second))))))


def angle_around_degrees(plane: SlicePlane, center: Vectors, start: Point, end: Point) -> float:
    """Return by how much the pointer went around a point, from one frame point to another."""
    middle = plane.to_frame(center)
    angles = [
        np.arctan2((y - middle[1]) * plane.row_mm, (x - middle[0]) * plane.column_mm)
        for x, y in (start, end)
    ]
    around = float(np.degrees(angles[1] - angles[0]))
    return (around + 180) % 360 - 180


def nearest_on_both(one: SlicePlane, other: SlicePlane, point: Vectors) -> Vectors:
    """Return the point nearest to another on the line in which two planes meet."""
    first, second = one.normal, other.normal
    between = float(first @ second)
    missing = np.array([(one.origin - point) @ first, (other.origin - point) @ second])
    shares = np.linalg.solve(np.array([[1.0, between], [between, 1.0]]), missing)
    return np.asarray(point + shares[0] * first + shares[1] * second, np.float64)


def straight_onto(plane: SlicePlane, point: Vectors) -> Vectors:
    """Return the point of a plane that is nearest to a point."""
    return np.asarray(point + ((plane.origin - point) @ plane.normal) * plane.normal, np.float64)


def _normal(directions: Directions) -> Vectors:
    row, column = (np.asarray(one, np.float64) for one in directions)
    return np.cross(row, column)


def _vector(found: NDArray[np.float64]) -> Vector:
    return (float(found[0]), float(found[1]), float(found[2]))
