"""A measurement while it is being drawn, by mouse or by key."""

from math import hypot

from meddx_desktop.case.measurement import MeasurementKind, Point
from meddx_desktop.rendering.mark_shapes import POINTS_OF_KIND
from meddx_desktop.rendering.planar_geometry import simplify_line

# A press that moves farther than this is a drag, and a click as near to the first corner of a
# region closes it; both in points of the widget.
DRAG_PX = 4.0
CLOSING_PX = 9.0
_STROKE_STEP_PX = 2.0
_SIMPLIFIED_PX = 0.7


class Sketch:
    """Collects points in pixels of the frame until there are as many as the kind needs.

    Each press sets a point, and so does the end of a drag. A freehand region is drawn in one
    stroke, or corner by corner until its first corner is clicked or its last one set twice.
    `floating` is where the next point would be, `zoom` is widget points per pixel of the frame.
    """

    def __init__(self, kind: MeasurementKind) -> None:
        self.kind = kind
        self.points: tuple[Point, ...] = ()
        self.floating: Point | None = None
        self.is_complete = False
        self._pressed_at: Point | None = None
        self._stroke_length = 0

    @property
    def can_close(self) -> bool:
        """Whether a freehand region has enough corners."""
        needed = POINTS_OF_KIND[MeasurementKind.FREEHAND]
        return self._is_freehand and len(self.points) >= needed

    @property
    def shown_points(self) -> tuple[Point, ...]:
        """The points set so far and the floating one."""
        return self.points if self.floating is None else (*self.points, self.floating)

    @property
    def is_measurable(self) -> bool:
        """Whether there are enough points, the floating one included, to measure."""
        return len(self.shown_points) >= POINTS_OF_KIND[self.kind]

    @property
    def _is_freehand(self) -> bool:
        return self.kind is MeasurementKind.FREEHAND

    def set_point(self, point: Point, zoom: float) -> None:
        """Set a point, or close a region."""
        self.floating = None
        if self.can_close and self._closes(point, zoom):
            self.is_complete = True
            return
        if not self.points or point != self.points[-1]:
            self.points = (*self.points, point)
        if not self._is_freehand and len(self.points) == POINTS_OF_KIND[self.kind]:
            self.is_complete = True

    def press(self, point: Point, zoom: float) -> None:
        """Begin a click or a drag."""
        self._pressed_at, self._stroke_length = point, 0
        self.set_point(point, zoom)

    def move(self, point: Point, zoom: float) -> None:
        """Move the pointer, with the button down or up."""
        is_stroke = self._is_freehand and self._pressed_at is not None
        if is_stroke and _distance(point, self.points[-1]) * zoom >= _STROKE_STEP_PX:
            self.points = (*self.points, point)
            self._stroke_length += 1
        self.floating = point

    def release(self, point: Point, zoom: float) -> None:
        """End a click or a drag."""
        pressed_at, self._pressed_at = self._pressed_at, None
        if pressed_at is None or self.is_complete:
            return
        if self._is_freehand:
            if self._stroke_length >= POINTS_OF_KIND[self.kind]:
                self.points = simplify_line(self.points, _SIMPLIFIED_PX / zoom)
                self.is_complete = self.can_close
        elif _distance(pressed_at, point) * zoom > DRAG_PX:
            self.set_point(point, zoom)

    def close(self) -> None:
        """Close a region where it is."""
        self.is_complete = self.can_close

    def _closes(self, point: Point, zoom: float) -> bool:
        is_at_start = _distance(point, self.points[0]) * zoom < CLOSING_PX
        return is_at_start or point == self.points[-1]


def _distance(first: Point, last: Point) -> float:
    return hypot(first[0] - last[0], first[1] - last[1])
