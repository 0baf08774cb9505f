"""An engine with a record of its replies, and a guard against anything that it leaves behind."""

import multiprocessing
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from meddx_desktop.engine.engine import Engine, EngineSettings
from meddx_desktop.engine.messages import Cancelled, Failed, Lane, Piece, Reply, Succeeded

REPOSITORY = Path(__file__).resolve().parents[2]
_HANG_S = 60  # only a hanging engine gets here


class ReplyRecord:
    """Keeps the replies in the order of their arrival, for threads that wait for them."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.threads: set[str] = set()
        self._changed = threading.Condition()

    def __call__(self, reply: Reply) -> None:
        with self._changed:
            self.replies.append(reply)
            self.threads.add(threading.current_thread().name)
            self._changed.notify_all()

    def of(self, job_id: int) -> list[Reply]:
        return [reply for reply in self.replies if reply.job_id == job_id]

    def wait_for(self, job_id: int, *kinds: type) -> Reply:
        """Return the job's first reply of these kinds."""

        def found() -> Reply | None:
            return next((reply for reply in self.of(job_id) if isinstance(reply, kinds)), None)

        with self._changed:
            assert self._changed.wait_for(found, _HANG_S), f"job {job_id} hangs: {self.of(job_id)}"
        reply = found()
        assert reply is not None
        return reply

    def end_of(self, job_id: int) -> Reply:
        """Return the job's last reply."""
        return self.wait_for(job_id, Succeeded, Cancelled, Failed)

    def result_of(self, job_id: int) -> Any:
        """Return what the job returned."""
        end = self.end_of(job_id)
        assert isinstance(end, Succeeded), end
        return end.result

    def pieces_of(self, job_id: int) -> list[Any]:
        return [reply.value for reply in self.of(job_id) if isinstance(reply, Piece)]


class RecordedEngine:
    """An engine with its record, and one line for "run this and give me its last reply"."""

    def __init__(self, settings: EngineSettings) -> None:
        self.record = ReplyRecord()
        self.engine = Engine(self.record, settings)

    def run(self, job: Callable[..., Any], lane: Lane = Lane.OPENING, **options: Any) -> Reply:
        return self.record.end_of(self.engine.submit(job, lane, **options))

    def result(self, job: Callable[..., Any], lane: Lane = Lane.OPENING, **options: Any) -> Any:
        return self.record.result_of(self.engine.submit(job, lane, **options))


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(grace_s=0.3, readable=(REPOSITORY / "tests", REPOSITORY))


@pytest.fixture
def recorded(settings: EngineSettings) -> Iterator[RecordedEngine]:
    recorded = RecordedEngine(settings)
    yield recorded
    recorded.engine.close()


def _children() -> set[int]:
    """Return the child processes, without the one that multiprocessing keeps for itself."""
    from multiprocessing import resource_tracker

    tracker = resource_tracker._resource_tracker._pid  # type: ignore[attr-defined]
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return {child.pid for child in multiprocessing.active_children() if child.pid}
    found: set[int] = set()
    for task in tasks.iterdir():
        with suppress(FileNotFoundError):  # a thread that ends meanwhile hands its children on
            found |= {int(child) for child in (task / "children").read_text().split()}
    return found - {tracker}


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    temporary = Path(tempfile.gettempdir())

    def now() -> tuple[set[int], set[threading.Thread], set[Path]]:
        folders = set(temporary.glob(f"meddx-{os.getpid()}-*"))
        return _children(), set(threading.enumerate()), folders

    before = now()
    yield
    assert now() == before


@pytest.fixture(autouse=True, scope="session")
def workers_import_no_pytest() -> Iterator[None]:
    """Workers import the app's main module, as multiprocessing wants it; here that is pytest."""
    main = sys.modules["__main__"]
    spec, main.__spec__ = main.__spec__, None
    file = main.__dict__.pop("__file__", None)
    yield
    main.__spec__ = spec
    if file is not None:
        main.__file__ = file
