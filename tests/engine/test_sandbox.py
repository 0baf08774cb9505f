"""What a worker cannot do any more, and what it must still be able to do."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from onnx import TensorProto, helper

from meddx_desktop.engine import landlock, lane_runner, sandbox, seccomp, temporary_folders
from meddx_desktop.engine.engine import EngineSettings
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.engine.sandbox import Grant, grant_for, sandbox_state
from meddx_desktop.engine.worker_process import LaneSettings
from meddx_desktop.resources import measurements_folder
from meddx_desktop.store.kept_files import KeptFiles
from tests.engine import jobs
from tests.engine.conftest import REPOSITORY, RecordedEngine

needs_seccomp = pytest.mark.skipif(not seccomp.is_available(), reason="needs seccomp")
needs_landlock = pytest.mark.skipif(landlock.abi_version() < 6, reason="needs Landlock 6")


@pytest.fixture
def patient(tmp_path: Path) -> Path:
    folder = tmp_path / "patient"
    folder.mkdir()
    (folder / "secret.txt").write_text("Doe^Jane")
    return folder


@needs_landlock
def test_a_worker_can_neither_read_nor_write_nor_connect(
    recorded: RecordedEngine, patient: Path
) -> None:
    outcome = recorded.result(partial(jobs.try_to_leave, patient))
    assert set(outcome.values()) == {"PermissionError"}, outcome
    assert (patient / "secret.txt").exists()


@needs_landlock
def test_a_worker_sees_no_kept_measurements(recorded: RecordedEngine, patient: Path) -> None:
    files = KeptFiles(measurements_folder(), "ab")
    files.write(b"sealed")
    read = partial(jobs.read_text, files.path(1))
    end = recorded.run(read, paths=(patient,))
    assert isinstance(end, Failed)
    assert "PermissionError" in end.details


@needs_landlock
def test_a_worker_sends_no_datagram(recorded: RecordedEngine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        end = recorded.run(partial(jobs.send_datagram, receiver.getsockname()[1]))
        assert isinstance(end, Failed)
        assert "PermissionError" in end.details
        receiver.setblocking(False)
        with pytest.raises(BlockingIOError):
            receiver.recv(100)


@needs_seccomp
def test_a_worker_reaches_no_program_of_this_machine(recorded: RecordedEngine) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        socket.socket(socket.AF_UNIX) as listener,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver,
    ):
        folder = Path(name)
        listener.bind(str(folder / "stream"))
        listener.listen()
        receiver.bind(str(folder / "datagram"))
        outcome = recorded.result(partial(jobs.reach_a_program, folder), paths=(folder,))
        receiver.setblocking(False)
        with pytest.raises(BlockingIOError):
            receiver.recv(100)
    assert outcome.keys() == {"stream", "datagram", "turned pair"}
    assert set(outcome.values()) == {"PermissionError"}, outcome


def test_a_worker_may_still_talk_to_itself(recorded: RecordedEngine) -> None:
    assert recorded.result(jobs.talk_to_oneself) == b"wake up"
    assert recorded.result(jobs.use_a_multiprocessing_pipe) == "a reply"


def test_a_confined_worker_runs_a_network(recorded: RecordedEngine) -> None:
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]) for name in "xy"]
    graph = helper.make_graph(
        [helper.make_node("Neg", ["x"], ["y"])], "minus", values[:1], values[1:]
    )
    opset = helper.make_opsetid("", 18)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=10).SerializeToString()
    assert recorded.result(partial(jobs.run_network, model)) == [0, -1, -2]


@pytest.mark.parametrize("encoding", ["wav", "flac", "ipod"])
def test_a_confined_worker_reads_sound(
    recorded: RecordedEngine, tmp_path: Path, encoding: str
) -> None:
    """The last one is m4a, which Qt decodes."""
    sound = tmp_path / f"tone.{'wav' if encoding == 'ipod' else encoding}"
    soundfile.write(sound, 0.5 * np.sin(np.arange(44100) * 0.06), 44100)
    if encoding == "ipod":
        ffmpeg = shutil.which("ffmpeg")
        if ffmpeg is None:
            pytest.skip("ffmpeg, which makes the test file, is not installed")
        command = [ffmpeg, "-loglevel", "error", "-i", sound, "-f", "ipod", tmp_path / "tone.m4a"]
        subprocess.run(command, check=True, capture_output=True)
        sound = tmp_path / "tone.m4a"
    samples = recorded.result(partial(jobs.read_sound, sound), paths=(sound,))
    assert samples == pytest.approx(44100, rel=0.15)


@needs_landlock
def test_a_worker_reads_the_paths_of_its_job_and_does_not_change_them(
    recorded: RecordedEngine, patient: Path
) -> None:
    file = patient / "secret.txt"
    assert recorded.result(partial(jobs.read_text, file), paths=(file,)) == "Doe^Jane"
    assert isinstance(recorded.run(partial(jobs.write_text, file, "x"), paths=(file,)), Failed)
    assert isinstance(recorded.run(partial(jobs.list_folder, patient), paths=(file,)), Failed)
    assert file.read_text() == "Doe^Jane"


@needs_landlock
def test_a_link_out_of_the_granted_folder_is_not_followed(
    recorded: RecordedEngine, patient: Path, tmp_path: Path
) -> None:
    granted = tmp_path / "granted"
    granted.mkdir()
    (granted / "link.txt").symlink_to(patient / "secret.txt")
    job = partial(jobs.read_text, granted / "link.txt")
    assert isinstance(recorded.run(job, paths=(granted,)), Failed)
    assert recorded.result(job, paths=(granted / "link.txt",)) == "Doe^Jane"


@needs_landlock
def test_a_worker_that_may_write_serves_only_jobs_that_ask_for_it(
    recorded: RecordedEngine, patient: Path
) -> None:
    report = patient / "report.json"
    job = partial(jobs.write_text, report, "{}")
    assert recorded.result(job, writable=(report,)) == 2
    assert isinstance(recorded.run(job, paths=(patient,)), Failed)
    assert recorded.result(job, writable=(patient,)) == 2
    writer = recorded.result(jobs.process_id, writable=(patient,))
    assert recorded.result(jobs.process_id, writable=(patient,)) == writer
    assert recorded.result(jobs.process_id) != writer


@needs_landlock
def test_the_files_of_earlier_jobs_stay_granted_until_they_are_forgotten(
    recorded: RecordedEngine, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    for file in (first, second):
        file.write_text(file.name)
        assert recorded.result(partial(jobs.read_text, file), paths=(file,)) == file.name
    worker = recorded.result(jobs.process_id)
    assert recorded.result(partial(jobs.read_text, first), paths=(first,)) == "a.txt"
    assert recorded.result(jobs.process_id) == worker
    recorded.engine.forget_paths()
    assert isinstance(recorded.run(partial(jobs.read_text, first)), Failed)
    assert recorded.result(partial(jobs.read_text, second), paths=(second,)) == "b.txt"


@needs_landlock
def test_what_was_opened_may_be_shown_but_not_analyzed(
    recorded: RecordedEngine, patient: Path
) -> None:
    read = partial(jobs.read_text, patient / "secret.txt")
    assert recorded.result(read, Lane.READING, paths=(patient,))
    worker = recorded.result(jobs.process_id, paths=(patient / "secret.txt",))
    assert recorded.result(read)
    assert recorded.result(jobs.process_id) == worker
    assert recorded.result(jobs.process_id, Lane.READING) != worker
    assert isinstance(recorded.run(read, Lane.ANALYSIS), Failed)
    recorded.engine.forget_paths()
    assert isinstance(recorded.run(read), Failed)


@needs_landlock
def test_forgetting_reaches_a_worker_that_is_at_work(
    recorded: RecordedEngine, patient: Path
) -> None:
    sign = patient / "sign"
    job_id = recorded.engine.submit(partial(jobs.wait_for, sign), Lane.OPENING, paths=(patient,))
    recorded.record.wait_for(job_id, object)
    recorded.engine.forget_paths()
    sign.touch()
    recorded.record.end_of(job_id)
    assert isinstance(recorded.run(partial(jobs.read_text, patient / "secret.txt")), Failed)


@needs_landlock
def test_the_change_to_other_files_uses_a_worker_that_is_already_there(
    recorded: RecordedEngine, patient: Path
) -> None:
    recorded.result(jobs.process_id)
    runner = recorded.engine._lanes[Lane.OPENING]
    while not any(worker.is_fresh for worker in runner.workers):
        assert len(runner.workers) <= 2
    (spare,) = [worker._process.pid for worker in runner.workers if worker.is_fresh]
    recorded.result(partial(jobs.read_text, patient / "secret.txt"), paths=(patient,))
    assert recorded.result(jobs.process_id) == spare


@needs_landlock
def test_no_worker_is_started_while_another_lane_may_be_at_work(
    recorded: RecordedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_runner, "_SPARE_AFTER_S", 1000.0)
    for _ in range(3):
        recorded.result(jobs.process_id)
    runner = recorded.engine._lanes[Lane.OPENING]
    assert not any(worker.is_fresh for worker in runner.workers)
    deadline = runner.next_deadline()
    assert deadline is not None
    assert deadline > time.monotonic() + 900
    monkeypatch.setattr(lane_runner, "_SPARE_AFTER_S", 0.0)
    recorded.result(jobs.process_id)
    while not any(worker.is_fresh for worker in runner.workers):
        assert len(runner.workers) <= 2


@needs_landlock
@pytest.mark.parametrize("prepare_first", [True, False])
def test_the_libraries_load_in_a_confined_worker(*, prepare_first: bool) -> None:
    names = ("onnxruntime", "pydicom", "imagecodecs", "soundfile", "cryptography")
    lane = LaneSettings(prepare=jobs.import_heavy_libraries) if prepare_first else LaneSettings()
    recorded = RecordedEngine(EngineSettings(opening=lane, readable=(REPOSITORY,)))
    with recorded.engine:
        assert recorded.result(partial(jobs.use_libraries, names)) == list(names)


@needs_landlock
def test_no_thread_is_running_when_a_worker_with_all_libraries_is_confined() -> None:
    """Landlock binds only the thread that asks for it; ONNX Runtime's telemetry would be one."""
    lane = LaneSettings(prepare=jobs.import_heavy_libraries)
    recorded = RecordedEngine(EngineSettings(opening=lane, readable=(REPOSITORY,)))
    with recorded.engine:
        assert recorded.result(jobs.thread_count) == 1


