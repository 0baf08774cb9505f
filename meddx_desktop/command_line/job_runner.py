"""Jobs in worker processes, replies in the calling thread, progress on standard error."""

import logging
import os
import queue
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from meddx_desktop.engine.engine import Engine, EngineSettings
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
from meddx_desktop.resources import log_folder

logger = logging.getLogger(__name__)


class JobRunner:
    """Submit jobs and iterate over their replies until none is open.

    `paths` are everything that the command was given, so that one sandboxed worker covers all of
    it; `writable` are the folders that it may write to.
    """

    def __init__(
        self, paths: Sequence[Path] = (), writable: Sequence[Path] = (), analysis_workers: int = 1
    ) -> None:
        self._replies: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._paths, self._writable = tuple(paths), tuple(writable)
        self._open: set[int] = set()
        if analysis_workers > 1:
            # Workers side by side share the cores: one thread for each run.
            os.environ.setdefault("MEDDX_THREADS", "1")
        settings = EngineSettings()
        analysis = replace(settings.analysis, workers=analysis_workers)
        self._engine = Engine(self._replies.put, replace(settings, analysis=analysis))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._engine.close()

    def submit(self, job: Job, lane: Lane = Lane.ANALYSIS) -> int:
        """Queue a job and return its id."""
        job_id = self._engine.submit(job, lane, paths=self._paths, writable=self._writable)
        self._open.add(job_id)
        return job_id

    def replies(self) -> Iterator[Piece | Succeeded | Cancelled | Failed]:
        """Yield replies until every submitted job is over; progress is drawn, not yielded."""
        progress = ProgressLine()
        while self._open:
            reply = self._replies.get()
            if isinstance(reply, Progressed):
                progress.draw(reply)
                continue
            progress.clear()
            if not isinstance(reply, Piece):
                self._open.discard(reply.job_id)
            yield reply


class ProgressLine:
    """One line on standard error while it is a terminal; nothing when it is piped."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._width = 0

    def draw(self, progress: Progressed) -> None:
        """Show the step and how far it is."""
        if not self._is_terminal:
            return
        share = f"{100 * progress.done // progress.total:3d} %" if progress.total else "     "
        filled = 20 * progress.done // progress.total if progress.total else 0
        line = f"[{'#' * filled}{' ' * (20 - filled)}] {share}  {progress.step}"[:100]
        sys.stderr.write("\r" + line.ljust(self._width))
        sys.stderr.flush()
        self._width = len(line)

    def clear(self) -> None:
        """Wipe the line before something else is printed."""
        if self._is_terminal and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0


def report_failure(failure: Failed) -> None:
    """Say on standard error what broke; the details of a bug go to the log."""
    sys.stderr.write(f"meddx: {failure.message}\n")
    if failure.details:
        logger.error("%s: %s", failure.code, failure.details)
        sys.stderr.write(f"meddx: details are in {log_folder()}\n")
