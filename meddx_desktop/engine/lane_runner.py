"""One lane: a queue of jobs and the worker processes that run them.

Everything here happens in the engine's listener thread, so nothing is locked.

A worker is *fresh* until its first job binds it to that job's files (engine/sandbox.py). A job
whose files no bound worker may read gets a fresh worker, and the bound one is retired. Where the
kernel has Landlock, an idle lane therefore keeps one fresh worker warm: changing over then costs
nothing that a person notices, and starting anew would cost 0.3 to 0.9 s. It starts when the lane
has been idle for a moment, as until then other lanes do what the person waits for. The files of
earlier jobs stay granted to later workers, also of a lane that works on the same files, so that
going back to one needs no change, until `forget_paths`. The right to write is never passed on: a
worker that has it serves only the jobs that ask for the same.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import get_args

from meddx_desktop.engine import sandbox
from meddx_desktop.engine.messages import Cancelled, Failed, Piece, Progressed, Reply, Succeeded
from meddx_desktop.engine.sandbox import Grant
from meddx_desktop.engine.temporary_folders import ScratchFolder
from meddx_desktop.engine.transport import UNREADABLE
from meddx_desktop.engine.worker import START
from meddx_desktop.engine.worker_process import LaneSettings, QueuedJob, WorkerProcess

_START_LIMIT_S = 60.0
_EXIT_PATIENCE_S = 1.0
_SPARE_AFTER_S = 0.5
_DIED = (
    "The analysis process stopped unexpectedly, probably because a file is damaged. It has been "
    "started anew and your other work is unaffected. Try the files one by one to find the cause."
)
_NOT_STARTED = (
    "The analysis process could not be started. Close other programs, then try again; if it "
    "happens again, restart the computer or reinstall MedDx."
)
_NOT_UNDERSTOOD = (
    "The analysis process gave an answer that MedDx does not accept, and was stopped. Please send "
    "the report to support."
)


class GrantedFiles:
    """The files of earlier jobs, which later workers may read; lanes may share them."""

    def __init__(self) -> None:
        self._grant = Grant()

    def remember(self, grant: Grant) -> None:
        """Take in what a job may read."""
        read_only = Grant(grant.readable)
        if not self._grant.covers(read_only):
            self._grant = self._grant.joined(read_only)

    def joined(self, grant: Grant) -> Grant:
        """Return a grant together with the earlier ones."""
        return self._grant.joined(grant)

    def forget(self) -> None:
        """Forget all."""
        self._grant = Grant()


class LaneRunner:
    """Runs the jobs of one lane in order of submission, as many at a time as it has workers."""

    def __init__(
        self,
        settings: LaneSettings,
        emit: Callable[[Reply], None],
        grace_s: float,
        scratch: ScratchFolder,
        granted: GrantedFiles | None = None,
    ) -> None:
        self._settings = settings
        self._scratch = scratch
        self._emit = emit
        self._grace_s = grace_s
        self._queue: deque[QueuedJob] = deque()
        self._workers: list[WorkerProcess] = []
        self._granted_before = granted or GrantedFiles()
        self._keeps_spare = False
        self._idle_since = 0.0

    @property
    def workers(self) -> tuple[WorkerProcess, ...]:
        """Return the living workers."""
        return tuple(self._workers)

    @property
    def is_busy(self) -> bool:
        """Return whether a job is queued or running."""
        return bool(self._queue) or any(worker.running for worker in self._workers)

    def add(self, queued: QueuedJob) -> None:
        """Put a job at the end of the queue."""
        self._queue.append(queued)
        self._keeps_spare = sandbox.is_available()

    def warm_up(self) -> None:
        """Start a worker before the first job comes."""
        if not self._workers:
            self._start_worker()

    def cancel(self, job_id: int) -> None:
        """Drop a queued job, or ask a running one to stop; another lane's job is not touched."""
        for queued in self._queue:
            if queued.job_id == job_id:
                self._queue.remove(queued)
                self._emit(Cancelled(job_id))
                return
        for worker in self._workers:
            if worker.running is not None and worker.running.job_id == job_id:
                worker.ask_to_cancel(self._grace_s)

    def cancel_all(self) -> None:
        """Cancel every job of this lane."""
        running = [worker.running.job_id for worker in self._workers if worker.running]
        for job_id in [queued.job_id for queued in self._queue] + running:
            self.cancel(job_id)
        self._keeps_spare = False

    def forget_paths(self) -> None:
        """Let later jobs read their own files only."""
        self._granted_before.forget()
        for worker in self.workers:
            if worker.is_idle:
                self._retire(worker)
            elif worker.running is not None:
                worker.running.is_last = True

    def advance(self) -> None:
        """Give queued jobs to workers, and start the workers that are missing."""
        while self._queue:
            worker = self._worker_for(self._queue[0])
            if worker is None:
                break
            self._give(worker, self._queue.popleft())
        # A start that fails takes a job off the queue or ends the wish for a spare; it ends.
        while self._needs_worker():
            self._start_worker()

    def receive(self, worker: WorkerProcess) -> None:
        """Take one reply from a worker whose pipe is ready."""
        try:
            reply = worker.receive()
        except (EOFError, OSError):
            self._lost(worker)
        except UNREADABLE as error:
            self._rejected(worker, f"{type(error).__name__}: {error}")
        else:
            self._accept(worker, reply)

    def enforce_limits(self) -> None:
        """Kill the workers whose time is up."""
        now = time.monotonic()
        for worker in self.workers:
            running = worker.running
            if running is None:
                if not worker.is_ready and now >= worker.started_at + _START_LIMIT_S:
                    self._retire(worker)
                    self._start_failed("the worker did not get ready in time")
            elif _is_past(running.cancel_runs_out_at, now):
                self._retire(worker)
                self._emit(Cancelled(running.job_id))
            elif _is_past(running.out_of_time_at, now):
                self._retire(worker)
                self._emit(_time_limit_failure(running.job_id, running.time_limit_s))
            elif running.is_silent(now):
                self._retire(worker)
                self._emit(_silence_failure(running.job_id, running.silence_limit_s))

    def next_deadline(self) -> float | None:
        """Return when `enforce_limits` must be called at the latest."""
        deadlines = [self._spare_at] if self._lacks_spare() else []
        for worker in self._workers:
            running = worker.running
            if running is not None:
                limits = (running.cancel_runs_out_at, running.out_of_time_at, running.silent_at)
                deadlines += [moment for moment in limits if moment is not None]
            elif not worker.is_ready:
                deadlines.append(worker.started_at + _START_LIMIT_S)
        return min(deadlines, default=None)

    def end_workers(self) -> None:
        """Kill all workers."""
        for worker in self.workers:
            self._retire(worker)

    def _needs_worker(self) -> bool:
        wanted = min(len(self._queue), self._settings.workers - self._running_count())
        is_time = self._lacks_spare() and time.monotonic() >= self._spare_at
        return is_time or wanted > self._fresh_count()

    def _lacks_spare(self) -> bool:
        return self._keeps_spare and not self.is_busy and not self._fresh_count()

    @property
    def _spare_at(self) -> float:
        return self._idle_since + _SPARE_AFTER_S

    def _fresh_count(self) -> int:
        return sum(worker.grant is None for worker in self._workers)

    def _running_count(self) -> int:
        return sum(worker.running is not None for worker in self._workers)

    def _worker_for(self, queued: QueuedJob) -> WorkerProcess | None:
        if self._running_count() >= self._settings.workers:
            return None
        for worker in self._workers:
            if worker.is_idle and worker.may_do(queued):
                return worker
        return next((worker for worker in self._workers if worker.is_fresh), None)

    def _give(self, worker: WorkerProcess, queued: QueuedJob) -> None:
        self._granted_before.remember(queued.grant)
        if worker.is_fresh:
            self._make_room()
        try:
            worker.give(queued, self._granted_before.joined(queued.grant))
        except OSError:
            self._lost(worker)

    def _make_room(self) -> None:
        """Retire a bound worker if the fresh one to be bound would be one too many."""
        bound = [worker for worker in self._workers if worker.grant is not None]
        if len(bound) >= self._settings.workers:
            self._retire(next(worker for worker in bound if worker.is_idle))

    def _start_worker(self) -> None:
        worker = WorkerProcess(self._settings, self._scratch)
        self._workers.append(worker)
        try:
            worker.start()
        except OSError as error:
            self._retire(worker)
            self._start_failed(f"{type(error).__name__}: {error.strerror}")

    def _start_failed(self, details: str) -> None:
        """Fail the job that waits for the worker; each job costs one attempt, never a loop."""
        self._keeps_spare = False
        if self._queue:
            failed = self._queue.popleft()
            self._emit(Failed(failed.job_id, "worker_not_started", _NOT_STARTED, details))

    def _accept(self, worker: WorkerProcess, reply: object) -> None:
        expected = None if worker.is_ready else START
        if worker.running is not None:
            expected = worker.running.job_id
        if not isinstance(reply, get_args(Reply)) or reply.job_id != expected:
            self._rejected(worker, f"an unexpected {type(reply).__name__}")
        elif expected == START:
            self._started(worker, reply)
        elif isinstance(reply, Progressed | Piece):
            if worker.running is not None:
                worker.running.hear()
            self._emit(reply)
        else:
            self._finished(worker, reply)

    def _started(self, worker: WorkerProcess, reply: Reply) -> None:
        if isinstance(reply, Succeeded):
            worker.is_ready = True
            return
        self._retire(worker)
        self._start_failed(reply.details if isinstance(reply, Failed) else "not understood")

    def _finished(self, worker: WorkerProcess, reply: Reply) -> None:
        running, worker.running = worker.running, None
        self._idle_since = time.monotonic()
        spent = isinstance(reply, Failed) and reply.code == "out_of_memory"
        if spent or (running is not None and running.is_last):
            self._retire(worker)
        self._emit(reply)

    def _rejected(self, worker: WorkerProcess, details: str) -> None:
        running = worker.running
        self._retire(worker)
        if running is not None:
            self._emit(Failed(running.job_id, "internal_error", _NOT_UNDERSTOOD, details))
        elif not worker.is_ready:
            self._start_failed(details)

    def _lost(self, worker: WorkerProcess) -> None:
        running, was_ready = worker.running, worker.is_ready
        details = f"exit code {self._retire(worker, _EXIT_PATIENCE_S)}"
        if running is None:
            if not was_ready:
                self._start_failed(details)
        elif running.cancel_runs_out_at is not None:
            self._emit(Cancelled(running.job_id))
        else:
            self._emit(Failed(running.job_id, "worker_died", _DIED, details))

    def _retire(self, worker: WorkerProcess, patience_s: float = 0.0) -> int | None:
        self._workers.remove(worker)
        return worker.end(patience_s)


def _is_past(moment: float | None, now: float) -> bool:
    return moment is not None and now >= moment


def _time_limit_failure(job_id: int, limit_s: float | None) -> Failed:
    return _stopped(job_id, f"it took longer than {limit_s:g} seconds")


def _silence_failure(job_id: int, limit_s: float | None) -> Failed:
    return _stopped(job_id, f"it gave no sign of life for {limit_s:g} seconds")


def _stopped(job_id: int, reason: str) -> Failed:
    message = (
        f"This step was stopped because {reason}, which no undamaged file should need. Try the "
        "files one by one to find the cause."
    )
    return Failed(job_id, "time_limit", message)
