"""What a mark says and how long a line is: asked in a dialog, kept in the book."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.measurement import (
    Calibration,
    FrameReference,
    Measurement,
    MeasurementKind,
    Point,
)
from meddx_desktop.rendering.planar_geometry import length
from meddx_desktop.ui.mark_dialogs import CalibrationDialog, MarkTextDialog
from meddx_desktop.ui.measurement_book import MeasurementBook


def ask_text(made: Measurement, add: Callable[[Measurement], None], parent: QWidget) -> None:
    """Ask for the text of a new mark and add it."""

    def take(text: str) -> None:
        # An arrow speaks for itself; a text without words is nothing.
        if text or made.kind is MeasurementKind.ARROW:
            add(replace(made, text=text))

    dialog = MarkTextDialog("", parent)
    dialog.given.connect(take)
    dialog.open()


def ask_other_text(measurement: Measurement, book: MeasurementBook, parent: QWidget) -> None:
    """Ask for another text of a measurement."""
    dialog = MarkTextDialog(measurement.text, parent)
    dialog.given.connect(lambda text: book.replace(replace(measurement, text=text)))
    dialog.open()


def ask_length(
    line: tuple[Point, Point],
    frame: tuple[ImageSeries, FrameReference],
    book: MeasurementBook,
    parent: QWidget,
) -> None:
    """Ask how long a line is and calibrate its file by that."""
    series, reference = frame
    dialog = CalibrationDialog(length(line), parent)
    dialog.given.connect(
        lambda length_mm: book.calibrate(series, reference, Calibration(reference, line, length_mm))
    )
    dialog.open()
