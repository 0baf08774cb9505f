"""A view that commands fit, zoom, turn and mirror, and that takes tools."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from meddx_desktop.case.image_series import Box
from meddx_desktop.rendering.view_transform import fit, mirror, one_to_one, rotate
from meddx_desktop.ui.image_canvas import ImageCanvas
from meddx_desktop.ui.magnifier import Magnifier
from meddx_desktop.ui.markup import Markup
from meddx_desktop.ui.tool_cursors import cursor_of
from meddx_desktop.ui.tools import Tool


class SteeredView(QWidget):
    """Has a canvas and says how it is looked at, and what the left mouse button does there.

    Signals: `tool_changed(Tool)`.
    """

    tool_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.canvas = ImageCanvas()
        self.markup = Markup(self.canvas)
        self.magnifier = Magnifier(self.canvas)
        self.canvas.pinch_begun.connect(self.markup.stop_drawing)

    def choose_tool(self, tool: Tool) -> None:
        """Give the left mouse button another task."""
        self.canvas.tool = tool
        self.markup.stop_drawing()
        self.tool_changed.emit(tool)
        self.canvas.setCursor(cursor_of(tool))

    def show_region(self, region: Box | None) -> None:
        """Outline the box that a model was given."""
        self.canvas.show_region(region)

    def fit(self) -> None:
        """Show the whole frame."""
        self.canvas.set_transform(fit, fits=True)

    def one_to_one(self) -> None:
        """Show one pixel of the frame on one of the screen."""
        self.canvas.set_transform(one_to_one, fits=False)

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        self.canvas.zoom_by(factor)

    def rotate(self, *, clockwise: bool) -> None:
        """Turn by a quarter."""
        self.canvas.turn(lambda transform: rotate(transform, clockwise=clockwise))

    def mirror(self, *, left_right: bool) -> None:
        """Mirror left to right or top to bottom."""
        self.canvas.turn(lambda transform: mirror(transform, left_right=left_right))
