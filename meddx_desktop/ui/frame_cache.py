"""Decoded frames of the series in view, within a memory budget that all views share."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from meddx_desktop.analysis import jobs
from meddx_desktop.case.image_series import Frame, FramePixels, FramePreview, ImageSeries
from meddx_desktop.engine.messages import Failed, Job, Lane
from meddx_desktop.ui.engine_signals import EngineSignals, Order
from meddx_desktop.ui.frame_budget import FrameBudget

WORKER_DIED = "worker_died"


class FrameCache(QObject):
    """Asks the worker for the wanted frame first, alone, then for those around it.

    A frame that ends the worker is found by decoding those of its job one by one.

    While `preview_reduce` is above 0, the wanted frame comes first halved that often.

    Signals: `arrived(index)` for every decoded frame, `failed(index, Failed)` when the wanted one
    cannot be decoded, `previewed(FramePreview)` before the wanted one arrives.
    """

    FRAMES_PER_JOB = 16
    # How far around the wanted frame others are decoded, where the memory has room for more.
    REACH = 100_000

    arrived = Signal(int)
    previewed = Signal(object)
    failed = Signal(int, object)

    def __init__(
        self, signals: EngineSignals, series: ImageSeries, budget: FrameBudget | None = None
    ) -> None:
        super().__init__()
        self._signals, self.series = signals, series
        self._budget = budget or FrameBudget()
        self._frame_bytes = _frame_bytes(series)
        self._frames: dict[int, FramePixels] = {}
        self._refused: dict[int, Failed] = {}
        self._suspects: set[int] = set()
        self._pending: list[int] = []
        self._job_id: int | None = None
        self._wanted = 0
        self._is_closed = False
        self.preview_reduce = 0
        self._budget.join(self)

    def adopt(self, other: "FrameCache") -> None:
        """Take over the frames of a cache for a part of this series.

        Where marks came with the rest, the frames are decoded again, because masks belong to them.
        """
        if self.series.marks:
            return
        for pixels in other.held():
            index = place_of(self.series, other.series.frames[pixels.index])
            if index is not None:
                self._frames[index] = replace(pixels, index=index)

    def held(self) -> tuple[FramePixels, ...]:
        """Return the frames that are there."""
        return tuple(self._frames.values())

    def pixels(self, index: int) -> FramePixels | None:
        """Return a frame that is there already, here or in another view of the series."""
        found = self._frames.get(index)
        if found is None:
            found = self._budget.frame_of_twin(self, index)
            if found is not None:
                self._frames[index] = found
        return found

    def own_pixels(self, index: int) -> FramePixels | None:
        """Return a frame that this cache holds itself."""
        return self._frames.get(index)

    def pending(self) -> tuple[int, ...]:
        """Return the frames that are being decoded."""
        return tuple(self._pending)

    def failure(self, index: int) -> Failed | None:
        """Return why a frame cannot be decoded, or None."""
        return self._refused.get(index)

    def count(self) -> int:
        """Return how many frames are held."""
        return len(self._frames)

    def want(self, index: int) -> None:
        """Make a frame the next to be decoded and its neighbors those after it."""
        self._wanted = index
        if self._has_wanted():
            self._budget.calm(self)
            self._submit()
            return
        self._budget.hurry(self)
        if self._job_id is None:
            self._submit()
        elif index not in self._pending[:2]:
            self._signals.cancel(self._job_id)

    def give_way(self) -> None:
        """Stop decoding neighbors while another view waits for the frame that it shows."""
        if self._job_id is not None and self._has_wanted():
            self._signals.cancel(self._job_id)

    def resume(self) -> None:
        """Go on decoding neighbors."""
        self._submit()

    def shrink(self) -> None:
        """Drop the frames farthest from the wanted one until the rest fits the budget."""
        while len(self._frames) > self._capacity():
            farthest = max(self._frames, key=lambda index: abs(index - self._wanted))
            del self._frames[farthest]

    def close(self) -> None:
        """Give up what is being decoded."""
        self._is_closed = True
        self._budget.leave(self)
        if self._job_id is not None:
            self._signals.cancel(self._job_id)

    def _capacity(self) -> int:
        return max(1, self._budget.share_bytes() // self._frame_bytes)

    def _has_wanted(self) -> bool:
        return self._wanted in self._refused or self.pixels(self._wanted) is not None

    def _missing(self) -> list[int]:
        count = len(self.series.frames)
        reach = min(count - 1, self._capacity() // 2, self.REACH)
        nearest = [self._wanted]
        for distance in range(1, reach + 1):
            nearest += [self._wanted + distance, self._wanted - distance]
        nearest = [index for index in nearest if 0 <= index < count and index not in self._refused]
        missing = [index for index in nearest if self.pixels(index) is None]
        elsewhere = self._budget.pending_of_twins(self)
        return [index for index in missing if index == self._wanted or index not in elsewhere]

    def _submit(self) -> None:
        has_wanted = self._has_wanted()
        if self._job_id is not None or self._is_closed:
            return
        if has_wanted and self._budget.is_held_back(self):
            return
        # The wanted frame alone has all the processor.
        self._pending = self._missing()[: self.FRAMES_PER_JOB if has_wanted else 1]
        if self._suspects.intersection(self._pending):
            self._pending = self._pending[:1]
        if self._pending:
            self._job_id = self._signals.submit(self._order(tuple(self._pending)))

    def _order(self, indices: tuple[int, ...]) -> Order:
        """Return the order for some frames; only they are described to the worker."""
        source = self.series.source
        has_one_path_each = len(source.paths) == len(self.series.frames)
        paths = tuple(source.paths[i] for i in indices) if has_one_path_each else source.paths
        part = replace(
            self.series,
            source=replace(source, paths=paths, warnings=()),
            frames=tuple(self.series.frames[index] for index in indices),
        )
        is_wanted = indices == (self._wanted,) and not self._has_wanted()
        if is_wanted and self.preview_reduce:
            job: Job = partial(jobs.load_with_preview, part, 0, self.preview_reduce)
        else:
            job = partial(jobs.load_frames, part, tuple(range(len(indices))))
        return Order(
            job,
            Lane.OPENING,
            paths=paths,
            on_piece=lambda piece: self._take(replace(piece, index=indices[piece.index])),
            on_failure=self._refuse,
            on_end=self._continue,
        )

    def _take(self, piece: FramePixels | FramePreview) -> None:
        if isinstance(piece, FramePixels):
            self._store(piece)
        elif not self._is_closed:
            self.previewed.emit(piece)

    def _store(self, pixels: FramePixels) -> None:
        self._frames[pixels.index] = pixels
        self._suspects.discard(pixels.index)
        if pixels.index in self._pending:
            self._pending.remove(pixels.index)
        self.shrink()
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
        if self._has_wanted():
            self._budget.calm(self)
        self._submit()


def _frame_bytes(series: ImageSeries) -> int:
    samples = series.rows * series.columns * (3 if series.is_color else 1)
    sample_bytes = 1 if series.bits_stored <= 8 else 2
    if any(frame.subtraction for frame in series.frames):
        sample_bytes = 4
    return max(1, samples * sample_bytes)


def place_of(series: ImageSeries, wanted: Frame) -> int | None:
    """Return the index of a frame of the same file in a series, or None."""
    here = ((one.path, one.frame_index) for one in series.frames)
    place = (wanted.path, wanted.frame_index)
    return next((index for index, one in enumerate(here) if one == place), None)
