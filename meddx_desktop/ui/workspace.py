"""The three panes of an open case: case | viewer | findings."""

from dataclasses import replace
from pathlib import Path
from typing import Literal, assert_never

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from meddx_desktop.analysis.sample_case import read_sample_case
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.explanation import Explanation, Heatmap, TextHighlights, TimeHighlights
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.measurement import Measurement
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.ui.audio_view import AudioView
from meddx_desktop.ui.case_controller import CaseController
from meddx_desktop.ui.case_measuring import CaseMeasuring
from meddx_desktop.ui.case_panel import CasePanel
from meddx_desktop.ui.case_state import title_of
from meddx_desktop.ui.change_dialog import ChangeDialog
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.findings_panel import EvidenceWish, FindingsPanel
from meddx_desktop.ui.held_key import HeldKey
from meddx_desktop.ui.image_export import ImageExport
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.model_card_dialog import ModelCardDialog
from meddx_desktop.ui.overlay_planes import key_titles
from meddx_desktop.ui.reviews import FindingKey, Review
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.series_placing import SeriesPlacing
from meddx_desktop.ui.settings import Settings
from meddx_desktop.ui.tag_browser import TagBrowser
from meddx_desktop.ui.text_view import TextView
from meddx_desktop.ui.transcription import Transcriber, Transcription
from meddx_desktop.ui.undo_history import Step
from meddx_desktop.ui.verdict import Verdict
from meddx_desktop.ui.view_printing import ViewPrinting
from meddx_desktop.ui.viewport import Viewport
from meddx_desktop.ui.views import Views
from meddx_desktop.ui.waveform_view import WaveformView
from meddx_desktop.ui.window_dialog import ask_window

_PANES = (270, 760, 340)


