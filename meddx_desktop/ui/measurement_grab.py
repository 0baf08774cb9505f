"""Finding a measurement under the pointer and dragging it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from meddx_desktop.case.measurement import Measurement, Point
from meddx_desktop.rendering.mark_shapes import (
    handles,
    middle_of,
    move_handle,
    move_inside,
    outlines,
)
from meddx_desktop.rendering.planar_geometry import distance_to_line
from meddx_desktop.ui.mark_drawing import ToWidget

# How far from an outline or a handle the pointer may be to take it, in points of the widget.
REACH_PX = 7.0


@dataclass(frozen=True, slots=True)
class Grab:
    """A measurement in the hand; without a `handle` all of it moves with the pointer.

    With a `label_offset`, where the label was when it was taken, only the label moves.
    """

    before: Measurement
    now: Measurement
    start: Point
    handle: int | None = None
    label_offset: Point | None = None

    @property
    def has_changed(self) -> bool:
        """Whether letting go changes the measurement."""
        before, now = self.before, self.now
        return (now.points, now.label_offset) != (before.points, before.label_offset)

    def dragged(self, to: Point, frame_size: tuple[int, int]) -> "Grab":
        """Return the grab with the pointer elsewhere in a frame of (columns, rows)."""
        kind, points = self.before.kind, self.before.points
        if self.label_offset is not None:
            x, y = self.label_offset
            offset = (x + to[0] - self.start[0], y + to[1] - self.start[1])
            return replace(self, now=replace(self.now, label_offset=offset))
        if self.handle is not None:
            moved = move_handle(kind, points, self.handle, to)
        else:
            offset = (to[0] - self.start[0], to[1] - self.start[1])
            moved = move_inside(points, offset, frame_size)
        return replace(self, now=replace(self.now, points=moved))


def find_handle(measurement: Measurement, position: QPointF, to_widget: ToWidget) -> int | None:
    """Return which handle of a measurement is under a point of the widget."""
    for number, handle in enumerate(handles(measurement.kind, measurement.points)):
        offset = to_widget(handle) - position
        if max(abs(offset.x()), abs(offset.y())) <= REACH_PX:
            return number
    return None


def is_touched(
    measurement: Measurement, position: QPointF, to_widget: ToWidget, label: QRectF
) -> bool:
    """Whether the outline or the label of a measurement is under a point of the widget."""
    if label.contains(position):
        return True
    at = (position.x(), position.y())
    for outline in outlines(measurement.kind, measurement.points):
        line = tuple((shown.x(), shown.y()) for shown in map(to_widget, outline))
        if distance_to_line(at, line) <= REACH_PX:
            return True
    return False


def label_offset_of(
    measurement: Measurement, label: QRectF, to_frame: Callable[[QPointF], Point]
) -> Point:
    """Return where a label is, from the middle of its shape, in pixels of the frame."""
    middle = middle_of(measurement.kind, measurement.points)
    x, y = to_frame(label.center())
    return (x - middle[0], y - middle[1])
