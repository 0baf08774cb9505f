"""Decodes frames in threads; the codecs release the interpreter lock."""

import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from meddx_desktop.case.image_series import FramePixels, FramePreview, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers.frames import decode_frame, decode_preview

_WAIT_S = 0.25
# One frame of this many pixels is decoded sooner than anybody could stop it, and a thread costs
# half as much again.
_SMALL_PIXELS = 1 << 19

_Result = TypeVar("_Result")


def decoding_threads() -> int:
    """Return how many frames are decoded at the same time."""
    return max(1, min(4, os.cpu_count() or 1))


def load_frames(
    series: ImageSeries, indices: tuple[int, ...], progress: ReportProgress, reduce: int = 0
) -> Generator[FramePixels, None, None]:
    """Decode frames in the order wanted, a few ahead of the one that is handed out.

    Raises
    ------
    RefusedFileError : a frame is damaged; those before it have been handed out.
    """
    decode = [partial(decode_frame, series, index, reduce=reduce) for index in indices]
    if len(decode) == 1 and series.rows * series.columns <= _SMALL_PIXELS:
        progress(0, 1, "Decoding")
        yield decode[0]()
        progress(1, 1, "Decoding")
    else:
        yield from run_ahead(decode, progress, "Decoding")


def load_with_preview(
    series: ImageSeries, index: int, reduce: int, progress: ReportProgress
) -> Generator[FramePreview | FramePixels, None, None]:
    """Decode one frame, first at a fraction of its size.

    Raises
    ------
    RefusedFileError : the frame is damaged.
    """
    progress(0, 2, "Decoding")
    preview = decode_preview(series, index, reduce)
    if preview is not None:
        yield preview
    yield from load_frames(series, (index,), progress)


def run_ahead(
    tasks: Sequence[Callable[[], _Result]], progress: ReportProgress, step: str
) -> Generator[_Result, None, None]:
    """Run tasks in threads and yield their results in order, a few ahead of the one wanted."""
    threads = decoding_threads()
    wanted = deque(tasks)
    running: deque[Future[_Result]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="decode") as pool:
        try:
            for done in range(len(tasks)):
                while wanted and len(running) < 2 * threads:
                    running.append(pool.submit(wanted.popleft()))
                yield _wait(running.popleft(), partial(progress, done, len(tasks), step))
        finally:
            for future in running:
                future.cancel()
    progress(len(tasks), len(tasks), step)


def _wait(future: Future[_Result], report: partial[None]) -> _Result:
    """Return the result, reporting meanwhile so that the job can be stopped."""
    while True:
        report()
        try:
            return future.result(_WAIT_S)
        except TimeoutError:
            if future.done():
                raise
