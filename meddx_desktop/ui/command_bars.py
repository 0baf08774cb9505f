"""Menus, toolbar and shortcuts of the window, built from the command table."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QToolBar
from typing_extensions import override

from meddx_desktop.ui.commands import MENUS, Command, all_commands
from meddx_desktop.ui.icons import load_icon
from meddx_desktop.ui.main_window import MainWindow
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.shortcut_sheet import ShortcutSheet, keys_text


class CommandBars(QObject):
    """Gives the window its actions and enables those that fit what is in view."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {}
        self._build_actions()
        self._build_menus()
        self.toolbar = self._build_toolbar()
        self._color_icons()
        self.show_scope(None)
        window.scope_changed.connect(self.show_scope)
        window.shortcuts_wanted.connect(self._show_shortcuts)
        window.installEventFilter(self)

    def _build_actions(self) -> None:
        for command in all_commands():
            action = QAction(command.label, self._window)
            action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
            if command.in_view:
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(_run(command, self._window))
            self.actions[command.id] = action
            self._window.addAction(action)

    def _build_menus(self) -> None:
        for menu in MENUS:
            shown = self._window.menuBar().addMenu(menu.label)
            for command in menu.commands:
                if command is None:
                    shown.addSeparator()
                else:
                    shown.addAction(self.actions[command.id])

    def _build_toolbar(self) -> QToolBar:
        toolbar = QToolBar(self.tr("Tools"))
        toolbar.setObjectName("tools")
        toolbar.setMovable(False)
        toolbar.setAccessibleName(self.tr("Tools"))
        self._window.addToolBar(toolbar)
        for command in all_commands():
            if command.icon:
                action = self.actions[command.id]
                text = command.label.replace("&", "")
                action.setToolTip(f"{text} ({keys_text(command.shortcuts)})")
                toolbar.addAction(action)
                button = toolbar.widgetForAction(action)
                button.setAccessibleName(text)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return toolbar

    def attach_views(self) -> None:
        """Give the views the keys that work only in them."""
        workspace = self._window.workspace
        for command in all_commands():
            if command.in_view:
                workspace.key_widget(command.scope).addAction(self.actions[command.id])
        automatic = self.actions["analyze-automatically"]
        automatic.setCheckable(True)
        automatic.setChecked(self._window.settings.analyzes_automatically)

    def show_scope(self, scope: Scope | None) -> None:
        """Enable the commands that fit what is in view; None is an empty case."""
        fitting = {Scope.ALWAYS} if scope is None else {Scope.ALWAYS, Scope.CASE, scope}
        for command in all_commands():
            self.actions[command.id].setEnabled(command.scope in fitting)

    def _show_shortcuts(self) -> None:
        ShortcutSheet(self._window).open()

    def _color_icons(self) -> None:
        palette = self._window.palette()
        for command in all_commands():
            if command.icon:
                self.actions[command.id].setIcon(load_icon(command.icon, palette))
        self._window.setWindowIcon(load_icon("meddx", palette))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() is QEvent.Type.PaletteChange:
            self._color_icons()
        return super().eventFilter(watched, event)


def _run(command: Command, window: MainWindow) -> Callable[[], None]:
    def run() -> None:
        command.run(window)

    return run
