"""What comes back from a job, in which order, and on which thread."""

from functools import partial

import numpy as np
import pytest

from meddx_desktop.engine.engine import Engine, EngineSettings
from meddx_desktop.engine.messages import Lane, Piece, Progressed, Succeeded
from meddx_desktop.engine.worker_process import LaneSettings
from tests.engine import jobs
from tests.engine.conftest import REPOSITORY, RecordedEngine


def test_a_function_replies_with_its_progress_and_then_its_result(recorded: RecordedEngine) -> None:
    job_id = recorded.engine.submit(partial(jobs.add, 2, 3), Lane.OPENING)
    assert recorded.record.result_of(job_id) == 5
    assert recorded.record.of(job_id) == [
        Progressed(job_id, 1, 1, "adding"),
        Succeeded(job_id, 5),
    ]
    assert recorded.record.threads == {"MedDx engine"}


def test_a_generator_replies_with_each_frame_before_its_result(recorded: RecordedEngine) -> None:
    job_id = recorded.engine.submit(partial(jobs.yield_frames, 20, 1500), Lane.OPENING)
    assert recorded.record.result_of(job_id) == 20
    frames = recorded.record.pieces_of(job_id)
    assert [int(frame[0, 0]) for frame in frames] == list(range(20))
    assert all((frame == index).all() for index, frame in enumerate(frames))
    assert not frames[0].flags.writeable


@pytest.mark.parametrize("shape", [(0,), (3, 0, 2), (1,), (7, 5), (4, 1500, 1500)])
def test_an_array_of_any_shape_arrives_unchanged(shape: tuple[int, ...]) -> None:
    """One engine for all shapes would hide a pipe that is left half read."""
    recorded = RecordedEngine(EngineSettings(readable=(REPOSITORY,)))
    with recorded.engine:
        array = recorded.result(partial(jobs.return_array, shape))
        assert recorded.result(partial(jobs.add, 1, 1)) == 2
    np.testing.assert_array_equal(
        array, np.arange(np.prod(shape), dtype=np.uint16).reshape(shape), strict=True
    )


def test_progress_is_thinned_out_but_the_last_word_of_each_step_passes(
    recorded: RecordedEngine,
) -> None:
    job_id = recorded.engine.submit(jobs.report_often, Lane.OPENING)
    took_s = recorded.record.result_of(job_id)
    reports = [reply for reply in recorded.record.of(job_id) if isinstance(reply, Progressed)]
    for step in ("reading", "decoding"):
        of_step = [report.done for report in reports if report.step == step]
        assert of_step[0] == 0
        assert of_step[-1] == 1999
        assert of_step == sorted(of_step)
    assert len(reports) <= 4 + took_s / 0.05 + 2


def test_steps_that_take_turns_do_not_flood_the_window(recorded: RecordedEngine) -> None:
    job_id = recorded.engine.submit(jobs.report_steps_in_turns, Lane.OPENING)
    took_s = recorded.record.result_of(job_id)
    reports = [reply for reply in recorded.record.of(job_id) if isinstance(reply, Progressed)]
    assert [report.step for report in reports[:2]] == ["finding", "reading"]
    assert (reports[-1].done, reports[-1].step) == (1999, "reading")
    assert len(reports) <= 2 + took_s / 0.05 + 2


def test_the_jobs_of_a_lane_run_in_the_order_of_submission(recorded: RecordedEngine) -> None:
    job_ids = [recorded.engine.submit(partial(jobs.add, n, 0), Lane.OPENING) for n in range(30)]
    assert recorded.record.result_of(job_ids[-1]) == 29
    ends = [reply for reply in recorded.record.replies if isinstance(reply, Succeeded)]
    assert [end.job_id for end in ends] == job_ids
    assert len(set(job_ids)) == 30


