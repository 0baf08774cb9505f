"""A bar for each slice, as high as the probability of a finding on it."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QPushButton,
    QSizePolicy,
    QStyle,
    QToolTip,
    QWidget,
)
from typing_extensions import override

from meddx_desktop.case.finding import Finding
from meddx_desktop.ui.slice_findings import SliceFindings
from meddx_desktop.ui.words import finding_sentence, percent, word_text

_HEIGHT = 30
_SHORTEST = 6


class ProbabilityStrip(QWidget):
    """Shows a finding slice by slice; filled bars reach the operating point, which is a line.

    Signals: `frame_chosen(index)`.
    """

    frame_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown: SliceFindings | None = None
        self._count = 1
        self._index = 0

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def show_findings(self, shown: SliceFindings | None, count: int) -> None:
        """Show a finding of a series with so many slices."""
        self._shown, self._count = shown, max(1, count)
        if shown is not None:
            text = self.tr("{finding} on each image")
            self.setAccessibleName(text.format(finding=shown.concept.meaning))
        self.update()

    def show_index(self, index: int) -> None:
        """Mark the slice in view."""
        self._index = index
        self.update()

    def index_at(self, x: float) -> int:
        """Return the slice under a place of the strip."""
        groove = self._groove()
        place = int((x - groove.left()) / groove.width() * self._count)
        return min(max(place, 0), self._count - 1)

    def bar(self, index: int) -> QRectF:
        """Return the bar of a slice, empty where the model did not read it."""
        finding = self._finding(index)
        groove = self._groove()
        width = groove.width() / self._count
        height = groove.height() * (finding.probability if finding is not None else 0)
        gap = 1.0 if width > 4 else 0.0
        left = groove.left() + index * width
        return QRectF(left, groove.bottom() - height, max(width - gap, 0.5), height)

    def _finding(self, index: int) -> Finding | None:
        return self._shown.by_index.get(index) if self._shown is not None else None

    def _groove(self) -> QRectF:
        # So that the bars stand above the places of the slider's handle.
        half = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength) / 2
        return QRectF(self.rect()).adjusted(half, 2, -half, -2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        palette, groove = self.palette(), self._groove()
        painter.fillRect(groove, palette.color(QPalette.ColorRole.Base))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.PlaceholderText), 1))
        for index in range(self._count):
            finding = self._finding(index)
            if finding is None:
                continue
            role = QPalette.ColorRole.Accent if finding.is_positive else QPalette.ColorRole.Mid
            painter.fillRect(self.bar(index), palette.color(role))
        if self._shown is not None:
            point = next(iter(self._shown.by_index.values())).operating_point
            y = groove.bottom() - groove.height() * point.threshold
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(groove.left(), y), QPointF(groove.right(), y))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2))
        x = groove.left() + (self._index + 0.5) * groove.width() / self._count
        painter.drawLine(QPointF(x, groove.top()), QPointF(x, groove.bottom()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.frame_chosen.emit(self.index_at(event.position().x()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.frame_chosen.emit(self.index_at(event.position().x()))

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.text_at(event.pos().x()), self)
            return True
        return super().event(event)

    def text_at(self, x: float) -> str:
        """Return what the model says about the slice under a place of the strip."""
        index = self.index_at(x)
        finding = self._finding(index)
        if finding is None:
            text = self.tr("Image {number}: not assessed")
            return text.format(number=index + 1)
        text = self.tr("Image {number}. {finding}")
        return text.format(number=index + 1, finding=finding_sentence(finding))


class SliceFindingsBox(QComboBox):
    """Chooses which finding the strip shows. Signals: `finding_chosen(SliceFindings)`."""

    finding_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Finding shown on each image"))
        self.view().setAccessibleName(self.accessibleName())
        self.setMaximumWidth(220)
        # Names of findings are longer than the room of a narrow viewport.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORTEST)
        self._offered: tuple[SliceFindings, ...] = ()
        self.activated.connect(lambda place: self.finding_chosen.emit(self._offered[place]))

    def offer(self, offered: tuple[SliceFindings, ...]) -> SliceFindings | None:
        """Offer findings and return the one that is chosen, which stays the same if it can."""
        before = self.chosen
        self._offered = offered
        self.clear()
        for one in offered:
            self.addItem(one.concept.meaning)
            self.setItemData(self.count() - 1, one.model_name, Qt.ItemDataRole.ToolTipRole)
        kept = [
            place
            for place, one in enumerate(offered)
            if before is not None and one.concept == before.concept
        ]
        self.setCurrentIndex(kept[0] if kept else min(0, len(offered) - 1))
        return self.chosen

    @property
    def chosen(self) -> SliceFindings | None:
        """The finding in the box."""
        place = self.currentIndex()
        return self._offered[place] if 0 <= place < len(self._offered) else None


class HighestButton(QPushButton):
    """Says where a finding is most probable and goes there. Signals: `frame_chosen(index)`."""

    frame_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._index = -1
        self.setAccessibleName(self.tr("Go to the highest image of the finding"))
        self.clicked.connect(self.jump)

    def show_findings(self, shown: SliceFindings | None) -> None:
        """Name the slice with the highest probability."""
        self._index = -1 if shown is None else shown.highest
        if shown is None:
            return
        finding = shown.by_index[shown.highest]
        text = self.tr("Image {number}: {word} {probability}")
        self.setText(
            text.format(
                number=shown.highest + 1,
                word=word_text(finding.word),
                probability=percent(finding.probability),
            )
        )
        self.setToolTip(finding_sentence(finding))
        text = self.tr("Go to the highest image: {finding}")
        self.setAccessibleName(text.format(finding=finding_sentence(finding)))

    def jump(self) -> None:
        """Go to the slice with the highest probability."""
        if self._index >= 0:
            self.frame_chosen.emit(self._index)
