"""Frames for the window: in order, in threads where these pay, and to be stopped between them."""

import threading
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from meddx_desktop.analysis import frames
from meddx_desktop.analysis.frames import load_frames
from meddx_desktop.case.errors import JobCancelled
from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.frames import decode_frame

Steps = list[tuple[int, int]]


@pytest.fixture
def film() -> ImageSeries:
    """A film of 30 small color pictures."""
    return read_series(Path(str(get_testdata_file("examples_ybr_color.dcm"))))


@pytest.mark.parametrize("wanted", [(4,), (3, 0, 29), tuple(range(30))])
def test_frames_come_in_the_order_wanted(film: ImageSeries, wanted: tuple[int, ...]) -> None:
    steps: Steps = []
    loaded = list(load_frames(film, wanted, lambda done, total, step: steps.append((done, total))))
    assert tuple(one.index for one in loaded) == wanted
    np.testing.assert_array_equal(loaded[-1].values, decode_frame(film, wanted[-1]).values)
    assert steps[0] == (0, len(wanted))
    assert steps[-1] == (len(wanted), len(wanted))


def test_a_small_frame_alone_needs_no_thread(
    film: ImageSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def decode(series: ImageSeries, index: int, *, reduce: int = 0) -> FramePixels:
        names.append(threading.current_thread().name)
        return decode_frame(series, index, reduce=reduce)

    monkeypatch.setattr(frames, "decode_frame", decode)
    list(load_frames(film, (4,), lambda done, total, step: None))
    assert names.pop() == threading.current_thread().name
    list(load_frames(film, (4, 5), lambda done, total, step: None))
    assert all(name.startswith("decode") for name in names)


@pytest.mark.parametrize("wanted", [(4,), (4, 5, 6)])
def test_loading_can_be_stopped(film: ImageSeries, wanted: tuple[int, ...]) -> None:
    def stop(done: int, total: int, step: str) -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        list(load_frames(film, wanted, stop))
