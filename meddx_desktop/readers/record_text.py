"""What every record format shares: line ends, control characters, sections, language."""

import re
from dataclasses import dataclass
from pathlib import Path

from meddx_desktop.case.source import Patient, Source
from meddx_desktop.case.text_record import Section, TextRecord
from meddx_desktop.readers.language import detect_language
from meddx_desktop.readers.section_headings import find_sections

_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class RecordOrigin:
    """What a reader knows about a record beside its text."""

    path: Path
    record_format: str
    encoding: str
    warnings: tuple[str, ...] = ()
    patient: Patient = Patient()  # noqa: RUF009 - frozen and empty
    sections: tuple[Section, ...] | None = None


def normalize_text(text: str) -> str:
    r"""Turn every line end into one line feed and every other control character into U+FFFD.

    Nothing else changes, so offsets into the result are stable: normalizing again changes
    nothing, and each character but the second half of a CR LF pair keeps its place in the order.
    Tabs and form feeds stay.
    """
    return _CONTROL.sub("\ufffd", _LINE_END.sub("\n", text.removeprefix("\ufeff")))


def count_control_characters(text: str) -> int:
    """Count the characters that `normalize_text` replaces with U+FFFD."""
    return len(_CONTROL.findall(_LINE_END.sub("\n", text)))


def make_record(text: str, origin: RecordOrigin) -> TextRecord:
    """Build the record of a text as read: normalized, with sections and, where clear, language.

    A format that names its own sections passes them; their offsets refer to normalized text.
    """
    normalized = normalize_text(text)
    sections = find_sections(normalized) if origin.sections is None else origin.sections
    return TextRecord(
        source=Source(origin.path, (origin.path,), origin.warnings),
        text=normalized,
        record_format=origin.record_format,
        encoding=origin.encoding,
        language=detect_language(normalized),
        sections=sections,
        patient=origin.patient,
    )
