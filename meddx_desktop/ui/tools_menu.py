"""The menu over an image: tools first, then the menus of the window that concern images."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from meddx_desktop.ui.commands import MENUS
from meddx_desktop.ui.scope import Scope

_FIRST = (
    "window-tool",
    "pan-tool",
    "zoom-tool",
    "scroll-tool",
    "magnifier-tool",
    "crosshair-tool",
    "",
    "reset",
    "fit",
    "invert",
    "toggle-overlay",
    "",
)


class ToolsMenu(QMenu):
    """Opens where the person asked for it and is gone after a choice."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Tools for the image"))
        for name in _FIRST:
            if name:
                self.addAction(actions[name])
            else:
                self.addSeparator()
        for menu in MENUS:
            own = [one for one in menu.commands if one is not None and one.scope is Scope.IMAGE]
            others = [one for one in own if one.id not in _FIRST]
            # The menu of texts has nothing for images.
            if others:
                below = self.addMenu(menu.label)
                for command in others:
                    below.addAction(actions[command.id])
