"""Everything that can go wrong with a job ends in one reply, and the next job runs."""

import os
import threading
import time
from functools import partial
from multiprocessing.connection import wait

import pytest

from meddx_desktop.engine import lane_runner
from meddx_desktop.engine.engine import EngineSettings
from meddx_desktop.engine.lane_runner import LaneRunner
from meddx_desktop.engine.messages import Failed, Lane, Piece, Reply, Succeeded
from meddx_desktop.engine.sandbox import grant_for
from meddx_desktop.engine.temporary_folders import ScratchFolder
from meddx_desktop.engine.worker_process import LaneSettings, QueuedJob, RunningJob, pickle_job
from tests.engine import jobs
from tests.engine.conftest import REPOSITORY, RecordedEngine


def test_an_error_for_the_person_arrives_with_its_code_and_words(recorded: RecordedEngine) -> None:
    end = recorded.run(jobs.refuse)
    assert end == Failed(
        end.job_id, "truncated_file", "film.dcm: the file is cut off. Copy it anew."
    )


def test_a_bug_arrives_with_its_traceback_but_without_its_own_words(
    recorded: RecordedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = recorded.run(jobs.chain_errors)
    assert isinstance(end, Failed)
    assert end.code == "internal_error"
    assert "again" in end.message
    assert "in divide_by_zero" in end.details
    assert "in chain_errors" in end.details
    assert end.details.index("ZeroDivisionError") < end.details.index("LookupError")
    assert "Doe^Jane" not in end.details + end.message


def test_a_developer_can_ask_for_full_tracebacks(
    recorded: RecordedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDDX_FULL_TRACEBACKS", "1")
    end = recorded.run(jobs.chain_errors)
    assert isinstance(end, Failed)
    assert "Doe^Jane" in end.details


def test_a_worker_survives_a_bug(recorded: RecordedEngine) -> None:
    before = recorded.result(jobs.process_id)
    recorded.run(jobs.divide_by_zero)
    assert recorded.result(jobs.process_id) == before


@pytest.mark.parametrize(
    ("job", "code"),
    [
        (jobs.touch_null_pointer, "-11"),
        (jobs.abort, "-6"),
        (jobs.kill_oneself, "-9"),
        (jobs.exit_quietly, "3"),
    ],
)
def test_a_worker_that_dies_is_a_failed_job_and_the_next_one_runs(
    recorded: RecordedEngine, job, code: str
) -> None:
    end = recorded.run(job)
    assert isinstance(end, Failed)
    assert end.code == "worker_died"
    assert "stopped unexpectedly" in end.message
    assert end.details == f"exit code {code}"
    assert recorded.result(partial(jobs.add, 1, 1)) == 2


def test_a_crash_fails_its_own_job_only(recorded: RecordedEngine) -> None:
    crash = recorded.engine.submit(jobs.touch_null_pointer, Lane.OPENING)
    queued = [recorded.engine.submit(partial(jobs.add, n, 0), Lane.OPENING) for n in range(3)]
    other = recorded.engine.submit(partial(jobs.add, 5, 5), Lane.ANALYSIS)
    assert isinstance(recorded.record.end_of(crash), Failed)
    assert [recorded.record.result_of(job_id) for job_id in queued] == [0, 1, 2]
    assert recorded.record.result_of(other) == 10


def test_a_job_that_takes_too_long_is_killed(recorded: RecordedEngine) -> None:
    end = recorded.run(jobs.sleep_deaf, time_limit_s=0.2)
    assert isinstance(end, Failed)
    assert end.code == "time_limit"
    assert "0.2 seconds" in end.message
    assert recorded.result(partial(jobs.add, 1, 1), time_limit_s=60) == 2


def test_a_job_that_hangs_in_silence_is_killed_and_one_that_reports_is_not() -> None:
    lane = LaneSettings(silence_limit_s=0.5)
    recorded = RecordedEngine(EngineSettings(opening=lane, readable=(REPOSITORY,)))
    with recorded.engine:
        end = recorded.run(jobs.sleep_deaf)
        assert isinstance(end, Failed)
        assert end.code == "time_limit"
        assert "no sign of life for 0.5 seconds" in end.message
        assert recorded.result(partial(jobs.work_for, 1.0, "reporting")) == 1.0
        assert recorded.result(partial(jobs.work_in_pieces, 1.0)) == 1.0


def test_both_lanes_have_a_limit_on_silence() -> None:
    settings = EngineSettings()
    limits = (settings.opening.silence_limit_s, settings.analysis.silence_limit_s)
    assert limits == (60.0, 300.0)


def test_a_job_that_slept_with_the_whole_app_is_not_taken_for_a_silent_one() -> None:
    job = RunningJob(1, None, silence_limit_s=60.0)
    job.begin()
    assert job.silent_at is not None
    limit = job.silent_at
    assert not job.is_silent(limit - 0.1)
    assert job.is_silent(limit + 0.1)
    assert not job.is_silent(limit + 600.0)
    assert job.silent_at >= limit


@pytest.mark.parametrize("job", [jobs.return_lock, jobs.yield_lock])
def test_a_result_that_cannot_travel_is_a_failed_job(recorded: RecordedEngine, job) -> None:
    end = recorded.run(job)
    assert isinstance(end, Failed)
    assert end.code == "internal_error"
    assert "send_reply" in end.details
    assert recorded.result(partial(jobs.add, 1, 1)) == 2


@pytest.mark.parametrize("job", [jobs.return_command, jobs.return_stranger])
def test_a_reply_that_is_not_plain_data_is_refused(recorded: RecordedEngine, job) -> None:
    before = recorded.result(jobs.process_id)
    end = recorded.run(job)
    assert isinstance(end, Failed)
    assert end.code == "internal_error"
    assert "may not hold" in end.details
    assert recorded.result(jobs.process_id) != before


def test_members_of_enums_arrive_however_python_writes_them(recorded: RecordedEngine) -> None:
    job = partial(jobs.return_reached, Lane, "ANALYSIS")
    assert recorded.result(job) is Lane.ANALYSIS


@pytest.mark.parametrize(("owner", "name"), [(Lane, "__init_subclass__"), (Failed, "__init__")])
def test_no_other_attribute_is_reached_from_a_reply(
    recorded: RecordedEngine, owner: type, name: str
) -> None:
    end = recorded.run(partial(jobs.return_reached, owner, name))
    assert isinstance(end, Failed)
    assert end.code == "internal_error"


def test_memory_beyond_the_limit_is_a_failed_job_and_a_fresh_worker() -> None:
    lane = LaneSettings(address_space_bytes=2**30)
    recorded = RecordedEngine(EngineSettings(opening=lane, readable=(REPOSITORY,)))
    with recorded.engine:
        before = recorded.result(jobs.process_id)
        end = recorded.run(partial(jobs.take_memory, 2**31))
        assert isinstance(end, Failed)
        assert end.code == "out_of_memory"
        assert "more memory" in end.message
        assert recorded.result(jobs.process_id) != before
        assert recorded.result(partial(jobs.take_memory, 2**20)) == 2**20


def test_no_core_file_is_written(recorded: RecordedEngine) -> None:
    assert recorded.result(jobs.core_limit) == (0, 0)


@pytest.mark.parametrize(
    "prepare",
    [
        jobs.fail_to_prepare,
        jobs.die_while_preparing,
        jobs.answer_wrongly_while_preparing,
        jobs.be_cancelled_while_preparing,
    ],
)
def test_a_worker_that_cannot_start_fails_each_job_once(prepare) -> None:
    lane = LaneSettings(prepare=prepare)
    recorded = RecordedEngine(EngineSettings(opening=lane, readable=(REPOSITORY,)))
    with recorded.engine as engine:
        job_ids = [engine.submit(partial(jobs.add, 1, 1), Lane.OPENING) for _ in range(2)]
        ends = [recorded.record.end_of(job_id) for job_id in job_ids]
        assert recorded.result(partial(jobs.add, 1, 1), Lane.ANALYSIS) == 2
    assert all(isinstance(end, Failed) and end.code == "worker_not_started" for end in ends)


def test_a_worker_that_does_not_get_ready_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_runner, "_START_LIMIT_S", 0.3)
    lane = LaneSettings(prepare=jobs.sleep_while_preparing)
    recorded = RecordedEngine(EngineSettings(opening=lane, readable=(REPOSITORY,)))
    with recorded.engine:
        end = recorded.run(partial(jobs.add, 1, 1))
    assert isinstance(end, Failed)
    assert end.code == "worker_not_started"


def test_a_reply_in_the_name_of_another_job_is_refused(recorded: RecordedEngine) -> None:
    end = recorded.run(jobs.answer_for_another)
    assert isinstance(end, Failed)
    assert end.details == "an unexpected Succeeded"
    assert recorded.result(partial(jobs.add, 1, 1)) == 2
    assert recorded.record.of(10_000) == []


@pytest.mark.parametrize("job", [jobs.answer_when_not_asked, jobs.die_when_not_asked])
def test_a_worker_that_misbehaves_between_two_jobs_is_replaced(
    recorded: RecordedEngine, job
) -> None:
    recorded.result(job)
    runner = recorded.engine._lanes[Lane.OPENING]
    while any(worker.is_idle for worker in runner.workers):
        time.sleep(0.001)
    assert recorded.result(partial(jobs.add, 1, 1)) == 2
    assert recorded.record.of(10_000) == []


def test_a_worker_that_dies_just_before_its_next_job_fails_that_job() -> None:
    """Without the listener thread, so that the death is not noticed earlier."""
    replies: list[Reply] = []
    scratch = ScratchFolder()
    runner = LaneRunner(LaneSettings(), replies.append, 1.0, scratch)
    grant = grant_for((REPOSITORY,), ())
    runner.add(QueuedJob(1, pickle_job(partial(jobs.add, 1, 1)), grant, None))
    while not any(isinstance(reply, Succeeded) for reply in replies):
        runner.advance()
        (worker,) = runner.workers
        wait([worker.connection])
        runner.receive(worker)
    assert worker._process is not None
    worker._process.kill()
    worker._process.join()
    runner.add(QueuedJob(2, pickle_job(partial(jobs.add, 1, 1)), grant, None))
    runner.advance()
    runner.end_workers()
    scratch.remove()
    end = replies[-1]
    assert isinstance(end, Failed)
    assert (end.job_id, end.code) == (2, "worker_died")


def test_a_system_without_room_for_a_temporary_folder_fails_each_job(
    recorded: RecordedEngine, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    job_ids = [recorded.engine.submit(partial(jobs.add, 1, 1), Lane.OPENING) for _ in range(3)]
    ends = [recorded.record.end_of(job_id) for job_id in job_ids]
    assert {end.code for end in ends if isinstance(end, Failed)} == {"worker_not_started"}
    monkeypatch.undo()
    assert recorded.result(partial(jobs.add, 1, 1)) == 2


def test_a_thread_that_outlives_its_job_does_not_disturb_the_next_one(
    recorded: RecordedEngine,
) -> None:
    assert recorded.result(jobs.report_from_a_thread_that_stays) == 1
    next_id = recorded.engine.submit(partial(jobs.yield_frames, 300, 100), Lane.OPENING)
    assert recorded.record.result_of(next_id) == 300
    assert sum(isinstance(reply, Piece) for reply in recorded.record.of(next_id)) == 300


def test_a_callback_that_raises_ends_the_engine_but_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raised: list[type[BaseException] | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: raised.append(args.exc_type))
    recorded = RecordedEngine(EngineSettings(readable=(REPOSITORY,)))
    recorded.engine._lanes[Lane.OPENING]._emit = lambda reply: os.fspath(1)  # type: ignore[arg-type]
    recorded.engine.submit(partial(jobs.add, 1, 1), Lane.OPENING)
    recorded.engine._listener.join(60)
    with pytest.raises(RuntimeError, match="closed"):
        recorded.engine.submit(partial(jobs.add, 1, 1), Lane.OPENING)
    recorded.engine.close()
    assert raised == [TypeError]
