"""The case and the jobs around it: opening, thumbnails, analysis, evidence."""

from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from meddx_desktop.analysis import jobs
from meddx_desktop.analysis.evidence_request import EvidenceRequest
from meddx_desktop.analysis.sample_case import SampleItem
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, OpenSummary, RefusedFile, SeriesFound
from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.explanation import Explanation, Heatmap
from meddx_desktop.case.finding import Analysis, Entity
from meddx_desktop.case.image_series import Box, Extent, ImageSeries
from meddx_desktop.case.transcript import record_of
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.ui.case_state import CaseState, OpenedItem, title_of
from meddx_desktop.ui.engine_signals import EngineSignals, Order
from meddx_desktop.ui.transcription import Transcription

# Twice the size in the list, for screens at 200 %.
THUMBNAIL_SIZE = 144


@dataclass(slots=True)
class _Opening:
    """What is still to be opened, and what is to be said about the rest.

    `begun` holds, by the number of a series that is still being read, its number in the case.
    """

    parts: deque[tuple[Path, ...]]
    samples: dict[Path, SampleItem]
    items_before: int
    begun: dict[int, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    goes_on: bool = True
    has_items: bool = False


class CaseController(QObject):
    """Owns the case; views and panels listen.

    Signals: `item_added(index)`, `item_changed(index)` (thumbnail, analyses),
    `opening_begun(index)` after the first item of an opening was added,
    `series_read(index)` when a series of which a part was there has been read, or never will be,
    `refused_changed()` (also what was left out), `opening_ended(number of new items)`,
    `evidence_ready(index, Explanation)`.
    """

    item_added = Signal(int)
    item_changed = Signal(int)
    opening_begun = Signal(int)
    series_read = Signal(int)
    refused_changed = Signal()
    opening_ended = Signal(int)
    evidence_ready = Signal(int, object)

    def __init__(self, signals: EngineSignals) -> None:
        super().__init__()
        self.case = CaseState()
        self._signals = signals
        self._waiting_thumbnails: deque[int] = deque()
        self._is_drawing_thumbnail = False

    # Opening

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        """Open files, folders and archives into the case."""
        self._submit_opening(paths, {})

    def open_samples(self, samples: tuple[SampleItem, ...]) -> None:
        """Open the bundled samples under their titles and with their regions."""
        by_path = {sample.path: sample for sample in samples}
        self._submit_opening(tuple(by_path), by_path)

    def _submit_opening(self, paths: tuple[Path, ...], samples: dict[Path, SampleItem]) -> None:
        # One folder after the other: the first image shows while the next folder is looked at.
        folders: list[tuple[Path, ...]] = [(path,) for path in paths if path.is_dir()]
        files = tuple(path for path in paths if not path.is_dir())
        parts = deque([files, *folders] if files else folders)
        self._open_next(_Opening(parts, samples, len(self.case.items)))

    def _open_next(self, opening: "_Opening") -> None:
        """Open the next part; an opening that was stopped ends with the part that it was in."""
        if not opening.parts or not opening.goes_on:
            self.opening_ended.emit(len(self.case.items) - opening.items_before)
            return
        paths = opening.parts.popleft()
        opening.goes_on = False
        order = Order(
            partial(jobs.open_growing, paths),
            Lane.READING,
            paths=paths,
            title=self.tr("Opening"),
            on_piece=partial(self._take, opening),
            on_success=partial(self._take_summary, opening, paths),
            on_end=partial(self._end_part, opening),
        )
        self._signals.submit(order)

    def _take_summary(
        self, opening: "_Opening", paths: tuple[Path, ...], summary: OpenSummary
    ) -> None:
        opening.goes_on = True
        if summary.is_empty:
            names = ", ".join(path.name for path in paths)
            text = self.tr("Nothing that MedDx reads was found in {names}.")
            opening.notes.append(text.format(names=names))
        if summary.skipped:
            count = len(summary.skipped)
            opening.notes.append(self.tr("Left out: %n file(s) of unknown kinds.", "", count))
        for folder in summary.cut_off:
            text = self.tr("{name} holds more files than were looked at; open a part of it.")
            opening.notes.append(text.format(name=folder.name))
        self.case.opening_note = " ".join(opening.notes)
        self.refused_changed.emit()

    def _end_part(self, opening: "_Opening") -> None:
        """Say of what was being read that there is no more of it, and go on."""
        for index in opening.begun.values():
            series = self.case.items[index].item
            if isinstance(series, ImageSeries):
                self._put(index, replace(series, extent=Extent.CUT_SHORT))
        opening.begun.clear()
        self._open_next(opening)

    def _take(self, opening: "_Opening", found: CaseItem | RefusedFile | SeriesFound) -> None:
        match found:
            case RefusedFile():
                self.case.refused.append(found)
                self.refused_changed.emit()
            case SeriesFound(number, series) if series.extent is Extent.BEING_READ:
                opening.begun[number] = len(self.case.items)
                self._take_item(opening, series)
            case SeriesFound(number, series) if number in opening.begun:
                self._put(opening.begun.pop(number), series)
            case SeriesFound(series=series):
                self._take_item(opening, series)
            case _:
                self._take_item(opening, found)

    def _take_item(self, opening: "_Opening", item: CaseItem) -> None:
        sample = opening.samples.get(item.source.path)
        opened = OpenedItem(item)
        if sample is not None:
            opened.title, opened.region = sample.title, sample.region
        self._add(opened)
        if not opening.has_items:
            opening.has_items = True
            self.opening_begun.emit(len(self.case.items) - 1)

    def _put(self, index: int, series: ImageSeries) -> None:
        """Put a series in the place of the part of it that was there."""
        opened = self.case.items[index]
        is_ordered, opened.is_analysis_ordered = opened.is_analysis_ordered, False
        opened.item = series
        if series.extent is Extent.WHOLE:
            if len(series.frames) > 1:
                self._order_thumbnail(index)
            if is_ordered:
                self.analyze(index)
        self.series_read.emit(index)

    def add_transcript(self, clip: AudioClip, transcription: Transcription, title: str) -> None:
        """Add a finished transcript to the case as a record, which models can then read."""
        if transcription.transcript is not None:
            self._add(OpenedItem(record_of(clip, transcription.transcript), title))

    def _add(self, opened: OpenedItem) -> None:
        self.case.items.append(opened)
        index = len(self.case.items) - 1
        self.item_added.emit(index)
        self._order_thumbnail(index)

    def _order_thumbnail(self, index: int) -> None:
        if index not in self._waiting_thumbnails:
            self._waiting_thumbnails.append(index)
        self._draw_next_thumbnail()

    def _draw_next_thumbnail(self) -> None:
        # One at a time, so that frames of the series in view never wait behind many of them.
        if self._is_drawing_thumbnail or not self._waiting_thumbnails:
            return
        index = self._waiting_thumbnails.popleft()
        opened = self.case.items[index]
        self._is_drawing_thumbnail = True
        self._signals.submit(
            Order(
                partial(jobs.make_thumbnail, opened.item, THUMBNAIL_SIZE),
                Lane.OPENING,
                paths=opened.item.source.paths,
                on_success=partial(self._take_thumbnail, index),
                on_failure=lambda _: None,
                on_end=self._thumbnail_ended,
            )
        )

    def _take_thumbnail(self, index: int, pixels: NDArray[np.uint8]) -> None:
        self.case.items[index].thumbnail = pixels
        self.item_changed.emit(index)

    def _thumbnail_ended(self) -> None:
        self._is_drawing_thumbnail = False
        self._draw_next_thumbnail()

    # Analysis

    def analyze(self, index: int) -> None:
        """Run every model that fits an item, unless that was ordered before.

        A series that is still being read is analyzed when all of it is there.
        """
        opened = self.case.items[index]
        if opened.is_analysis_ordered:
            return
        opened.is_analysis_ordered = True
        if not opened.is_being_read:
            self._submit_analysis(index, (), opened.region)

    def analyze_region(self, index: int, model_id: str, region: Box | Literal["full"]) -> None:
        """Run one model on a box that the person drew."""
        self._submit_analysis(index, (model_id,), region)

    def _submit_analysis(
        self, index: int, models: tuple[str, ...], region: Box | Literal["full"] | None
    ) -> None:
        opened = self.case.items[index]
        opened.failure = ""
        if region is not None:
            opened.region = region if isinstance(region, Box) else _whole(opened.item)
        text = self.tr("Analyzing {title}")
        order = Order(
            partial(jobs.analyze_item, opened.item, models, region),
            Lane.ANALYSIS,
            paths=opened.item.source.paths,
            title=text.format(title=title_of(opened)),
            on_piece=partial(self._take_analysis, index),
            on_success=partial(self._analysis_succeeded, index),
            on_failure=partial(self._analysis_failed, index),
            on_end=partial(self._analysis_ended, index),
        )
        self._signals.submit(order)

    def _take_analysis(self, index: int, analysis: Analysis) -> None:
        opened = self.case.items[index]
        opened.analyses[analysis.model_id] = analysis
        for key in [key for key in opened.explanations if key[0] == analysis.model_id]:
            del opened.explanations[key]
        if analysis.explanation is not None:
            concept = analysis.explanation.concept.value
            opened.explanations[analysis.model_id, concept] = analysis.explanation
        self.item_changed.emit(index)

    def _analysis_succeeded(self, index: int, _: object) -> None:
        self.case.items[index].is_analyzed = True

    def _analysis_failed(self, index: int, failure: Failed) -> None:
        opened = self.case.items[index]
        opened.failure = failure.message
        self.item_changed.emit(index)
        self._signals.failed.emit(failure)

    def _analysis_ended(self, index: int) -> None:
        opened = self.case.items[index]
        # Stopped before any model spoke: Analyze may be pressed again.
        opened.is_analysis_ordered = opened.is_analyzed or bool(opened.analyses)
        self.item_changed.emit(index)

    # Evidence

    def explain(
        self, index: int, model_id: str, concept: CodedConcept, frame: int | None = None
    ) -> None:
        """Show the evidence for a finding, computed when it is asked for the first time.

        Without a `frame`, a series is explained on the frame with the highest probability.
        """
        opened = self.case.items[index]
        analysis = opened.analyses[model_id]
        if frame is None:
            frame = _strongest_frame(analysis, concept)
        known = opened.explanations.get((model_id, concept.value))
        is_elsewhere = isinstance(known, Heatmap) and known.frame_index != frame
        if known is not None and not (is_elsewhere and analysis.frames):
            self.evidence_ready.emit(index, known)
            return
        request = EvidenceRequest(model_id, concept, frame, opened.region)
        self._submit_explanation(index, request)

    def explain_mention(self, index: int, entity: Entity) -> None:
        """Show which words made a model mark a mention."""
        opened = self.case.items[index]
        concept = CodedConcept(entity.entity_type, "99MEDDX", entity.entity_type)
        for analysis in opened.analyses.values():
            if entity in analysis.entities:
                span = (entity.start, entity.end)
                request = EvidenceRequest(analysis.model_id, concept, span=span)
                self._submit_explanation(index, request)

    def _submit_explanation(self, index: int, request: EvidenceRequest) -> None:
        opened = self.case.items[index]
        order = Order(
            partial(jobs.explain_finding, opened.item, request),
            Lane.ANALYSIS,
            paths=opened.item.source.paths,
            title=self.tr("Computing the evidence"),
            on_success=partial(self._take_explanation, index, request),
        )
        self._signals.submit(order)

    def _take_explanation(
        self, index: int, request: EvidenceRequest, explanation: Explanation
    ) -> None:
        opened = self.case.items[index]
        if request.span is None:
            opened.explanations[request.model_id, explanation.concept.value] = explanation
        self.evidence_ready.emit(index, explanation)

    def close_case(self) -> None:
        """Forget every item and stop what runs for it."""
        self._signals.close_case()
        self._is_drawing_thumbnail = False
        self.case = CaseState()
        self._waiting_thumbnails.clear()


def _whole(item: CaseItem) -> Box | None:
    if isinstance(item, ImageSeries):
        return Box(0, 0, item.columns, item.rows)
    return None


def _strongest_frame(analysis: Analysis, concept: CodedConcept) -> int:
    """Return the frame with the highest probability of a finding, or the first."""
    best, best_probability = 0, -1.0
    for frame in analysis.frames:
        for finding in frame.findings:
            if finding.concept == concept and finding.probability > best_probability:
                best, best_probability = frame.index, finding.probability
    return best
