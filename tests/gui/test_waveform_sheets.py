"""Curves on paper, their header, and calipers without a mouse."""

from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog

from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.tag_browser import TagBrowser
from meddx_desktop.ui.waveform_view import WaveformView
from tests.gui.test_waveforms import LEFT, opened, place
from tests.gui.test_window import press
from tests.waveforms import resting_ecg

PX_PER_MM = 8


@pytest.fixture
def view(desktop: Desktop, qtbot: Any, tmp_path: Path) -> WaveformView:
    """A 12-lead ECG of ten seconds with 75 beats per minute, with the keyboard."""
    shown = opened(desktop, qtbot, resting_ecg(tmp_path / "ecg.dcm"))
    desktop.window.activateWindow()
    shown.canvas.setFocus()
    return shown


def gray(picture: QImage) -> np.ndarray[Any, np.dtype[np.uint8]]:
    shown = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), -1)
    return rows[:, : shown.width()].copy()


def copied() -> QImage:
    return QGuiApplication.clipboard().image()


def test_a_millimeter_of_the_sheet_is_a_millimeter(
    view: WaveformView, desktop: Desktop, qtbot: Any
) -> None:
    press(desktop, qtbot, "Ctrl+Shift+C")
    sheet = copied()
    assert sheet.dotsPerMeterX() == PX_PER_MM * 1000
    assert sheet.width() == 297 * PX_PER_MM
    page = gray(sheet)
    # The rhythm strip is the last row: its R waves are 0.8 s, that is 20 mm, apart.
    rows = page[round(page.shape[0] * 0.5) :]
    lowest = np.flatnonzero((rows < 60).any(axis=1))
    strip = rows[: lowest[-1] + 1]
    dark = (strip < 60)[-60 * PX_PER_MM :]
    heights = dark.shape[0] - dark.argmax(axis=0)
    heights[~dark.any(axis=0)] = 0
    heights = heights[25 * PX_PER_MM :]
    peaks = [
        int(at)
        for at in np.flatnonzero(heights > 0.9 * heights.max())
        if heights[at] == heights[max(0, at - 40) : at + 40].max()
    ]
    apart = [gap for gap in np.diff(peaks) if gap > 4]
    assert len(apart) >= 8
    assert apart == pytest.approx([20 * PX_PER_MM] * len(apart), abs=3)


def test_the_sheet_names_the_patient_unless_that_is_not_wanted(
    view: WaveformView, desktop: Desktop, qtbot: Any
) -> None:
    press(desktop, qtbot, "Ctrl+C")
    named = gray(copied())
    press(desktop, qtbot, "Ctrl+Shift+C")
    unnamed = gray(copied())
    first_line = slice(10 * PX_PER_MM, 13 * PX_PER_MM)
    assert (named[first_line] < 60).sum() > 500
    assert not np.array_equal(named[first_line], unnamed[first_line])


def test_a_printed_sheet_says_who_what_and_how(
    view: WaveformView, desktop: Desktop, tmp_path: Path
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    view.sheets.print_sheet(printer)
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    text = document[0].get_textpage().get_text_range()
    document.close()
    for wanted in ("Muster Erika", "E1", "1970-02-03", "2026-01-02 10:15", "25 mm/s · 10 mm/mV",
                   "Sinus rhythm", "not checked here", "research use"):  # fmt: skip
        assert wanted in text


def test_the_sheet_is_saved_as_a_picture(
    view: WaveformView, desktop: Desktop, qtbot: Any, tmp_path: Path
) -> None:
    press(desktop, qtbot, "Ctrl+S")
    dialog = view.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "sheet.png"))
    dialog.close()
    assert QImage(str(tmp_path / "sheet.png")).width() == 297 * PX_PER_MM


def test_nothing_is_copied_or_printed_before_there_are_curves(
    desktop: Desktop, qtbot: Any, view: WaveformView
) -> None:
    QGuiApplication.clipboard().clear()
    view.canvas.clear()
    view.sheets.copy(names_patient=True)
    view.sheets.save()
    view.sheets.ask()
    assert copied().isNull()
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [desktop.window]


def test_calipers_are_set_by_key_alone(view: WaveformView, desktop: Desktop, qtbot: Any) -> None:
    canvas = view.canvas
    press(desktop, qtbot, "Return")
    start = canvas.cross_hair.place
    assert start is not None
    assert canvas.caliper is None
    press(desktop, qtbot, "Right")
    assert canvas.view[0] == 0, "the arrow moves the cross-hair and not the paper"
    assert canvas.cross_hair.place == start + QPointF(1, 0)
    press(desktop, qtbot, "Return")
    for _ in range(4):
        press(desktop, qtbot, "Shift+Right")
    press(desktop, qtbot, "Shift+Up")
    assert canvas.caliper is not None
    # A large square is 0.2 s and 0.5 mV.
    assert canvas.caliper.seconds == pytest.approx(0.8)
    assert canvas.caliper.height == pytest.approx(0.5)
    assert view.reading.text() == "800 ms (75 per minute) · 0.50 mV"
    press(desktop, qtbot, "Return")
    assert canvas.cross_hair.place is None
    press(desktop, qtbot, "Return")
    press(desktop, qtbot, "Shift+Left")
    assert canvas.caliper.seconds == pytest.approx(0.6), "Enter takes the last end in hand again"
    press(desktop, qtbot, "Esc")
    assert canvas.caliper is None
    assert view.reading.text() == ""


def test_a_cross_hair_stays_on_the_paper_and_goes_with_a_click(
    view: WaveformView, desktop: Desktop, qtbot: Any
) -> None:
    canvas = view.canvas
    press(desktop, qtbot, "Return")
    for _ in range(100):
        press(desktop, qtbot, "Shift+Down")
    place_now = canvas.cross_hair.place
    assert place_now is not None
    assert place_now.y() == canvas.height() - 1
    qtbot.mouseClick(canvas, LEFT, pos=place(canvas, 1, 2.0, 0.0))
    assert canvas.cross_hair.place is None


def test_attributes_of_an_ecg_are_listed(view: WaveformView, desktop: Desktop, qtbot: Any) -> None:
    press(desktop, qtbot, "Ctrl+T")
    browser = desktop.window.workspace.findChild(TagBrowser)
    assert browser is not None
    qtbot.waitUntil(lambda: browser.model.rowCount() > 0)
    assert any(row[1].strip() == "Channel Sensitivity" for row in browser.rows())
    browser.close()


def test_attributes_of_a_report_are_listed(desktop: Desktop, qtbot: Any, pydicom_file: Any) -> None:
    desktop.window.open_paths((pydicom_file("test-SR.dcm"),))
    workspace = desktop.window.workspace
    qtbot.waitUntil(lambda: len(workspace.controller.case.items) == 1)
    desktop.bars.actions["attributes-of-report"].trigger()
    browser = workspace.findChild(TagBrowser)
    assert browser is not None
    qtbot.waitUntil(lambda: browser.model.rowCount() > 0)
    assert any(row[1].strip() == "Content Sequence" for row in browser.rows())
    browser.close()


def test_other_records_have_no_attributes_and_that_is_said(
    desktop: Desktop, qtbot: Any, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("The patient has no fever today.", encoding="utf-8")
    desktop.window.open_paths((tmp_path / "note.txt",))
    workspace = desktop.window.workspace
    qtbot.waitUntil(lambda: len(workspace.controller.case.items) == 1)
    qtbot.keyClick(desktop.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    browser = workspace.findChild(TagBrowser)
    assert browser is not None
    qtbot.waitUntil(lambda: "DICOM" in browser.note.text())
    assert browser.model.rowCount() == 0
    browser.close()
