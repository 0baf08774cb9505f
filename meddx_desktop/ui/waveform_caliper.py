"""The calipers on the paper, and how they are set by key."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette, QPen

from meddx_desktop.ui.arrow_keys import ARROWS
from meddx_desktop.ui.theme import blend

LARGE_SQUARE_MM = 5.0
_SHADE = 0.25
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True, slots=True)
class Caliper:
    """Two places on the paper, and what lies between them.

    `height` is None where the places lie in different rows or the curve has no unit.
    """

    start: QPointF
    end: QPointF
    seconds: float
    height: float | None
    unit: str


class CrossHair:
    """A place that arrow keys move; Enter sets the first end of the calipers, then the second.

    `place` is None while there is none, `start` until the first end is set.
    """

    def __init__(self) -> None:
        self.place: QPointF | None = None
        self.start: QPointF | None = None

    def begin(self, at: QPointF, start: QPointF | None) -> None:
        """Show the cross-hair; with a `start`, the other end of the calipers is to be moved."""
        self.place, self.start = at, start

    def stop(self) -> None:
        """Take the cross-hair away."""
        self.place = self.start = None

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is for the cross-hair."""
        is_plain = not event.modifiers() & ~_PLAIN
        keys = (*ARROWS, *_ENTER, Qt.Key.Key_Escape)
        return self.place is not None and is_plain and event.key() in keys

    def take(self, event: QKeyEvent, room: QRectF, px_per_mm: float) -> None:
        """Move within the room, set an end, or step back."""
        key = Qt.Key(event.key())
        if self.place is None:
            return
        if key in ARROWS:
            is_long = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            step = LARGE_SQUARE_MM * px_per_mm if is_long else 1.0
            across, down = ARROWS[key]
            x, y = self.place.x() + across * step, self.place.y() + down * step
            inside = QRectF(room).adjusted(0, 0, -1, -1)
            self.place = QPointF(
                min(max(x, inside.left()), inside.right()),
                min(max(y, inside.top()), inside.bottom()),
            )
        elif key in _ENTER and self.start is None:
            self.start = self.place
        else:
            self.stop()


def draw_cross_hair(painter: QPainter, place: QPointF, room: QRectF, palette: QPalette) -> None:
    """Draw lines across the paper through the place."""
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1.5, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(place.x(), room.top()), QPointF(place.x(), room.bottom()))
    painter.drawLine(QPointF(room.left(), place.y()), QPointF(room.right(), place.y()))


def draw_caliper(
    painter: QPainter, caliper: Caliper, reading: str, room: QRectF, palette: QPalette
) -> None:
    """Draw both ends, the stretch between them, and the reading beside it."""
    start, end = caliper.start, caliper.end
    accent = palette.color(QPalette.ColorRole.Accent)
    painter.fillRect(QRectF(start, end).normalized(), _shade(palette, accent))
    painter.setPen(QPen(accent, 1.5))
    for x in (start.x(), end.x()):
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
    for y in (start.y(), end.y()):
        painter.drawLine(QPointF(start.x(), y), QPointF(end.x(), y))
    size = painter.fontMetrics().size(0, reading).toSizeF()
    place = QRectF(QPointF(max(start.x(), end.x()) + 4, 0), size).adjusted(0, 0, 8, 4)
    if place.right() > room.right():
        place.moveRight(min(start.x(), end.x()) - 4)
    place.moveTop(max(0.0, min(start.y(), end.y()) - place.height() - 2))
    painter.fillRect(place, palette.color(QPalette.ColorRole.Base))
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, reading)


def _shade(palette: QPalette, accent: QColor) -> QColor:
    shade = blend(palette.color(QPalette.ColorRole.Base), accent, 0.5)
    shade.setAlphaF(_SHADE)
    return shade
