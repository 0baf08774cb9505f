"""The text of a record with mentions drawn as chips on it."""

from bisect import bisect_left
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextLine,
)
from PySide6.QtWidgets import QTextEdit
from typing_extensions import override

from meddx_desktop.case.explanation import WeightedSpan
from meddx_desktop.case.finding import Entity
from meddx_desktop.case.text_record import Section
from meddx_desktop.ui.chip_drawing import ChipStyle, draw_chip, draw_evidence, style_of
from meddx_desktop.ui.text_offsets import TextOffsets

_PLAIN_LINE_PERCENT = 130.0
# Room for the tags above the chips.
_TAGGED_LINE_PERCENT = 175.0
_END_OF_LINE = QTextCursor.MoveOperation.EndOfBlock


@dataclass(frozen=True, slots=True)
class _Chip:
    start: int
    end: int
    style: ChipStyle


class RecordText(QTextEdit):
    """Shows a record; chips keep their offsets because nothing is inserted into the text.

    Signals: `mention_clicked(number)`.
    """

    mention_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName(self.tr("Record"))
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.1)
        self.setFont(font)
        self.document().setDocumentMargin(16)
        self._offsets = TextOffsets("")
        self._chips: list[_Chip] = []
        self._starts: list[int] = []
        self._longest = 0
        self._spans: list[tuple[int, int, float]] = []
        self._current = -1
        self._line_percent = 100.0

    def show_text(self, text: str, sections: tuple[Section, ...] = ()) -> None:
        """Show another record without marks, the titles of its sections in bold."""
        self._offsets = TextOffsets(text)
        self._chips, self._starts, self._spans, self._current = [], [], [], -1
        self.setPlainText(text)
        self._line_percent = 100.0
        self._set_line_height(_PLAIN_LINE_PERCENT)
        cursor = QTextCursor(self.document())
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.Bold)
        for section in sections:
            cursor.setPosition(self._offsets.to_qt(section.start))
            cursor.movePosition(_END_OF_LINE, QTextCursor.MoveMode.KeepAnchor)
            if cursor.selectedText().strip(" :#*").startswith(section.title):
                cursor.mergeCharFormat(bold)

    def show_mentions(self, entities: tuple[Entity, ...], types: list[str]) -> None:
        """Draw chips; `entities` are in the order of the text, `types` number the colors."""
        self._chips = [
            _Chip(
                self._offsets.to_qt(entity.start),
                self._offsets.to_qt(entity.end),
                style_of(entity, types.index(entity.entity_type)),
            )
            for entity in entities
        ]
        self._starts = [chip.start for chip in self._chips]
        self._set_line_height(_TAGGED_LINE_PERCENT if entities else _PLAIN_LINE_PERCENT)
        self._longest = max((chip.end - chip.start for chip in self._chips), default=0)
        self._current = min(self._current, len(self._chips) - 1)
        self.viewport().update()

    def _set_line_height(self, percent: float) -> None:
        if percent == self._line_percent:
            return
        self._line_percent = percent
        spacing = QTextBlockFormat()
        proportional = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        spacing.setLineHeight(percent, proportional)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spacing)

    def show_evidence(self, spans: tuple[WeightedSpan, ...]) -> None:
        """Shade stretches of the text by their weight."""
        self._spans = [
            (self._offsets.to_qt(int(span.start)), self._offsets.to_qt(int(span.end)), span.weight)
            for span in spans
        ]
        self.viewport().update()
        if self._spans:
            self._scroll_to(max(self._spans, key=lambda span: abs(span[2]))[0])

    def choose_mention(self, number: int) -> None:
        """Make a mention the current one and scroll to it."""
        self._current = number
        if 0 <= number < len(self._chips):
            self._scroll_to(self._chips[number].start)
        self.viewport().update()

    @property
    def current_mention(self) -> int:
        """The number of the current mention, -1 without one."""
        return self._current

    def _scroll_to(self, position: int) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        position = self.cursorForPosition(event.position().toPoint()).position()
        for number, chip in enumerate(self._chips):
            if chip.start <= position <= chip.end:
                self.mention_clicked.emit(number)
                return

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        first, last = self._visible_range()
        with QPainter(self.viewport()) as painter:
            self._paint_ground(painter, first, last)
        super().paintEvent(event)
        with QPainter(self.viewport()) as painter:
            self._paint_chips(painter, first, last)

    def _paint_ground(self, painter: QPainter, first: int, last: int) -> None:
        painter.fillRect(self.viewport().rect(), self.palette().color(QPalette.ColorRole.Base))
        for start, end, weight in self._spans:
            if start <= last and end >= first:
                for area in self._areas(start, end):
                    draw_evidence(painter, area, weight, self.palette())

    def _paint_chips(self, painter: QPainter, first: int, last: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in self._visible_chips(first, last):
            chip = self._chips[number]
            for place, area in enumerate(self._areas(chip.start, chip.end)):
                style = chip.style if place == 0 else chip.style.without_tag()
                draw_chip(painter, area, style, self.palette(), is_current=number == self._current)

    def _visible_range(self) -> tuple[int, int]:
        area = self.viewport().rect()
        return (
            self.cursorForPosition(area.topLeft()).position(),
            self.cursorForPosition(area.bottomRight()).position(),
        )

    def _visible_chips(self, first: int, last: int) -> range:
        return range(
            bisect_left(self._starts, first - self._longest), bisect_left(self._starts, last + 1)
        )

    def _areas(self, start: int, end: int) -> list[QRectF]:
        """Return where a stretch of the text is on the viewport, line by line."""
        areas = []
        shift = QPointF(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        height = QFontMetricsF(self.font()).height()
        block = self.document().findBlock(start)
        while block.isValid() and block.position() < end:
            layout = block.layout()
            corner = self.document().documentLayout().blockBoundingRect(block).topLeft() + shift
            for number in range(layout.lineCount()):
                line = layout.lineAt(number)
                begin = max(start - block.position(), line.textStart())
                stop = min(end - block.position(), line.textStart() + line.textLength())
                if begin >= stop:
                    continue
                left, right = _x_of(line, begin), _x_of(line, stop)
                # Proportional line height adds its space above the letters.
                bottom = corner.y() + line.y() + line.height()
                areas.append(QRectF(corner.x() + left, bottom - height, right - left, height))
            block = block.next()
        return areas


def _x_of(line: QTextLine, position: int) -> float:
    # PySide6 returns the position alone or a pair, depending on the version.
    found = line.cursorToX(position)
    first = found[0] if isinstance(found, tuple) else found
    return first if isinstance(first, float) else 0.0
