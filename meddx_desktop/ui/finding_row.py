"""One finding: word, calibrated percentage, operating point, evidence, the doctor's verdict."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from meddx_desktop.case.finding import Finding, Word
from meddx_desktop.ui.reviews import FindingKey, Review
from meddx_desktop.ui.verdict import Verdict
from meddx_desktop.ui.words import (
    WORD_SIGNS,
    conformal_text,
    finding_sentence,
    operating_point_text,
    percent,
    verdict_text,
    word_text,
)


class FindingRow(QFrame):
    """Shows one finding and takes a verdict.

    Signals: `evidence_wanted()`, `verdict_given(FindingKey, Verdict)`.
    """

    evidence_wanted = Signal()
    verdict_given = Signal(object, object)

    def __init__(self, key: FindingKey, finding: Finding, review: Review) -> None:
        super().__init__()
        self.key = key
        self.finding = finding
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(finding_sentence(finding))
        if finding.conformal is not None:
            self.setToolTip(conformal_text(finding.conformal))
            self.setAccessibleDescription(conformal_text(finding.conformal))
        self._verdict = QLabel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(2)
        layout.addLayout(self._build_heading())
        if finding.is_experimental:
            # Beside word and number it would make the row wider than the panel.
            layout.addWidget(self._small(self.tr("(experimental)")))
        # Next to the percentage that they qualify.
        layout.addWidget(self._small(operating_point_text(finding.operating_point)))
        if finding.operating_point.reference_group:
            layout.addWidget(self._small(finding.operating_point.reference_group))
        layout.addWidget(ProbabilityBar(finding))
        layout.addLayout(self._build_buttons())
        self.show_review(review)

    @property
    def text(self) -> str:
        """Everything that the row says, line by line."""
        return "\n".join(label.text() for label in self.findChildren(QLabel))

    def show_review(self, review: Review) -> None:
        """Show the doctor's verdict."""
        self._verdict.setText(verdict_text(review))

    def _build_heading(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        concept = QLabel(self.finding.concept.meaning)
        concept.setWordWrap(True)
        word = QLabel(f"{WORD_SIGNS[self.finding.word]} {word_text(self.finding.word)}")
        font = word.font()
        font.setBold(self.finding.word is not Word.UNLIKELY)
        for label in (concept, word):
            label.setFont(font)
        number = QLabel(percent(self.finding.probability))
        number.setFont(font)
        line.addWidget(concept, 1)
        line.addWidget(word)
        line.addWidget(number)
        return line

    def _small(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        font = label.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        label.setFont(font)
        return label

    def _build_buttons(self) -> QVBoxLayout:
        layout = QVBoxLayout()
        line = QHBoxLayout()
        line.setSpacing(4)
        name = self.finding.concept.meaning
        self.evidence_button = QPushButton(self.tr("Evidence"))
        self.evidence_button.setAccessibleName(self.tr("Show the evidence for {0}").format(name))
        self.evidence_button.clicked.connect(self.evidence_wanted)
        line.addWidget(self.evidence_button)
        line.addStretch(1)
        self.verdict_buttons = {}
        for verdict, sign, text in (
            (Verdict.ACCEPTED, "✔", self.tr("Accept {0} (A)")),
            (Verdict.CHANGED, "✎", self.tr("Change {0} (E)")),
            (Verdict.REJECTED, "✖", self.tr("Reject {0} (X)")),
        ):
            button = QPushButton(sign)
            button.setFixedWidth(36)
            button.setAccessibleName(text.format(name))
            button.setToolTip(text.format(name))
            button.clicked.connect(self._verdict_slot(verdict))
            self.verdict_buttons[verdict] = button
            line.addWidget(button)
        layout.addLayout(line)
        layout.addWidget(self._verdict)
        return layout

    def _verdict_slot(self, verdict: Verdict) -> Callable[[], None]:
        def give() -> None:
            self.verdict_given.emit(self.key, verdict)

        return give

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setLineWidth(2)
        self.update()
        super().focusInEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.setLineWidth(1)
        self.update()
        super().focusOutEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)


class ProbabilityBar(QWidget):
    """The calibrated probability on a line from 0 to 100 %, with the threshold as a notch."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self._probability = finding.probability
        self._threshold = finding.operating_point.threshold
        self._is_positive = finding.is_positive
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        notch = self.tr("The notch is the threshold of the operating point.")
        conformal = [conformal_text(finding.conformal)] if finding.conformal else []
        self.setToolTip("\n".join([notch, *conformal]))

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, 16)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QRectF(1, 5, self.width() - 2, 6)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(line, 3, 3)
        role = QPalette.ColorRole.Accent if self._is_positive else QPalette.ColorRole.Mid
        painter.setBrush(palette.color(role))
        filled = QRectF(line)
        filled.setWidth(max(3.0, line.width() * self._probability))
        painter.drawRoundedRect(filled, 3, 3)
        x = line.left() + line.width() * self._threshold
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2))
        painter.drawLine(QPointF(x, 1), QPointF(x, 15))
