"""The case as a tree: patients, their studies, and in them series, records and sounds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QIcon
from typing_extensions import override

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.image_series import Extent, ImageSeries
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.ui.case_state import CaseState, OpenedItem, title_of
from meddx_desktop.ui.image_facts import date_text
from meddx_desktop.ui.thumbnail_icon import ICON_SIZE, thumbnail_icon
from meddx_desktop.ui.viewport import ITEM_MIME_TYPE

_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()
_ROLE = Qt.ItemDataRole
# An index carries the numbers of the nodes above it: 0 for a patient, the patient's number + 1 for
# a study, and that times this plus the study's number + 1 for an item.
_RADIX = 2**24
# What belongs to a study.
_STUDIED = ImageSeries | WaveformRecord


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is left in the tree; empty fields leave everything."""

    text: str = ""
    modality: str = ""
    date: str = ""


@dataclass(slots=True)
class _Study:
    key: str
    title: str
    numbers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Patient:
    key: str
    title: str
    studies: list[_Study] = field(default_factory=list)


class CaseTree(QAbstractItemModel):
    """Shows the items that pass the filter; each is known by its number in the case."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[OpenedItem] = []
        self._patients: list[_Patient] = []
        self._icons: dict[int, QIcon] = {}
        self._filter = CaseFilter()
        self._heading = QFont()
        self._heading.setBold(True)

    # What is in the tree

    def show_case(self, case: CaseState) -> None:
        """Show another case."""
        self.beginResetModel()
        self._items = list(case.items)
        self._icons.clear()
        self._group()
        self.endResetModel()

    def set_filter(self, choice: CaseFilter) -> None:
        """Leave only the items that fit."""
        if choice != self._filter:
            self.beginResetModel()
            self._filter = choice
            self._group()
            self.endResetModel()

    def append(self, opened: OpenedItem) -> None:
        """Add an item at the end of its study."""
        number = len(self._items)
        self._items.append(opened)
        if self._passes(opened):
            self._insert(number)

    def refresh(self, number: int) -> None:
        """Show an item's new thumbnail or analyses."""
        self._icons.pop(number, None)
        place = self.index_of(number)
        if place.isValid():
            self.dataChanged.emit(place, place)

    def item_count(self) -> int:
        """Return how many items the case has, also those that the filter hides."""
        return len(self._items)

    def modalities(self) -> list[str]:
        """Return the modalities of the case's images, sorted."""
        series = (opened.item for opened in self._items)
        return sorted({one.modality for one in series if isinstance(one, _STUDIED)} - {""})

    def dates(self) -> list[str]:
        """Return the study dates of the case's images, the latest first."""
        series = (opened.item for opened in self._items)
        dates = {one.study_date for one in series if isinstance(one, _STUDIED)}
        return sorted((date for date in dates if date), reverse=True)

    def numbers(self) -> list[int]:
        """Return the numbers of the visible items in the order of the tree."""
        return [
            number
            for patient in self._patients
            for study in patient.studies
            for number in study.numbers
        ]

    def number_at(self, index: _Index) -> int:
        """Return the number of the item at an index, -1 for a heading."""
        if not index.isValid() or index.internalId() < _RADIX:
            return -1
        return self._study_of(index).numbers[index.row()]

    def index_of(self, number: int) -> QModelIndex:
        """Return the index of an item, invalid where the filter hides it."""
        for place, patient in enumerate(self._patients):
            for row, study in enumerate(patient.studies):
                if number in study.numbers:
                    key = (place + 1) * _RADIX + row + 1
                    return self.createIndex(study.numbers.index(number), 0, key)
        return QModelIndex()

    def _group(self) -> None:
        self._patients = []
        for number, opened in enumerate(self._items):
            if self._passes(opened):
                patient = self._patient_for(opened)
                self._study_for(patient, opened).numbers.append(number)

    def _insert(self, number: int) -> None:
        """Add an item with the headings that it needs."""
        opened = self._items[number]
        patient_row = self._find(self._patients, self._patient_key(opened))
        if patient_row == len(self._patients):
            self.beginInsertRows(QModelIndex(), patient_row, patient_row)
            self._patient_for(opened)
            self.endInsertRows()
        patient = self._patients[patient_row]
        above = self.index(patient_row, 0)
        study_row = self._find(patient.studies, self._study_key(opened))
        if study_row == len(patient.studies):
            self.beginInsertRows(above, study_row, study_row)
            self._study_for(patient, opened)
            self.endInsertRows()
        study = patient.studies[study_row]
        row = len(study.numbers)
        self.beginInsertRows(self.index(study_row, 0, above), row, row)
        study.numbers.append(number)
        self.endInsertRows()

    @staticmethod
    def _find(nodes: Sequence[_Patient | _Study], key: str) -> int:
        """Return the row of a heading, or the row after the last."""
        return next((row for row, node in enumerate(nodes) if node.key == key), len(nodes))

    def _patient_for(self, opened: OpenedItem) -> _Patient:
        row = self._find(self._patients, self._patient_key(opened))
        if row == len(self._patients):
            self._patients.append(_Patient(self._patient_key(opened), self._patient_title(opened)))
        return self._patients[row]

    def _study_for(self, patient: _Patient, opened: OpenedItem) -> _Study:
        row = self._find(patient.studies, self._study_key(opened))
        if row == len(patient.studies):
            patient.studies.append(_Study(self._study_key(opened), self._study_title(opened)))
        return patient.studies[row]

    def _patient_key(self, opened: OpenedItem) -> str:
        patient = opened.item.patient
        return patient.patient_id or patient.name or ""

    def _patient_title(self, opened: OpenedItem) -> str:
        patient = opened.item.patient
        name = (patient.name or "").replace("^", " ").strip()
        return name or patient.patient_id or self.tr("No patient named")

    def _study_key(self, opened: OpenedItem) -> str:
        item = opened.item
        if isinstance(item, _STUDIED):
            return item.study_instance_uid or item.study_date or "images"
        return "records"

    def _study_title(self, opened: OpenedItem) -> str:
        item = opened.item
        if not isinstance(item, _STUDIED):
            return self.tr("Records and sounds")
        named = " · ".join(
            part for part in (date_text(item.study_date), item.study_description) if part
        )
        return named or self.tr("No study named")

    def _passes(self, opened: OpenedItem) -> bool:
        wanted, item = self._filter, opened.item
        series = item if isinstance(item, _STUDIED) else None
        if wanted.modality and (series is None or series.modality != wanted.modality):
            return False
        if wanted.date and (series is None or series.study_date != wanted.date):
            return False
        if not wanted.text:
            return True
        said = " ".join(self._searched(opened)).casefold()
        return all(word in said for word in wanted.text.casefold().split())

    def _searched(self, opened: OpenedItem) -> Iterable[str]:
        # Not the number of images, in which any digit would be found.
        yield title_of(opened)
        yield self._patient_title(opened)
        yield opened.item.patient.patient_id or ""
        yield self._study_title(opened)

    # What Qt asks

    @override
    def index(self, row: int, column: int, parent: _Index = _TOP) -> QModelIndex:
        if column != 0 or not 0 <= row < self.rowCount(parent):
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, 0, 0)
        key = parent.internalId()
        if key == 0:
            return self.createIndex(row, 0, parent.row() + 1)
        return self.createIndex(row, 0, key * _RADIX + parent.row() + 1)

    @override
    def parent(self, index: _Index) -> QModelIndex:  # type: ignore[override]  # Qt overloads it
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        key = index.internalId()
        if key < _RADIX:
            return self.createIndex(key - 1, 0, 0)
        return self.createIndex(key % _RADIX - 1, 0, key // _RADIX)

    @override
    def rowCount(self, parent: _Index = _TOP) -> int:
        if not parent.isValid():
            return len(self._patients)
        key = parent.internalId()
        if key == 0:
            return len(self._patients[parent.row()].studies)
        if key < _RADIX:
            return len(self._patients[key - 1].studies[parent.row()].numbers)
        return 0

    @override
    def columnCount(self, parent: _Index = _TOP) -> int:
        return 1

    @override
    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        number = self.number_at(index)
        if number < 0:
            return self._heading_data(index, role)
        opened = self._items[number]
        match role:
            case _ROLE.DisplayRole:
                return "\n".join(self.lines_of(opened))
            case _ROLE.DecorationRole:
                return self._icon(number)
            case _ROLE.AccessibleTextRole:
                return ", ".join(self.lines_of(opened))
            case _ROLE.ToolTipRole:
                return "\n".join((*self.lines_of(opened), *opened.item.source.warnings))
            case _ROLE.SizeHintRole:
                return QSize(ICON_SIZE * 2, ICON_SIZE + 6)
        return None

    def _heading_data(self, index: _Index, role: int) -> Any:  # noqa: ANN401 - as in Qt
        if not index.isValid():
            return None
        is_patient = index.internalId() == 0
        match role:
            case _ROLE.DisplayRole | _ROLE.AccessibleTextRole | _ROLE.ToolTipRole:
                if is_patient:
                    return self._patients[index.row()].title
                return self._patients[index.internalId() - 1].studies[index.row()].title
            case _ROLE.FontRole if is_patient:
                return self._heading
        return None

    def _study_of(self, index: _Index) -> _Study:
        key = index.internalId()
        return self._patients[key // _RADIX - 1].studies[key % _RADIX - 1]

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        if self.number_at(index) < 0:
            return usual
        return usual | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren

    @override
    def mimeTypes(self) -> list[str]:
        return [ITEM_MIME_TYPE]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        dragged = QMimeData()
        for index in indexes:
            dragged.setData(ITEM_MIME_TYPE, QByteArray(str(self.number_at(index)).encode()))
        return dragged

    def lines_of(self, opened: OpenedItem) -> list[str]:
        """Return what the tree says about an item."""
        return [line for line in (title_of(opened), *self._facts(opened.item)) if line]

    def _facts(self, item: CaseItem) -> tuple[str, ...]:
        match item:
            case ImageSeries() as series:
                count = self._count_of(series)
                if series.is_document:
                    return (count, date_text(series.study_date))
                shape = f"{series.columns} × {series.rows}"
                return (f"{count} · {shape}", date_text(series.study_date))
            case TextRecord() as record:
                return (self.tr("%n character(s)", "", len(record.text)), record.record_format)
            case AudioClip() as clip:
                seconds = self.tr("{seconds:.1f} s").format(seconds=clip.duration_s)
                return (seconds, f"{clip.audio_format} · {clip.sampling_frequency} Hz")
            case WaveformRecord() as waveform:
                group = waveform.groups[0]
                channels = self.tr("%n channel(s)", "", len(group.channels))
                seconds = self.tr("{seconds:.1f} s").format(seconds=group.duration_s)
                return (f"{channels} · {seconds}", date_text(waveform.study_date))

    def _count_of(self, series: ImageSeries) -> str:
        match series.extent:
            case Extent.WHOLE if series.is_document:
                return self.tr("%n page(s)", "", len(series.frames))
            case Extent.WHOLE:
                return self.tr("%n image(s)", "", len(series.frames))
            case Extent.BEING_READ:
                return self.tr("Still reading…")
            case Extent.CUT_SHORT:
                return self.tr("Incomplete")

    def _icon(self, number: int) -> QIcon:
        if number not in self._icons:
            self._icons[number] = thumbnail_icon(self._items[number])
        return self._icons[number]
