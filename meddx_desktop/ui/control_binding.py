"""Gives the window's actions their keys and the image canvas its mouse buttons."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence

from meddx_desktop.ui.commands import all_commands
from meddx_desktop.ui.control_schemes import controls_of
from meddx_desktop.ui.control_settings import ControlSettings
from meddx_desktop.ui.key_editor import KeyEditor
from meddx_desktop.ui.main_window import MainWindow
from meddx_desktop.ui.settings import save_settings
from meddx_desktop.ui.shortcut_sheet import ShortcutSheet, keys_text
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.tools_menu import ToolsMenu

if TYPE_CHECKING:  # brings numpy, which the first paint does not wait for
    from meddx_desktop.ui.image_canvas import ImageCanvas


class ControlBinding(QObject):
    """Knows what keys and mouse do now, and lets the person change it."""

    def __init__(self, window: MainWindow, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self._canvases: list[ImageCanvas] = []
        self._apply()
        window.shortcuts_wanted.connect(self._show_sheet)
        window.keys_wanted.connect(self._edit)

    def bind(self, canvas: "ImageCanvas") -> None:
        """Give a canvas its mouse buttons, now and whenever they change."""
        self._canvases.append(canvas)
        canvas.menu_wanted.connect(partial(self._show_menu, canvas))
        self._bind_mouse(canvas)

    def _apply(self) -> None:
        self.controls = controls_of(self._window.settings.controls, all_commands())
        for command in all_commands():
            action, keys = self._actions[command.id], self.controls.keys[command.id]
            action.setShortcuts([QKeySequence(one) for one in keys])
            text = command.label.replace("&", "")
            action.setToolTip(f"{text} ({keys_text(keys)})" if keys else text)
        for canvas in self._canvases:
            self._bind_mouse(canvas)

    def _bind_mouse(self, canvas: "ImageCanvas") -> None:
        canvas.buttons = {
            Qt.MouseButton.MiddleButton: self.controls.middle_button,
            Qt.MouseButton.RightButton: self.controls.right_button,
        }
        canvas.does_wheel_zoom = self.controls.wheel is Tool.ZOOM

    def _show_menu(self, canvas: "ImageCanvas", place: QPoint) -> None:
        if canvas.frame is not None:
            ToolsMenu(self._actions, canvas).popup(place)

    def _show_sheet(self) -> None:
        ShortcutSheet(self.controls, self._window).open()

    def _edit(self) -> None:
        editor = KeyEditor(self._window.settings.controls, self._window)
        editor.chosen.connect(self._take)
        editor.open()

    def _take(self, settings: ControlSettings) -> None:
        self._window.settings = replace(self._window.settings, controls=settings)
        save_settings(self._window.settings)
        self._apply()
