"""The worker process: it takes one job at a time and answers with replies.

Nothing heavy and no Qt is imported here; a job's own module is imported when the job arrives,
after the limits are in force.
"""

import inspect
import os
import pickle
import signal
import tempfile
import threading
import time
import traceback
from contextlib import closing
from ctypes import c_int64
from dataclasses import dataclass
from multiprocessing.connection import Connection

from meddx_desktop.case.errors import JobCancelled, MedDxError
from meddx_desktop.engine import limits, sandbox
from meddx_desktop.engine.messages import Cancelled, Failed, Piece, Progressed, Reply, Succeeded
from meddx_desktop.engine.transport import send_reply

START = 0  # the job id of the worker's own preparation

_REPORT_INTERVAL_S = 0.05
_BUG = (
    "This step stopped because of an error in MedDx itself. Your files are unchanged. Please try "
    "again; if it happens again, send the report to support."
)
_OUT_OF_MEMORY = (
    "This step needs more memory than it may use. Close other programs or open fewer files at "
    "once, then try again."
)


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """What a worker process needs to know at its start.

    `prepare` is a pickled function without arguments, so that the modules that it imports come
    after the limits.
    """

    parent_pid: int
    temporary_folder: str
    scratch_folder: str
    address_space_bytes: int | None
    prepare: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """One pickled job; `grant` comes with the first one and binds the worker for life."""

    job_id: int
    job: bytes
    grant: sandbox.Grant | None


class Outbox:
    """The worker's end of the pipe; the threads of a job may share it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, reply: Reply) -> None:
        """Send one reply whole."""
        with self._lock:
            send_reply(self._connection, reply)


class ProgressReporter:
    """The `ReportProgress` of a running job.

    About 20 reports a second are sent, and always the first one of each step and the last one
    before it; steps that take turns, as finding files and reading them do, have begun already.
    """

    def __init__(self, job_id: int, outbox: Outbox, job_to_cancel: c_int64) -> None:
        self._job_id = job_id
        self._outbox = outbox
        self._job_to_cancel = job_to_cancel
        self._held_back: Progressed | None = None
        self._begun: set[str] = set()
        self._next_report_at = 0.0
        self._is_over = False

    def __call__(self, done: int, total: int, step: str) -> None:
        """Report, or raise `JobCancelled`."""
        self.check()
        is_new = step not in self._begun
        if is_new:
            self._begun.add(step)
            self.flush()
        now = time.monotonic()
        reply = Progressed(self._job_id, done, total, step)
        if is_new or now >= self._next_report_at or done == total:
            self._next_report_at, self._held_back = now + _REPORT_INTERVAL_S, None
            self._outbox.send(reply)
        else:
            self._held_back = reply

    def check(self) -> None:
        """Raise `JobCancelled` when the person has stopped this job."""
        if self._is_over or self._job_to_cancel.value == self._job_id:
            raise JobCancelled

    def flush(self) -> None:
        """Send the report that was held back, if any."""
        if self._held_back is not None:
            reply, self._held_back = self._held_back, None
            self._outbox.send(reply)

    def end(self) -> None:
        """Send nothing more, whatever a thread that outlives its job reports."""
        self._is_over = True


def serve(plan: WorkerPlan, connection: Connection, job_to_cancel: c_int64) -> None:
    """Run jobs until the app closes the pipe."""
    _settle(plan)
    outbox = Outbox(connection)
    confinement = sandbox.Confinement(plan.temporary_folder, plan.scratch_folder)
    try:
        _perform(Order(START, plan.prepare, None), outbox, job_to_cancel, confinement)
        while True:
            _perform(connection.recv(), outbox, job_to_cancel, confinement)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def prepare_nothing() -> None:
    """Stand for a lane without preparation."""


def _settle(plan: WorkerPlan) -> None:
    limits.end_with(plan.parent_pid)
    limits.limit_memory(plan.address_space_bytes)
    # Ctrl-C at a terminal reaches all processes of the app; the app alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), plan.temporary_folder))
    tempfile.tempdir = plan.temporary_folder
    os.environ["MEDDX_SCRATCH"] = plan.scratch_folder
    # Landlock binds the threads that start after it; OpenBLAS would start some at import.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sandbox.give_up_network()


def _perform(
    order: Order, outbox: Outbox, job_to_cancel: c_int64, confinement: sandbox.Confinement
) -> None:
    """Run one job and send its last reply; the only place where every error is caught."""
    job_id = order.job_id
    report = ProgressReporter(job_id, outbox, job_to_cancel)
    failure: Reply
    try:
        if order.grant is not None:
            confinement.enforce(order.grant)
        job = pickle.loads(order.job)  # noqa: S301 - written by the app itself
        result = job() if job_id == START else _forward(job(report), report, outbox, job_id)
        report.flush()
        report.end()
        outbox.send(Succeeded(job_id, result))
    except JobCancelled:
        failure = Cancelled(job_id)
    except MedDxError as error:
        failure = Failed(job_id, error.code, error.message)
    except MemoryError as error:
        failure = Failed(job_id, "out_of_memory", _OUT_OF_MEMORY, _describe(error))
    except Exception as error:  # noqa: BLE001 - the process boundary: a bug becomes a reply
        failure = Failed(job_id, "internal_error", _BUG, _describe(error))
    else:
        return
    report.end()
    outbox.send(failure)


def _forward(value: object, report: ProgressReporter, outbox: Outbox, job_id: int) -> object:
    """Send what a generator yields and return what it returns; pass other values through."""
    if not inspect.isgenerator(value):
        return value
    with closing(value):
        while True:
            try:
                piece = next(value)
            except StopIteration as stop:
                return stop.value
            report.check()
            outbox.send(Piece(job_id, piece))


def _describe(error: BaseException) -> str:
    """Return the traceback; the errors' own words may quote a record and are left out.

    MEDDX_FULL_TRACEBACKS=1 keeps them, for developers.
    """
    if os.environ.get("MEDDX_FULL_TRACEBACKS") == "1":
        return "".join(traceback.format_exception(error))
    described = traceback.TracebackException.from_exception(error)
    lines: list[str] = []
    link: traceback.TracebackException | None = described
    while link is not None:
        kind = link.exc_type.__name__ if link.exc_type else "?"
        lines = [*link.stack.format(), f"{kind}\n", *lines]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "".join(lines)
