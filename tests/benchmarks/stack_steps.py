"""From a step in a stack of CT slices until it is painted, in the whole image view.

Run it as `python -m tests.benchmarks.stack_steps`; it uses Xvfb where there is one. A person waits
between steps, so that the view may draw ahead; the steps are also taken without a pause, and with
nothing drawn ahead or kept. Goal: 95 % within 16.7 ms.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from meddx_desktop.analysis.open_files import open_growing
from meddx_desktop.app import start_engine
from meddx_desktop.case.case import SeriesFound
from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.rendering.display_frame import prepare_display_frame
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.drawn_frames import DrawnFrames
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.frame_budget import FrameBudget
from meddx_desktop.ui.frame_cache import FrameCache
from meddx_desktop.ui.frame_layer import FrameLayer
from meddx_desktop.ui.image_view import ImageView
from tests.benchmarks.dicom_sets import ENCODINGS, write_ct_series
from tests.benchmarks.screen import run_on_virtual_screen

SLICES = 120
PAUSES_S = (0.033, 0.0)
VIEW = (1000, 1060)
_PATIENCE_S = 60.0


class _Stopwatch(CanvasOverlay):
    """Notes when the canvas was painted last."""

    painted = 0.0

    @override
    def paint(self, painter: QPainter) -> None:
        self.painted = time.perf_counter()


class _NothingKept(DrawnFrames):
    """Makes every layer anew."""

    @override
    def layer_of(
        self, view: object, pixels: FramePixels, grayscale: GrayscaleTransform
    ) -> FrameLayer:
        return FrameLayer(prepare_display_frame(pixels, grayscale))


def measure_steps(series: ImageSeries, signals: EngineSignals, *, keeps: bool) -> list[str]:
    """Go through a stack and back and return a line for each pause."""
    budget = FrameBudget()
    if not keeps:
        budget.drawn = _NothingKept()
    view = ImageView(signals, budget)
    stopwatch = _Stopwatch(view.canvas)
    view.canvas.overlays.append(stopwatch)
    view.resize(*VIEW)
    view.show()
    cache = FrameCache(signals, series, budget)
    view.show_series(series, 0, cache)
    _wait_for_all(cache)
    lines = []
    for pause in PAUSES_S:
        taken = []
        for index in (*range(1, SLICES), *range(SLICES - 2, -1, -1)):
            started = time.perf_counter()
            view.go_to(index)
            QApplication.processEvents()
            taken.append(1000 * (stopwatch.painted - started))
            while time.perf_counter() < started + pause:
                QApplication.processEvents()
        median, most = np.quantile(taken, (0.5, 0.95))
        name = "kept and drawn ahead" if keeps else "drawn when wanted"
        lines.append(f"{name}, pause {1000 * pause:.0f} ms: {median:.1f} ms, 95 % {most:.1f} ms")
    view.close_series()
    view.close()
    return lines


def _wait_for_all(cache: FrameCache) -> None:
    end = time.perf_counter() + _PATIENCE_S
    while cache.count() < SLICES:
        if time.perf_counter() > end:
            raise SystemExit("the frames did not come")
        QApplication.processEvents()


def measure() -> None:
    """Print all lines; in a process of its own, because Qt takes its platform at start."""
    application = QApplication([])
    signals = EngineSignals(start_engine)
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "ct")
        write_ct_series(folder, ENCODINGS["uncompressed"], SLICES)
        *_, found = open_growing((folder,), ignore_progress)
        assert isinstance(found, SeriesFound)
        for keeps in (True, False):
            print("\n".join(measure_steps(found.series, signals, keeps=keeps)))
    signals.close()
    application.quit()


if __name__ == "__main__":
    if sys.argv[1:] == ["--child"]:
        measure()
    else:
        run_on_virtual_screen("tests.benchmarks.stack_steps", 300.0)
