"""Planes through a volume, kept and asked for as the frames of a series are."""

from dataclasses import replace
from functools import partial

from meddx_desktop.analysis import jobs
from meddx_desktop.analysis.volume_request import VOLUME_MISSING, PlaneRequest
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.rendering.reformation import ReformatPlane, Slab
from meddx_desktop.ui.engine_signals import EngineSignals, Order
from meddx_desktop.ui.frame_budget import FrameBudget
from meddx_desktop.ui.frame_cache import FrameCache
from meddx_desktop.ui.volume import Volume


class PlaneCache(FrameCache):
    """Asks the worker for planes as soon as it holds the whole volume."""

    FRAMES_PER_JOB = 4
    REACH = 6

    def __init__(
        self,
        signals: EngineSignals,
        series: ImageSeries,
        budget: FrameBudget,
        volume: Volume,
        cut: tuple[tuple[ReformatPlane, ...], Slab],
    ) -> None:
        super().__init__(signals, series, budget)
        self._volume = volume
        self._planes, self._slab = cut
        volume.ready.connect(self.resume)
        volume.failed.connect(self._volume_failed)

    def close(self) -> None:
        """Give up what is being computed."""
        self._volume.ready.disconnect(self.resume)
        self._volume.failed.disconnect(self._volume_failed)
        super().close()

    def _submit(self) -> None:
        if self._volume.is_ready:
            super()._submit()
        else:
            self._volume.fill()

    def _order(self, indices: tuple[int, ...]) -> Order:
        volume = self._volume
        planes = tuple(self._planes[index] for index in indices)
        request = PlaneRequest(volume.volume_id, volume.geometry, planes, self._slab)
        return Order(
            partial(jobs.load_planes, request),
            Lane.OPENING,
            paths=volume.series.source.paths,
            on_piece=lambda piece: self._store(replace(piece, index=indices[piece.index])),
            on_failure=self._refuse,
            on_end=self._continue,
        )

    def _refuse(self, failure: Failed) -> None:
        if failure.code == VOLUME_MISSING:
            self._volume.refill()
        else:
            super()._refuse(failure)

    def _volume_failed(self, failure: Failed) -> None:
        super()._refuse(failure)
