"""The list of all measurements of the case."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.case.measurement import Measurement
from meddx_desktop.ui.banner import Banner, Sentence
from meddx_desktop.ui.measurement_book import MeasurementBook
from meddx_desktop.ui.measurement_text import summary

_IDENTIFIER = Qt.ItemDataRole.UserRole


class MeasurementPanel(QWidget):
    """Lists the measurements of the case; hidden while there is nothing to say.

    Signals: `wanted(Measurement)` when the person chose one and its frame is to be shown,
    `text_wanted(Measurement)` when its text is to be changed.
    """

    wanted = Signal(object)
    text_wanted = Signal(object)

    def __init__(self, book: MeasurementBook) -> None:
        super().__init__()
        self._book = book
        self._listed: tuple[Measurement, ...] = ()
        title = QLabel(self.tr("Measurements"))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self.earlier = QLabel()
        self.earlier.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.warning = Banner()
        self.note = Sentence()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Measurements"))
        self.list.setWordWrap(True)
        self.list.setAlternatingRowColors(True)
        self.list.setMinimumHeight(72)
        self.list.itemClicked.connect(self._want)
        self.list.itemActivated.connect(self._want)
        self.text_button = QPushButton(self.tr("Text…"))
        self.text_button.setAccessibleName(self.tr("Change the text of the measurement"))
        self.text_button.clicked.connect(self._want_text)
        self.delete_button = QPushButton(self.tr("Delete"))
        self.delete_button.setAccessibleName(self.tr("Delete the measurement"))
        self.delete_button.clicked.connect(book.remove_chosen)
        buttons = QHBoxLayout()
        buttons.addWidget(title)
        buttons.addWidget(self.earlier, 1)
        buttons.addWidget(self.text_button)
        buttons.addWidget(self.delete_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addLayout(buttons)
        layout.addWidget(self.warning)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.note)
        book.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        chosen = self._book.chosen
        with QSignalBlocker(self.list):
            if self._book.measurements != self._listed:
                self._fill()
            for row, listed in enumerate(self._listed):
                if chosen is not None and listed.identifier == chosen.identifier:
                    self.list.setCurrentRow(row)
            if chosen is None:
                self.list.setCurrentRow(-1)
        for button in (self.text_button, self.delete_button):
            button.setEnabled(chosen is not None)
        count = self._book.earlier_count
        self.earlier.setText(self.tr("%n from earlier", "", count) if count else "")
        self._appear()

    def show_keeping(self, warning: str, note: str) -> None:
        """Say that measurements cannot be kept, or that earlier ones cannot be read."""
        if warning and warning != self.warning.text():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, warning))
        self.warning.say(warning)
        self.note.say(note)
        self._appear()

    def _appear(self) -> None:
        self.list.setVisible(bool(self._listed))
        is_told = bool(self.warning.text() or self.note.text())
        self.setVisible(bool(self._listed) or is_told)

    def _fill(self) -> None:
        self._listed = self._book.measurements
        self.list.clear()
        for listed in self._listed:
            row = QListWidgetItem(summary(listed))
            row.setData(_IDENTIFIER, listed.identifier)
            self.list.addItem(row)

    def _want(self, row: QListWidgetItem) -> None:
        found = self._book.find(str(row.data(_IDENTIFIER)))
        if found is not None:
            self.wanted.emit(found)

    def _want_text(self) -> None:
        if self._book.chosen is not None:
            self.text_wanted.emit(self._book.chosen)

    def step(self, count: int) -> None:
        """Go to another measurement of the case."""
        found = self._book.next_after_chosen(count)
        if found is not None:
            self.wanted.emit(found)
