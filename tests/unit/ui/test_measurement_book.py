"""What an earlier session kept joins what is there, whichever was first, and survives undoing."""

from dataclasses import replace
from pathlib import Path

import pytest

from meddx_desktop.case.image_series import Frame, ImageSeries, SpacingOrigin
from meddx_desktop.case.measurement import (
    Calibration,
    FrameReference,
    Measurement,
    MeasurementKind,
    Reading,
    frame_reference,
)
from meddx_desktop.case.source import Source
from meddx_desktop.ui.measurement_book import Arrival, CaseMeasurements, MeasurementBook
from meddx_desktop.ui.undo_history import UndoHistory

SERIES = ImageSeries(
    source=Source(Path("film.png"), (Path("film.png"),)),
    frames=(Frame(Path("film.png")),),
    rows=64,
    columns=96,
    modality="OT",
    photometric_interpretation="MONOCHROME2",
    is_color=False,
    bits_stored=8,
    is_signed=False,
)
FRAME = frame_reference(SERIES, 0)
LINE = ((10.0, 20.0), (50.0, 20.0))


def length(identifier: str, reading: Reading | None = None) -> Measurement:
    said = reading or Reading(length=40.0)
    return Measurement(identifier, MeasurementKind.LENGTH, FRAME, LINE, reading=said)


def by_hand(millimeters: float) -> Reading:
    return Reading(length=millimeters, spacing_origin=SpacingOrigin.BY_HAND)


def find_series(frame: FrameReference) -> ImageSeries | None:
    return SERIES if frame.is_in_file_of(FRAME) else None


def arrival(*measurements: Measurement, calibration: Calibration | None = None) -> Arrival:
    calibrations = () if calibration is None else (calibration,)
    return Arrival(measurements, calibrations, find_series)


@pytest.fixture
def history() -> UndoHistory:
    return UndoHistory()


@pytest.fixture
def book(history: UndoHistory) -> MeasurementBook:
    made = MeasurementBook()
    made.show_case(CaseMeasurements(), history)
    return made


def names(book: MeasurementBook) -> list[str]:
    return [one.identifier for one in book.measurements]


def test_kept_ones_come_first_and_no_undoing_takes_them(
    book: MeasurementBook, history: UndoHistory
) -> None:
    book.add(length("drawn"))
    book.bring_back(arrival(length("kept")))
    assert names(book) == ["kept", "drawn"]
    assert book.earlier_count == 1
    assert history.undo()
    assert names(book) == ["kept"]
    assert not history.undo()
    assert history.redo()
    assert names(book) == ["kept", "drawn"]


def test_several_arrivals_and_steps_between_them(
    book: MeasurementBook, history: UndoHistory
) -> None:
    book.add(length("1"))
    book.bring_back(arrival(length("a")))
    book.remove("a")
    book.bring_back(arrival(length("b")))
    book.add(length("2"))
    assert sorted(names(book)) == ["1", "2", "b"]
    while history.undo():
        pass
    assert sorted(names(book)) == ["a", "b"]
    while history.redo():
        pass
    assert sorted(names(book)) == ["1", "2", "b"]
    assert book.earlier_count == 1


def test_one_that_is_there_already_is_not_replaced(book: MeasurementBook) -> None:
    book.add(length("one"))
    book.replace(replace(book.measurements[0], text="mine"))
    book.bring_back(arrival(length("one")))
    assert [one.text for one in book.measurements] == ["mine"]


def test_readings_come_back_as_they_were(book: MeasurementBook) -> None:
    kept = length("kept", by_hand(80.0))
    book.bring_back(arrival(kept, calibration=Calibration(FRAME, LINE, 80.0)))
    assert book.measurements == (kept,)
    assert book.calibration_of(FRAME) == Calibration(FRAME, LINE, 80.0)


def test_a_kept_calibration_counts_for_what_was_drawn_before_it_came(
    book: MeasurementBook, history: UndoHistory
) -> None:
    book.add(length("drawn"))
    book.bring_back(arrival(calibration=Calibration(FRAME, LINE, 80.0)))
    assert book.measurements[0].reading == by_hand(80.0)
    history.undo()
    assert book.calibration_of(FRAME) == Calibration(FRAME, LINE, 80.0)
    history.redo()
    assert book.measurements[0].reading == by_hand(80.0)


def test_a_calibration_said_meanwhile_counts_for_kept_ones_too(
    book: MeasurementBook, history: UndoHistory
) -> None:
    book.calibrate(SERIES, FRAME, Calibration(FRAME, LINE, 20.0))
    kept = length("kept", by_hand(80.0))
    book.bring_back(arrival(kept, calibration=Calibration(FRAME, LINE, 80.0)))
    assert book.calibrations == (Calibration(FRAME, LINE, 20.0),)
    assert book.measurements[0].reading == by_hand(20.0)
    history.undo()
    assert book.calibrations == (Calibration(FRAME, LINE, 80.0),)
    assert book.measurements == (kept,)
