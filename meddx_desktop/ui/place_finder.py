"""Shift and the left button: show a place in all viewports."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from typing_extensions import override

from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.image_canvas import ImageCanvas


class PlaceFinder(CanvasOverlay):
    """Signals: `place_chosen(x, y)` in frame points, while the pointer is dragged with Shift."""

    place_chosen = Signal(float, float)

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._is_dragged = False

    @override
    def take_press(self, event: QMouseEvent) -> bool:
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() is not Qt.MouseButton.LeftButton or not has_shift:
            return False
        if self._canvas.transform is None:
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
