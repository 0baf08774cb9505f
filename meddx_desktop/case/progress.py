"""The only thing that long work knows of its surroundings."""

from typing import Protocol


class ReportProgress(Protocol):
    """Report how far the work is; this is also the point where it can be stopped."""

    def __call__(self, done: int, total: int, step: str) -> None:
        """Report `done` of `total` units of `step`; raise `JobCancelled` when stopped.

        `total` is 0 while it is not known. Calls are at most 0.5 s apart.
        """


def ignore_progress(done: int, total: int, step: str) -> None:
    """Report to nobody; for calls that nobody waits for."""
