"""The doctor's own word where it differs from the model's."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from meddx_desktop.case.finding import Word
from meddx_desktop.ui.reviews import Review
from meddx_desktop.ui.verdict import Verdict
from meddx_desktop.ui.words import word_text


class ChangeDialog(QDialog):
    """Asks for a word and a note. Signals: `changed(Review)`."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Change the finding"))
        self.word_box = QComboBox()
        self.word_box.setAccessibleName(self.tr("Your assessment"))
        self.word_box.view().setAccessibleName(self.tr("Your assessment"))
        for word in Word:
            self.word_box.addItem(word_text(word), word)
        self.note_line = QLineEdit()
        self.note_line.setAccessibleName(self.tr("Note"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._tell)
        layout = QFormLayout(self)
        layout.addRow(self.tr("Your &assessment:"), self.word_box)
        layout.addRow(self.tr("&Note:"), self.note_line)
        layout.addRow(buttons)

    def _tell(self) -> None:
        word = Word(self.word_box.currentData())
        self.changed.emit(Review(Verdict.CHANGED, word, self.note_line.text().strip()))
