"""A volume that the worker assembles from a series, a few slices at a time."""

import uuid
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from meddx_desktop.analysis import jobs
from meddx_desktop.analysis.volume_request import CommonScale, VolumePart
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.rendering.volume_geometry import (
    NoVolumeError,
    VolumeGeometry,
    volume_geometry,
)
from meddx_desktop.ui.engine_signals import EngineSignals, Order

MEMORY_LIMIT_BYTES = 2**30
# Few enough that a frame of another view never waits long behind them.
SLICES_PER_JOB = 12


class Volume(QObject):
    """Has the slices of a series decoded into one volume of the worker.

    Signals: `progressed(slices there, all slices)`, `ready()`, `failed(Failed)`.
    """

    progressed = Signal(int, int)
    ready = Signal()
    failed = Signal(object)

    def __init__(self, signals: EngineSignals, series: ImageSeries) -> None:
        """Look at the series without reading pixels.

        Raises
        ------
        NoVolumeError : the series cannot be reformatted.
        """
        super().__init__()
        self.series = series
        self.full_geometry = volume_geometry(series)
        self.scale = _common_scale(series)
        self.reduce = _reduction(self.full_geometry)
        self.geometry = _reduced(self.full_geometry, self.reduce)
        self.volume_id = uuid.uuid4().hex
        self._signals = signals
        self._next = 0
        self._job_id: int | None = None
        self._is_ready = self._is_closed = False

    @property
    def is_ready(self) -> bool:
        """Whether every slice is in the volume, as far as the window knows."""
        return self._is_ready

    def fill(self) -> None:
        """Have the slices read that are missing."""
        if self._job_id is None and not self._is_ready and not self._is_closed:
            self._submit()

    def refill(self) -> None:
        """Start anew, because another worker has taken over."""
        self._is_ready, self._next = False, 0
        self.fill()

    def close(self) -> None:
        """Give up reading."""
        self._is_closed = True
        if self._job_id is not None:
            self._signals.cancel(self._job_id)

    def _submit(self) -> None:
        order = self.geometry.order
        places = tuple(range(self._next, min(self._next + SLICES_PER_JOB, len(order))))
        source = self.series.source
        part = replace(
            self.series,
            source=replace(source, paths=source.paths[:1], warnings=()),
            frames=tuple(self.series.frames[order[place]] for place in places),
        )
        described = VolumePart(self.volume_id, part, places, len(order), self.reduce, self.scale)
        self._job_id = self._signals.submit(
            Order(
                partial(jobs.fill_volume, described),
                Lane.OPENING,
                paths=source.paths,
                on_success=partial(self._filled, places[-1] + 1),
                on_failure=self._fail,
                on_end=self._continue,
            )
        )

    def _filled(self, reached: int, count: int) -> None:
        if count < reached:
            # A worker that takes over has none of the earlier slices.
            self._next = 0
            return
        self._next = reached
        self.progressed.emit(reached, len(self.geometry.order))

    def _fail(self, failure: Failed) -> None:
        self._is_closed = True
        self.failed.emit(failure)

    def _continue(self) -> None:
        self._job_id = None
        if self._is_closed:
            return
        if self._next < len(self.geometry.order):
            self._submit()
        else:
            self._is_ready = True
            self.ready.emit()


def _reduction(geometry: VolumeGeometry) -> int:
    """Return how often rows and columns are halved so that the volume fits the memory."""
    needed = len(geometry.order) * geometry.rows * geometry.columns * 2
    reduce = 0
    while needed > MEMORY_LIMIT_BYTES:
        needed //= 4
        reduce += 1
    return reduce


def _reduced(geometry: VolumeGeometry, reduce: int) -> VolumeGeometry:
    step = 2**reduce
    return replace(
        geometry,
        rows=-(-geometry.rows // step),
        columns=-(-geometry.columns // step),
        row_mm=geometry.row_mm * step,
        column_mm=geometry.column_mm * step,
    )


def _common_scale(series: ImageSeries) -> CommonScale | None:
    """Return one rescale for all slices, None where they share theirs anyway.

    Raises
    ------
    NoVolumeError : the slices have lookup tables of their own.
    """
    first = series.frames[0].grayscale
    if all(frame.grayscale == first for frame in series.frames):
        return None
    scales = [frame.grayscale for frame in series.frames]
    rescales = {(one.rescale_slope, one.rescale_intercept) for one in scales}
    tables = {id(one.modality_lut) for one in scales if one.modality_lut is not None}
    if len(rescales) == 1 and not tables:
        return None
    if tables:
        raise NoVolumeError(
            "The slices of this series have lookup tables of their own, so that values between "
            "them mean nothing. Look at its slices as they are."
        )
    ends = np.array([0, 2**series.bits_stored - 1]) - (
        2 ** (series.bits_stored - 1) if series.is_signed else 0
    )
    values = np.array([ends * slope + intercept for slope, intercept in rescales])
    low, high = float(values.min()), float(values.max())
    slope = max(high - low, 1e-12) / 65534
    return CommonScale(slope, low + 32767 * slope)
