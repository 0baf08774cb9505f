"""Text: one record of the patient."""

from dataclasses import dataclass, field

from meddx_desktop.case.source import Patient, Source


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a record; `start` and `end` are code-point offsets into the text.

    The title stands at `start`. `is_standard`: its wording is that of headings everywhere
    ("History of present illness") and says nothing about this patient.
    """

    title: str
    start: int
    end: int
    is_standard: bool = False


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
