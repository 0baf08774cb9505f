"""The viewports over the whole screen, or in a window of their own on another one."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QToolBar, QVBoxLayout, QWidget
from typing_extensions import override

from meddx_desktop.ui.main_window import MainWindow


class ImageWindow(QWidget):
    """Holds the viewports while they are out of the main window; closing it brings them back."""

    def __init__(self, main: MainWindow) -> None:
        super().__init__(main, Qt.WindowType.Window)
        self._main = main
        self.setWindowTitle(self.tr("Images"))
        self.setAcceptDrops(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(main.workspace.views.take_grid())
        # Shortcuts work in the window that is in front only if it has the actions, too.
        self.addActions(main.actions())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

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
        self._main.workspace.views.bring_grid_back()
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
        window = ImageWindow(main)
        main.closed.connect(window.close)
        views.grid_wanted.connect(window.close)
        window.place()
    else:
        views.grid_wanted.emit()


def move_image_window_on(main: MainWindow) -> None:
    """Move the viewports to the next screen, out of the main window where they still are in it."""
    outer = main.findChild(ImageWindow)
    if isinstance(outer, ImageWindow) and outer.isVisible():
        outer.move_on()
    else:
        toggle_image_window(main)


def toggle_full_screen(main: MainWindow) -> None:
    """Show the viewports and the status line only, on the whole screen, or everything again."""
    is_full = not main.isFullScreen()
    for bar in (main.menuBar(), *main.findChildren(QToolBar)):
        bar.setVisible(not is_full)
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
