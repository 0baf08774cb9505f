"""The names of what a mouse button or the wheel does, in the person's language."""

from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.translations import mark, translate

_NAMES = {
    Tool.PAN: mark("ToolNames", "Pan"),
    Tool.ZOOM: mark("ToolNames", "Zoom"),
    Tool.WINDOW: mark("ToolNames", "Window/level"),
    Tool.SCROLL: mark("ToolNames", "Scroll through the images"),
    Tool.MENU: mark("ToolNames", "Menu of tools"),
}


def tool_text(tool: Tool) -> str:
    """Return the name of a tool that a mouse button or the wheel may have."""
    return translate("ToolNames", _NAMES[tool])
