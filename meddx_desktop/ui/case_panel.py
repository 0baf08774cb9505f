"""The left pane: what is in the case, and what could not be opened."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QListView, QListWidget, QVBoxLayout, QWidget
from typing_extensions import override

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, RefusedFile
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.ui.case_state import CaseState, OpenedItem, title_of
from meddx_desktop.ui.image_facts import date_text
from meddx_desktop.ui.viewport import ITEM_MIME_TYPE

_ICON_SIZE = 72
_TOP = QModelIndex()


class CaseListModel(QAbstractListModel):
    """The items of a case as a list of pictures with lines of text."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[OpenedItem] = []
        self._icons: dict[int, QIcon] = {}

    def show_case(self, case: CaseState) -> None:
        """Show another case."""
        self.beginResetModel()
        self._items = list(case.items)
        self._icons.clear()
        self.endResetModel()

    def append(self, opened: OpenedItem) -> None:
        """Add an item at the end."""
        row = len(self._items)
        self.beginInsertRows(QModelIndex(), row, row)
        self._items.append(opened)
        self.endInsertRows()

    def refresh(self, row: int) -> None:
        """Show an item's new thumbnail or analyses."""
        if row < len(self._items):
            self._icons.pop(row, None)
            place = self.index(row)
            self.dataChanged.emit(place, place)

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._items)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        opened = self._items[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "\n".join(self._lines(opened))
            case Qt.ItemDataRole.DecorationRole:
                return self._icon(index.row())
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(self._lines(opened))
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join((*self._lines(opened), *opened.item.source.warnings))
        return None

    @override
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    @override
    def mimeTypes(self) -> list[str]:
        return [ITEM_MIME_TYPE]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        dragged = QMimeData()
        for index in indexes:
            dragged.setData(ITEM_MIME_TYPE, QByteArray(str(index.row()).encode()))
        return dragged

    def _lines(self, opened: OpenedItem) -> list[str]:
        """Return what the list says about an item."""
        return [line for line in (title_of(opened), *self._facts(opened.item)) if line]

    def _facts(self, item: CaseItem) -> tuple[str, ...]:
        match item:
            case ImageSeries() as series:
                count = self.tr("%n image(s)", "", len(series.frames))
                shape = f"{series.columns} × {series.rows}"
                return (f"{count} · {shape}", date_text(series.study_date))
            case TextRecord() as record:
                return (self.tr("%n character(s)", "", len(record.text)), record.record_format)
            case AudioClip() as clip:
                seconds = self.tr("{seconds:.1f} s").format(seconds=clip.duration_s)
                return (seconds, f"{clip.audio_format} · {clip.sampling_frequency} Hz")

    def _icon(self, row: int) -> QIcon:
        if row not in self._icons:
            self._icons[row] = thumbnail_icon(self._items[row])
        return self._icons[row]


def thumbnail_icon(opened: OpenedItem) -> QIcon:
    """Return the thumbnail of an item on a square, or an empty square until it is there."""
    square = QPixmap(_ICON_SIZE * 2, _ICON_SIZE * 2)
    square.fill(Qt.GlobalColor.transparent)
    pixels = opened.thumbnail
    if pixels is None:
        return QIcon(square)
    rows, columns = pixels.shape[:2]
    form = QImage.Format.Format_RGB888 if pixels.ndim == 3 else QImage.Format.Format_Grayscale8
    image = QImage(
        pixels.tobytes(), columns, rows, columns * (pixels.size // (rows * columns)), form
    )
    size = image.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(QPoint(), size)
    place.moveCenter(square.rect().center())
    with QPainter(square) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)
    icon = QIcon(square)
    # Qt would tint the chosen picture.
    icon.addPixmap(square, QIcon.Mode.Selected)
    return icon


class CasePanel(QWidget):
    """Shows the case. Signals: `chosen(index)`."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.model = CaseListModel()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        self.list.setDragEnabled(True)
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(2)
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setAccessibleName(self.tr("Case: images, records and sounds"))
        self.list.selectionModel().currentChanged.connect(self._choose)
        self._patient_warning = _Banner()
        self.opening_note = QLabel()
        self.opening_note.setWordWrap(True)
        self.opening_note.setTextFormat(Qt.TextFormat.PlainText)
        self._refused_title = QLabel()
        self.refused_list = QListWidget()
        self.refused_list.setWordWrap(True)
        self.refused_list.setAccessibleName(self.tr("Files that were not opened"))
        self.refused_list.setMaximumHeight(170)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        for widget, stretch in (
            (self._patient_warning, 0),
            (self.list, 1),
            (self.opening_note, 0),
            (self._refused_title, 0),
            (self.refused_list, 0),
        ):
            layout.addWidget(widget, stretch)
        self.show_refused([])
        self.show_opening_note("")

    @property
    def patient_warning(self) -> str:
        """The warning about several patients, empty when there is none."""
        return "" if self._patient_warning.isHidden() else self._patient_warning.text()

    def current_index(self) -> int:
        """Return the chosen item, -1 without one."""
        return self.list.currentIndex().row()

    def choose(self, index: int) -> None:
        """Choose an item; out of range does nothing."""
        if 0 <= index < self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(index))

    def choose_nothing(self) -> None:
        """Choose no item."""
        self.list.selectionModel().clear()

    def show_refused(self, refused: list[RefusedFile]) -> None:
        """List the files that were not opened, with the reason of each."""
        self.refused_list.clear()
        self.refused_list.addItems([file.message for file in refused])
        self._refused_title.setText(self.tr("%n file(s) not opened", "", len(refused)))
        for widget in (self._refused_title, self.refused_list):
            widget.setVisible(bool(refused))

    def show_opening_note(self, note: str) -> None:
        """Say what the latest opening found nothing in or left out."""
        self.opening_note.setText(note)
        self.opening_note.setVisible(bool(note))

    def show_patients(self, patient_ids: set[str]) -> None:
        """Warn while the case mixes patients."""
        text = self.tr(
            "These files name %n different patients. Check that they belong together.",
            "",
            len(patient_ids),
        )
        self._patient_warning.setText(text)
        self._patient_warning.setVisible(len(patient_ids) > 1)

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.row())


class _Banner(QLabel):
    """A framed sentence that must be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setFrameShape(QFrame.Shape.Box)
        self.setMargin(6)
        font = self.font()
        font.setBold(True)
        self.setFont(font)
        self.hide()
