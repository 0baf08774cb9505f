"""Two fingers that zoom and move, on a touchpad or on the screen."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget


@dataclass(frozen=True, slots=True)
class Pinch:
    """A part of the movement: zoom by `factor` about `middle`, which has `moved` to there.

    `is_begun` when the second of two fingers has just come to the screen.
    """

    factor: float
    middle: QPointF
    moved: QPointF
    is_begun: bool = False


def pinch_of(event: QEvent, widget: QWidget) -> Pinch | None:
    """Return what two fingers did in a widget that grabs the gesture, None for other events."""
    if isinstance(event, QNativeGestureEvent):
        if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
            return None
        return Pinch(1 + event.value(), event.position(), QPointF())
    if isinstance(event, QGestureEvent):
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if isinstance(gesture, QPinchGesture):
            middle, last = gesture.centerPoint(), gesture.lastCenterPoint()
            is_begun = gesture.state() is Qt.GestureState.GestureStarted
            moved = QPointF() if is_begun else middle - last
            return Pinch(gesture.scaleFactor(), widget.mapFromGlobal(middle), moved, is_begun)
    return None
