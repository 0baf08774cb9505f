"""The reference lines of a reformation in the hand: moved, turned, or crossing in a place."""

from dataclasses import dataclass
from enum import Enum, auto
from math import hypot

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from typing_extensions import override

from meddx_desktop.rendering.planar_geometry import clip_line, distance_to_line
from meddx_desktop.rendering.view_transform import Point
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.image_canvas import ImageCanvas
from meddx_desktop.ui.reference_lines import ReferenceLine, ReferenceLines, color_of
from meddx_desktop.ui.tool_cursors import cursor_of
from meddx_desktop.ui.tools import Tool

# How far from a line the pointer may be to take it, in points of the widget.
REACH_PX = 6.0
# Which share of the visible line, from either end, turns its plane.
TURNING_SHARE = 0.2
_GRIP_PX = 5.0
# Lines that meet at a smaller angle lie on each other and make no crossing.
_CROSSING_SINE = 0.17
_SHADOW = QColor(0, 0, 0, 160)
_TOOLS = frozenset({Tool.WINDOW, Tool.PAN, Tool.ZOOM, Tool.SCROLL})


class HoldKind(Enum):
    """What dragging a line does."""

    MOVE = auto()
    TURN = auto()
    CROSSING = auto()


@dataclass(frozen=True, slots=True)
class LineHold:
    """A line in the hand, and the frame point where it was taken."""

    kind: HoldKind
    line: ReferenceLine
    start: Point


class LineHandles(CanvasOverlay):
    """Lets the person drag reference lines while a tool of looking, not of drawing, is chosen.

    Near an end, or with Ctrl, a drag turns; where two lines cross, it moves both and all others.

    Signals: `taken(LineHold)`, `dragged(x, y)` in frame points, `let_go()`.
    """

    taken = Signal(object)
    dragged = Signal(float, float)
    let_go = Signal()

    def __init__(self, canvas: ImageCanvas, lines: ReferenceLines) -> None:
        super().__init__(canvas)
        self._canvas, self._lines = canvas, lines
        self._hold: LineHold | None = None
        self._near: LineHold | None = None
        canvas.installEventFilter(self)

    # Mouse

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._point_at(None)
        return super().eventFilter(watched, event)

    @override
    def take_press(self, event: QMouseEvent) -> bool:
        found = self._find(event)
        if event.button() is not Qt.MouseButton.LeftButton or found is None:
            return False
        self._hold = found
        self._point_at(found)
        self.taken.emit(found)
        return True

    @override
    def take_move(self, event: QMouseEvent) -> bool:
        if self._hold is None:
            self._point_at(self._find(event))
            return False
        if self._canvas.transform is not None:
            self.dragged.emit(*self._canvas.to_frame(event.position()))
        return True

    @override
    def take_release(self, event: QMouseEvent) -> bool:
        held, self._hold = self._hold, None
        if held is not None:
            self._point_at(self._find(event))
            self.let_go.emit()
        return held is not None

    def _point_at(self, near: LineHold | None) -> None:
        was_near, self._near = self._near, near
        if near is not None:
            self._canvas.setCursor(_CURSORS[near.kind])
        elif was_near is not None:
            self._canvas.setCursor(cursor_of(self._canvas.tool))
        if (near is None) != (was_near is None) or near is not None:
            self._canvas.update()

    def _find(self, event: QMouseEvent) -> LineHold | None:
        """Return what a press would take in hand."""
        is_free = self._lines.are_handles and self._canvas.tool in _TOOLS
        if not is_free or self._canvas.transform is None:
            return None
        at = event.position()
        near = [line for line in self._lines.lines if self._distance(line, at) <= REACH_PX]
        if not near:
            return None
        start = self._canvas.to_frame(at)
        if self._do_cross(near):
            return LineHold(HoldKind.CROSSING, near[0], start)
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        # Of planes that lie on each other, the first one is moved and the last one turned: the
        # oblique one, which begins where the coronal one is.
        if has_control or self._is_near_end(near[-1], at):
            return LineHold(HoldKind.TURN, near[-1], start)
        return LineHold(HoldKind.MOVE, near[0], start)

    def _distance(self, line: ReferenceLine, at: QPointF) -> float:
        return distance_to_line(_pair(at), tuple(map(self._seen, (line.start, line.end))))

    def _seen(self, point: Point) -> Point:
        return _pair(self._canvas.to_widget(point))

    def _do_cross(self, lines: list[ReferenceLine]) -> bool:
        ways = [_direction(self._seen(line.start), self._seen(line.end)) for line in lines]
        return any(
            abs(one[0] * other[1] - one[1] * other[0]) > _CROSSING_SINE
            for one in ways
            for other in ways
        )

    def _visible(self, line: ReferenceLine) -> tuple[Point, Point] | None:
        """Return the part of a line that is in the widget."""
        size = (float(self._canvas.width()), float(self._canvas.height()))
        return clip_line(self._seen(line.start), self._seen(line.end), size)

    def _is_near_end(self, line: ReferenceLine, at: QPointF) -> bool:
        visible = self._visible(line)
        if visible is None:
            return False
        start, end = visible
        share = hypot(at.x() - start[0], at.y() - start[1]) / max(_length(start, end), 1.0)
        return share < TURNING_SHARE or share > 1 - TURNING_SHARE

    # Drawing

    @override
    def paint(self, painter: QPainter) -> None:
        near = self._near
        if near is None or not self._lines.are_handles:
            return
        # The line may have moved since it was taken.
        now = [line for line in self._lines.lines if line.source == near.line.source]
        visible = self._visible(now[0]) if now else None
        if visible is None:
            return
        color = color_of(now[0])
        start, end = (QPointF(*point) for point in visible)
        for pen in (QPen(_SHADOW, 5), QPen(color, 2.5)):
            painter.setPen(pen)
            painter.drawLine(start, end)
            for share in (TURNING_SHARE / 2, 1 - TURNING_SHARE / 2):
                painter.setBrush(color if near.kind is HoldKind.TURN else Qt.BrushStyle.NoBrush)
                painter.drawEllipse(start + (end - start) * share, _GRIP_PX, _GRIP_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)


_CURSORS = {
    HoldKind.MOVE: Qt.CursorShape.PointingHandCursor,
    HoldKind.TURN: Qt.CursorShape.CrossCursor,
    HoldKind.CROSSING: Qt.CursorShape.SizeAllCursor,
}


def _pair(point: QPointF) -> Point:
    return (point.x(), point.y())


def _length(start: Point, end: Point) -> float:
    return hypot(end[0] - start[0], end[1] - start[1])


def _direction(start: Point, end: Point) -> Point:
    size = max(_length(start, end), 1e-9)
    return ((end[0] - start[0]) / size, (end[1] - start[1]) / size)
