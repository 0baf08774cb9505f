"""Which frame of a film is due."""

import pytest

from meddx_desktop.ui.cine import Cine


def test_frames_keep_their_own_durations_and_start_again() -> None:
    cine = Cine()
    cine.set_frame_times((100.0, 50.0, 200.0), 3)
    assert [cine.frame_at(ms) for ms in (0, 99, 100, 149, 150, 349, 350, 460)] == [
        0,
        0,
        1,
        1,
        2,
        2,
        0,
        1,
    ]
    assert cine.frames_per_second() == pytest.approx(3000 / 350)


@pytest.mark.parametrize("times", [(), (10.0,), (0.0, 10.0, 10.0)])
def test_without_usable_times_ten_frames_a_second_are_shown(times: tuple[float, ...]) -> None:
    cine = Cine()
    cine.set_frame_times(times, 3)
    assert cine.frames_per_second() == pytest.approx(10.0)
