"""Plain text records in any encoding."""

import re
from dataclasses import dataclass
from pathlib import Path

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.readers.record_text import (
    RecordOrigin,
    count_control_characters,
    make_record,
    normalize_text,
)
from meddx_desktop.readers.text_encoding import DecodedText, decode_text

_LARGEST_BYTES = 16 << 20
_MOST_CONTROL = 0.005
_BLOCK_BYTES = 4 << 20
# Signatures of files that hold text only by accident; their own readers are asked first.
_NOT_TEXT = (
    b"%PDF", b"PK\x03\x04", b"\x7fELF", b"MZ", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF",
    b"\x1f\x8b", b"OggS", b"fLaC", b"ID3", b"BM", b"II*\x00", b"MM\x00*", b"\xd0\xcf\x11\xe0",
    b"SQLite format 3", b"7z\xbc\xaf", b"Rar!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa",
    b"\x1aE\xdf\xa3",
)  # fmt: skip
_MARKUP = (
    (re.compile(r"MSH[|^~\\&]"), "an HL7 version 2 message"),
    (re.compile(r"\{\\rtf"), "a rich-text (RTF) document"),
    (re.compile(r"<!DOCTYPE html|<html", re.IGNORECASE), "an HTML page"),
    (re.compile(r"<.{0,4000}?<(?:\w{1,20}:)?ClinicalDocument\b", re.DOTALL), "a CDA document"),
    (re.compile(r"<(?:\w{1,20}:)?ClinicalDocument\b"), "a CDA document"),
    (re.compile(r"<\?xml\b"), "an XML document"),
    (re.compile(r'\{.{0,4000}?"resourceType"\s{0,9}:', re.DOTALL), "a FHIR resource in JSON"),
    (re.compile(r'\{\s{0,999}"|\[\s{0,999}[{\["]'), "JSON"),
)
_MARKUP_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class PlainTextReader:
    """Reads any file whose bytes are text; asked last, because nearly every format could be."""

    name: str = "plain text"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Tell whether the beginning of the file is text in some encoding."""
        if not head or _has_binary_signature(head):
            return False
        decoded = decode_text(head[: len(head) // 4 * 4] if len(head) > 64 else head)
        return decoded is not None and _is_text(decoded.text)

    def read(self, path: Path, progress: ReportProgress) -> TextRecord:
        """Read the whole record.

        Raises
        ------
        RefusedFileError : the file is empty, too large, not text, or cannot be read.
        """
        raw = _read_bytes(path, progress)
        decoded = None if _has_binary_signature(raw) else decode_text(raw)
        if decoded is None or not _is_text(decoded.text):
            raise RefusedFileError(
                path,
                "its content is not text in any known encoding",
                "Open it with the program that wrote it and save it as plain text.",
                code="not_text",
            )
        progress(len(raw), len(raw), "Reading the text")
        if not normalize_text(decoded.text).strip():
            raise RefusedFileError(
                path, "it holds no text", "Choose another file.", code="empty_file"
            )
        origin = RecordOrigin(path, "plain text", decoded.encoding, tuple(_warnings(decoded)))
        return make_record(decoded.text.rstrip("\x00"), origin)


def _has_binary_signature(raw: bytes) -> bool:
    """Tell a format's signature from a note that begins with its letters ("MZ", "BM", "ID3")."""
    head = raw[:4096]
    is_note = head.isascii() and b"\x00" not in head and not head.startswith(b"%PDF")
    return head.startswith(_NOT_TEXT) and not is_note


def _read_bytes(path: Path, progress: ReportProgress) -> bytes:
    try:
        size = path.stat().st_size
        if size == 0:
            raise RefusedFileError(path, "it is empty", "Choose another file.", code="empty_file")
        if size > _LARGEST_BYTES:
            raise RefusedFileError(
                path,
                f"it holds {size >> 20} MiB, more than the {_LARGEST_BYTES >> 20} MiB of a record",
                "Split it into single records.",
                code="too_large",
            )
        blocks = []
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                blocks.append(block)
                progress(sum(map(len, blocks)), size, "Reading the text")
                if len(blocks) * _BLOCK_BYTES > 2 * _LARGEST_BYTES:
                    break
    except OSError as error:
        raise RefusedFileError(
            path,
            f"it cannot be read ({error.strerror or 'input/output error'})",
            "Check that the file is there and that you may read it.",
            code="unreadable_file",
        ) from error
    return b"".join(blocks)


def _is_text(text: str) -> bool:
    without_padding = text.rstrip("\x00")
    count = count_control_characters(without_padding)
    return bool(without_padding or not text) and count <= max(2, _MOST_CONTROL * len(text))


def _warnings(decoded: DecodedText) -> list[str]:
    warnings = []
    if not decoded.is_sure:
        warnings.append(
            f"The encoding is not named in the file; {decoded.encoding} fits best. "
            "Check accented letters and symbols."
        )
    if decoded.replaced:
        warnings.append(
            f"{decoded.replaced} characters could not be decoded as {decoded.encoding} and are "
            "shown as �."
        )
    controls = count_control_characters(decoded.text.rstrip("\x00"))
    if controls:
        warnings.append(f"{controls} control characters are shown as �.")
    beginning = decoded.text.lstrip()[:_MARKUP_CHARACTERS]
    for pattern, description in _MARKUP:
        if pattern.match(beginning):
            warnings.append(
                f"This looks like {description}; it is shown as plain text, with its markup."
            )
            break
    return warnings


PLAIN_TEXT_READER = PlainTextReader()
