"""What crosses the process boundary; all of it is frozen and can be pickled."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

# A module-level function or a functools.partial of one; it is called with one argument, a
# ReportProgress. A generator function's yields become pieces, its return value the result.
Job: TypeAlias = Callable[..., Any]


class Lane(StrEnum):
    """Which kind of worker runs a job.

    READING looks through what is opened and reads headers, OPENING decodes what is shown, so that
    the first image does not wait for the last header; ANALYSIS takes its time.
    """

    READING = "reading"
    OPENING = "opening"
    ANALYSIS = "analysis"


@dataclass(frozen=True, slots=True)
class Request:
    """A job on its way to a worker.

    `paths` are the files and folders that it may read, `writable` those that it may also change.
    """

    job_id: int
    job: Job
    lane: Lane
    paths: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    time_limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class Progressed:
    """A job's own word on how far it is; `total` is 0 while it is not known."""

    job_id: int
    done: int
    total: int
    step: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the result that is ready before the rest."""

    job_id: int
    value: Any


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The job is done."""

    job_id: int
    result: Any


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job was stopped on request."""

    job_id: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The job is over without a result; `details` go to the log, never to the person."""

    job_id: int
    code: str
    message: str
    details: str = ""


Reply: TypeAlias = Progressed | Piece | Succeeded | Cancelled | Failed