def test_the_lanes_do_not_wait_for_each_other(recorded: RecordedEngine, tmp_path) -> None:
    """Each job ends only after the other has done its part, so both run at once."""
    signs = tmp_path / "signs"
    signs.mkdir()
    analysis = recorded.engine.submit(
        partial(jobs.wait_for, signs / "opened"), Lane.ANALYSIS, paths=(signs,)
    )
    recorded.record.wait_for(analysis, Progressed)
    opening = recorded.engine.submit(
        partial(jobs.wait_for, signs / "begun"), Lane.OPENING, paths=(signs,)
    )
    recorded.record.wait_for(opening, Progressed)
    (signs / "begun").touch()
    assert recorded.record.result_of(opening) == "begun"
    (signs / "opened").touch()
    assert recorded.record.result_of(analysis) == "opened"


def test_several_analysis_workers_share_one_queue(tmp_path) -> None:
    settings = EngineSettings(analysis=LaneSettings(workers=2), readable=(REPOSITORY,))
    recorded = RecordedEngine(settings)
    with recorded.engine as engine:
        first = engine.submit(
            partial(jobs.wait_for, tmp_path / "go"), Lane.ANALYSIS, paths=(tmp_path,)
        )
        recorded.record.wait_for(first, Progressed)
        second, third = (recorded.engine.submit(jobs.process_id, Lane.ANALYSIS) for _ in range(2))
        assert recorded.record.result_of(second) == recorded.record.result_of(third)
        (tmp_path / "go").touch()
        recorded.record.end_of(first)


def test_jobs_submitted_from_many_threads_all_end(recorded: RecordedEngine) -> None:
    import threading

    job_ids: list[int] = []

    def submit() -> None:
        for number in range(10):
            lane = Lane.OPENING if number % 2 else Lane.ANALYSIS
            job_ids.append(recorded.engine.submit(partial(jobs.add, 1, 1), lane))

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(job_ids)) == 80
    assert {recorded.record.result_of(job_id) for job_id in job_ids} == {2}


def test_a_reply_may_submit_the_next_job_and_close_the_engine() -> None:
    ended: list[object] = []

    def follow(reply: object) -> None:
        ended.append(reply)
        if isinstance(reply, Succeeded) and reply.result == 3:
            engine.submit(partial(jobs.add, 2, 2), Lane.OPENING)
        elif isinstance(reply, Succeeded):
            engine.close()

    engine = Engine(follow, EngineSettings(readable=(REPOSITORY,)))
    engine.submit(partial(jobs.add, 1, 2), Lane.OPENING)
    engine._listener.join(60)
    assert [reply.result for reply in ended if isinstance(reply, Succeeded)] == [3, 4]


def test_a_lambda_is_not_a_job(recorded: RecordedEngine) -> None:
    with pytest.raises(TypeError, match="module-level function"):
        recorded.engine.submit(lambda progress: None, Lane.OPENING)


def test_a_warmed_up_lane_has_imported_what_its_jobs_need() -> None:
    lane = LaneSettings(prepare=jobs.import_heavy_libraries)
    recorded = RecordedEngine(EngineSettings(opening=lane, readable=(REPOSITORY,)))
    with recorded.engine as engine:
        engine.warm_up(Lane.OPENING)
        engine.warm_up(Lane.OPENING)
        loaded = recorded.result(jobs.loaded_modules)
    assert {"onnxruntime", "pydicom", "imagecodecs", "soundfile"} <= set(loaded)


def test_a_worker_imports_nothing_heavy_by_itself(recorded: RecordedEngine) -> None:
    loaded = set(recorded.result(jobs.process_id) and recorded.result(jobs.loaded_modules))
    assert not loaded & {"onnxruntime", "pydicom", "imagecodecs", "scipy", "PySide6"}


def test_pieces_carry_the_job_id(recorded: RecordedEngine) -> None:
    job_id = recorded.engine.submit(partial(jobs.yield_frames, 2, 4), Lane.ANALYSIS)
    recorded.record.end_of(job_id)
    assert [reply.job_id for reply in recorded.record.replies if isinstance(reply, Piece)] == [
        job_id,
        job_id,
    ]
