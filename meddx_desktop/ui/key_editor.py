"""Choosing a scheme of keys and mouse buttons, and changing it."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.ui.command import Command
from meddx_desktop.ui.commands import MENUS, all_commands
from meddx_desktop.ui.control_schemes import controls_of, find_conflict, load_scheme, portable
from meddx_desktop.ui.control_settings import (
    BUTTON_TOOLS,
    SCHEMES,
    WHEEL_TOOLS,
    ControlSettings,
)
from meddx_desktop.ui.shortcut_sheet import keys_text
from meddx_desktop.ui.tool_names import tool_text
from meddx_desktop.ui.tools import Tool

_COMMAND = Qt.ItemDataRole.UserRole


class KeyEditor(QDialog):
    """Shows every command with its keys. Signals: `chosen(ControlSettings)`."""

    chosen = Signal(object)

    def __init__(self, settings: ControlSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self.resize(640, 680)
        self.settings = settings
        self._commands = {command.id: command for command in all_commands()}
        layout = QVBoxLayout(self)
        layout.addLayout(self._build_mouse())
        layout.addWidget(self._build_table(), 1)
        layout.addLayout(self._build_line())
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(self.note.fontMetrics().lineSpacing() * 2)
        layout.addWidget(self.note)
        layout.addWidget(self._build_buttons())
        self._show()
        self.table.setCurrentItem(next(self._rows()))

    # Parts

    def _build_mouse(self) -> QFormLayout:
        form = QFormLayout()
        self.scheme_box = self._box(self.tr("Scheme"))
        for scheme in SCHEMES:
            self.scheme_box.addItem(load_scheme(scheme).label, scheme)
        self.middle_box = self._tool_box(self.tr("Middle mouse button"), BUTTON_TOOLS)
        self.right_box = self._tool_box(self.tr("Right mouse button"), BUTTON_TOOLS)
        self.wheel_box = self._tool_box(self.tr("Mouse wheel"), WHEEL_TOOLS)
        form.addRow(self.tr("&Scheme:"), self.scheme_box)
        form.addRow(self.tr("&Middle button:"), self.middle_box)
        form.addRow(self.tr("Right &button:"), self.right_box)
        form.addRow(self.tr("&Wheel (the other with Ctrl):"), self.wheel_box)
        self.scheme_box.activated.connect(self._take_scheme)
        for box in (self.middle_box, self.right_box, self.wheel_box):
            box.activated.connect(self._take_mouse)
        return form

    def _box(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.view().setAccessibleName(name)
        return box

    def _tool_box(self, name: str, tools: tuple[Tool, ...]) -> QComboBox:
        box = self._box(name)
        for tool in tools:
            box.addItem(tool_text(tool), tool.value)
        return box

    def _build_table(self) -> QTreeWidget:
        self.table = QTreeWidget()
        self.table.setHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.table.setAccessibleName(self.tr("Commands and their keys"))
        self.table.setRootIsDecorated(False)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.header().setStretchLastSection(False)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for menu in MENUS:
            heading = QTreeWidgetItem([menu.label.replace("&", "")])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = heading.font(0)
            font.setBold(True)
            heading.setFont(0, font)
            for command in menu.commands:
                if command is not None:
                    row = QTreeWidgetItem([command.label.replace("&", "")])
                    row.setData(0, _COMMAND, command.id)
                    heading.addChild(row)
            self.table.addTopLevelItem(heading)
        self.table.expandAll()
        self.table.currentItemChanged.connect(self._show_line)
        return self.table

    def _build_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.key_edit = QKeySequenceEdit()
        self.key_edit.setMaximumSequenceLength(1)
        self.key_edit.setAccessibleName(self.tr("New keys for the command"))
        for inner in self.key_edit.findChildren(QLineEdit):
            inner.setAccessibleName(self.key_edit.accessibleName())
        self.key_edit.keySequenceChanged.connect(self._show_conflict)
        self.set_button = QPushButton(self.tr("&Use these keys"))
        self.set_button.setAutoDefault(False)
        self.set_button.clicked.connect(self._take_keys)
        self.clear_button = QPushButton(self.tr("&No keys"))
        self.clear_button.setAutoDefault(False)
        self.clear_button.clicked.connect(lambda: self._change({self._command().id: ()}))
        self.default_button = QPushButton(self.tr("As in the s&cheme"))
        self.default_button.setAutoDefault(False)
        self.default_button.clicked.connect(self._forget_keys)
        line.addWidget(self.key_edit, 1)
        for button in (self.set_button, self.clear_button, self.default_button):
            line.addWidget(button)
        return line

    def _build_buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.RestoreDefaults)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.reset_button = buttons.button(kinds.RestoreDefaults)
        self.reset_button.clicked.connect(self._reset)
        self.accepted.connect(lambda: self.chosen.emit(self.settings))
        return buttons

    # What is shown

    def _rows(self) -> Iterator[QTreeWidgetItem]:
        walk = QTreeWidgetItemIterator(self.table)
        while (row := walk.value()) is not None:
            if row.data(0, _COMMAND):
                yield row
            walk += 1

    def row_of(self, command_id: str) -> QTreeWidgetItem:
        """Return the row of a command."""
        return next(row for row in self._rows() if row.data(0, _COMMAND) == command_id)

    def _show(self) -> None:
        controls = controls_of(self.settings, self._commands.values())
        for row in self._rows():
            name = str(row.data(0, _COMMAND))
            row.setText(1, keys_text(controls.keys[name]))
            font = row.font(1)
            font.setBold(name in self.settings.keys)
            row.setFont(1, font)
        self.scheme_box.setCurrentIndex(self.scheme_box.findData(self.settings.scheme))
        for box, tool in (
            (self.middle_box, controls.middle_button),
            (self.right_box, controls.right_button),
            (self.wheel_box, controls.wheel),
        ):
            box.setCurrentIndex(box.findData(tool.value))

    def _command(self) -> Command:
        row = self.table.currentItem()
        name = row.data(0, _COMMAND) if row is not None else None
        return self._commands[str(name or next(self._rows()).data(0, _COMMAND))]

    def _show_line(self) -> None:
        self.key_edit.clear()
        self.default_button.setEnabled(self._command().id in self.settings.keys)
        self._show_conflict()

    def _wanted(self) -> str:
        return self.key_edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _conflict(self) -> Command | None:
        controls = controls_of(self.settings, self._commands.values())
        commands = self._commands.values()
        return find_conflict(self._wanted(), self._command(), commands, controls.keys)

    def _show_conflict(self) -> None:
        self.set_button.setEnabled(bool(self._wanted()))
        text = self.tr("Choose a command, press its new keys here, then use them.")
        if self._wanted():
            other = self._conflict()
            if other is None:
                text = self.tr("These keys are free.")
            else:
                name = other.label.replace("&", "")
                text = self.tr("⚠ “{name}” has these keys; using them takes them from it.")
                text = text.format(name=name)
        self.note.setText(text)

    # Changes

    def _take_keys(self) -> None:
        wanted, command = self._wanted(), self._command()
        if not wanted:
            return
        changed: dict[str, tuple[str, ...]] = {command.id: (wanted,)}
        other = self._conflict()
        while other is not None:
            given = controls_of(self.settings, self._commands.values()).keys[other.id]
            self._change({other.id: tuple(own for own in given if portable(own) != wanted)})
            other = self._conflict()
        self._change(changed)

    def _change(self, keys: dict[str, tuple[str, ...]]) -> None:
        self.settings = replace(self.settings, keys={**self.settings.keys, **keys})
        self._show()
        self._show_line()

    def _forget_keys(self) -> None:
        name = self._command().id
        kept = {other: keys for other, keys in self.settings.keys.items() if other != name}
        self.settings = replace(self.settings, keys=kept)
        self._show()
        self._show_line()

    def _take_scheme(self) -> None:
        # Buttons and wheel come with the scheme; they can be changed after that.
        self.settings = replace(
            self.settings,
            scheme=str(self.scheme_box.currentData()),
            middle_button="",
            right_button="",
            wheel="",
        )
        self._show()
        self._show_conflict()

    def _take_mouse(self) -> None:
        scheme = load_scheme(self.settings.scheme)
        self.settings = replace(
            self.settings,
            middle_button=_other_than(scheme.middle_button, self.middle_box),
            right_button=_other_than(scheme.right_button, self.right_box),
            wheel=_other_than(scheme.wheel, self.wheel_box),
        )

    def _reset(self) -> None:
        self.settings = ControlSettings()
        self._show()
        self._show_line()


def _other_than(usual: Tool, box: QComboBox) -> str:
    """Return what was chosen in a box, or nothing where it is what the scheme says."""
    chosen = str(box.currentData())
    return "" if chosen == usual else chosen
