"""How long the main thread stands still while pixels arrive, piece by piece and whole.

Run it as `python -m tests.benchmarks.engine_frames`. The main thread does what a window does: it
wakes up every millisecond. Its longest gap between two wake-ups is what a person would feel.
Reference on a two-core machine (DECISIONS.md): 157 MB whole 139 to 198 ms, 524 MB whole 505 to
704 ms, frame by frame 8 to 11 ms for both.
"""

import threading
import time
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.engine.engine import Engine, EngineSettings
from meddx_desktop.engine.messages import Lane, Piece, Progressed, Reply

_SETTINGS = EngineSettings(readable=(Path(__file__).resolve().parents[2],))


def frame_by_frame(frames: int, progress: ReportProgress) -> Generator[NDArray[np.uint16]]:
    """Yield frames of 512 x 512, as a CT series has them."""
    for index in range(frames):
        yield np.full((512, 512), index, np.uint16)


def whole(frames: int, progress: ReportProgress) -> NDArray[np.uint16]:
    """Return the same frames in one array."""
    return np.zeros((frames, 512, 512), np.uint16)


def longest_stall(job: Callable[..., Any]) -> tuple[float, float]:
    """Run a job and return the main thread's longest gap and the whole time, in seconds."""
    ended = threading.Event()
    kept: list[Any] = []

    def keep(reply: Reply) -> None:
        if isinstance(reply, Piece):
            kept.append(reply.value)
        elif not isinstance(reply, Progressed):
            kept.append(reply)
            ended.set()

    with Engine(keep, _SETTINGS) as engine:
        engine.submit(partial(frame_by_frame, 1), Lane.OPENING)
        ended.wait()
        ended.clear()
        started = last = time.perf_counter()
        engine.submit(job, Lane.OPENING)
        longest = 0.0
        while not ended.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
    return longest, last - started


def main() -> None:
    """Print one line per size and way."""
    for frames in (300, 1000):
        for way in (frame_by_frame, whole):
            stall, total = min(longest_stall(partial(way, frames)) for _ in range(3))
            size = frames * 512 * 512 * 2 / 1e6
            name = way.__name__.replace("_", " ")
            print(f"{size:4.0f} MB {name}: stall {stall * 1000:.0f} ms, total {total:.2f} s")


if __name__ == "__main__":
    main()
