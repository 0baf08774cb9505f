"""Which frame is to blame when decoding fails."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.engine.messages import Failed, Job, Reply
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.frame_cache import WORKER_DIED, FrameCache
from tests.gui.conftest import DirectEngine, ramp
from tests.gui.test_image_view import make_series


class WorkerEndedError(Exception):
    """Stands for a decoder that takes its process down."""


class MortalEngine(DirectEngine):
    """Reports a worker that died as the engine does."""

    def _run(self, job_id: int, job: Job) -> Reply:
        try:
            return super()._run(job_id, job)
        except WorkerEndedError:
            return Failed(job_id, WORKER_DIED, "The step ended unexpectedly.")


@pytest.fixture
def mortal_signals(qapp: QApplication) -> Iterator[EngineSignals]:
    made = EngineSignals(MortalEngine)
    yield made
    made.close()


def decode_with(fault: Callable[[int], None]) -> Callable[..., Iterator[FramePixels]]:
    """Return a decoder that looks at all frames of a job before it hands out the first."""

    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        for index in indices:
            fault(index)
        for index in indices:
            yield FramePixels(index, ramp(series.rows, series.columns))

    return load


def test_only_the_frame_that_ends_the_worker_alone_is_refused(
    qtbot: Any, mortal_signals: EngineSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(index: int) -> None:
        if index == 4:
            raise WorkerEndedError

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", decode_with(fault))
    cache = FrameCache(mortal_signals, make_series(24))
    blamed: list[int] = []
    cache.failed.connect(lambda index, _: blamed.append(index))
    cache.want(0)
    qtbot.waitUntil(lambda: cache.count() == 23)
    assert blamed == [4]
    failure = cache.failure(4)
    assert failure is not None
    assert failure.code == WORKER_DIED
    assert cache.failure(0) is None


def test_a_damaged_frame_is_refused_at_once_and_the_rest_decoded(
    qtbot: Any, signals: EngineSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        for index in indices:
            if index == 2:
                raise RefusedFileError(Path("ct.dcm"), "it is damaged", "Ask for it again.")
            yield FramePixels(index, ramp(series.rows, series.columns))

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", load)
    cache = FrameCache(signals, make_series(5))
    blamed: list[int] = []
    cache.failed.connect(lambda index, _: blamed.append(index))
    cache.want(0)
    qtbot.waitUntil(lambda: cache.count() == 4)
    assert blamed == [2]
