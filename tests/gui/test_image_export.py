"""Export, clipboard and print, by key and click."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialogButtonBox

from meddx_desktop.case.export import PictureFormat
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.export_dialog import ExportDialog, parse_numbers
from meddx_desktop.ui.image_export import new_folder
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.view_printing import header_lines


@pytest.fixture
def view(qtbot: Any, desktop: Desktop, pydicom_file: Callable[[str], Path]) -> ImageView:
    desktop.window.open_paths((pydicom_file("CT_small.dcm"),))
    shown = desktop.window.workspace.image
    qtbot.waitUntil(lambda: shown.canvas.transform is not None)
    return shown


def grays(picture: QImage) -> NDArray[np.int16]:
    shown = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), -1)
    return rows[:, : shown.width()].astype(np.int16)


def test_numbers_are_read_as_people_write_them() -> None:
    assert parse_numbers("1-3, 8", 10) == (0, 1, 2, 7)
    assert parse_numbers("2,2", 10) == (1,)
    assert [parse_numbers(text, 10) for text in ("", "0", "11", "3-2", "a", "1,")] == [None] * 6


def test_the_dialog_saves_only_numbers_that_make_sense(qtbot: Any) -> None:
    dialog = ExportDialog(4, 10)
    qtbot.addWidget(dialog)
    dialog.show()
    save = dialog.buttons.button(QDialogButtonBox.StandardButton.Save)
    assert dialog.indices() == (4,)
    qtbot.keyClicks(dialog.numbers, "12")
    assert not save.isEnabled()
    dialog.numbers.clear()
    qtbot.keyClicks(dialog.numbers, "2-3")
    with qtbot.waitSignal(dialog.wanted) as wanted:
        qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    assert wanted.args == [PictureFormat.PNG, (1, 2)]


def test_an_export_is_written_where_the_person_said(
    qtbot: Any, desktop: Desktop, view: ImageView, tmp_path: Path
) -> None:
    exports = desktop.window.workspace.exports
    folder = new_folder(tmp_path)
    with qtbot.waitSignal(exports.written) as written:
        exports.export(view, PictureFormat.PNG, (0,), folder)
    (path,) = written.args[0]
    assert (path.parent, path.name) == (folder, "image-0001.png")
    assert QImage(str(path)).size().toTuple() == (128, 128)


def test_a_second_export_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    assert new_folder(tmp_path).name == "MedDx images"
    assert new_folder(tmp_path).name == "MedDx images 2"


def test_the_view_is_copied_with_and_without_texts(qtbot: Any, view: ImageView) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view.canvas, Qt.Key.Key_C, control)
    with_texts = QGuiApplication.clipboard().image()
    qtbot.keyClick(view.canvas, Qt.Key.Key_C, control | shift)
    without = QGuiApplication.clipboard().image()
    assert with_texts.size() == without.size() == view.canvas.size()
    corner = [(x, y) for x in range(8, 120) for y in range(8, 60)]

    def bright(image: QImage) -> int:
        return sum(image.pixelColor(x, y).lightness() > 200 for x, y in corner)

    assert bright(with_texts) > bright(without) == 0


def test_what_is_printed_is_finer_than_the_screen_and_shows_the_same(
    desktop: Desktop, view: ImageView, tmp_path: Path
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    desktop.window.workspace.prints.print_view(view, printer)
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    (printed,) = document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    assert printed.get_px_size()[0] == pytest.approx(2400, abs=4)
    document.close()
    canvas = view.canvas
    shown, fine = canvas.grab().toImage(), canvas.picture(3.0)
    assert fine.size() == shown.size() * 3
    again = fine.scaled(shown.size(), mode=Qt.TransformationMode.SmoothTransformation)
    assert np.abs(grays(again) - grays(shown)).mean() < 2
    assert canvas.grab().toImage() == shown, "the screen stays as it was"


def test_the_page_names_patient_and_examination(
    desktop: Desktop, view: ImageView, tmp_path: Path
) -> None:
    assert view.series is not None
    assert header_lines(view.series) == (
        "CompressedSamples CT1",
        "1CT1",
        "O · 0 days",
        "2004-01-19 · CT · e+1",
    )
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    desktop.window.workspace.prints.print_view(view, printer)
    content = (tmp_path / "page.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/Image" in content
