"""Text: one record of the patient."""

from dataclasses import dataclass, field

from meddx_desktop.case.source import Patient, Source


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a record; `start` and `end` are code-point offsets into the text."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A record as Unicode text with line feeds; `language` is an ISO 639-1 code or None."""

    source: Source
    text: str
    record_format: str
    encoding: str
    language: str | None = None
    sections: tuple[Section, ...] = ()
    patient: Patient = field(default_factory=Patient)
