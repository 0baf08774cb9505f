"""Decodes frames in threads; the codecs release the interpreter lock."""

import os
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers.frames import decode_frame

_WAIT_S = 0.25


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
    threads = decoding_threads()
    decode = partial(decode_frame, series, reduce=reduce)
    wanted = deque(indices)
    running: deque[Future[FramePixels]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="decode") as pool:
        try:
            for done in range(len(indices)):
                while wanted and len(running) < 2 * threads:
                    running.append(pool.submit(decode, wanted.popleft()))
                yield _wait(running.popleft(), partial(progress, done, len(indices), "Decoding"))
        finally:
            for future in running:
                future.cancel()
    progress(len(indices), len(indices), "Decoding")


def _wait(future: Future[FramePixels], report: partial[None]) -> FramePixels:
    """Return the frame, reporting meanwhile so that the job can be stopped."""
    while True:
        report()
        try:
            return future.result(_WAIT_S)
        except TimeoutError:
            if future.done():
                raise
