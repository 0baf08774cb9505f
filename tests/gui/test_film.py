"""A film keeps time, ends or starts anew, and stands still when stepped."""

from itertools import pairwise
from typing import Any

from meddx_desktop.ui.cine import Cine


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
