"""The measurements of the open case, with undo."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.measurement import (
    Calibration,
    FrameReference,
    Measurement,
    index_of_frame,
)
from meddx_desktop.rendering.measuring import reread_geometry
from meddx_desktop.ui.undo_history import Step, UndoHistory

_State: TypeAlias = tuple[tuple[Measurement, ...], tuple[Calibration, ...]]


def _calibration_in(
    calibrations: tuple[Calibration, ...], frame: FrameReference
) -> Calibration | None:
    return next((one for one in calibrations if one.frame.is_in_file_of(frame)), None)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was kept in an earlier session; `series_of` finds the series of a frame's file."""

    measurements: tuple[Measurement, ...]
    calibrations: tuple[Calibration, ...]
    series_of: Callable[[FrameReference], ImageSeries | None]

    def joined_to(self, state: _State) -> _State:
        """Put what arrived before what the person did meanwhile, which stays as it is.

        A calibration counts for all that lies in its file, whichever of the two came first.
        """
        measurements, calibrations = state
        there = {one.identifier for one in measurements}
        taken = tuple(
            one for one in self.calibrations if _calibration_in(calibrations, one.frame) is None
        )
        arrived = (one for one in self.measurements if one.identifier not in there)
        return (
            (
                *(self._reread(one, calibrations) for one in arrived),
                *(self._reread(one, taken) for one in measurements),
            ),
            (*taken, *calibrations),
        )

    def _reread(self, one: Measurement, calibrations: tuple[Calibration, ...]) -> Measurement:
        calibration = _calibration_in(calibrations, one.frame)
        series = self.series_of(one.frame) if calibration is not None else None
        if series is None:
            return one
        shape = (one.kind, one.points)
        return replace(one, reading=reread_geometry(one.reading, shape, series, calibration))


@dataclass(slots=True)
class CaseMeasurements:
    """What was measured and calibrated in a case, in the order in which it was done."""

    measurements: tuple[Measurement, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    arrivals: list[Arrival] = field(default_factory=list)


class MeasurementBook(QObject):
    """Changes the measurements of a case; every view on the case listens to the same book.

    Signals: `changed()` when measurements or the chosen one are other ones.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kept, self._history = CaseMeasurements(), UndoHistory()
        self._chosen = ""

    def show_case(self, kept: CaseMeasurements, history: UndoHistory) -> None:
        """Take the measurements of another case; changes become steps of its history."""
        self._kept, self._history, self._chosen = kept, history, ""
        self.changed.emit()

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """All measurements of the case."""
        return self._kept.measurements

    @property
    def calibrations(self) -> tuple[Calibration, ...]:
        """All calibrations of the case."""
        return self._kept.calibrations

    @property
    def earlier_count(self) -> int:
        """How many of the measurements are from earlier sessions."""
        there = {one.identifier for one in self._kept.measurements}
        arrived = (one for arrival in self._kept.arrivals for one in arrival.measurements)
        return sum(one.identifier in there for one in arrived)

    def on_frame(self, frame: FrameReference) -> tuple[Measurement, ...]:
        """Return the measurements of one frame."""
        return tuple(one for one in self._kept.measurements if one.frame == frame)

    def find(self, identifier: str) -> Measurement | None:
        """Return a measurement, or None when it is not there any more."""
        found = (one for one in self._kept.measurements if one.identifier == identifier)
        return next(found, None)

    def calibration_of(self, frame: FrameReference) -> Calibration | None:
        """Return what the person said about the scale of a frame's file."""
        return _calibration_in(self._kept.calibrations, frame)

    # The chosen one

    @property
    def chosen(self) -> Measurement | None:
        """The measurement that keys work on."""
        return self.find(self._chosen)

    def choose(self, identifier: str) -> None:
        """Choose a measurement; an empty name chooses none."""
        if identifier != self._chosen:
            self._chosen = identifier
            self.changed.emit()

    def next_after_chosen(self, count: int) -> Measurement | None:
        """Return the measurement so many places after the chosen one; around the end."""
        kept, chosen = self._kept.measurements, self.chosen
        if not kept:
            return None
        place = kept.index(chosen) + count if chosen is not None else min(count, 0)
        return kept[place % len(kept)]

    # Changes

    def add(self, measurement: Measurement) -> None:
        """Add a measurement and choose it."""
        self._chosen = measurement.identifier
        self._set((*self._kept.measurements, measurement), self._kept.calibrations)

    def replace(self, measurement: Measurement) -> None:
        """Put a measurement in the place of the one with its identifier."""
        changed = tuple(
            measurement if one.identifier == measurement.identifier else one
            for one in self._kept.measurements
        )
        self._set(changed, self._kept.calibrations)

    def remove(self, identifier: str) -> None:
        """Remove a measurement."""
        left = tuple(one for one in self._kept.measurements if one.identifier != identifier)
        if left != self._kept.measurements:
            self._set(left, self._kept.calibrations)

    def remove_chosen(self) -> None:
        """Remove the chosen measurement."""
        self.remove(self._chosen)

    def remove_all(self) -> None:
        """Remove every measurement; calibrations stay."""
        if self._kept.measurements:
            self._set((), self._kept.calibrations)

    def calibrate(
        self, series: ImageSeries, frame: FrameReference, calibration: Calibration | None
    ) -> None:
        """Set or remove the calibration of a frame's file; what lies in it is measured anew."""
        others = [one for one in self._kept.calibrations if not one.frame.is_in_file_of(frame)]
        added = () if calibration is None else (calibration,)
        changed = []
        for one in self._kept.measurements:
            if one.frame.is_in_file_of(frame) and index_of_frame(series, one.frame) is not None:
                shape = (one.kind, one.points)
                reading = reread_geometry(one.reading, shape, series, calibration)
                changed.append(replace(one, reading=reading))
            else:
                changed.append(one)
        self._set(tuple(changed), (*others, *added))

    def bring_back(self, arrival: Arrival) -> None:
        """Add what an earlier session kept; it is no step, and no undoing takes it away."""
        kept = self._kept
        kept.arrivals.append(arrival)
        state = arrival.joined_to((kept.measurements, kept.calibrations))
        kept.measurements, kept.calibrations = state
        self.changed.emit()

    def _set(
        self, measurements: tuple[Measurement, ...], calibrations: tuple[Calibration, ...]
    ) -> None:
        kept = self._kept
        before = (kept.measurements, kept.calibrations)
        known = len(kept.arrivals)

        def put(state: _State) -> None:
            # What arrived after this step is in neither of its states.
            for arrival in kept.arrivals[known:]:
                state = arrival.joined_to(state)
            kept.measurements, kept.calibrations = state
            self.changed.emit()

        after = (measurements, calibrations)
        self._history.do(Step(lambda: put(after), lambda: put(before)))
