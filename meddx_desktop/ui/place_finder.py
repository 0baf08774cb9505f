"""The crosshair: shows a place in all viewports, by its tool, or by Shift and the left button."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from typing_extensions import override

from meddx_desktop.rendering.view_transform import Point, turned_back
from meddx_desktop.ui.arrow_keys import ARROWS
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.image_canvas import ImageCanvas
from meddx_desktop.ui.mark_drawing import draw_hint
from meddx_desktop.ui.tools import Tool

_INK = QColor(236, 240, 243)
_SHADOW = QColor(0, 0, 0, 190)
_GAP_PX, _ARM_PX = 5.0, 16.0
_LONG_STEP = 10


class PlaceFinder(CanvasOverlay):
    """Lets the person point at a place; with the tool, the arrow keys move it by a pixel.

    `place` is where the place lies in the frame, drawn while the tool is chosen. Without
    `is_usable`, the file does not say where the frame lies in the patient.

    Signals: `place_chosen(x, y)` in frame points, also while the pointer is dragged.
    """

    place_chosen = Signal(float, float)

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._is_dragged = False
        self.place: Point | None = None
        self.is_usable = False

    def show_place(self, place: Point | None) -> None:
        """Draw the crosshair elsewhere, or nowhere."""
        self.place = place
        if self._has_tool:
            self._canvas.update()

    @property
    def _has_tool(self) -> bool:
        return self._canvas.tool is Tool.CROSSHAIR

    @override
    def paint(self, painter: QPainter) -> None:
        if not self._has_tool:
            return
        if not self.is_usable:
            text = self.tr("The file does not say where this image lies in the patient")
            draw_hint(painter, QRectF(self._canvas.rect()), text)
        if self.place is None:
            return
        at = self._canvas.to_widget(self.place)
        for pen in (QPen(_SHADOW, 4), QPen(_INK, 1.8)):
            painter.setPen(pen)
            for across, down in ARROWS.values():
                way = QPointF(across, down)
                painter.drawLine(at + way * _GAP_PX, at + way * _ARM_PX)

    @override
    def take_press(self, event: QMouseEvent) -> bool:
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_left = event.button() is Qt.MouseButton.LeftButton
        if not is_left or not (has_shift or self._has_tool) or self._canvas.transform is None:
            return False
        self._is_dragged = True
        self._choose(event)
        return True

    @override
    def take_move(self, event: QMouseEvent) -> bool:
        if self._is_dragged and self._canvas.transform is not None:
            self._choose(event)
        return self._is_dragged

    @override
    def take_release(self, event: QMouseEvent) -> bool:
        was_dragged, self._is_dragged = self._is_dragged, False
        return was_dragged

    def _choose(self, event: QMouseEvent) -> None:
        self.place_chosen.emit(*self._canvas.to_frame(event.position()))

    # Keys

    @override
    def wants_key(self, event: QKeyEvent) -> bool:
        shift = Qt.KeyboardModifier.ShiftModifier
        is_plain = not event.modifiers() & ~(shift | Qt.KeyboardModifier.KeypadModifier)
        is_ready = self._has_tool and self._canvas.transform is not None
        return is_ready and is_plain and event.key() in ARROWS

    @override
    def take_key(self, event: QKeyEvent) -> bool:
        transform = self._canvas.transform
        if not self.wants_key(event) or transform is None:
            return False
        is_long = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        pixels = _LONG_STEP if is_long else 1
        across, down = turned_back(ARROWS[Qt.Key(event.key())], transform.turn)
        columns, rows = transform.frame_size
        x, y = self.place or (columns / 2, rows / 2)
        x, y = x + across * pixels, y + down * pixels
        self.place_chosen.emit(min(max(x, 0.5), columns - 0.5), min(max(y, 0.5), rows - 0.5))
        return True
