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
from meddx_desktop.ui.frame_budget import FrameBudget
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
            fault(series.frames[index].frame_index)
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
            if series.frames[index].frame_index == 2:
                raise RefusedFileError(Path("ct.dcm"), "it is damaged", "Ask for it again.")
            yield FramePixels(index, ramp(series.rows, series.columns))

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", load)
    cache = FrameCache(signals, make_series(5))
    blamed: list[int] = []
    cache.failed.connect(lambda index, _: blamed.append(index))
    cache.want(0)
    qtbot.waitUntil(lambda: cache.count() == 4)
    assert blamed == [2]


def remember(asked: list[list[int]]) -> Callable[..., Iterator[FramePixels]]:
    """Return a decoder that notes which frames each job is to decode."""

    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        asked.append([series.frames[index].frame_index for index in indices])
        for index in indices:
            yield FramePixels(index, ramp(series.rows, series.columns))

    return load


def test_the_wanted_frame_comes_alone_and_first(
    qtbot: Any, signals: EngineSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []
    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", remember(asked))
    cache = FrameCache(signals, make_series(40))
    cache.want(20)
    qtbot.waitUntil(lambda: cache.count() == 40)
    assert asked[0] == [20]
    assert asked[1][:4] == [21, 19, 22, 18]
    found = cache.pixels(33)
    assert found is not None
    assert found.index == 33


def test_views_of_one_series_decode_it_once(
    qtbot: Any, signals: EngineSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []
    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", remember(asked))
    series, budget = make_series(24), FrameBudget()
    first, second = (FrameCache(signals, series, budget) for _ in range(2))
    first.want(3)
    second.want(9)
    qtbot.waitUntil(lambda: all(first.pixels(index) is not None for index in range(24)))
    decoded = [index for job in asked for index in job]
    assert len(decoded) <= 25, "at most the two wanted frames are asked for twice"
    assert second.pixels(3) is first.pixels(3)


def test_caches_share_one_memory_budget(
    qtbot: Any, signals: EngineSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", remember([]))
    frame_bytes = 64 * 96 * 2
    budget = FrameBudget(8 * frame_bytes)
    first = FrameCache(signals, make_series(12), budget)
    first.want(0)
    qtbot.waitUntil(lambda: first.count() >= 5)
    second = FrameCache(signals, make_series(12), budget)
    assert first.count() == 4, "the other half is for the new one"
    assert first.pixels(0) is not None, "what is in view stays"
    second.want(6)
    qtbot.waitUntil(lambda: second.count() == 4)
    first.close()
    assert budget.share_bytes() == 8 * frame_bytes


def test_a_view_that_waits_for_its_frame_holds_the_others_back(
    qtbot: Any, signals: EngineSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", remember([]))
    budget = FrameBudget()
    first = FrameCache(signals, make_series(30), budget)
    first.want(0)
    qtbot.waitUntil(lambda: first.pixels(0) is not None)
    second = FrameCache(signals, make_series(30), budget)
    second.want(5)
    assert budget.is_held_back(first)
    qtbot.waitUntil(lambda: second.pixels(5) is not None and not budget.is_held_back(first))
    qtbot.waitUntil(lambda: first.count() == second.count() == 30)
