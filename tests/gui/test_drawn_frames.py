"""What was drawn is kept, and never shown in place of what it is not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from meddx_desktop.case.grayscale import GrayscaleTransform, Window
from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.ui.drawn_frames import DrawnFrames
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.frame_budget import FrameBudget
from meddx_desktop.ui.frame_layer import FrameLayer
from meddx_desktop.ui.image_view import ImageView
from tests.gui.conftest import ramp
from tests.gui.test_image_view import make_series, show

PLAIN = GrayscaleTransform()


@pytest.fixture
def budget() -> FrameBudget:
    return FrameBudget()


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[FrameLayer]:
    """Every time that a layer makes its picture anew."""
    made: list[FrameLayer] = []
    draw = FrameLayer._see_through

    def counted(layer: FrameLayer, look: Any) -> None:
        made.append(layer)
        draw(layer, look)

    monkeypatch.setattr(FrameLayer, "_see_through", counted)
    return made


@pytest.fixture
def view(
    qtbot: Any, signals: EngineSignals, budget: FrameBudget, monkeypatch: pytest.MonkeyPatch
) -> ImageView:
    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        for index in indices:
            brighter = np.int16(40 * series.frames[index].frame_index)
            yield FramePixels(index, ramp(series.rows, series.columns) + brighter)

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", load)
    made = ImageView(signals, budget)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    return made


def settle() -> None:
    """Let the view paint, and draw ahead once it has nothing else to do."""
    for _ in range(5):
        QApplication.processEvents()


def pixels(index: int, side: int = 64) -> FramePixels:
    return FramePixels(index, np.full((side, side), index, np.int16))


def seen(view: ImageView) -> QImage:
    return view.canvas.frame_picture()


def drawn_anew(view: ImageView) -> QImage:
    """Return the same picture without anything kept."""
    canvas = view.canvas
    frame, look = canvas.frame, canvas.look
    assert frame is not None
    canvas.show_frame(frame, look, 1.0)
    return canvas.frame_picture()


def test_a_frame_keeps_its_layer_in_each_view() -> None:
    drawn, one, first, second = DrawnFrames(), pixels(1), object(), object()
    layer = drawn.layer_of(first, one, PLAIN)
    assert drawn.layer_of(first, one, PLAIN) is layer
    assert drawn.layer_of(second, one, PLAIN) is not layer
    assert drawn.layer_of(first, pixels(1), PLAIN) is not layer


def test_other_modality_values_are_another_picture() -> None:
    drawn, one, view = DrawnFrames(), pixels(1), object()
    layer = drawn.layer_of(view, one, PLAIN)
    shifted = drawn.layer_of(view, one, GrayscaleTransform(1.0, -1024.0))
    assert shifted is not layer
    assert shifted.frame.modality_values is not None
    assert shifted.frame.modality_values[-1] == -1023


def test_the_longest_unused_gives_way_to_the_budget() -> None:
    view, frames = object(), [pixels(index) for index in range(4)]
    size = DrawnFrames().layer_of(view, frames[0], PLAIN).byte_count
    drawn = DrawnFrames(budget_bytes=3 * size)
    first, second, _ = [drawn.layer_of(view, one, PLAIN) for one in frames[:3]]
    assert drawn.layer_of(view, frames[0], PLAIN) is first
    drawn.layer_of(view, frames[3], PLAIN)
    assert drawn.count() == 3
    assert drawn.layer_of(view, frames[0], PLAIN) is first
    assert drawn.layer_of(view, frames[1], PLAIN) is not second


def test_a_picture_larger_than_the_budget_is_still_shown() -> None:
    drawn, view = DrawnFrames(budget_bytes=1), object()
    for index in range(3):
        assert drawn.layer_of(view, pixels(index), PLAIN).frame.indices.size
        assert drawn.count() == 1


def test_scrolling_back_draws_nothing_anew(
    view: ImageView, qtbot: Any, drawings: list[FrameLayer]
) -> None:
    show(view, qtbot, make_series(frames=6))
    for index in range(6):
        view.go_to(index)
        settle()
    assert len(drawings) == 6
    for index in (4, 3, 2, 3, 4):
        view.go_to(index)
        settle()
        assert view.index == index
        assert seen(view) == drawn_anew(view)
        del drawings[6:]
    assert len(drawings) == 6


def test_the_next_frame_is_drawn_ahead_in_the_direction_of_scrolling(
    view: ImageView, qtbot: Any, drawings: list[FrameLayer]
) -> None:
    show(view, qtbot, make_series(frames=9))
    settle()
    view.go_to(5)
    settle()
    view.go_to(4)
    settle()
    before = len(drawings)
    view.go_to(3)
    view.canvas.repaint()
    assert len(drawings) == before
    assert seen(view) == drawn_anew(view)


def test_a_window_chosen_meanwhile_holds_for_what_was_drawn(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    settle()
    view.go_to(1)
    settle()
    before = seen(view)
    view.go_to(0)
    view.choose_window(Window(100, 50))
    view.go_to(1)
    settle()
    assert seen(view) != before
    assert seen(view) == drawn_anew(view)


def test_zoom_and_turn_hold_for_what_was_drawn(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    settle()
    view.go_to(1)
    settle()
    view.go_to(0)
    view.canvas.zoom_by(1.7)
    view.invert()
    view.go_to(1)
    settle()
    assert seen(view) == drawn_anew(view)


def test_each_frame_has_its_own_automatic_window_when_drawn_ahead(
    view: ImageView, qtbot: Any
) -> None:
    series = make_series()
    frames = tuple(replace(one, grayscale=GrayscaleTransform()) for one in series.frames)
    show(view, qtbot, replace(series, frames=frames))
    settle()
    windows = []
    for index in range(3):
        view.go_to(index)
        settle()
        windows.append(view.canvas.look.voi)
        assert seen(view) == drawn_anew(view)
    assert len(set(windows)) == 3


def test_nothing_is_kept_of_a_series_that_was_closed(
    view: ImageView, qtbot: Any, budget: FrameBudget
) -> None:
    show(view, qtbot, make_series())
    settle()
    assert budget.drawn.count() >= 2
    view.close_series()
    settle()
    assert budget.drawn.count() == 0
