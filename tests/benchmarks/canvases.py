"""Window-level and scroll rates of the image canvas, of pyqtgraph and of mere painting.

A step counts until everything that it changes is painted; pyqtgraph's ImageView is as it comes.
`window_level` and `scroll` run it as a process, because Qt takes its platform at start.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from itertools import cycle
from pathlib import Path

import numpy as np
import pyqtgraph
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from meddx_desktop.case.grayscale import GrayscaleTransform, Window
from meddx_desktop.case.image_series import FramePixels
from meddx_desktop.rendering.display_frame import prepare_display_frame
from meddx_desktop.ui.drawn_frames import DrawnFrames
from meddx_desktop.ui.frame_layer import Look
from meddx_desktop.ui.image_canvas import ImageCanvas
from tests.benchmarks.dicom_sets import ct_slices, film_pixels, small_ct
from tests.benchmarks.rounds import take_turns

REPEATS = 20
FILM_VIEW = (1000, 1200)
SCROLL_VIEW = (1000, 1000)
STEPS = 60


class _MerePaint(QWidget):
    """Paints an 8-bit picture that is there already."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self.resize(width, height)
        self._image = QImage(width, height, QImage.Format.Format_Grayscale8)
        self._image.fill(100)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawImage(QPoint(0, 0), self._image)


def window_level_jobs() -> dict[str, Callable[[], object]]:
    """Return jobs that each change the window of a large film once and paint it."""
    pixels = film_pixels()
    canvas = _canvas(FILM_VIEW)
    frame = prepare_display_frame(FramePixels(0, pixels), GrayscaleTransform())
    canvas.show_frame(frame, Look(Window(8000, 12000)), 1.0)
    windows = cycle([Window(8000 + 20 * step, 12000 + 30 * step) for step in range(STEPS)])

    def ours() -> None:
        canvas.set_look(Look(next(windows)))
        QApplication.processEvents()

    viewer = _image_view(FILM_VIEW)
    viewer.setImage(pixels.T, autoLevels=False, levels=(2000, 14000))
    levels = cycle([(2000 + 5 * step, 14000 + 35 * step) for step in range(STEPS)])

    def peer() -> None:
        viewer.setLevels(*next(levels))
        QApplication.processEvents()

    return {"ours": ours, "pyqtgraph ImageView": peer, **_paint_only(FILM_VIEW)}


def scroll_jobs() -> dict[str, Callable[[], object]]:
    """Return jobs that each show the next of the cached CT slices.

    "ours" draws each as if for the first time, "ours, seen before" as the window shows slices that
    were on the screen a moment ago.
    """
    generator = np.random.default_rng(1)
    slices = [one.view(np.int16) for one in ct_slices(small_ct(), generator)]
    first, again = (_canvas(SCROLL_VIEW) for _ in range(2))
    frames = [FramePixels(index, values) for index, values in enumerate(slices)]
    unseen, seen = cycle(frames), cycle(frames)
    grayscale, look = GrayscaleTransform(1.0, -1024.0), Look(Window(40, 400))
    drawn = DrawnFrames()

    def ours() -> None:
        first.show_frame(prepare_display_frame(next(unseen), grayscale), look, 1.0)
        QApplication.processEvents()

    def ours_again() -> None:
        again.show_layer(drawn.layer_of(again, next(seen), grayscale), look, 1.0)
        QApplication.processEvents()

    volume = np.stack(slices).swapaxes(1, 2)
    viewer = _image_view(SCROLL_VIEW)
    viewer.setImage(volume, autoLevels=False, levels=(864, 1264))
    numbers = cycle(range(len(slices)))

    def peer() -> None:
        viewer.setCurrentIndex(next(numbers))
        QApplication.processEvents()

    return {
        "ours": ours,
        "ours, seen before": ours_again,
        "pyqtgraph ImageView": peer,
        **_paint_only(SCROLL_VIEW),
    }


def _canvas(view: tuple[int, int]) -> ImageCanvas:
    canvas = ImageCanvas()
    canvas.resize(*view)
    canvas.show()
    return canvas


def _image_view(view: tuple[int, int]) -> pyqtgraph.ImageView:
    viewer = pyqtgraph.ImageView()
    viewer.resize(*view)
    viewer.show()
    return viewer


def _paint_only(view: tuple[int, int]) -> dict[str, Callable[[], object]]:
    widget = _MerePaint(*view)
    widget.show()

    def paint() -> None:
        widget.update()
        QApplication.processEvents()

    return {"paint only": paint}


JOBS = {"window_level": window_level_jobs, "scroll": scroll_jobs}


def main() -> None:
    """Measure one kind of jobs and print all costs as JSON."""
    application = QApplication([])
    jobs = JOBS[sys.argv[1]]()
    # Everything is laid out and painted once before it counts.
    for _ in range(3):
        application.processEvents()
        take_turns(jobs, 1)
    costs = take_turns(jobs, int(sys.argv[2]), REPEATS)
    found = {name: [asdict(one) for one in each] for name, each in costs.items()}
    Path(sys.argv[3]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
