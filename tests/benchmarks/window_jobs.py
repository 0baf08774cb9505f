"""The jobs that the window orders when a folder is opened, without the window."""

import queue
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from meddx_desktop.analysis import jobs
from meddx_desktop.app import start_engine
from meddx_desktop.case.case import SeriesFound
from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.engine.messages import Failed, Job, Lane, Piece, Progressed, Reply, Succeeded


class WindowJobs:
    """Opens one folder with workers that are ready before it is named, as those of the window."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._series: queue.SimpleQueue[ImageSeries] = queue.SimpleQueue()
        self._frames: queue.SimpleQueue[FramePixels | None] = queue.SimpleQueue()
        self._ended: dict[int, threading.Event] = {}
        self._engine = start_engine(self._take)
        for lane, job in ((Lane.READING, jobs.open_growing), (Lane.OPENING, jobs.open_paths)):
            self.wait_for(self._submit(partial(job, ()), lane))

    def submit_opening(self) -> int:
        """Begin to open the folder."""
        return self._submit(partial(jobs.open_growing, (self._folder,)), Lane.READING)

    def next_series(self) -> ImageSeries:
        """Wait for the next series or its beginning."""
        return self._series.get()

    def load(self, job: Job) -> Iterator[FramePixels]:
        """Yield frames as they come."""
        self._submit(job, Lane.OPENING)
        while (frame := self._frames.get()) is not None:
            yield frame

    def wait_for(self, job_id: int) -> None:
        """Wait until a job is over."""
        self._ended[job_id].wait()

    def close(self) -> None:
        """End the workers."""
        self._engine.close()

    def _submit(self, job: Job, lane: Lane) -> int:
        job_id = self._engine.submit(job, lane, paths=(self._folder,))
        self._ended.setdefault(job_id, threading.Event())
        return job_id

    def _take(self, reply: Reply) -> None:
        match reply:
            case Piece(value=FramePixels() as frame):
                self._frames.put(frame)
            case Piece(value=SeriesFound(series=series)):
                self._series.put(series)
            case Succeeded(result=None):
                self._frames.put(None)
            case Failed():
                print(reply.message, reply.details, file=sys.stderr)
                self._frames.put(None)
            case _:
                pass
        if not isinstance(reply, Progressed | Piece):
            self._ended.setdefault(reply.job_id, threading.Event()).set()
