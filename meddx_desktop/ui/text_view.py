"""The view of a record: text with chips, table of mentions, legend, search."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QPalette, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from meddx_desktop.case.explanation import TextHighlights
from meddx_desktop.case.finding import Analysis, Entity, EntityMeasure
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.ui.chip_legend import ChipLegend
from meddx_desktop.ui.record_text import RecordText
from meddx_desktop.ui.tagger_choice import TaggerChoice
from meddx_desktop.ui.words import assertion_text, mention_certainty, mention_reference

_MOST_MATCHES = 2000
_WIDE = 820
_CODE_COLUMN = 4


class TextView(QWidget):
    """Shows one record; text and table follow each other."""

    def __init__(self) -> None:
        super().__init__()
        self._entities: tuple[Entity, ...] = ()
        self.record_text = RecordText()
        self.record_text.mention_clicked.connect(self.choose_mention)
        self.table = self._build_table()
        self.reference = QLabel()
        self.reference.setWordWrap(True)
        self.reference.setContentsMargins(8, 4, 8, 4)
        self.tagger_choice = TaggerChoice()
        self.tagger_choice.chosen.connect(self._show_answer)
        self._mentions = QWidget()
        right = QVBoxLayout(self._mentions)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.tagger_choice)
        right.addWidget(self.reference)
        right.addWidget(self.table, 1)
        self.legend = ChipLegend()
        self.search_bar = self._build_search_bar()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.search_bar)
        column.addWidget(self.record_text, 1)
        column.addWidget(self.legend)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self._mentions)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setChildrenCollapsible(False)
        self._mentions.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.setFocusProxy(self.record_text)

    def _build_table(self) -> QTableWidget:
        table = QTableWidget(0, 5)
        table.setHorizontalHeaderLabels(
            [
                self.tr("Mention"),
                self.tr("Type"),
                self.tr("The record says"),
                self.tr("Certainty"),
                self.tr("Code"),
            ]
        )
        table.setAccessibleName(self.tr("Mentions in the record"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.currentCellChanged.connect(lambda row: self._row_chosen(row))
        return table

    def _build_search_bar(self) -> QWidget:
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(8, 4, 8, 4)
        self.search_line = QLineEdit()
        self.search_line.setPlaceholderText(self.tr("Find in the text"))
        self.search_line.setAccessibleName(self.tr("Find in the text"))
        self.search_line.setClearButtonEnabled(True)
        self.search_line.textChanged.connect(self._search)
        self.search_line.returnPressed.connect(self.find_next)
        self._match_label = QLabel()
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(self.tr("Close the search"))
        close.clicked.connect(self.stop_search)
        for widget in (self.search_line, self._match_label, close):
            line.addWidget(widget)
        bar.hide()
        return bar

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        # Beside each other both need room; a narrow view puts the table below.
        is_wide = event.size().width() >= _WIDE
        orientation = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        self._splitter.setOrientation(orientation)
        super().resizeEvent(event)

    # The record

    def show_record(
        self,
        record: TextRecord,
        entities: tuple[Entity, ...],
        measures: tuple[EntityMeasure, ...] = (),
    ) -> None:
        """Show a record with its mentions."""
        self.stop_search()
        self.record_text.show_text(record.text, record.sections)
        self.show_entities(entities, measures)

    def show_answers(self, analyses: Sequence[Analysis]) -> None:
        """Mark the mentions of one of the models that found any."""
        answer = self.tagger_choice.show_answers(analyses)
        if answer is None:
            self.show_entities(())
        else:
            self._show_answer(answer)

    def _show_answer(self, answer: Analysis) -> None:
        self.show_entities(answer.entities, answer.entity_measures)

    def show_entities(
        self, entities: tuple[Entity, ...], measures: tuple[EntityMeasure, ...] = ()
    ) -> None:
        """Mark mentions; nothing changes when they are the same."""
        self.reference.setText(mention_reference(measures))
        if entities == self._entities and self.table.rowCount() == len(entities):
            self.record_text.show_mentions(entities, self._types())
            return
        self._entities = entities
        self._mentions.setVisible(bool(entities))
        self.record_text.show_mentions(entities, self._types())
        self.legend.show_types(self._types())
        self._fill_table()

    def _types(self) -> list[str]:
        return sorted({entity.entity_type for entity in self._entities})

    def _fill_table(self) -> None:
        with QSignalBlocker(self.table):
            has_codes = any(entity.codes for entity in self._entities)
            self.table.setColumnHidden(_CODE_COLUMN, not has_codes)
            self.table.setRowCount(len(self._entities))
            for row, entity in enumerate(self._entities):
                codes = ", ".join(code.value for code in entity.codes)
                cells = (
                    " ".join(entity.text.split()),
                    entity.entity_type,
                    assertion_text(entity.assertion),
                    mention_certainty(entity),
                    codes,
                )
                for column, text in enumerate(cells):
                    self.table.setItem(row, column, QTableWidgetItem(text))

    # Mentions

    def step_mention(self, count: int) -> None:
        """Go to the next or previous mention, around the ends."""
        if self._entities:
            current = self.record_text.current_mention
            start = current if current >= 0 else (-1 if count > 0 else 0)
            self.choose_mention((start + count) % len(self._entities))

    def choose_mention(self, number: int) -> None:
        """Make a mention the current one in text and table."""
        with QSignalBlocker(self.table):
            self.table.selectRow(number)
        self.record_text.choose_mention(number)
        entity = self._entities[number]
        said = f"{entity.text}, {entity.entity_type}, {assertion_text(entity.assertion)}"
        self.record_text.setAccessibleDescription(said)

    def current_mention(self) -> Entity | None:
        """Return the current mention."""
        number = self.record_text.current_mention
        return self._entities[number] if 0 <= number < len(self._entities) else None

    def _row_chosen(self, row: int) -> None:
        if row >= 0:
            self.choose_mention(row)

    def show_highlights(self, highlights: TextHighlights) -> None:
        """Show the evidence for a finding."""
        self.record_text.show_evidence(highlights.spans)

    # Search

    def start_search(self) -> None:
        """Show the search line."""
        self.search_bar.show()
        self.search_line.setFocus()
        self.search_line.selectAll()

    def stop_search(self) -> None:
        """Hide the search line and its marks."""
        self.search_line.clear()
        self.search_bar.hide()

    def find_next(self) -> None:
        """Go to the next place, from the start again after the last."""
        text = self.search_line.text()
        if text and not self.record_text.find(text):
            self.record_text.moveCursor(QTextCursor.MoveOperation.Start)
            self.record_text.find(text)

    @property
    def match_text(self) -> str:
        """What the search line says about the number of places."""
        return self._match_label.text()

    def _search(self, text: str) -> None:
        marks: list[QTextEdit.ExtraSelection] = []
        document: QTextDocument = self.record_text.document()
        cursor = document.find(text) if text else QTextCursor()
        while not cursor.isNull() and len(marks) < _MOST_MATCHES:
            place = QTextEdit.ExtraSelection()
            place.cursor = cursor
            place.format.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
            place.format.setForeground(self.palette().color(QPalette.ColorRole.HighlightedText))
            marks.append(place)
            cursor = document.find(text, cursor)
        self.record_text.setExtraSelections(marks)
        self._match_label.setText(self.tr("%n place(s)", "", len(marks)) if text else "")
