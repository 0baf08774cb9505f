"""A film keeps time, ends or starts anew, and stands still when stepped."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from meddx_desktop.ui.cine import Cine
from meddx_desktop.ui.desktop import Desktop


def test_a_film_that_does_not_loop_ends_on_its_last_frame(qtbot: Any) -> None:
    cine = Cine()
    cine.set_frame_times((10.0,) * 5, 5)
    cine.loops = False
    shown: list[int] = []
    cine.due.connect(shown.append)
    with qtbot.waitSignal(cine.ended):
        cine.play(2)
    assert shown[-1] == 4
    assert shown == sorted(shown)
    assert not cine.is_playing
    with qtbot.waitSignal(cine.ended):
        cine.play(4)
    assert shown[-1] == 4


def test_frames_that_come_too_late_are_left_out(qtbot: Any) -> None:
    cine = Cine()
    cine.set_frame_times((2.0,) * 200, 200)
    shown: list[int] = []
    cine.due.connect(shown.append)
    cine.play(0)
    qtbot.waitUntil(lambda: len(shown) >= 5)
    cine.stop()
    assert max(later - earlier for earlier, later in pairwise(shown)) > 1


def test_a_rate_set_by_hand_holds_until_that_of_the_file_is_wanted() -> None:
    cine = Cine()
    cine.set_frame_times((100.0, 50.0, 200.0, 50.0), 4)
    assert cine.frames_per_second() == 10
    cine.set_rate(25)
    assert cine.rate_by_hand == 25
    assert [cine.frame_at(ms) for ms in (0, 39, 41, 79, 81, 159, 161)] == [0, 0, 1, 1, 2, 3, 0]
    cine.set_rate(None)
    assert cine.rate_by_hand is None
    assert cine.frame_at(120) == 1
    cine.set_rate(50)
    cine.set_frame_times((100.0,) * 4, 4)
    assert cine.frames_per_second() == 10, "another series has its own rate"


def test_keys_offer_rates_beside_any_rate() -> None:
    cine = Cine()
    cine.set_frame_times((1000 / 29.97,) * 3, 3)
    assert (cine.rate_beside(1), cine.rate_beside(-1)) == (40, 25)
    cine.set_rate(100)
    assert cine.rate_beside(1) == 100
    cine.set_rate(1)
    assert cine.rate_beside(-1) == 1


def test_a_film_goes_on_from_its_frame_when_the_rate_changes(qtbot: Any) -> None:
    cine = Cine()
    cine.set_frame_times((5.0,) * 400, 400)
    shown: list[int] = []
    cine.due.connect(shown.append)
    cine.play(0)
    qtbot.waitUntil(lambda: len(shown) >= 3)
    before = shown[-1]
    cine.set_rate(1)
    assert cine.is_playing
    qtbot.wait(100)
    assert shown[-1] in (before, before + 1), "no jump, and slow from now on"
    cine.set_rate(100)
    qtbot.waitUntil(lambda: shown[-1] > before + 5)
    cine.stop()
    assert max(later - earlier for earlier, later in pairwise(shown)) < 60


def test_the_rate_is_set_by_the_box_and_by_keys(
    desktop: Desktop, qtbot: Any, pydicom_file: Callable[[str], Path]
) -> None:
    workspace = desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended):
        desktop.window.open_paths((pydicom_file("examples_ybr_color.dcm"),))
    image, box = workspace.image, workspace.image.controls.rate.box
    qtbot.waitUntil(lambda: image.canvas.transform is not None)
    assert box.isVisible()
    at_first = box.value()
    qtbot.mouseClick(image.controls.cine_button, Qt.MouseButton.LeftButton)
    assert image.cine.is_playing
    box.selectAll()
    qtbot.keyClicks(box, "17")
    assert image.cine.rate_by_hand is None, "the first digit is no rate"
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert image.cine.frames_per_second() == pytest.approx(17)
    assert image.cine.is_playing
    assert "set by hand" in image.controls.rate.text()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert image.cine.frames_per_second() == pytest.approx(18)
    image.canvas.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(image.canvas, Qt.Key.Key_Period, control)
    assert box.value() == 20
    qtbot.keyClick(image.canvas, Qt.Key.Key_Comma, control)
    qtbot.keyClick(image.canvas, Qt.Key.Key_Comma, control)
    assert box.value() == 12
    qtbot.keyClick(image.canvas, Qt.Key.Key_0, control)
    assert image.cine.rate_by_hand is None
    assert box.value() == at_first
    image.cancel()
