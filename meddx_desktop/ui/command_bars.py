"""Menus, toolbar and shortcuts of the window, built from the command table."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolBar
from typing_extensions import override

from meddx_desktop.ui.command import Command
from meddx_desktop.ui.commands import MENUS, all_commands
from meddx_desktop.ui.control_binding import ControlBinding
from meddx_desktop.ui.icons import load_icon
from meddx_desktop.ui.layout_choices import LinkChoices
from meddx_desktop.ui.main_window import MainWindow
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.tools import Tool

if TYPE_CHECKING:  # brings numpy, which the first paint does not wait for
    from meddx_desktop.ui.image_view import ImageView

_TOOLS = tuple(f"{tool.value}-tool" for tool in Tool if tool not in (Tool.REGION, Tool.MENU))
_LINKS = {
    "link-position": "by_position",
    "link-number": "by_number",
    "link-window": "window",
    "link-zoom": "zoom",
    "reference-lines": "lines",
}
_SCHEMES = ("scheme-system", "scheme-light", "scheme-dark")


class CommandBars(QObject):
    """Gives the window its actions and enables those that fit what is in view."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {}
        self._build_actions()
        self.binding = ControlBinding(window, self.actions)
        self._group_actions()
        self._recent = QMenu(self.tr("Open &recent"), self._window)
        self._recent.setToolTipsVisible(True)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._build_menus()
        self.toolbar = self._build_toolbar()
        self._color_icons()
        self.show_scope(None)
        window.scope_changed.connect(self.show_scope)
        window.installEventFilter(self)

    def _build_actions(self) -> None:
        for command in all_commands():
            action = QAction(command.label, self._window)
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
                if command is not None and command.id == "open-folder":
                    shown.addMenu(self._recent)

    def _build_toolbar(self) -> QToolBar:
        toolbar = QToolBar(self.tr("Tools"))
        toolbar.setObjectName("tools")
        toolbar.setMovable(False)
        toolbar.setAccessibleName(self.tr("Tools"))
        self._window.addToolBar(toolbar)
        for command in all_commands():
            if command.icon:
                action = self.actions[command.id]
                toolbar.addAction(action)
                button = toolbar.widgetForAction(action)
                button.setAccessibleName(command.label.replace("&", ""))
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return toolbar

    def attach_views(self) -> None:
        """Give the views the keys that work only in them."""
        workspace = self._window.workspace
        for command in all_commands():
            if command.in_view and command.scope is not Scope.IMAGE:
                workspace.key_widget(command.scope).addAction(self.actions[command.id])
        settings = self._window.settings
        self.actions["analyze-automatically"].setChecked(settings.analyzes_automatically)
        self.actions["hang-automatically"].setChecked(settings.hangs_automatically)
        workspace.views.grid.prepare_each(self._prepare_image)
        workspace.views.links.choices_changed.connect(self._show_links)
        self._show_links(workspace.views.links.choices)

    def _prepare_image(self, view: "ImageView") -> None:
        """Give a viewport the keys of images, and show the tool that is chosen in it."""
        for command in all_commands():
            if command.in_view and command.scope is Scope.IMAGE:
                view.canvas.addAction(self.actions[command.id])
        view.tool_changed.connect(self._show_tool)
        self.binding.bind(view.canvas)

    def _show_links(self, choices: LinkChoices) -> None:
        for name, choice in _LINKS.items():
            self.actions[name].setChecked(getattr(choices, choice))

    def show_scope(self, scope: Scope | None) -> None:
        """Enable the commands that fit what is in view; None is an empty case."""
        fitting = {Scope.ALWAYS} if scope is None else {Scope.ALWAYS, Scope.CASE, scope}
        in_hounsfield_units = scope is Scope.IMAGE and self._window.workspace.image.takes_presets
        for command in all_commands():
            is_usable = command.scope in fitting
            if command.id.startswith("preset-"):
                is_usable = is_usable and in_hounsfield_units
            self.actions[command.id].setEnabled(is_usable)
        # A tool that cannot be used must not look pressed; Qt keeps which one was chosen.
        for name in _TOOLS:
            self.actions[name].setCheckable(self.actions[name].isEnabled())

    def _group_actions(self) -> None:
        for names in (_TOOLS, _SCHEMES):
            group = QActionGroup(self)
            for name in names:
                self.actions[name].setCheckable(True)
                group.addAction(self.actions[name])
        self._show_tool(Tool.WINDOW)
        self.actions[f"scheme-{self._window.settings.color_scheme}"].setChecked(True)
        for name in ("analyze-automatically", "hang-automatically", *_LINKS):
            self.actions[name].setCheckable(True)

    def _show_tool(self, tool: Tool) -> None:
        action = self.actions.get(f"{tool.value}-tool")
        if action is not None:
            action.setChecked(True)

    def _fill_recent(self) -> None:
        self._recent.clear()
        for name in self._window.settings.recent:
            action = self._recent.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(_open(self._window, Path(name)))

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


def _open(window: MainWindow, path: Path) -> Callable[[], None]:
    def open_recent() -> None:
        window.open_paths((path,))

    return open_recent
