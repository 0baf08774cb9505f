"""The engine's replies as Qt signals, delivered in the main thread."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from meddx_desktop.engine.messages import (
    Cancelled,
    Failed,
    Job,
    Lane,
    Piece,
    Progressed,
    Reply,
    Succeeded,
)


class JobRunner(Protocol):
    """What the window needs of the engine."""

    def submit(
        self,
        job: Job,
        lane: Lane,
        *,
        paths: tuple[Path, ...] = (),
        time_limit_s: float | None = None,
    ) -> int:
        """Queue a job and return its number."""

    def cancel(self, job_id: int) -> None:
        """Stop a job, waiting or running."""

    def forget_paths(self) -> None:
        """Take the files of earlier jobs away from later ones."""

    def close(self) -> None:
        """Stop everything."""


def _ignore(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Order:
    """A job with what the window does about its replies.

    `title` is what the job strip says; jobs without one (frames, thumbnails) stay out of sight.
    `on_failure` is None where the general error display is right. `on_end` follows the last reply,
    also after a cancel.
    """

    job: Job
    lane: Lane
    paths: tuple[Path, ...] = ()
    title: str = ""
    on_piece: Callable[[Any], None] = _ignore
    on_success: Callable[[Any], None] = _ignore
    on_failure: Callable[[Failed], None] | None = None
    on_end: Callable[[], None] | None = None


class EngineSignals(QObject):
    """Submits orders and calls their functions in the main thread.

    Signals: `started(job_id, title)`, `progressed(Progressed)` and `finished(job_id)` for jobs with
    a title, `failed(Failed)` for failures that nobody else took.
    """

    started = Signal(int, str)
    progressed = Signal(object)
    finished = Signal(int)
    failed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, start_engine: Callable[[Callable[[Reply], None]], JobRunner]) -> None:
        super().__init__()
        self._orders: dict[int, Order] = {}
        self._arrived.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._engine = start_engine(self._arrived.emit)

    def submit(self, order: Order) -> int:
        """Queue an order and return its job number."""
        job_id = self._engine.submit(order.job, order.lane, paths=order.paths)
        # The reply waits in the event queue, so the order is known before it is delivered.
        self._orders[job_id] = order
        if order.title:
            self.started.emit(job_id, order.title)
        return job_id

    def cancel(self, job_id: int) -> None:
        """Stop a job; its `on_end` follows."""
        if job_id in self._orders:
            self._engine.cancel(job_id)

    def close_case(self) -> None:
        """Stop every job, deliver none of their replies, and let go of the case's files."""
        orders, self._orders = self._orders, {}
        for job_id, order in orders.items():
            self._engine.cancel(job_id)
            if order.title:
                self.finished.emit(job_id)
        self._engine.forget_paths()

    def close(self) -> None:
        """Stop all workers; no reply is delivered any more."""
        self._orders.clear()
        self._engine.close()

    def _dispatch(self, reply: Reply) -> None:
        order = self._orders.get(reply.job_id)
        if order is None:
            return
        match reply:
            case Progressed():
                if order.title:
                    self.progressed.emit(reply)
            case Piece(value=value):
                order.on_piece(value)
            case Succeeded(result=result):
                self._end(reply.job_id, order, lambda: order.on_success(result))
            case Cancelled():
                self._end(reply.job_id, order, lambda: None)
            case Failed() as failure:
                self._end(reply.job_id, order, lambda: self._report(order, failure))

    def _end(self, job_id: int, order: Order, last: Callable[[], None]) -> None:
        del self._orders[job_id]
        if order.title:
            self.finished.emit(job_id)
        last()
        if order.on_end is not None:
            order.on_end()

    def _report(self, order: Order, failure: Failed) -> None:
        if order.on_failure is not None:
            order.on_failure(failure)
        else:
            self.failed.emit(failure)
