"""The window: welcome page and status; the workspace joins after the first paint."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QFileOpenEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStackedWidget,
)
from typing_extensions import override

from meddx_desktop import __version__
from meddx_desktop.resources import log_folder
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.settings import Settings, save_settings
from meddx_desktop.ui.status_badges import StatusBar
from meddx_desktop.ui.theme import apply_theme
from meddx_desktop.ui.welcome_page import WelcomePage

if TYPE_CHECKING:  # brings numpy, which the first paint does not wait for
    from meddx_desktop.ui.workspace import Workspace


class MainWindow(QMainWindow):
    """Takes files from dialogs, drops and the system.

    Signals: `painted()` after the first paint, `closed()` before the window goes,
    `scope_changed(Scope | None)` when another kind of item, or none, is in view,
    `shortcuts_wanted()`, `keys_wanted()` when they are to be changed.
    """

    painted = Signal()
    closed = Signal()
    scope_changed = Signal(object)
    shortcuts_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._workspace: Workspace | None = None
        self._waiting: list[tuple[Path, ...]] = []
        self._wants_sample = False
        self.setWindowTitle("MedDx Desktop")
        self.setAcceptDrops(True)
        self.welcome = WelcomePage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.setCentralWidget(self.pages)
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self._connect_welcome()
        self.welcome.show_recent(settings.recent)
        self._restore_geometry()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def _connect_welcome(self) -> None:
        self.welcome.files_wanted.connect(self.choose_files)
        self.welcome.folder_wanted.connect(self.choose_folder)
        self.welcome.sample_wanted.connect(self.open_sample_case)
        self.welcome.recent_chosen.connect(lambda path: self.open_paths((Path(path),)))
        # Queued, so that what follows the first paint comes after it.
        self.welcome.painted.connect(self.painted, Qt.ConnectionType.QueuedConnection)

    # The workspace

    @property
    def has_workspace(self) -> bool:
        """Whether the three panes are there, which is soon after the first paint."""
        return self._workspace is not None

    @property
    def workspace(self) -> "Workspace":
        """The three panes; commands that need them are disabled before they are there."""
        if self._workspace is None:
            raise RuntimeError("the workspace is not there yet")
        return self._workspace

    def attach(self, workspace: "Workspace") -> None:
        """Take the workspace in and open what was asked for meanwhile."""
        self._workspace = workspace
        self.pages.addWidget(workspace)
        workspace.scope_changed.connect(self._scope_changed)
        for paths in self._waiting:
            workspace.open_paths(paths)
        self._waiting.clear()
        if self._wants_sample:
            self.open_sample_case()

    def _scope_changed(self, scope: Scope | None) -> None:
        self.scope_changed.emit(scope)
        self.pages.setCurrentWidget(self.welcome if scope is None else self.workspace)

    # Opening

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        """Open files and folders, as soon as the workspace is there."""
        if not paths:
            return
        if self._workspace is None:
            self._waiting.append(paths)
        else:
            self._workspace.open_paths(paths)
        self.settings = self.settings.with_recent(paths)
        save_settings(self.settings)
        self.welcome.show_recent(self.settings.recent)

    def open_sample_case(self) -> None:
        """Open the bundled sample case."""
        if self._workspace is None:
            self._wants_sample = True
        else:
            self._workspace.open_sample_case()

    def choose_files(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self, self.tr("Open files"), self._last_folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._open_dialog(dialog)

    def choose_folder(self) -> None:
        """Ask for a folder."""
        dialog = QFileDialog(self, self.tr("Open folder"), self._last_folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open_dialog(dialog)

    def _open_dialog(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(
            lambda names: self.open_paths(tuple(Path(name) for name in names))
        )
        dialog.open()

    def _last_folder(self) -> str:
        return str(Path(self.settings.recent[0]).parent) if self.settings.recent else ""

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        names = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        self.open_paths(tuple(Path(name) for name in names))
        event.acceptProposedAction()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # macOS hands over double-clicked files in this way.
        if isinstance(event, QFileOpenEvent):
            self.open_paths((Path(event.file()),))
            return True
        return super().eventFilter(watched, event)

    # The rest

    def choose_scheme(self, choice: str) -> None:
        """Use the system's colors, or light or dark ones."""
        self.settings = replace(self.settings, color_scheme=choice)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, choice)

    def ask_to_forget(self) -> None:
        """Ask whether to remove the measurements that were kept of all images."""
        if self._workspace is not None:
            self._workspace.measuring.questions.ask_to_forget()

    def show_logs(self) -> None:
        """Show the folder with the logs in the system's file manager."""
        log_folder().mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    def show_about(self) -> None:
        """Say what this program is and is not."""
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("About MedDx Desktop"))
        box.setText(f"MedDx Desktop {__version__}")
        box.setInformativeText(
            self.tr(
                "Local models look at one patient's images, records and sounds and show their "
                "evidence. They support the decision of a clinician and do not replace it. "
                "No data leave this computer."
            )
        )
        box.open()

    def quit(self) -> None:
        """Close the window, and with it the program."""
        self.close()

    @override
    def createPopupMenu(self) -> QMenu | None:
        # Qt's own menu would offer to hide the toolbar.
        return None

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._workspace is not None and not self._workspace.measuring.may_leave(self.quit):
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self.settings = replace(self.settings, geometry=geometry)
        if self._workspace is not None:
            self.settings = self._workspace.keep_settings(self.settings)
        save_settings(self.settings)
        self.closed.emit()
        super().closeEvent(event)

    def _restore_geometry(self) -> None:
        self.resize(1360, 860)
        if self.settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.settings.geometry.encode("ascii")))
