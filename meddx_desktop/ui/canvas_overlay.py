"""What may draw over the image canvas and take its mouse and keys."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter


class CanvasOverlay(QObject):
    """Draws over the frame, below the corner texts; each `take_…` says whether it was for it.

    The painter is in points of the widget. Overlays are asked in their order, and what one takes
    reaches neither those behind it nor the canvas.
    """

    def paint(self, painter: QPainter) -> None:
        """Draw; only called while a frame is shown."""
        del painter

    def take_press(self, event: QMouseEvent) -> bool:
        """Take a mouse button going down."""
        del event
        return False

    def take_move(self, event: QMouseEvent) -> bool:
        """Take a mouse move, with or without a button."""
        del event
        return False

    def take_release(self, event: QMouseEvent) -> bool:
        """Take a mouse button going up."""
        del event
        return False

    def take_double_click(self, event: QMouseEvent) -> bool:
        """Take a double click."""
        del event
        return False

    def wants_key(self, event: QKeyEvent) -> bool:
        """Whether a key is to come to `take_key` even if a command has it as its shortcut."""
        del event
        return False

    def take_key(self, event: QKeyEvent) -> bool:
        """Take a key."""
        del event
        return False