def test_a_worker_has_a_temporary_folder_of_its_own(recorded: RecordedEngine) -> None:
    opening = recorded.result(jobs.temporary_folder)
    analysis = recorded.result(jobs.temporary_folder, Lane.ANALYSIS)
    assert opening[0] == opening[1] != analysis[0]
    assert Path(opening[0]).is_dir()
    assert Path(opening[0]).stat().st_mode & 0o077 == 0


def test_what_a_case_refers_to_outlives_the_worker_that_made_it(recorded: RecordedEngine) -> None:
    copy = recorded.result(partial(jobs.keep, "archive", "a slice"))
    worker = recorded.result(jobs.process_id)
    read = partial(jobs.read_text, copy)
    assert recorded.result(read, Lane.ANALYSIS, paths=(copy,)) == "a slice"
    assert recorded.result(read, paths=(copy,)) == "a slice"
    assert recorded.result(jobs.process_id) == worker
    recorded.run(jobs.kill_oneself)
    assert recorded.result(read, paths=(copy,)) == "a slice"
    recorded.engine.forget_paths()
    assert isinstance(recorded.run(read, paths=(copy,)), Failed)
    assert list(copy.parents[1].iterdir()) == []


def test_folders_of_an_app_that_was_killed_are_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    abandoned = tmp_path / f"meddx-{ended.pid}-abc"
    mine = tmp_path / f"meddx-{os.getpid()}-abc"
    foreign = tmp_path / "meddx-else-x"
    unlikely = tmp_path / f"meddx-{2**70}-x"
    root = tmp_path / "meddx-1-x"
    for folder in (abandoned, mine, foreign, unlikely, root):
        folder.mkdir()
    temporary_folders.remove_abandoned_folders()
    assert sorted(tmp_path.iterdir()) == sorted([mine, foreign, root])