class Workspace(QWidget):
    """Ties the case, the views and the findings together.

    Signals: `scope_changed(Scope | None)` when another kind of item, or none, is in view.
    """

    scope_changed = Signal(object)

    def __init__(self, signals: EngineSignals, settings: Settings) -> None:
        super().__init__()
        self._signals = signals
        self._analyzes_automatically = settings.analyzes_automatically
        self._region_model = ""
        self.controller = CaseController(signals)
        self.exports = ImageExport(signals, self)
        self.prints = ViewPrinting(self)
        self.transcriber = Transcriber(signals)
        self.case_panel = CasePanel()
        self.views = Views(signals)
        self.placing = SeriesPlacing(
            self.views,
            self.case_panel,
            self.controller,
            hangs_automatically=settings.hangs_automatically,
        )
        self.findings: FindingsPanel = FindingsPanel()
        self.measuring = CaseMeasuring(signals, self.controller, self)
        self.book, self.measurements = self.measuring.book, self.measuring.panel
        self.views.grid.prepare_each(lambda view: view.markup.use(self.book))
        self.views.grid.set_shape(settings.grid)
        self.views.links.choose(settings.links)
        self.overlay_key = HeldKey(lambda: self.image.toggle_overlay(), self)
        self.image.controls.set_opacity(settings.overlay_opacity)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.answers = self._build_answers()
        for pane in (self.case_panel, self.views, self.answers):
            self.splitter.addWidget(pane)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(1, False)  # noqa: FBT003 - Qt's own signature
        self.case_panel.setMinimumWidth(200)
        self.findings.setMinimumWidth(280)
        self.splitter.setSizes(list(settings.panes or _PANES))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self._connect()

    def _build_answers(self) -> QSplitter:
        answers = QSplitter(Qt.Orientation.Vertical)
        answers.addWidget(self.findings)
        answers.addWidget(self.measurements)
        answers.setStretchFactor(0, 1)
        return answers

    def _connect(self) -> None:
        controller, findings = self.controller, self.findings
        controller.item_added.connect(self._item_added)
        controller.item_changed.connect(self._item_changed)
        controller.series_read.connect(self._item_changed)
        controller.refused_changed.connect(self._show_refused)
        controller.evidence_ready.connect(self._show_evidence)
        self.case_panel.chosen.connect(self._show_item)
        findings.analysis_wanted.connect(self.analyze)
        findings.evidence_wanted.connect(self._explain)
        findings.region_wanted.connect(self._start_region)
        findings.card_wanted.connect(self._show_card)
        findings.verdict_given.connect(self._take_verdict)
        self.views.grid.prepare_each(lambda view: view.region_chosen.connect(self._analyze_region))
        self.views.grid.activated.connect(self._viewport_activated)
        self.views.reformations.refused.connect(self._signals.failed)
        self.measurements.wanted.connect(self._show_measurement)
        self.measurements.text_wanted.connect(lambda one: self.image.markup.edit_text(one))
        self.audio.transcript_wanted.connect(self.transcribe)
        self.audio.transcript.record_wanted.connect(self._keep_transcript)
        self.transcriber.changed.connect(self._show_transcription)
        self.measuring.follow_case()

    # Views

    @property
    def image(self) -> ImageView:
        """The image view."""
        return self.views.image

    @property
    def text(self) -> TextView:
        """The text view."""
        return self.views.text

    @property
    def audio(self) -> AudioView:
        """The audio view."""
        return self.views.audio

    @property
    def waveform(self) -> WaveformView:
        """The view of waveforms."""
        return self.views.waveform

    def key_widget(self, scope: Scope) -> QWidget:
        """Return the widget whose keys belong to a kind of view."""
        return self.views.key_widget(scope)

    # The case

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        """Open files and folders into the case."""
        self.controller.open_paths(paths)

    def open_sample_case(self) -> None:
        """Open the bundled samples."""
        self.controller.open_samples(read_sample_case())

    def close_case(self) -> None:
        """Forget everything that is open; ask before measurements are lost."""
        if not self.measuring.may_leave(self.close_case):
            return
        self.views.leave()
        self.controller.close_case()
        case = self.controller.case
        self.measuring.show_case()
        self.case_panel.show_case(case)
        self.case_panel.show_refused([])
        self.case_panel.show_opening_note("")
        self.case_panel.show_patients(set())
        self.findings.show_nothing()
        self.scope_changed.emit(None)

    def step_item(self, count: int) -> None:
        """Go to another item of the case."""
        self.case_panel.step(count)

    def show_side_panes(self, *, is_shown: bool) -> None:
        """Show or hide the case and the findings beside the viewer."""
        self.case_panel.setVisible(is_shown)
        self.answers.setVisible(is_shown)

    @property
    def is_busy(self) -> bool:
        """Whether there is something that `cancel` would stop."""
        return self.image.is_busy

    def cancel(self) -> None:
        """Step back from what was begun."""
        self.image.cancel()
        self.audio.pause()

    def _item_added(self, index: int) -> None:
        case = self.controller.case
        self.case_panel.append(case.items[index])
        self.case_panel.show_patients(case.patient_ids())
        if self.case_panel.current_index() < 0:
            self.case_panel.choose(index)

    def _viewport_activated(self, viewport: Viewport) -> None:
        """Let the list and the findings follow the viewport."""
        if viewport.item is None:
            self.case_panel.choose_nothing()
            self.findings.show_nothing()
            self.scope_changed.emit(Scope.IMAGE)
        else:
            # Two items may be equal, as when a file was opened twice.
            items = enumerate(self.controller.case.items)
            self.case_panel.choose(next(i for i, one in items if one is viewport.item))

    def _item_changed(self, index: int) -> None:
        self.case_panel.model.refresh(index)
        if index == self.case_panel.current_index():
            self.findings.show_item(self.controller.case, index)
            self.views.refresh_item(self.controller.case.items[index])

    def _show_refused(self) -> None:
        case = self.controller.case
        self.case_panel.show_refused(case.refused)
        self.case_panel.show_opening_note(case.opening_note)
        if (case.refused or case.opening_note) and not case.items:
            self.scope_changed.emit(Scope.CASE)

    def _show_item(self, index: int) -> None:
        opened = self.controller.case.items[index]
        self.scope_changed.emit(self.views.show_item(opened))
        self.views.take_keyboard()
        if self._analyzes_automatically:
            self.controller.analyze(index)
        self.findings.show_item(self.controller.case, index)

    # Analysis and evidence

    def analyze(self) -> None:
        """Run the models that fit the item in view."""
        if self.case_panel.current_index() >= 0:
            self.controller.analyze(self.case_panel.current_index())
            self._item_changed(self.case_panel.current_index())

    def analyze_all(self) -> None:
        """Run the models that fit on every item."""
        for index in range(len(self.controller.case.items)):
            self.controller.analyze(index)

    def toggle_automatic_analysis(self) -> None:
        """Analyze items when they are shown, or only when asked."""
        self._analyzes_automatically = not self._analyzes_automatically

    def _explain(self, wish: EvidenceWish) -> None:
        self.controller.explain(self.case_panel.current_index(), wish.model_id, wish.concept)

    def explain_image(self) -> None:
        """Show the evidence for the finding above the slider on the image in view."""
        chosen = self.image.controls.findings_box.chosen
        if chosen is not None:
            item, frame = self.case_panel.current_index(), self.image.index
            self.controller.explain(item, chosen.model_id, chosen.concept, frame)

    def explain_mention(self) -> None:
        """Show which words speak for the current mention."""
        entity = self.text.current_mention()
        if entity is not None:
            self.controller.explain_mention(self.case_panel.current_index(), entity)

    def _show_evidence(self, index: int, explanation: Explanation) -> None:
        self.case_panel.choose(index)
        match explanation:
            case Heatmap() as heatmap:
                self.views.reformations.end()
                self.image.show_heatmap(heatmap)
            case TextHighlights() as highlights:
                self.text.show_highlights(highlights)
            case TimeHighlights() as highlights:
                self.audio.show_highlights(highlights)
            case _:
                assert_never(explanation)

    def _start_region(self, model_id: str) -> None:
        opened = self.controller.case.items[self.case_panel.current_index()]
        self._region_model = model_id
        self.views.reformations.end()
        self.image.start_region(opened.analyses[model_id].model_name)

    def _analyze_region(self, region: Box | Literal["full"]) -> None:
        index = self.case_panel.current_index()
        self.controller.analyze_region(index, self._region_model, region)

    def _show_card(self, model_id: str) -> None:
        ModelCardDialog(self._signals, model_id, self).open()

    def show_next_key_image(self) -> None:
        """Go to the next image that a key object selection names, from the last to the first."""
        series = self.image.series
        if series is not None:
            count = len(series.frames)
            following = (self.image.index + step for step in range(1, count + 1))
            found = (one % count for one in following if key_titles(series, one % count))
            self.image.go_to(next(found, self.image.index))

    def show_attributes(self) -> None:
        """List the header of the file in view."""
        index = self.case_panel.current_index()
        item = self.controller.case.items[index].item if index >= 0 else None
        series = self.image.series
        if isinstance(item, WaveformRecord | TextRecord):
            TagBrowser(self._signals, item.source.path, item.source.paths, self).open()
        elif series is not None and series.transfer_syntax_uid is not None:
            path = series.frames[self.image.index].path
            TagBrowser(self._signals, path, series.source.paths, self).open()

    def ask_window(self) -> None:
        """Ask for window and level as figures."""
        ask_window(self.image)

    # Measurements

    def _show_measurement(self, measurement: Measurement) -> None:
        place = self.measuring.place_of(measurement)
        if place is not None:
            self.case_panel.choose(place[0])
            self.image.go_to(place[1])
            self.book.choose(measurement.identifier)

    # Transcripts

    def transcribe(self) -> None:
        """Write down what is said in the recording in view, unless that is being done."""
        index = self.case_panel.current_index()
        opened = self.controller.case.items[index] if index >= 0 else None
        if opened is None or not isinstance(opened.item, AudioClip):
            return
        if opened.transcription is None or not opened.transcription.is_running:
            opened.transcription = self.transcriber.transcribe(opened.item, title_of(opened))
            self.audio.show_transcription(opened.transcription)

    def _show_transcription(self, transcription: Transcription) -> None:
        index = self.case_panel.current_index()
        if index >= 0 and self.controller.case.items[index].transcription is transcription:
            self.audio.show_transcription(transcription)

    def _keep_transcript(self, transcription: Transcription) -> None:
        for opened in tuple(self.controller.case.items):
            if opened.transcription is transcription and isinstance(opened.item, AudioClip):
                title = self.tr("Transcript: {title}").format(title=title_of(opened))
                self.controller.add_transcript(opened.item, transcription, title)
                self.case_panel.choose(len(self.controller.case.items) - 1)

    # Verdicts

    def _take_verdict(self, key: FindingKey, verdict: Verdict) -> None:
        if verdict is Verdict.CHANGED:
            dialog = ChangeDialog(self)
            dialog.changed.connect(lambda review: self._record(key, review))
            dialog.open()
        else:
            self._record(key, Review(verdict))

    def _record(self, key: FindingKey, review: Review) -> None:
        reviews = self.controller.case.reviews
        before = reviews.of(key)

        def put(given: Review) -> None:
            reviews.set(key, given)
            self._show_reviews()

        self.controller.case.history.do(Step(lambda: put(review), lambda: put(before)))
        self.findings.choose_next()

    def undo(self) -> None:
        """Take the last verdict or measurement back."""
        self.controller.case.history.undo()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.controller.case.history.redo()

    def _show_reviews(self) -> None:
        for row in self.findings.rows:
            row.show_review(self.controller.case.reviews.of(row.key))

    def keep_settings(self, settings: Settings) -> Settings:
        """Return settings with what this workspace is to remember."""
        return replace(
            settings,
            panes=tuple(self.splitter.sizes()),
            overlay_opacity=self.image.controls.opacity(),
            analyzes_automatically=self._analyzes_automatically,
            hangs_automatically=self.placing.hangs_automatically,
            grid=self.views.grid.chosen_shape,
            links=self.views.links.choices,
        )
