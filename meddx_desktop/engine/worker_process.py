"""One worker process as the app sees it; only the listener thread touches it."""

import multiprocessing
import os
import pickle
import shutil
import time
from collections.abc import Callable
from ctypes import c_int64
from dataclasses import dataclass
from multiprocessing.connection import Connection

from meddx_desktop.engine.messages import Job
from meddx_desktop.engine.sandbox import Grant
from meddx_desktop.engine.temporary_folders import ScratchFolder, new_temporary_folder
from meddx_desktop.engine.transport import receive_reply
from meddx_desktop.engine.worker import Order, WorkerPlan, prepare_nothing, serve

_GIB = 2**30
_JOIN_S = 5.0
_LATE_S = 5.0


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """How the workers of one lane are run.

    `prepare` is a module-level function without arguments that imports what the jobs will need. It
    runs before any file is opened and must start no thread: Landlock binds only the threads that
    start after it. `silence_limit_s` is how long a job may run on without a report or a piece
    before it is killed as one that hangs. None means no limit.
    """

    workers: int = 1
    address_space_bytes: int | None = 8 * _GIB
    prepare: Callable[[], None] = prepare_nothing
    silence_limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job that waits for a worker, pickled when it was submitted."""

    job_id: int
    job: bytes
    grant: Grant
    time_limit_s: float | None


@dataclass(slots=True)
class RunningJob:
    """The job that a worker has now, and when it will be killed for it."""

    job_id: int
    time_limit_s: float | None
    silence_limit_s: float | None = None
    out_of_time_at: float | None = None
    silent_at: float | None = None
    cancel_runs_out_at: float | None = None
    is_last: bool = False

    def begin(self) -> None:
        """Start both clocks."""
        if self.time_limit_s is not None:
            self.out_of_time_at = time.monotonic() + self.time_limit_s
        self.hear()

    def hear(self) -> None:
        """Start the clock of silence anew."""
        if self.silence_limit_s is not None:
            self.silent_at = time.monotonic() + self.silence_limit_s

    def is_silent(self, now: float) -> bool:
        """Return whether the job hangs.

        An app that looks long after the limit was itself stopped, with all its workers, by Ctrl-Z
        or a computer that slept; then the clock starts anew.
        """
        if self.silent_at is None or now < self.silent_at:
            return False
        if now < self.silent_at + _LATE_S:
            return True
        self.hear()
        return False


class WorkerProcess:
    """A worker process with its pipe, its private temporary folder and its cancel flag."""

    def __init__(self, settings: LaneSettings, scratch: ScratchFolder) -> None:
        self._settings = settings
        self._scratch = scratch
        self._context = multiprocessing.get_context("spawn")
        self._job_to_cancel: c_int64 = self._context.RawValue(c_int64, -1)
        self._temporary_folder: str | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self.started_at = time.monotonic()
        self.is_ready = False
        self.grant: Grant | None = None
        self.running: RunningJob | None = None
        self.connection: Connection

    @property
    def is_fresh(self) -> bool:
        """Return whether the worker is ready and has not yet been bound to any files."""
        return self.is_ready and self.grant is None

    @property
    def is_idle(self) -> bool:
        """Return whether the worker has worked before and waits for the next job."""
        return self.grant is not None and self.running is None

    def may_do(self, queued: QueuedJob) -> bool:
        """Return whether the worker may read this job's files and change these, no others."""
        return (
            self.grant is not None
            and self.grant.covers(queued.grant.without(self._scratch.path()))
            and self.grant.writable == queued.grant.writable
        )

    def start(self) -> None:
        """Start the process; it answers when it is ready.

        Raises
        ------
        OSError : the system gives no process, pipe or temporary folder.
        """
        self._temporary_folder = new_temporary_folder()
        self.connection, theirs = self._context.Pipe(duplex=True)
        plan = WorkerPlan(
            parent_pid=os.getpid(),
            temporary_folder=os.path.realpath(self._temporary_folder),
            scratch_folder=self._scratch.path(),
            address_space_bytes=self._settings.address_space_bytes,
            prepare=pickle.dumps(self._settings.prepare),
        )
        process = self._context.Process(
            target=serve, args=(plan, theirs, self._job_to_cancel), name="MedDx worker", daemon=True
        )
        try:
            process.start()
            self._process = process
        finally:
            theirs.close()

    def give(self, queued: QueuedJob, grant: Grant) -> None:
        """Hand over a job; `grant` binds a worker that is still fresh.

        Raises
        ------
        OSError : the worker is gone.
        """
        first_grant = grant if self.grant is None else None
        self.grant = self.grant or grant
        limits = (queued.time_limit_s, self._settings.silence_limit_s)
        self.running = RunningJob(queued.job_id, *limits)
        self.running.begin()
        self.connection.send(Order(queued.job_id, queued.job, first_grant))

    def receive(self) -> object:
        """Receive one reply; see `receive_reply` for what it raises."""
        return receive_reply(self.connection)

    def ask_to_cancel(self, grace_s: float) -> None:
        """Ask the running job to stop at its next report."""
        if self.running is not None and self.running.cancel_runs_out_at is None:
            self._job_to_cancel.value = self.running.job_id
            self.running.cancel_runs_out_at = time.monotonic() + grace_s

    def end(self, patience_s: float = 0.0) -> int | None:
        """Kill the process, remove its temporary folder and return its exit code.

        `patience_s` is for a process that is ending by itself, whose exit code is wanted.
        """
        exit_code = None
        if self._process is not None:
            self._process.join(patience_s)
            self._process.kill()
            self._process.join(_JOIN_S)
            exit_code = self._process.exitcode
            # On a busy computer even a killed process may need longer; the system ends it.
            if exit_code is not None:
                self._process.close()
            self._process = None
        if self._temporary_folder is not None:
            shutil.rmtree(self._temporary_folder, ignore_errors=True)
            self._temporary_folder = None
        if hasattr(self, "connection"):
            self.connection.close()
        return exit_code


def pickle_job(job: Job) -> bytes:
    """Return the job as it travels to a worker.

    Raises
    ------
    TypeError : the job is a lambda, a nested function or holds something that cannot travel.
    """
    try:
        return pickle.dumps(job, protocol=5)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError("a job is a module-level function or a partial of one") from error
