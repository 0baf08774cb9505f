"""Lengths, angles and areas in a plane whose pixels may be wider than high."""

from itertools import pairwise
from math import acos, atan2, degrees, hypot, pi

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.measurement import Point


def stretch(points: tuple[Point, ...], across: float, down: float) -> tuple[Point, ...]:
    """Multiply coordinates, as with millimeters per column and per row."""
    return tuple((x * across, y * down) for x, y in points)


def length(points: tuple[Point, ...]) -> float:
    """Return the length of an open line through all points."""
    return sum(hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(points))


def angle_degrees(first: Point, vertex: Point, last: Point) -> float:
    """Return the angle between two arms, 0 to 180; 0 where an arm has no length."""
    ax, ay = first[0] - vertex[0], first[1] - vertex[1]
    bx, by = last[0] - vertex[0], last[1] - vertex[1]
    return degrees(abs(atan2(ax * by - ay * bx, ax * bx + ay * by)))


def cobb_angle_degrees(points: tuple[Point, ...]) -> float:
    """Return the angle between two lines, 0 to 90, whichever way each was drawn.

    Parameters
    ----------
    points : the two ends of the first line, then those of the second.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    first, second = (x1 - x0, y1 - y0), (x3 - x2, y3 - y2)
    lengths = hypot(*first) * hypot(*second)
    if lengths == 0:
        return 0.0
    cosine = abs(first[0] * second[0] + first[1] * second[1]) / lengths
    return degrees(acos(min(1.0, cosine)))


def ellipse_area(corners: tuple[Point, ...]) -> float:
    """Return the area of the ellipse that fills a box between two opposite corners."""
    return rectangle_area(corners) * pi / 4


def rectangle_area(corners: tuple[Point, ...]) -> float:
    """Return the area of a box between two opposite corners."""
    (x0, y0), (x1, y1) = corners
    return abs(x1 - x0) * abs(y1 - y0)


def polygon_area(corners: tuple[Point, ...]) -> float:
    """Return the area of a polygon that does not cross itself (shoelace formula)."""
    x, y = np.asarray(corners, np.float64).T
    # Near the origin the products stay small, so that a small polygon far out keeps its digits.
    x, y = x - x[0], y - y[0]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def is_self_crossing(corners: tuple[Point, ...]) -> bool:
    """Whether two edges of a polygon cross that do not meet in a corner."""
    start = np.asarray(corners, np.float64)
    end = np.roll(start, -1, axis=0)
    side_of_starts = _side(start, end, start)
    side_of_ends = _side(start, end, end)
    # Entry [i, j] says whether edge j has its ends on both sides of the line through edge i.
    separates = side_of_starts * side_of_ends < 0
    return bool((separates & separates.T).any())


def _side(
    start: NDArray[np.float64], end: NDArray[np.float64], points: NDArray[np.float64]
) -> NDArray[np.float64]:
    along = (end - start)[:, np.newaxis]
    toward = points[np.newaxis] - start[:, np.newaxis]
    return np.asarray(along[..., 0] * toward[..., 1] - along[..., 1] * toward[..., 0])


def simplify_line(points: tuple[Point, ...], tolerance: float) -> tuple[Point, ...]:
    """Leave points out of a line that then nowhere lies farther than `tolerance` from it.

    References
    ----------
    Douglas and Peucker, Cartographica 10 (1973) 112-122.
    """
    line = np.asarray(points, np.float64)
    kept = np.zeros(len(line), np.bool_)
    kept[[0, -1]] = True
    parts = [(0, len(line) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        distances = _distances(line[first + 1 : last], line[first], line[last])
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = first + 1 + farthest
            kept[middle] = True
            parts += [(first, middle), (middle, last)]
    return tuple(point for point, is_kept in zip(points, kept, strict=True) if is_kept)


def distance_to_line(point: Point, line: tuple[Point, ...]) -> float:
    """Return how far a point is from the nearest part of an open line."""
    at = np.asarray([point], np.float64)
    if len(line) == 1:
        return hypot(point[0] - line[0][0], point[1] - line[0][1])
    ends = np.asarray(line, np.float64)
    return min(float(_distances(at, first, last)[0]) for first, last in pairwise(ends))


def nearest_on_line(point: Point, line: tuple[Point, ...]) -> Point:
    """Return the point of an open line that is nearest to a point."""
    found = line[0]
    for (x0, y0), (x1, y1) in pairwise(line):
        across, down = x1 - x0, y1 - y0
        squared = across**2 + down**2
        along = (point[0] - x0) * across + (point[1] - y0) * down
        share = min(max(along / squared, 0.0), 1.0) if squared else 0.0
        other = (x0 + share * across, y0 + share * down)
        if length((point, other)) < length((point, found)):
            found = other
    return found


def _distances(
    points: NDArray[np.float64], first: NDArray[np.float64], last: NDArray[np.float64]
) -> NDArray[np.float64]:
    along = last - first
    squared = float(along @ along)
    share = np.clip((points - first) @ along / squared, 0, 1) if squared else np.zeros(len(points))
    offset = points - (first + share[:, np.newaxis] * along)
    return np.hypot(offset[:, 0], offset[:, 1])


def clip_line(start: Point, end: Point, size: Point) -> tuple[Point, Point] | None:
    """Return the part of a line inside a box from the origin to (width, height), if there is one.

    References
    ----------
    Liang and Barsky, ACM Transactions on Graphics 3 (1984) 1-22.
    """
    first, last = 0.0, 1.0
    for axis in (0, 1):
        step = end[axis] - start[axis]
        for slope, room in ((-step, start[axis]), (step, size[axis] - start[axis])):
            if slope == 0:
                if room < 0:
                    return None
            elif slope < 0:
                first = max(first, room / slope)
            else:
                last = min(last, room / slope)
    if first > last:
        return None
    across, down = end[0] - start[0], end[1] - start[1]
    return (
        (start[0] + first * across, start[1] + first * down),
        (start[0] + last * across, start[1] + last * down),
    )
