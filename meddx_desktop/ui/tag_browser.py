"""The DICOM attributes of the item in view: search, copy, export."""

import csv
from functools import partial
from io import StringIO
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSaveFile,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from meddx_desktop.analysis import jobs
from meddx_desktop.case.dicom_attribute import DicomAttribute
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.ui.engine_signals import EngineSignals, Order

_INDENT = "    "
_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class AttributeModel(QAbstractTableModel):
    """Tag, name, value representation and value of each attribute."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str, str, str]] = []
        self._headings = (self.tr("Tag"), self.tr("Attribute"), self.tr("VR"), self.tr("Value"))

    def show(self, attributes: tuple[DicomAttribute, ...]) -> None:
        """Take the attributes of a file."""
        self.beginResetModel()
        self._rows = [
            (one.tag, _INDENT * one.depth + one.name, one.value_representation, one.value)
            for one in attributes
        ]
        self.endResetModel()

    def row(self, number: int) -> tuple[str, str, str, str]:
        """Return the four texts of a row."""
        return self._rows[number]

    @override
    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 4

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return None


class TagBrowser(QDialog):
    """Lists a file's header, as the worker read it; the search looks into every column.

    `paths` are the files of the item to which the file at `path` belongs.
    """

    def __init__(
        self,
        signals: EngineSignals,
        path: Path,
        paths: tuple[Path, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("DICOM attributes"))
        self.resize(900, 680)
        self.model = AttributeModel()
        self.shown = QSortFilterProxyModel(self)
        self.shown.setSourceModel(self.model)
        self.shown.setFilterKeyColumn(-1)
        self.shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search in tags, names and values"))
        self.search.setAccessibleName(self.tr("Search in the attributes"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find)
        self.table = self._build_table()
        self.note = QLabel(self.tr("Reading the header…"))
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        for widget in (self.search, self.table, self.note, self._build_buttons()):
            layout.addWidget(widget)
        QShortcut(QKeySequence.StandardKey.Copy, self.table, self.copy)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        order = Order(
            partial(jobs.list_attributes, path),
            Lane.OPENING,
            paths=paths,
            on_success=self._show,
            on_failure=self._fail,
        )
        job_id = signals.submit(order)
        self.finished.connect(lambda: signals.cancel(job_id))

    def _build_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.shown)
        table.setAccessibleName(self.tr("DICOM attributes"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setStretchLastSection(True)
        width = table.fontMetrics().horizontalAdvance
        for column, sample in enumerate(("0000,0000__", "M" * 24, "OW____")):
            table.setColumnWidth(column, width(sample))
        return table

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.copy_button = QPushButton(self.tr("&Copy"))
        self.copy_button.setToolTip(self.tr("Copy the selected rows, or all that are shown"))
        self.copy_button.clicked.connect(self.copy)
        self.export_button = QPushButton(self.tr("&Export…"))
        self.export_button.clicked.connect(self._ask_for_file)
        for button in (self.copy_button, self.export_button):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        return buttons

    def _show(self, attributes: tuple[DicomAttribute, ...]) -> None:
        self.model.show(attributes)
        self._count()
        self.search.setFocus()

    def _fail(self, failure: Failed) -> None:
        self.note.setText(failure.message)

    def _find(self, text: str) -> None:
        self.shown.setFilterFixedString(text)
        self._count()

    def _count(self) -> None:
        text = self.tr("{shown} of {all} attributes. Copies and exports hold patient data.")
        counts = {"shown": self.shown.rowCount(), "all": self.model.rowCount()}
        self.note.setText(text.format(**counts))

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return the selected rows in their order, or all that the search leaves."""
        chosen = self.table.selectionModel().selectedRows()
        indices = sorted(chosen) or [
            self.shown.index(row, 0) for row in range(self.shown.rowCount())
        ]
        return [self.model.row(self.shown.mapToSource(index).row()) for index in indices]

    def copy(self) -> None:
        """Put the rows on the clipboard, columns parted by tabs."""
        text = "\n".join("\t".join(row) for row in self.rows())
        QGuiApplication.clipboard().setText(text)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Export the attributes"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Table (*.csv)"), self.tr("Text (*.txt)")])
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Write the rows to a file: a comma-separated table, or text with tabs for `.txt`."""
        text = StringIO()
        delimiter = "\t" if path.suffix.lower() == ".txt" else ","
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        writer.writerow(
            self.model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)
        )
        writer.writerows(self.rows())
        file = QSaveFile(str(path))
        # The mark tells spreadsheet programs that the names are UTF-8.
        content = text.getvalue().encode("utf-8-sig")
        is_open = file.open(QSaveFile.OpenModeFlag.WriteOnly)
        if not (is_open and file.write(content) == len(content) and file.commit()):
            sentence = self.tr("{name} could not be written: {reason}")
            self.note.setText(sentence.format(name=path.name, reason=file.errorString()))
            return
        sentence = self.tr("{count} attributes were written to {name}.")
        self.note.setText(sentence.format(count=len(self.rows()), name=path.name))
