"""All shortcuts on one sheet, from the command table."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.ui.command import Command, Menu
from meddx_desktop.ui.commands import MENUS
from meddx_desktop.ui.control_schemes import Controls
from meddx_desktop.ui.tool_names import tool_text
from meddx_desktop.ui.tools import Tool

_NATIVE = QKeySequence.SequenceFormat.NativeText


class ShortcutSheet(QDialog):
    """Lists every command with its keys, menu by menu, and what the mouse does."""

    def __init__(self, controls: Controls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controls = controls
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(560, 640)
        self.table = QTreeWidget()
        self.table.setHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.table.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.table.setRootIsDecorated(False)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.header().setStretchLastSection(False)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._fill()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(buttons)

    def _fill(self) -> None:
        for menu in MENUS:
            rows = [
                (command.label.replace("&", ""), self._ways(menu, command))
                for command in menu.commands
                if command is not None
            ]
            self._add(menu.label.replace("&", ""), rows)
        self._add(self.tr("Drawing"), self._drawing_rows())
        self._add(self.tr("Mouse and touchpad"), self._mouse_rows())
        self.table.expandAll()

    def _ways(self, menu: Menu, command: Command) -> str:
        """Return the keys of a command, or else those that lead to it through its menu."""
        keys = keys_text(self._controls.keys[command.id])
        if keys:
            return keys
        opening = QKeySequence.mnemonic(menu.label).toString(_NATIVE)
        letter = QKeySequence.mnemonic(command.label).toString(_NATIVE)[-1:]
        if not opening:
            return self.tr("in the menu")  # macOS has no letters in menus
        return f"{opening}, {letter or self.tr('arrow keys')}"

    def _add(self, title: str, rows: list[tuple[str, str]]) -> None:
        heading = QTreeWidgetItem([title])
        font = heading.font(0)
        font.setBold(True)
        heading.setFont(0, font)
        for row in rows:
            heading.addChild(QTreeWidgetItem(list(row)))
        if rows:
            self.table.addTopLevelItem(heading)

    def _drawing_rows(self) -> list[tuple[str, str]]:
        """Return the keys of the drawing tools, which work while one is chosen."""
        arrows = self.tr("Arrow keys")
        return [
            (self.tr("Show the cross-hair; set a point; twice: close a region"), self.tr("Enter")),
            (self.tr("Move the cross-hair by a pixel"), arrows),
            (self.tr("Move the cross-hair by ten pixels"), self.tr("Shift + arrow keys")),
            (self.tr("Move the chosen measurement"), self.tr("Alt + arrow keys")),
            (self.tr("Move the label of the chosen measurement"), self.tr("Shift + arrow keys")),
            (
                self.tr("Crosshair tool: move all planes by a pixel, or ten"),
                self.tr("Arrow keys, or with Shift"),
            ),
            (self.tr("Curves: show the cross-hair; set an end of the calipers"), self.tr("Enter")),
            (
                self.tr("Curves: move the cross-hair by a pixel, or a large square"),
                self.tr("Arrow keys, or with Shift"),
            ),
        ]

    def _mouse_rows(self) -> list[tuple[str, str]]:
        other = Tool.SCROLL if self._controls.wheel is Tool.ZOOM else Tool.ZOOM
        return [
            (
                self.tr("The chosen tool; a measurement, its handles or its label"),
                self.tr("Left button"),
            ),
            (self.tr("Show a place in all viewports"), self.tr("Shift + left button")),
            (self.tr("Reformation: move the plane of a line"), self.tr("Left button on the line")),
            (self.tr("Reformation: turn it"), self.tr("Near an end of the line, or with Ctrl")),
            (self.tr("Reformation: move all planes"), self.tr("Where lines cross")),
            (tool_text(self._controls.middle_button), self.tr("Middle button")),
            (tool_text(self._controls.right_button), self.tr("Right button")),
            (tool_text(self._controls.wheel), self.tr("Wheel")),
            (tool_text(other), self.tr("Ctrl + wheel")),
            (tool_text(Tool.ZOOM), self.tr("Pinch")),
            (tool_text(Tool.MENU), self.tr("Menu key, or Shift + F10")),
        ]


def keys_text(shortcuts: tuple[str, ...]) -> str:
    """Write key sequences as this system does."""
    return "   ".join(QKeySequence(keys).toString(_NATIVE) for keys in shortcuts)
