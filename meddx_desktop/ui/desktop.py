"""The window from first paint to end: what is loaded when, and who owns it."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from meddx_desktop.engine.messages import Failed, Reply
from meddx_desktop.ui.command_bars import CommandBars
from meddx_desktop.ui.engine_signals import EngineSignals, JobRunner
from meddx_desktop.ui.error_dialog import show_failure
from meddx_desktop.ui.main_window import MainWindow
from meddx_desktop.ui.settings import load_settings
from meddx_desktop.ui.theme import apply_theme
from meddx_desktop.ui.translations import install_translations
from meddx_desktop.ui.unexpected_errors import UnexpectedErrors

if TYPE_CHECKING:
    from meddx_desktop.ui.workspace import Workspace

StartEngine = Callable[[Callable[[Reply], None]], JobRunner]


def create_application() -> QApplication:
    """Return the Qt application in the person's colors and language."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("MedDx")
    application.setApplicationDisplayName("MedDx Desktop")
    application.setDesktopFileName("meddx-desktop")
    install_translations(application, QLocale.system())
    return application


class Desktop:
    """Owns the window and, from the first paint on, the engine and the workspace."""

    def __init__(self, application: QApplication, start_engine: StartEngine) -> None:
        self._start_engine = start_engine
        self._signals: EngineSignals | None = None
        settings = load_settings()
        apply_theme(application, settings.color_scheme)
        application.styleHints().colorSchemeChanged.connect(
            lambda: apply_theme(application, self.window.settings.color_scheme)
        )
        self.window: MainWindow = MainWindow(settings)
        self.bars = CommandBars(self.window)
        self.window.painted.connect(self.load_workspace)
        self.window.closed.connect(self.close)
        self.errors = UnexpectedErrors(self._show_failure)

    def show(self, paths: tuple[Path, ...] = ()) -> None:
        """Show the window and open what was named on the command line."""
        self.window.open_paths(paths)
        self.window.show()

    def load_workspace(self) -> "Workspace":
        """Start the engine and bring in the three panes, with numpy and what else they need."""
        # Qt's sound library sends messages while it is loaded, and their handler needs Python's
        # lock. If the engine's thread held that and loaded a library too, each would wait for the
        # other for ever; so the sound comes before the engine.
        import_module("PySide6.QtMultimedia")
        # The workers start while this process imports.
        self._signals = EngineSignals(self._start_engine)
        from meddx_desktop.ui.workspace import Workspace

        workspace = Workspace(self._signals, self.window.settings)
        strip = self.window.status.job_strip
        self._signals.started.connect(strip.add)
        self._signals.progressed.connect(strip.update_progress)
        self._signals.finished.connect(strip.remove)
        self._signals.failed.connect(self._show_failure)
        strip.stop_requested.connect(self._signals.cancel)
        self.window.attach(workspace)
        self.bars.attach_views()
        return workspace

    @property
    def is_busy(self) -> bool:
        """Whether a job that the person sees is queued or running."""
        return self.window.status.job_strip.is_busy

    def close(self) -> None:
        """End the workers."""
        if self._signals is not None:
            # Views order jobs from timers, which must not fire without an engine.
            if self.window.has_workspace:
                self.window.workspace.views.leave()
                self.window.workspace.measuring.keeper.flush(is_last=True)
            self._signals.close()
            self._signals = None

    def end(self) -> None:
        """Close the window and leave the event loop, whatever dialog is open."""
        self.window.close()
        QApplication.quit()

    def _show_failure(self, failure: Failed) -> None:
        show_failure(failure, self.window)
