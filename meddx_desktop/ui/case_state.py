"""The open case as the window knows it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, RefusedFile
from meddx_desktop.case.explanation import Explanation
from meddx_desktop.case.finding import Analysis, AnalysisStatus
from meddx_desktop.case.image_series import Box, Extent, ImageSeries
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.ui.measurement_book import CaseMeasurements
from meddx_desktop.ui.reviews import Reviews
from meddx_desktop.ui.transcription import Transcription
from meddx_desktop.ui.undo_history import UndoHistory


@dataclass(slots=True)
class OpenedItem:
    """An item with what is known about it so far.

    `title` is set for the bundled samples; else the file says what it is. `explanations` are held
    by model id and concept code.
    """

    item: CaseItem
    title: str = ""
    region: Box | None = None
    thumbnail: NDArray[np.uint8] | None = None
    analyses: dict[str, Analysis] = field(default_factory=dict)
    explanations: dict[tuple[str, str], Explanation] = field(default_factory=dict)
    is_analysis_ordered: bool = False
    is_analyzed: bool = False
    failure: str = ""
    transcription: Transcription | None = None

    @property
    def is_being_read(self) -> bool:
        """Whether only a part of the series is there so far."""
        return isinstance(self.item, ImageSeries) and self.item.extent is Extent.BEING_READ

    def has_untrusted_model(self) -> bool:
        """Whether a model speaks that no trusted key has signed."""
        return any(
            analysis.status is AnalysisStatus.ASSESSED and not analysis.is_signature_trusted
            for analysis in self.analyses.values()
        )


@dataclass(slots=True)
class CaseState:
    """Items in the order in which they were opened, and the files that were refused.

    `opening_note` says what the latest opening found nothing in or left out.
    """

    items: list[OpenedItem] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    opening_note: str = ""
    reviews: Reviews = field(default_factory=Reviews)
    history: UndoHistory = field(default_factory=UndoHistory)
    measurements: CaseMeasurements = field(default_factory=CaseMeasurements)

    def patient_ids(self) -> set[str]:
        """Return the different patient numbers in the case; items without one do not count."""
        found = {opened.item.patient.patient_id for opened in self.items}
        return {patient_id for patient_id in found if patient_id}


def _file_name(source: Source) -> str:
    """Return the file's name, or that of the folder or archive where there are several files."""
    return source.paths[0].name if len(source.paths) == 1 else source.path.name


def title_of(opened: OpenedItem) -> str:
    """Return the first line for an item in a list."""
    if opened.title:
        return opened.title
    match opened.item:
        case ImageSeries() as series:
            parts = (series.modality, series.body_part, series.series_description)
            named = [part for part in parts if part]
            is_vague = not (series.body_part or series.series_description)
            return " · ".join([*named, _file_name(series.source)] if is_vague else named)
        case WaveformRecord() as waveform:
            said = waveform.series_description or _file_name(waveform.source)
            return " · ".join((waveform.title, said))
        case TextRecord() | AudioClip():
            return _file_name(opened.item.source)
