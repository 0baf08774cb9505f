"""The engine: jobs in, replies out, and every file opened in a worker process."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Self

from meddx_desktop.engine.lane_runner import GrantedFiles, LaneRunner
from meddx_desktop.engine.messages import Job, Lane, Reply, Request
from meddx_desktop.engine.sandbox import grant_for
from meddx_desktop.engine.temporary_folders import ScratchFolder, remove_abandoned_folders
from meddx_desktop.engine.worker_process import (
    LaneSettings,
    QueuedJob,
    WorkerProcess,
    pickle_job,
)

_GIB = 2**30


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How the lanes are run.

    `grace_s` is how long a job that is to be cancelled may take to notice it before its worker is
    killed. `readable` is what all workers may read besides Python, the app and its models.
    """

    reading: LaneSettings = field(
        default_factory=lambda: LaneSettings(1, 6 * _GIB, silence_limit_s=60.0)
    )
    opening: LaneSettings = field(
        default_factory=lambda: LaneSettings(1, 6 * _GIB, silence_limit_s=60.0)
    )
    analysis: LaneSettings = field(
        default_factory=lambda: LaneSettings(1, 8 * _GIB, silence_limit_s=300.0)
    )
    grace_s: float = 2.0
    readable: tuple[Path, ...] = ()


class Engine:
    """Runs jobs in worker processes and delivers their replies.

    `on_reply` is called from one listener thread, for each job in order; each job ends with exactly
    one of Succeeded, Cancelled and Failed. It must return quickly and must not raise.

    Each lane runs its jobs in order of submission; the lanes do not wait for each other. A job may
    read the files in its `paths` and change those in `writable`, nothing else of the person's;
    a worker that may not read them is replaced by a spare one, so that jobs that concern the same
    files should name the same folder. Workers start with the first job of their lane.
    """

    def __init__(
        self, on_reply: Callable[[Reply], None], settings: EngineSettings | None = None
    ) -> None:
        self._settings = settings or EngineSettings()
        self._lock = threading.Lock()
        self._job_ids = itertools.count(1)
        self._inbox: list[Callable[[], None]] = []
        self._is_closing = False
        self._wake_up_receiver, self._wake_up_sender = Pipe(duplex=False)
        self._scratch = ScratchFolder()
        self._lanes = self._make_lanes(on_reply)
        self._listener = threading.Thread(target=self._listen, name="MedDx engine", daemon=True)
        self._listener.start()

    def _make_lanes(self, on_reply: Callable[[Reply], None]) -> Mapping[Lane, LaneRunner]:
        settings = self._settings
        # What was opened in one lane is shown by the other.
        opened, analyzed = GrantedFiles(), GrantedFiles()
        lanes = {
            Lane.READING: (settings.reading, opened),
            Lane.OPENING: (settings.opening, opened),
            Lane.ANALYSIS: (settings.analysis, analyzed),
        }
        return {
            lane: LaneRunner(lane_settings, on_reply, settings.grace_s, self._scratch, granted)
            for lane, (lane_settings, granted) in lanes.items()
        }

    def submit(
        self,
        job: Job,
        lane: Lane,
        *,
        paths: Iterable[Path] = (),
        writable: Iterable[Path] = (),
        time_limit_s: float | None = None,
    ) -> int:
        """Put a job into a lane's queue and return its id.

        The job is pickled at once: what it holds may change afterwards. The time limit counts from
        when a worker takes the job; the lane's limit on silence holds besides.

        Raises
        ------
        TypeError : the job is not a module-level function or a partial of one.
        RuntimeError : the engine is closed.
        """
        with self._lock:
            job_id = next(self._job_ids)
        request = Request(job_id, job, lane, tuple(paths), tuple(writable), time_limit_s)
        pickled = pickle_job(job)
        if not self._tell(lambda: self._enqueue(request, pickled)):
            raise RuntimeError("the engine is closed")
        return job_id

    def cancel(self, job_id: int) -> None:
        """Stop a queued or running job; one that is over or unknown is left alone."""
        for runner in self._lanes.values():
            self._tell(partial(runner.cancel, job_id))

    def warm_up(self, lane: Lane) -> None:
        """Start a lane's first worker, so that the first job finds it ready."""
        self._tell(self._lanes[lane].warm_up)

    def forget_paths(self) -> None:
        """Take the files of earlier jobs away from later ones, when a case is closed.

        What the jobs put into the scratch folder (`resources.scratch_folder`) is removed.
        """
        for runner in self._lanes.values():
            self._tell(runner.forget_paths)
        self._tell(self._scratch.empty)

    def close(self) -> None:
        """Cancel every job, deliver what they still reply, and end all workers."""
        with self._lock:
            if not self._is_closing:
                self._inbox += [runner.cancel_all for runner in self._lanes.values()]
                self._is_closing = True
                self._wake_up_sender.send_bytes(b".")
        if threading.current_thread() is not self._listener:
            self._listener.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _tell(self, command: Callable[[], None]) -> bool:
        """Have the listener thread do something; return whether it still listens."""
        with self._lock:
            if self._is_closing:
                return False
            self._inbox.append(command)
            if len(self._inbox) == 1:
                self._wake_up_sender.send_bytes(b".")
            return True

    def _enqueue(self, request: Request, pickled: bytes) -> None:
        grant = grant_for((*request.paths, *self._settings.readable), request.writable)
        self._lanes[request.lane].add(
            QueuedJob(request.job_id, pickled, grant, request.time_limit_s)
        )

    def _listen(self) -> None:
        remove_abandoned_folders()
        try:
            while self._follow_commands():
                for runner in self._lanes.values():
                    runner.advance()
                self._receive()
                for runner in self._lanes.values():
                    runner.enforce_limits()
        finally:
            for runner in self._lanes.values():
                runner.end_workers()
            self._scratch.remove()
            with self._lock:
                self._is_closing = True
                self._wake_up_sender.close()
                self._wake_up_receiver.close()

    def _follow_commands(self) -> bool:
        """Do what the other threads asked for; return whether there is anything left to do."""
        with self._lock:
            commands, self._inbox = self._inbox, []
            is_closing = self._is_closing
        for command in commands:
            command()
        return not is_closing or any(runner.is_busy for runner in self._lanes.values())

    def _receive(self) -> None:
        sources: dict[object, tuple[LaneRunner, WorkerProcess]] = {
            worker.connection: (runner, worker)
            for runner in self._lanes.values()
            for worker in runner.workers
        }
        pipes = [worker.connection for _, worker in sources.values()]
        for ready in wait([*pipes, self._wake_up_receiver], self._patience()):
            if ready is self._wake_up_receiver:
                self._wake_up_receiver.recv_bytes()
            else:
                runner, worker = sources[ready]
                runner.receive(worker)

    def _patience(self) -> float | None:
        deadlines = [runner.next_deadline() for runner in self._lanes.values()]
        known = [deadline for deadline in deadlines if deadline is not None]
        return max(0.0, min(known) - time.monotonic()) if known else None
