"""The page before a case is open: drop zone, sample case, recent files."""

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

_TALLEST_LIST = 260


class WelcomePage(QWidget):
    """Says what can be opened and how.

    Signals: `files_wanted()`, `folder_wanted()`, `sample_wanted()`, `recent_chosen(path)`, and
    `painted()` once, after the first paint of the window.
    """

    files_wanted = Signal()
    folder_wanted = Signal()
    sample_wanted = Signal()
    recent_chosen = Signal(str)
    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._was_painted = False
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addWidget(self._build_title())
        column.addWidget(self._build_drop_zone())
        column.addWidget(self._build_recent_title())
        self.recent_list = QListWidget()
        self.recent_list.setAccessibleName(self.tr("Recent files"))
        self.recent_list.itemActivated.connect(self._choose_recent)
        column.addWidget(self.recent_list)
        middle = QWidget()
        middle.setMaximumWidth(720)
        middle.setLayout(column)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(middle, 8)
        line.addStretch(1)
        outer.addLayout(line)
        outer.addStretch(2)
        self.show_recent(())

    def _build_title(self) -> QLabel:
        title = QLabel(self.tr("Open one patient's images, records and sounds"))
        title.setWordWrap(True)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.7)
        font.setBold(True)
        title.setFont(font)
        return title

    def _build_drop_zone(self) -> QWidget:
        zone = DropZone()
        layout = QVBoxLayout(zone)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        text = QLabel(
            self.tr(
                "Drop files, folders or ZIP archives anywhere in this window: DICOM, PNG, JPEG, "
                "TIFF, text, WAV, FLAC, MP3, OGG, M4A. Nothing leaves this computer."
            )
        )
        text.setWordWrap(True)
        layout.addWidget(text)
        line = QHBoxLayout()
        self.files_button = self._button(self.tr("Open files…"), self.files_wanted)
        self.folder_button = self._button(self.tr("Open folder…"), self.folder_wanted)
        self.sample_button = self._button(self.tr("Open sample case"), self.sample_wanted)
        self.files_button.setDefault(True)
        for button in (self.files_button, self.folder_button, self.sample_button):
            line.addWidget(button)
        line.addStretch(1)
        layout.addLayout(line)
        return zone

    def _button(self, text: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setMinimumHeight(34)
        button.clicked.connect(signal)
        return button

    def _build_recent_title(self) -> QLabel:
        self._recent_title = QLabel(self.tr("Recent"))
        font = self._recent_title.font()
        font.setBold(True)
        self._recent_title.setFont(font)
        return self._recent_title

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """List recent paths, newest first."""
        self.recent_list.clear()
        for path in paths:
            item = QListWidgetItem(f"{Path(path).name}\n{Path(path).parent}")
            item.setData(Qt.ItemDataRole.UserRole, path)
            self.recent_list.addItem(item)
        rows = sum(self.recent_list.sizeHintForRow(row) for row in range(len(paths)))
        self.recent_list.setFixedHeight(min(_TALLEST_LIST, rows + 8))
        self._recent_title.setVisible(bool(paths))
        self.recent_list.setVisible(bool(paths))

    def _choose_recent(self, item: QListWidgetItem) -> None:
        self.recent_chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()


class DropZone(QWidget):
    """A dashed frame around what may be dropped."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().color(QPalette.ColorRole.Dark), 1.5, Qt.PenStyle.DashLine)
        if self.palette().color(QPalette.ColorRole.Window).lightness() < 128:
            pen.setColor(self.palette().color(QPalette.ColorRole.Mid))
        painter.setPen(pen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
