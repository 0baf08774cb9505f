"""From opening a film of 3000 x 2500 until it is painted in the program's window.

Run it as `python -m tests.benchmarks.film_in_window`; it uses Xvfb where there is one. The program
is there with its workers before the film is opened. The decoder alone, in this process and in the
same round, is what cannot be saved. Goal: no more than 25 ms over it.
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from meddx_desktop.app import start_engine
from meddx_desktop.readers.pixel_data import decode_stored
from meddx_desktop.readers.pixel_source import pixel_source
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.desktop import Desktop, create_application
from meddx_desktop.ui.image_view import ImageView
from tests.benchmarks.dicom_sets import ENCODINGS, write_film
from tests.benchmarks.screen import run_on_virtual_screen

ROUNDS = 5
_PATIENCE_S = 60.0
_SIZE = (1400, 1200)


class _Stopwatch(CanvasOverlay):
    """Notes when the picture of a file, and not its preview, was painted first."""

    def __init__(self, view: ImageView) -> None:
        super().__init__(view.canvas)
        self._view = view
        self.path: Path | None = None
        self.previewed = self.painted = 0.0

    def start(self, path: Path) -> None:
        """Wait for the picture of a file."""
        self.path, self.previewed, self.painted = path, 0.0, 0.0

    @override
    def paint(self, painter: QPainter) -> None:
        series = self._view.series
        if series is None or series.source.path != self.path or self._view.canvas.frame is None:
            return
        if self._view.shows_preview:
            self.previewed = self.previewed or time.perf_counter()
        else:
            self.painted = self.painted or time.perf_counter()


def measure() -> None:
    """Print a line for each encoding; its own process, as Qt takes its platform at start."""
    application = create_application()
    desktop = Desktop(application, start_engine)
    desktop.window.resize(*_SIZE)
    desktop.show()
    while not desktop.window.has_workspace:
        application.processEvents()
    workspace = desktop.window.workspace
    workspace.toggle_automatic_analysis()
    stopwatch = _Stopwatch(workspace.image)
    workspace.image.canvas.overlays.append(stopwatch)
    heartbeat = QTimer()
    heartbeat.start(50)
    with tempfile.TemporaryDirectory() as parent:
        for name, encoding in ENCODINGS.items():
            film = Path(parent, f"{name}.dcm")
            write_film(film, encoding)
            print(f"{name}: {_measure_film(film, desktop, stopwatch)}", flush=True)
    desktop.end()


def _measure_film(film: Path, desktop: Desktop, stopwatch: _Stopwatch) -> str:
    whole, previews, decoders = [], [], []
    for number in range(ROUNDS):
        # A file that none of the workers has seen.
        path = Path(shutil.copy(film, film.with_stem(f"{film.stem}-{number}")))
        stopwatch.start(path)
        started = time.perf_counter()
        desktop.window.open_paths((path,))
        _wait(lambda: stopwatch.painted > 0)
        whole.append(1000 * (stopwatch.painted - started))
        previews.append(1000 * (stopwatch.previewed - started))
        _wait(lambda: not desktop.is_busy)
        desktop.window.workspace.close_case()
        # The workers of a case end with it, and the next ones take a second.
        _rest(2.0)
        source = pixel_source(path)
        started = time.perf_counter()
        decode_stored(source, 0)
        decoders.append(1000 * (time.perf_counter() - started))
        path.unlink()
    over = statistics.median(a - b for a, b in zip(whole, decoders, strict=True))
    preview = statistics.median(previews)
    return (
        f"painted after {statistics.median(whole):.0f} ms, "
        f"decoder alone {statistics.median(decoders):.0f} ms, over it {over:.0f} ms"
        + (f", preview after {preview:.0f} ms" if preview > 0 else "")
    )


def _rest(seconds: float) -> None:
    end = time.perf_counter() + seconds
    _wait(lambda: time.perf_counter() > end)


def _wait(is_reached: Callable[[], bool]) -> None:
    end = time.perf_counter() + _PATIENCE_S
    while not is_reached():
        if time.perf_counter() > end:
            raise SystemExit("the window did not show the film")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


if __name__ == "__main__":
    if sys.argv[1:] == ["--child"]:
        measure()
    else:
        run_on_virtual_screen("tests.benchmarks.film_in_window", 600.0)
