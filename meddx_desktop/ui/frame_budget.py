"""The memory and the worker's time that all views of images share."""

from typing import Protocol

from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.ui.drawn_frames import DrawnFrames

MEMORY_BUDGET_BYTES = 768 * 1024**2


class Sharer(Protocol):
    """What the budget needs of a cache."""

    series: ImageSeries

    def own_pixels(self, index: int) -> FramePixels | None:
        """Return a frame that it holds."""

    def pending(self) -> tuple[int, ...]:
        """Return the frames that are being decoded."""

    def give_way(self) -> None:
        """Stop decoding ahead."""

    def resume(self) -> None:
        """Decode ahead again."""

    def shrink(self) -> None:
        """Drop what exceeds its share."""


class FrameBudget:
    """Gives every open cache an equal share; one that waits for its visible frame goes first.

    Pictures that were drawn have a budget of their own.
    """

    def __init__(self, total_bytes: int = MEMORY_BUDGET_BYTES) -> None:
        self._total_bytes = total_bytes
        self._caches: list[Sharer] = []
        self._hurried: Sharer | None = None
        self.drawn = DrawnFrames()

    def join(self, cache: Sharer) -> None:
        """Take a cache in; the others' shares become smaller."""
        self._caches.append(cache)
        for other in self._caches[:-1]:
            other.shrink()

    def leave(self, cache: Sharer) -> None:
        """Let a cache go."""
        if cache in self._caches:
            self._caches.remove(cache)
        self.calm(cache)

    def share_bytes(self) -> int:
        """Return what one cache may hold."""
        return self._total_bytes // max(1, len(self._caches))

    def frame_of_twin(self, cache: Sharer, index: int) -> FramePixels | None:
        """Return a frame from another view of the same series, which holds it in memory anyway."""
        for twin in self._twins(cache):
            found = twin.own_pixels(index)
            if found is not None:
                return found
        return None

    def pending_of_twins(self, cache: Sharer) -> set[int]:
        """Return the frames that another view of the same series is having decoded."""
        return {index for twin in self._twins(cache) for index in twin.pending()}

    def _twins(self, cache: Sharer) -> list[Sharer]:
        return [
            other for other in self._caches if other is not cache and other.series is cache.series
        ]

    def hurry(self, cache: Sharer) -> None:
        """Let a cache go first, because the person waits for its frame."""
        self._hurried = cache
        for other in self._caches:
            if other is not cache:
                other.give_way()

    def calm(self, cache: Sharer) -> None:
        """Let the others go on."""
        if self._hurried is cache:
            self._hurried = None
            for other in list(self._caches):
                other.resume()

    def is_held_back(self, cache: Sharer) -> bool:
        """Whether a cache must not decode ahead now."""
        return self._hurried is not None and self._hurried is not cache
