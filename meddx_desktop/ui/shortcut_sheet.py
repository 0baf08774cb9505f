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

from meddx_desktop.ui.commands import MENUS


class ShortcutSheet(QDialog):
    """Lists every command that has keys, menu by menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
            heading = QTreeWidgetItem([menu.label.replace("&", "")])
            font = heading.font(0)
            font.setBold(True)
            heading.setFont(0, font)
            for command in menu.commands:
                if command is not None and command.shortcuts:
                    row = [command.label.replace("&", ""), keys_text(command.shortcuts)]
                    heading.addChild(QTreeWidgetItem(row))
            if heading.childCount():
                self.table.addTopLevelItem(heading)
        self.table.expandAll()


def keys_text(shortcuts: tuple[str, ...]) -> str:
    """Write key sequences as this system does."""
    native = QKeySequence.SequenceFormat.NativeText
    return "   ".join(QKeySequence(keys).toString(native) for keys in shortcuts)
