"""Viewports over the whole screen, or in windows of their own on another one."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QToolBar, QVBoxLayout, QWidget
from typing_extensions import override

from meddx_desktop.ui.main_window import MainWindow

# QWIDGETSIZE_MAX, which PySide6 leaves out.
_NO_LIMIT = (1 << 24) - 1


class ImageWindow(QWidget):
    """Holds viewports while they are out of the main window; closing it brings them back."""

    def __init__(self, main: MainWindow, content: QWidget, bring_back: Callable[[], None]) -> None:
        super().__init__(main, Qt.WindowType.Window)
        self._main, self._bring_back = main, bring_back
        # Seen by whoever passes by, the title names no patient.
        self.setWindowTitle(self.tr("Images"))
        self.setAcceptDrops(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(content)
        content.show()
        # Shortcuts work in the window that is in front only if it has the actions, too.
        self.addActions(main.actions())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        main.closed.connect(self.close)

    def place(self) -> None:
        """Fill another screen, or be a window beside the main one where there is only one."""
        others = [one for one in QGuiApplication.screens() if one is not self._main.screen()]
        if others:
            self.fill(others[0])
        else:
            self.resize(self._main.size() * 0.75)
            self.show()

    def fill(self, screen: QScreen) -> None:
        """Cover what is free of a screen."""
        # A window that is maximized already would stay on its screen.
        self.showNormal()
        self.setScreen(screen)
        self.setGeometry(screen.availableGeometry())
        self.showMaximized()

    def move_on(self) -> None:
        """Go to the next of all screens, that of the main window included."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.fill(screens[(screens.index(self.screen()) + 1) % len(screens)])

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._bring_back()
        super().closeEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._main.dragEnterEvent(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._main.dropEvent(event)


def toggle_image_window(main: MainWindow) -> None:
    """Move the viewports to a window of their own, or back."""
    views = main.workspace.views
    if views.has_grid:
        window = ImageWindow(main, views.take_grid(), views.bring_grid_back)
        views.grid_wanted.connect(window.close)
        window.place()
    else:
        views.grid_wanted.emit()


def toggle_viewport_window(main: MainWindow) -> None:
    """Move the active viewport to a window of its own, or back; all, where it is the only one."""
    grid = main.workspace.views.grid
    viewport = grid.active
    if grid.is_detached(viewport):
        viewport.window().close()
    elif grid.can_detach(viewport):
        grid.detach(viewport)
        window = ImageWindow(main, viewport, lambda: grid.attach(viewport))
        grid.gathering.connect(window.close)
        window.place()
    else:
        toggle_image_window(main)


def move_image_window_on(main: MainWindow) -> None:
    """Move the window of the active viewport to the next screen; out of the main window first."""
    outer = main.workspace.image.window()
    if isinstance(outer, ImageWindow):
        outer.move_on()
    else:
        toggle_image_window(main)


def toggle_full_screen(main: MainWindow) -> None:
    """Show the viewports and the status line only, on the whole screen, or everything again.

    Alt and the letter of a menu open it there, too.
    """
    is_full = not main.isFullScreen()
    for bar in main.findChildren(QToolBar):
        bar.setVisible(not is_full)
    # A hidden bar would take the letters of its menus with it; one without height leaves them.
    main.menuBar().setMaximumHeight(0 if is_full else _NO_LIMIT)
    main.workspace.show_side_panes(is_shown=not is_full)
    if is_full:
        main.showFullScreen()
    else:
        main.showNormal()


def step_back(main: MainWindow) -> None:
    """Stop what was begun; leave the full screen where nothing was."""
    is_busy = main.workspace.is_busy
    main.workspace.cancel()
    if main.isFullScreen() and not is_busy:
        toggle_full_screen(main)
