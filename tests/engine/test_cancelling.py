"""Stopping jobs that listen, jobs that do not, and the engine itself."""

import os
import time
from functools import partial
from pathlib import Path

import pytest

from meddx_desktop.engine.engine import EngineSettings
from meddx_desktop.engine.messages import Cancelled, Lane, Piece, Progressed
from tests.engine import jobs
from tests.engine.conftest import REPOSITORY, RecordedEngine


def test_a_job_that_reports_progress_is_cancelled_and_its_worker_lives_on(
    recorded: RecordedEngine,
) -> None:
    before = recorded.result(jobs.process_id)
    job_id = recorded.engine.submit(jobs.count_slowly, Lane.OPENING)
    recorded.record.wait_for(job_id, Progressed)
    recorded.engine.cancel(job_id)
    recorded.engine.cancel(job_id)
    assert recorded.record.end_of(job_id) == Cancelled(job_id)
    assert recorded.result(jobs.process_id) == before


def test_a_generator_is_cancelled_between_two_pieces(recorded: RecordedEngine) -> None:
    job_id = recorded.engine.submit(jobs.yield_forever, Lane.OPENING)
    recorded.record.wait_for(job_id, Piece)
    recorded.engine.cancel(job_id)
    assert recorded.record.end_of(job_id) == Cancelled(job_id)


def test_a_queued_job_is_cancelled_at_once(recorded: RecordedEngine) -> None:
    running = recorded.engine.submit(jobs.count_slowly, Lane.OPENING)
    queued = recorded.engine.submit(partial(jobs.add, 1, 1), Lane.OPENING)
    last = recorded.engine.submit(partial(jobs.add, 2, 2), Lane.OPENING)
    recorded.record.wait_for(running, Progressed)
    recorded.engine.cancel(queued)
    assert recorded.record.end_of(queued) == Cancelled(queued)
    assert all(isinstance(reply, Progressed) for reply in recorded.record.of(running))
    recorded.engine.cancel(running)
    assert recorded.record.result_of(last) == 4
    assert recorded.record.of(queued) == [Cancelled(queued)]


def test_a_job_that_ignores_cancel_is_killed_and_its_files_are_removed(
    recorded: RecordedEngine,
) -> None:
    job_id = recorded.engine.submit(jobs.write_then_sleep_deaf, Lane.OPENING)
    progressed = recorded.record.wait_for(job_id, Progressed)
    assert isinstance(progressed, Progressed)
    assert Path(progressed.step).exists()
    recorded.engine.cancel(job_id)
    assert recorded.record.end_of(job_id) == Cancelled(job_id)
    assert not Path(progressed.step).parent.exists()
    assert recorded.result(partial(jobs.add, 1, 1)) == 2


def test_a_worker_that_dies_while_it_is_cancelled_is_cancelled(tmp_path: Path) -> None:
    settings = EngineSettings(grace_s=60, readable=(REPOSITORY,))
    recorded = RecordedEngine(settings)
    with recorded.engine as engine:
        job_id = engine.submit(jobs.sleep_deaf, Lane.OPENING)
        recorded.record.wait_for(job_id, Progressed)
        engine.cancel(job_id)
        (worker,) = engine._lanes[Lane.OPENING].workers
        while worker.running is not None and worker.running.cancel_runs_out_at is None:
            time.sleep(0.001)
        process = worker._process
        assert process is not None
        assert process.pid is not None
        os.kill(process.pid, 9)
        assert recorded.record.end_of(job_id) == Cancelled(job_id)


def test_cancelling_what_is_over_or_unknown_changes_nothing(recorded: RecordedEngine) -> None:
    job_id = recorded.engine.submit(partial(jobs.add, 1, 1), Lane.OPENING)
    recorded.record.end_of(job_id)
    recorded.engine.cancel(job_id)
    recorded.engine.cancel(12345)
    assert recorded.result(partial(jobs.add, 1, 1)) == 2
    assert len(recorded.record.of(job_id)) == 2


def test_closing_cancels_what_runs_and_what_waits(recorded: RecordedEngine) -> None:
    running = recorded.engine.submit(jobs.count_slowly, Lane.OPENING)
    deaf = recorded.engine.submit(jobs.sleep_deaf, Lane.ANALYSIS)
    queued = [recorded.engine.submit(jobs.process_id, Lane.OPENING) for _ in range(3)]
    recorded.record.wait_for(running, Progressed)
    recorded.record.wait_for(deaf, Progressed)
    recorded.engine.close()
    for job_id in (running, deaf, *queued):
        assert recorded.record.of(job_id)[-1] == Cancelled(job_id)
    recorded.engine.close()
    recorded.engine.cancel(running)
    with pytest.raises(RuntimeError, match="closed"):
        recorded.engine.submit(jobs.process_id, Lane.OPENING)


def test_an_unused_engine_closes() -> None:
    with RecordedEngine(EngineSettings()).engine as engine:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        engine.submit(jobs.process_id, Lane.OPENING)


def test_an_engine_closes_while_its_first_worker_is_starting(recorded: RecordedEngine) -> None:
    job_id = recorded.engine.submit(jobs.process_id, Lane.OPENING)
    recorded.engine.close()
    assert len(recorded.record.of(job_id)) == 1
