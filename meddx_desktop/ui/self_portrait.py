"""A picture of the window for the smoke test of a packaged build."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from meddx_desktop.ui.desktop import Desktop

_LOOK_EVERY_MS = 100
_QUIET_LOOKS = 10
_PATIENCE_LOOKS = 2400


class SelfPortrait(QObject):
    """Waits until everything is opened and analyzed, saves the window and ends the program.

    The exit status is 1 when no job came to rest within four minutes or the file cannot be
    written.
    """

    def __init__(self, desktop: Desktop, path: Path) -> None:
        super().__init__(desktop.window)
        self._desktop, self._path = desktop, path
        self._looks = self._quiet = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_LOOK_EVERY_MS)

    def _look(self) -> None:
        self._looks += 1
        window = self._desktop.window
        is_filled = window.has_workspace and bool(window.workspace.controller.case.items)
        is_quiet = is_filled and not self._desktop.is_busy
        self._quiet = self._quiet + 1 if is_quiet else 0
        if self._quiet >= _QUIET_LOOKS:
            self._end(0 if window.grab().save(str(self._path), "PNG") else 1)
        elif self._looks >= _PATIENCE_LOOKS:
            self._end(1)

    def _end(self, status: int) -> None:
        self._timer.stop()
        self._desktop.window.close()
        QApplication.exit(status)
