"""Decoded frames of the series in view, within a memory budget."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from meddx_desktop.analysis import jobs
from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.ui.engine_signals import EngineSignals, Order

MEMORY_BUDGET_BYTES = 768 * 1024**2
FRAMES_PER_JOB = 16
WORKER_DIED = "worker_died"


class FrameCache(QObject):
    """Asks the worker for the wanted frame first, then for those around it.

    A frame that ends the worker is found by decoding those of its job one by one.

    Signals: `arrived(index)` for every decoded frame, `failed(index, Failed)` when the wanted one
    cannot be decoded.
    """

    arrived = Signal(int)
    failed = Signal(int, object)

    def __init__(
        self, signals: EngineSignals, series: ImageSeries, budget_bytes: int = MEMORY_BUDGET_BYTES
    ) -> None:
        super().__init__()
        self._signals, self._series = signals, series
        samples = series.rows * series.columns * (3 if series.is_color else 1)
        frame_bytes = max(1, samples * (1 if series.bits_stored <= 8 else 2))
        self._capacity = max(1, budget_bytes // frame_bytes)
        self._frames: dict[int, FramePixels] = {}
        self._refused: dict[int, Failed] = {}
        self._suspects: set[int] = set()
        self._pending: list[int] = []
        self._job_id: int | None = None
        self._wanted = 0
        self._is_closed = False

    def pixels(self, index: int) -> FramePixels | None:
        """Return a frame that is there already."""
        return self._frames.get(index)

    def failure(self, index: int) -> Failed | None:
        """Return why a frame cannot be decoded, or None."""
        return self._refused.get(index)

    def count(self) -> int:
        """Return how many frames are held."""
        return len(self._frames)

    def want(self, index: int) -> None:
        """Make a frame the next to be decoded and its neighbors those after it."""
        self._wanted = index
        is_known = index in self._frames or index in self._refused
        if is_known or index in self._pending[:2]:
            if self._job_id is None:
                self._submit()
            return
        if self._job_id is None:
            self._submit()
        else:
            self._signals.cancel(self._job_id)

    def close(self) -> None:
        """Give up what is being decoded."""
        self._is_closed = True
        if self._job_id is not None:
            self._signals.cancel(self._job_id)

    def _missing(self) -> list[int]:
        count = len(self._series.frames)
        reach = min(count - 1, self._capacity // 2)
        nearest = [self._wanted]
        for distance in range(1, reach + 1):
            nearest += [self._wanted + distance, self._wanted - distance]
        return [
            index
            for index in nearest
            if 0 <= index < count and index not in self._frames and index not in self._refused
        ]

    def _submit(self) -> None:
        self._pending = self._missing()[:FRAMES_PER_JOB]
        if self._suspects.intersection(self._pending):
            self._pending = self._pending[:1]
        if not self._pending or self._is_closed:
            return
        order = Order(
            partial(jobs.load_frames, self._series, tuple(self._pending)),
            Lane.OPENING,
            paths=self._series.source.paths,
            on_piece=self._store,
            on_failure=self._refuse,
            on_end=self._continue,
        )
        self._job_id = self._signals.submit(order)

    def _store(self, pixels: FramePixels) -> None:
        self._frames[pixels.index] = pixels
        self._suspects.discard(pixels.index)
        if pixels.index in self._pending:
            self._pending.remove(pixels.index)
        if len(self._frames) > self._capacity:
            farthest = max(self._frames, key=lambda index: abs(index - self._wanted))
            del self._frames[farthest]
        if not self._is_closed:
            self.arrived.emit(pixels.index)

    def _refuse(self, failure: Failed) -> None:
        # Several frames are decoded at a time, so a dead worker does not say which one ended it.
        if failure.code == WORKER_DIED and len(self._pending) > 1:
            self._suspects.update(self._pending)
            return
        # Frames come in the order of the request, so the first one missing is the one that failed.
        index = self._pending[0] if self._pending else self._wanted
        self._refused[index] = failure
        self._suspects.discard(index)
        if not self._is_closed:
            self.failed.emit(index, failure)

    def _continue(self) -> None:
        self._job_id = None
        self._submit()
