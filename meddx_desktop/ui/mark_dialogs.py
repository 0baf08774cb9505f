"""What a mark says, and how long a line really is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

LONGEST_TEXT = 200


class MarkTextDialog(QDialog):
    """Asks for the text of a mark. Signals: `given(str)` when the person agrees."""

    given = Signal(str)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Text on the image"))
        self.line = QLineEdit(text)
        self.line.setMaxLength(LONGEST_TEXT)
        self.line.setMinimumWidth(320)
        self.line.setAccessibleName(self.tr("Text on the image"))
        layout = QFormLayout(self)
        layout.addRow(self.tr("&Text:"), self.line)
        layout.addRow(_agree_or_not(self))
        self.accepted.connect(lambda: self.given.emit(self.line.text().strip()))


class CalibrationDialog(QDialog):
    """Asks for the length of a line in millimeters. Signals: `given(float)`."""

    given = Signal(float)

    def __init__(self, length_px: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Calibrate by hand"))
        text = self.tr(
            "The line is {length} pixels long. How long is it in the patient?\n"
            "All lengths in this file will then be marked “calibrated by hand”."
        )
        explanation = QLabel(text.format(length=f"{length_px:.1f}"))
        explanation.setWordWrap(True)
        self.length_box = QDoubleSpinBox()
        self.length_box.setRange(0.1, 2000.0)
        self.length_box.setDecimals(1)
        self.length_box.setValue(10.0)
        self.length_box.setSuffix(" mm")
        self.length_box.setAccessibleName(self.tr("Length of the line in millimeters"))
        layout = QFormLayout(self)
        layout.addRow(explanation)
        layout.addRow(self.tr("&Length:"), self.length_box)
        layout.addRow(_agree_or_not(self))
        self.length_box.selectAll()
        self.accepted.connect(lambda: self.given.emit(self.length_box.value()))


def _agree_or_not(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
    )
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons
