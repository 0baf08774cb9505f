"""The case: everything that was opened for one patient."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord

# Closed on purpose: every `match` over it ends in `assert_never`, so mypy lists what to extend.
CaseItem: TypeAlias = ImageSeries | TextRecord | AudioClip | WaveformRecord


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that could not be opened, with the sentence that says why."""

    path: Path
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SeriesFound:
    """A series on its way: first its first image, later all of it under the same `number`."""

    number: int
    series: ImageSeries


@dataclass(frozen=True, slots=True)
class OpenSummary:
    """What came of opening paths.

    `skipped` lie in folders or archives and are no records; `cut_off` are the folders with more
    files than are looked at. Where `is_empty`, the person must be told that nothing was found.
    """

    opened: int
    refused: int
    skipped: tuple[Path, ...] = ()
    cut_off: tuple[Path, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is neither an item nor a refusal to show."""
        return self.opened == 0 and self.refused == 0


@dataclass(frozen=True, slots=True)
class Case:
    """The items of one patient and the files that were refused."""

    items: tuple[CaseItem, ...] = ()
    refused: tuple[RefusedFile, ...] = ()


def kind_of(item: CaseItem) -> str:
    """Return "image", "document", "text", "audio" or "waveform", as the command line does.

    Models are made for one of these kinds; none is made for documents and waveforms.
    """
    match item:
        case ImageSeries():
            return "document" if item.is_document else "image"
        case TextRecord():
            return "text"
        case AudioClip():
            return "audio"
        case WaveformRecord():
            return "waveform"
