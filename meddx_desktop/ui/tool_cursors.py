"""The pointer that shows what the left mouse button does."""

from PySide6.QtCore import Qt

from meddx_desktop.ui.markup import KIND_OF_TOOL
from meddx_desktop.ui.tools import Tool

_SHAPES = {
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.CROSSHAIR: Qt.CursorShape.CrossCursor,
    Tool.REGION: Qt.CursorShape.CrossCursor,
    **dict.fromkeys(KIND_OF_TOOL, Qt.CursorShape.CrossCursor),
}


def cursor_of(tool: Tool) -> Qt.CursorShape:
    """Return the pointer of a tool."""
    return _SHAPES.get(tool, Qt.CursorShape.ArrowCursor)