def test_a_worker_ends_when_the_app_is_killed(tmp_path: Path) -> None:
    """The app is a process of its own here, so that it can be killed."""
    script = tmp_path / "app.py"
    script.write_text(
        "import time\n"
        "from pathlib import Path\n"
        "from meddx_desktop.engine.engine import Engine, EngineSettings\n"
        "from meddx_desktop.engine.messages import Lane, Succeeded\n"
        "from tests.engine import jobs\n"
        "def show(reply):\n"
        "    if isinstance(reply, Succeeded):\n"
        "        print(reply.result, flush=True)\n"
        "        engine.submit(jobs.sleep_deaf, Lane.OPENING)\n"
        "if __name__ == '__main__':\n"
        f"    engine = Engine(show, EngineSettings(readable=(Path({str(REPOSITORY)!r}),)))\n"
        "    engine.submit(jobs.process_id, Lane.OPENING)\n"
        "    time.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment
    ) as app:
        assert app.stdout is not None
        worker = int(app.stdout.readline())
        app.kill()
        app.wait()
    while Path(f"/proc/{worker}").exists():
        if Path(f"/proc/{worker}/stat").read_text().split()[2] == "Z":
            break


def test_a_grant_covers_what_lies_beneath_it() -> None:
    grant = Grant(frozenset({"/a"}), frozenset({"/out"}))
    assert grant.covers(Grant(frozenset({"/a/b/c", "/a", "/out/x"})))
    assert not grant.covers(Grant(frozenset({"/ab"})))
    assert grant.covers(Grant(writable=frozenset({"/out/report"})))
    assert not grant.covers(Grant(writable=frozenset({"/a/report"})))


