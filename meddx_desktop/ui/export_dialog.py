"""Asks which images of a series are to be exported, and as what."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from meddx_desktop.case.export import PictureFormat

_RANGE = re.compile(r"\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?")


def parse_numbers(text: str, count: int) -> tuple[int, ...] | None:
    """Return the indices that "1-5, 8" names, counted from 0; None where it makes no sense."""
    indices: list[int] = []
    for part in text.split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            return None
        first = int(found[1])
        last = int(found[2]) if found[2] else first
        if not 1 <= first <= last <= count:
            return None
        indices += range(first - 1, last)
    return tuple(dict.fromkeys(indices))


class ExportDialog(QDialog):
    """Signals: `wanted(PictureFormat, indices)`."""

    wanted = Signal(object, object)

    def __init__(self, index: int, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export images"))
        self._index, self._count = index, count
        self.format_box = QComboBox()
        self.format_box.setAccessibleName(self.tr("File format"))
        self.format_box.view().setAccessibleName(self.tr("File format"))
        for file_format, name in self._formats().items():
            self.format_box.addItem(name, file_format)
        self.this_one = QRadioButton(self.tr("&This image ({0})").format(index + 1))
        self.all_of_them = QRadioButton(self.tr("&All {0} images").format(count))
        self.some = QRadioButton(self.tr("&Numbers:"))
        self.numbers = QLineEdit()
        self.numbers.setAccessibleName(self.tr("Numbers of the images"))
        self.numbers.setPlaceholderText("1-5, 8")
        self.numbers.textEdited.connect(lambda: self.some.setChecked(True))
        self.this_one.setChecked(True)
        note = QLabel(
            self.tr(
                "Images are written at their own size in the window that is set, without texts "
                "and measurements. They may show names that are part of the image; DICOM files "
                "hold the patient's name. For illustration, not for diagnosis."
            )
        )
        note.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._arrange(note)
        for button in (self.this_one, self.all_of_them, self.some):
            button.toggled.connect(self._check)
        self.numbers.textChanged.connect(self._check)

    def _formats(self) -> dict[PictureFormat, str]:
        formats = {
            PictureFormat.PNG: self.tr("PNG pictures"),
            PictureFormat.TIFF: self.tr("TIFF pictures"),
            PictureFormat.SECONDARY_CAPTURE: self.tr("DICOM Secondary Capture"),
        }
        if self._count > 1:
            formats[PictureFormat.GIF] = self.tr("GIF animation")
        return formats

    def _arrange(self, note: QLabel) -> None:
        layout = QFormLayout(self)
        layout.addRow(self.tr("&Format:"), self.format_box)
        layout.addRow(self.this_one)
        if self._count > 1:
            layout.addRow(self.all_of_them)
            layout.addRow(self.some, self.numbers)
        layout.addRow(note)
        layout.addRow(self.buttons)

    def indices(self) -> tuple[int, ...] | None:
        """Return the chosen images, None while the numbers make no sense."""
        if self.all_of_them.isChecked():
            return tuple(range(self._count))
        if self.some.isChecked():
            return parse_numbers(self.numbers.text(), self._count)
        return (self._index,)

    def _check(self) -> None:
        save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        save.setEnabled(self.indices() is not None)

    def _accept(self) -> None:
        indices = self.indices()
        if indices is not None:
            self.accept()
            self.wanted.emit(PictureFormat(self.format_box.currentData()), indices)
