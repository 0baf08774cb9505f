"""The right pane: what the models found, and what the doctor says about it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.case.case import kind_of
from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.finding import Analysis, AnalysisStatus
from meddx_desktop.ui.case_state import CaseState, OpenedItem, title_of
from meddx_desktop.ui.finding_row import FindingRow
from meddx_desktop.ui.reviews import FindingKey
from meddx_desktop.ui.verdict import Verdict
from meddx_desktop.ui.words import distribution_text, entity_summary

_WIDEST_PX = 420
# Models for other kinds of files stand aside in one line.
_NEVER_ASSESSED = ("document", "waveform")
_OTHER_KINDS = ("modality", "body_part", "kind")


@dataclass(frozen=True, slots=True)
class EvidenceWish:
    """The finding whose evidence the person wants to see."""

    model_id: str
    concept: CodedConcept


class FindingsPanel(QWidget):
    """Lists the answers for one item.

    Signals: `evidence_wanted(EvidenceWish)`, `region_wanted(model_id)`, `card_wanted(model_id)`,
    `analysis_wanted()`, `verdict_given(FindingKey, Verdict)`.
    """

    evidence_wanted = Signal(object)
    region_wanted = Signal(str)
    card_wanted = Signal(str)
    analysis_wanted = Signal()
    verdict_given = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[FindingRow] = []
        self._title = QLabel(self.tr("Findings"))
        self._title.setWordWrap(True)
        font = self._title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self._title.setFont(font)
        self.analyze_button = QPushButton(self.tr("Analyze"))
        self.analyze_button.setAccessibleName(self.tr("Analyze this item"))
        self.analyze_button.clicked.connect(self.analysis_wanted)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Findings"))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.analyze_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        self.show_nothing()

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """The rows in view, from top to bottom."""
        return tuple(self._rows)

    def show_nothing(self) -> None:
        """Show no item."""
        self._rows = []
        self._title.setText(self.tr("Findings"))
        self.analyze_button.setEnabled(False)
        self._fill([self._sentence(self.tr("Open a file to see what the models say about it."))])

    def show_item(self, case: CaseState, index: int) -> None:
        """Show the answers for an item of the case; the chosen row stays chosen."""
        opened = case.items[index]
        chosen = self.chosen_key()
        self._rows = []
        self._title.setText(title_of(opened))
        self.analyze_button.setEnabled(
            not opened.is_analysis_ordered and kind_of(opened.item) not in _NEVER_ASSESSED
        )
        warnings = opened.item.source.warnings
        cards: list[QWidget] = [self._sentence(f"⚠ {warning}") for warning in warnings]
        answers = _in_order(opened)
        fitting = [answer for answer in answers if answer.reason_code not in _OTHER_KINDS]
        cards += [self._build_card(case, index, analysis) for analysis in fitting]
        if len(fitting) < len(answers):
            cards.append(OtherModels([one for one in answers if one not in fitting]))
        if not opened.analyses:
            cards.append(self._sentence(self._waiting_text(opened)))
        self._fill(cards)
        for row in self._rows:
            if row.key == chosen:
                row.setFocus()

    def chosen_key(self) -> FindingKey | None:
        """Return the finding that has the keyboard focus."""
        row = self._chosen_row()
        return row.key if row is not None else None

    def give_verdict(self, verdict: Verdict) -> None:
        """Give a verdict on the chosen finding and go on to the next; the first if none is."""
        row = self._chosen_row()
        if row is None:
            self.choose_next()
            return
        self.verdict_given.emit(row.key, verdict)

    def choose_next(self) -> None:
        """Move to the finding after the chosen one."""
        if self._rows:
            row = self._chosen_row()
            place = (self._rows.index(row) + 1) % len(self._rows) if row else 0
            self._rows[place].setFocus()
            self._scroll.ensureWidgetVisible(self._rows[place])

    def show_chosen_evidence(self) -> None:
        """Ask for the evidence of the chosen finding."""
        row = self._chosen_row()
        if row is not None:
            row.evidence_wanted.emit()

    def _chosen_row(self) -> FindingRow | None:
        for row in self._rows:
            focus = row.focusWidget()
            if row.hasFocus() or (focus is not None and focus.hasFocus()):
                return row
        return None

    def _fill(self, cards: list[QWidget]) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(10)
        for card in cards:
            layout.addWidget(card)
        layout.addStretch(1)
        self._scroll.setWidget(content)
        # There is no bar to scroll sideways, and a number may not be cut off; but a name without
        # a gap may not push the images out of the window.
        needed = (
            content.minimumSizeHint().width() + self._scroll.verticalScrollBar().sizeHint().width()
        )
        self._scroll.setMinimumWidth(min(needed, _WIDEST_PX))

    def _sentence(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _waiting_text(self, opened: OpenedItem) -> str:
        if opened.failure:
            return opened.failure
        kind = kind_of(opened.item)
        if kind == "waveform":
            return self.tr(
                "⊘ Not assessed: no model here looks at ECGs or other waveforms. What is written "
                "beside the curves comes from the device that recorded them."
            )
        if kind == "document":
            return self.tr(
                "⊘ Not assessed: no model looks at the pages of a document. Text that it holds is "
                "a record of its own in this case."
            )
        if opened.is_analyzed:
            return self.tr("No installed model reads this kind of file.")
        if opened.is_analysis_ordered and opened.is_being_read:
            return self.tr("The models wait until the whole series has been read.")
        if opened.is_analysis_ordered:
            return self.tr("The models are at work…")
        return self.tr("Not analyzed yet.")

    def _build_card(self, case: CaseState, index: int, analysis: Analysis) -> QWidget:
        card = QFrame()
        card.setFrameShape(QFrame.Shape.StyledPanel)
        layout = QVBoxLayout(card)
        layout.setSpacing(6)
        layout.addLayout(self._build_heading(analysis))
        if not analysis.is_signature_trusted:
            text = self.tr("⚠ This model package is not signed by a trusted key.")
            layout.addWidget(self._sentence(text))
        if analysis.status is AnalysisStatus.NOT_ASSESSED:
            layout.addWidget(self._build_not_assessed(analysis))
        for row in self._build_rows(case, index, analysis):
            self._rows.append(row)
            layout.addWidget(row)
        if analysis.entities:
            layout.addWidget(self._sentence(entity_summary(analysis.entities)))
        for gate in analysis.ignored_gates:
            layout.addWidget(self._sentence(self.tr("Gate overridden: {gate}").format(gate=gate)))
        if analysis.status is AnalysisStatus.ASSESSED and analysis.limitations:
            layout.addWidget(self._limits(analysis))
        # A box that did not do must be replaceable too.
        if analysis.needs_region or case.items[index].region is not None:
            layout.addWidget(self._region_button(analysis))
        return card

    def _limits(self, analysis: Analysis) -> QLabel:
        """Return for whom the model is made and what limits its answer."""
        lines = [f"• {limitation}" for limitation in analysis.limitations]
        if analysis.intended_population:
            text = self.tr("Made for: {population}")
            lines.insert(0, text.format(population=analysis.intended_population))
        label = self._sentence("\n".join(lines))
        font = label.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        label.setFont(font)
        return label

    def _build_heading(self, analysis: Analysis) -> QHBoxLayout:
        line = QHBoxLayout()
        name = self._sentence(f"{analysis.model_name}  {analysis.model_version}")
        if analysis.out_of_distribution is not None:
            name.setToolTip(distribution_text(analysis.out_of_distribution))
        card_button = QPushButton(self.tr("ⓘ Model card"))
        card_button.setFlat(True)
        text = self.tr("Model card of {model}").format(model=analysis.model_name)
        card_button.setAccessibleName(text)
        card_button.clicked.connect(_emit(self.card_wanted.emit, analysis.model_id))
        line.addWidget(name, 1)
        line.addWidget(card_button)
        return line

    def _build_not_assessed(self, analysis: Analysis) -> QWidget:
        frame = QFrame()
        frame.setFrameShape(QFrame.Shape.Box)
        frame.setFrameShadow(QFrame.Shadow.Plain)
        layout = QVBoxLayout(frame)
        word = QLabel(self.tr("⊘ Not assessed"))
        font = word.font()
        font.setItalic(True)
        font.setBold(True)
        word.setFont(font)
        layout.addWidget(word)
        layout.addWidget(self._sentence(analysis.reason or ""))
        return frame

    def _build_rows(self, case: CaseState, index: int, analysis: Analysis) -> list[FindingRow]:
        rows = []
        for finding in sorted(analysis.findings, key=lambda found: -found.probability):
            key = FindingKey(index, analysis.model_id, finding.concept.value)
            row = FindingRow(key, finding, case.reviews.of(key))
            wish = EvidenceWish(analysis.model_id, finding.concept)
            row.evidence_wanted.connect(_emit(self.evidence_wanted.emit, wish))
            row.verdict_given.connect(self.verdict_given)
            rows.append(row)
        return rows

    def _region_button(self, analysis: Analysis) -> QPushButton:
        text = self.tr("Draw region") if analysis.needs_region else self.tr("Draw another region")
        button = QPushButton(text)
        button.setAccessibleName(f"{text}, {analysis.model_name}")
        button.clicked.connect(_emit(self.region_wanted.emit, analysis.model_id))
        return button


class OtherModels(QWidget):
    """One line for the models that do not read this kind of file; a click says why."""

    def __init__(self, answers: list[Analysis]) -> None:
        super().__init__()
        text = self.tr("%n model(s) for other kinds of files", "", len(answers))
        self.button = QPushButton(text)
        self.button.setFlat(True)
        self.button.setCheckable(True)
        self._reasons = QLabel(
            "\n\n".join(f"{answer.model_name}: {answer.reason or ''}" for answer in answers)
        )
        self._reasons.setWordWrap(True)
        self._reasons.hide()
        self.button.toggled.connect(self._reasons.setVisible)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._reasons)


def _emit(emit: Callable[[object], None], value: object) -> Callable[[], None]:
    """Return a slot that ignores what the sender says and sends `value`."""

    def send() -> None:
        emit(value)

    return send


def _in_order(opened: OpenedItem) -> list[Analysis]:
    """Assessed before not assessed, positive before negative."""
    return sorted(
        opened.analyses.values(),
        key=lambda analysis: (
            analysis.status is not AnalysisStatus.ASSESSED,
            not any(finding.is_positive for finding in analysis.findings),
            analysis.model_name,
        ),
    )