def test_a_file_to_be_created_stands_for_its_folder(tmp_path: Path) -> None:
    grant = grant_for((), (tmp_path / "new.json",))
    assert grant.writable == {os.path.realpath(tmp_path)}


@pytest.mark.parametrize(
    ("version", "filters", "words"),
    [
        (0, False, "no sandbox"),
        (0, True, "give up the network"),
        (3, False, "give up other files, starting programs (Landlock version 3)"),
        (4, False, "give up other files, starting programs, TCP (Landlock version 4)"),
        (7, True, "give up other files, starting programs, the network (Landlock version 7)"),
    ],
)
def test_the_state_of_the_sandbox_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, version: int, filters: bool, words: str
) -> None:
    monkeypatch.setattr(landlock, "abi_version", lambda: version)
    monkeypatch.setattr(seccomp, "is_available", lambda: filters)
    assert words in sandbox_state()


def test_without_landlock_one_worker_serves_all_files_and_no_spare_is_kept(
    recorded: RecordedEngine, monkeypatch: pytest.MonkeyPatch, patient: Path
) -> None:
    monkeypatch.setattr(sandbox, "is_available", lambda: False)
    runner = recorded.engine._lanes[Lane.OPENING]
    assert isinstance(recorded.result(id), int)
    before = runner.workers
    assert isinstance(recorded.result(id, paths=(patient,), writable=(patient,)), int)
    assert runner.workers == before
    assert len(before) == 1
