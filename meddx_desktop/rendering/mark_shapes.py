"""The outlines and handles of measurements, in pixels of the frame."""

from math import cos, pi, sin

from meddx_desktop.case.measurement import MeasurementKind, Point

_KIND = MeasurementKind
_ELLIPSE_STEPS = 72
# How many points make a measurement; a freehand region has at least so many.
POINTS_OF_KIND = {
    _KIND.LENGTH: 2,
    _KIND.ANGLE: 3,
    _KIND.COBB_ANGLE: 4,
    _KIND.ELLIPSE: 2,
    _KIND.RECTANGLE: 2,
    _KIND.FREEHAND: 3,
    _KIND.PROBE: 1,
    _KIND.ARROW: 2,
    _KIND.TEXT: 1,
}
_BOXES = (_KIND.ELLIPSE, _KIND.RECTANGLE)


def handles(kind: MeasurementKind, points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return the places by which a measurement is reshaped."""
    if kind in _BOXES and len(points) == 2:
        (x0, y0), (x1, y1) = points
        return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return points


def move_handle(
    kind: MeasurementKind, points: tuple[Point, ...], number: int, to: Point
) -> tuple[Point, ...]:
    """Return the points after one handle was moved; the opposite corner of a box stays."""
    if kind in _BOXES:
        return (handles(kind, points)[(number + 2) % 4], to)
    return (*points[:number], to, *points[number + 1 :])


def move_inside(
    points: tuple[Point, ...], offset: Point, frame_size: tuple[int, int]
) -> tuple[Point, ...]:
    """Return points moved together, at most so far that all stay in a frame of (columns, rows)."""
    dx = _limited([x for x, _ in points], offset[0], frame_size[0])
    dy = _limited([y for _, y in points], offset[1], frame_size[1])
    return tuple((x + dx, y + dy) for x, y in points)


def _limited(places: list[float], offset: float, size: int) -> float:
    return min(max(offset, -min(places)), size - max(places))


def middle_of(kind: MeasurementKind, points: tuple[Point, ...]) -> Point:
    """Return the middle of the box around a measurement."""
    around = [point for outline in outlines(kind, points) for point in outline]
    xs, ys = [x for x, _ in around], [y for _, y in around]
    return ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)


def outlines(kind: MeasurementKind, points: tuple[Point, ...]) -> tuple[tuple[Point, ...], ...]:
    """Return the open lines that make a measurement, also while points are still missing."""
    if len(points) < 2:
        return (points,)
    match kind:
        case _KIND.COBB_ANGLE:
            return (points[:2], points[2:]) if len(points) > 2 else (points,)
        case _KIND.RECTANGLE:
            corners = handles(kind, points)
            return ((*corners, corners[0]),)
        case _KIND.ELLIPSE:
            return (_ellipse(points),)
        case _KIND.FREEHAND:
            return ((*points, points[0]),)
        case _:
            return (points,)


def _ellipse(corners: tuple[Point, ...]) -> tuple[Point, ...]:
    (x0, y0), (x1, y1) = corners
    turns = [2 * pi * step / _ELLIPSE_STEPS for step in range(_ELLIPSE_STEPS + 1)]
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    half_width, half_height = (x1 - x0) / 2, (y1 - y0) / 2
    return tuple(
        (middle_x + half_width * cos(turn), middle_y + half_height * sin(turn)) for turn in turns
    )
