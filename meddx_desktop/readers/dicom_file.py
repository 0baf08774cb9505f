"""Opens a DICOM file up to its pixel data, in any encoding, trusting no length in it."""

import logging
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from pydicom import config
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers import refusals

# Odd values are looked at one by one where they are used; pydicom's own messages quote them,
# and they may name the patient.
config.settings.reading_validation_mode = config.IGNORE
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"

PIXEL_KEYWORDS = {
    0x7FE00008: "FloatPixelData",
    0x7FE00009: "DoubleFloatPixelData",
    0x7FE00010: "PixelData",
}
UNDEFINED_LENGTH = 0xFFFFFFFF
LONG_VALUE_REPRESENTATIONS = frozenset(
    (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
)

_INFLATED_LIMIT = 192 << 20
# Larger single values are not loaded; the frames of a long enhanced object need a few MiB.
_VALUE_LIMIT = 32 << 20
# pydicom needs 50 us, 2 KiB and up to ten reads for each item.
_READS_LIMIT = 700_000
_READ_BYTES_LIMIT = 128 << 20
_ITEMS_LIMIT = 125_000
_META_VALUE_LIMIT = 1 << 16
PARSING_ERRORS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
# `warnings.catch_warnings` changes the whole process, frames are decoded in threads.
_WARNINGS_LOCK = threading.RLock()


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the data set is written and where it starts; `has_meta` is false without group 2."""

    transfer_syntax_uid: str
    start: int
    is_implicit: bool
    is_little_endian: bool
    has_meta: bool


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Where the pixel data lies; `length` is None for encapsulated frames.

    `has_words` for OW, whose 16-bit words are swapped in big-endian files whatever they hold.
    """

    keyword: str
    offset: int
    length: int | None
    has_words: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class DicomFile:
    """A data set without its pixels; `notes` are sentences about what was odd."""

    path: Path
    dataset: Dataset
    transfer_syntax_uid: str
    is_little_endian: bool
    pixel_element: PixelElement | None
    notes: tuple[str, ...]


class _BoundedStream:
    """A stream of which no read asks for more than is left, and of which not all may be read.

    pydicom believes every length and every number of items. `is_used_up` says that the limit was
    reached; pydicom turns the error that stops it into others.
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._size = size
        self._reads = 0
        self._bytes = 0
        self.is_used_up = False
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, count: int = -1) -> bytes:
        """Read at most `count` bytes, all that are left where it is negative."""
        left = max(0, self._size - self._stream.tell())
        wanted = left if count < 0 else min(count, left)
        self._reads += 1
        self._bytes += wanted
        if self._reads > _READS_LIMIT or self._bytes > _READ_BYTES_LIMIT:
            self.is_used_up = True
            raise EOFError
        return self._stream.read(wanted)


@contextmanager
def quiet_pydicom() -> Iterator[list[warnings.WarningMessage]]:
    """Collect pydicom's warnings instead of showing them."""
    with _WARNINGS_LOCK, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


def looks_like_dicom(head: bytes) -> bool:
    """Say whether this is the start of a DICOM file, with or without the preamble."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 16:
        return False
    for order in "<>":
        group, element, length = struct.unpack_from(f"{order}HHI", head)
        if (group, element) in ((2, 0), (8, 0)):
            return _has_known_vr(head) or length == 4
        if group in (2, 8) and 0 < element <= 0x18:
            return _has_known_vr(head) or length < 256
    return False


def _has_known_vr(head: bytes) -> bool:
    return head[4:6] in (b"UL", b"UI", b"OB", b"CS", b"DA", b"TM", b"SH", b"LO", b"DT")


def open_dicom(path: Path) -> DicomFile:
    """Read the data set up to the pixel data.

    Raises
    ------
    RefusedFileError : not DICOM, cut off or damaged beyond reading.
    """
    with path.open("rb") as file:
        encoding = find_encoding(file)
        size = path.stat().st_size
        if encoding.transfer_syntax_uid == DEFLATED:
            content = inflated_dataset(path)
            return _open(path, BytesIO(content), encoding, len(content))
        return _open(path, file, encoding, size)


def find_encoding(file: BinaryIO) -> Encoding:
    """Read the preamble and group 2, where there are any, and name the transfer syntax."""
    head = file.read(132)
    start = 132 if head[128:132] == b"DICM" else 0
    file.seek(start)
    uid = None
    has_meta = False
    while True:
        position = file.tell()
        element = _read_meta_element(file)
        if element is None:
            break
        has_meta = True
        if element[0] == 0x10:
            uid = element[1].rstrip(b"\0 ").decode("ascii", "replace")
    file.seek(position)
    implicit, little = _guess_encoding(file.read(8))
    file.seek(position)
    if not uid:
        uid = IMPLICIT_LITTLE if implicit else EXPLICIT_LITTLE if little else EXPLICIT_BIG
    elif uid != DEFLATED:
        little = uid != EXPLICIT_BIG
    else:
        implicit, little = False, True
    return Encoding(uid, position, implicit, little, has_meta)


def read_meta_elements(path: Path) -> list[tuple[int, bytes]]:
    """Return element number and value of each attribute of group 2, in their order."""
    with path.open("rb") as file:
        file.seek(132 if file.read(132)[128:132] == b"DICM" else 0)
        elements = []
        while (element := _read_meta_element(file)) is not None:
            elements.append(element)
    return elements


def _read_meta_element(file: BinaryIO) -> tuple[int, bytes] | None:
    head = file.read(8)
    if len(head) < 8 or head[:2] != b"\x02\x00":
        return None
    element, vr, length = struct.unpack("<2xH2sH", head)
    if vr in LONG_VALUE_REPRESENTATIONS:
        length = int.from_bytes(file.read(4), "little")
    elif not vr.isalpha():
        length = int.from_bytes(head[4:], "little")
    return element, file.read(min(length, _META_VALUE_LIMIT))


def _guess_encoding(head: bytes) -> tuple[bool, bool]:
    """Return (implicit, little endian) as the first element of the data set looks."""
    if len(head) < 8:
        return True, True
    is_implicit = not (head[4:6].isalpha() and head[4:6].isupper())
    little, big = (int.from_bytes(head[:2], order) for order in ("little", "big"))
    return is_implicit, little <= big


def _open(path: Path, stream: BinaryIO, encoding: Encoding, size: int) -> DicomFile:
    stream.seek(encoding.start)
    bounded = _BoundedStream(stream, size)
    with quiet_pydicom() as caught:
        try:
            dataset = read_dataset(
                cast(BinaryIO, bounded),
                encoding.is_implicit,
                encoding.is_little_endian,
                stop_when=_is_pixel_element,
                defer_size=_VALUE_LIMIT,
            )
        except PARSING_ERRORS as error:
            if not bounded.is_used_up:
                raise refusals.damaged(path, "its DICOM header cannot be read") from error
    if bounded.is_used_up:
        raise _too_large(path)
    _check_items(path, dataset)
    _check_complete(path, dataset, size, [str(one.message) for one in caught])
    if not len(dataset):
        raise refusals.damaged(path, "it holds no DICOM attributes")
    notes = _notes(encoding, len(caught))
    element = _read_pixel_element(stream, encoding)
    uid, little = encoding.transfer_syntax_uid, encoding.is_little_endian
    return DicomFile(path, dataset, uid, little, element, notes)


def _is_pixel_element(tag: BaseTag, vr: str | None, length: int) -> bool:
    return tag in PIXEL_KEYWORDS


def _too_large(path: Path) -> RefusedFileError:
    return refusals.too_large(path, "its header has more attributes than can be read safely")


def _check_items(path: Path, dataset: Dataset) -> None:
    """Refuse sequences with too many items, which pydicom parses when they are asked for."""
    mark = b"\xfe\xff\x00\xe0" if dataset.is_little_endian is not False else b"\xff\xfe\xe0\x00"
    marks = 0
    for element in dataset.values():
        if isinstance(element, RawDataElement) and isinstance(element.value, bytes):
            marks += element.value.count(mark)
    if marks > _ITEMS_LIMIT:
        raise _too_large(path)


def _check_complete(path: Path, dataset: Dataset, size: int, messages: list[str]) -> None:
    ends = [
        element.value_tell + element.length
        for element in dataset.values()
        if isinstance(element, RawDataElement) and element.length != UNDEFINED_LENGTH
    ]
    if max(ends, default=0) > size or any("end of file" in text.lower() for text in messages):
        raise refusals.truncated(path, "a part of the header is missing")


def _notes(encoding: Encoding, oddities: int) -> tuple[str, ...]:
    notes = []
    if not encoding.has_meta:
        notes.append("the file has no DICOM meta information; its encoding was recognized")
    if oddities:
        notes.append(f"the header breaks the DICOM standard in {oddities} places")
    return tuple(notes)


def _read_pixel_element(stream: BinaryIO, encoding: Encoding) -> PixelElement | None:
    head = stream.read(12)
    if len(head) < 8:
        return None
    order = "<" if encoding.is_little_endian else ">"
    group, number = struct.unpack_from(f"{order}HH", head)
    keyword = PIXEL_KEYWORDS.get(group << 16 | number)
    if keyword is None:
        return None
    value_at = stream.tell() - len(head) + 8
    if head[4:6] in LONG_VALUE_REPRESENTATIONS and len(head) == 12:
        length = struct.unpack_from(f"{order}I", head, 8)[0]
        value_at += 4
    else:
        length = struct.unpack_from(f"{order}I", head, 4)[0]
    known = None if length == UNDEFINED_LENGTH else length
    return PixelElement(keyword, value_at, known, head[4:6] == b"OW")


def inflated_dataset(path: Path) -> bytes:
    """Return a deflated file with its data set inflated, the start left as it is.

    Raises
    ------
    RefusedFileError : damaged, cut off, or larger than a data set may become.
    """
    status = path.stat()
    return _inflate(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=1)
def _inflate(path: Path, size: int, changed_ns: int) -> bytes:
    with path.open("rb") as file:
        start = find_encoding(file).start
        file.seek(0)
        content = bytearray(file.read(start))
        inflate_into(path, content, file, _INFLATED_LIMIT)
    return bytes(content)


def inflate_into(path: Path, content: bytearray, file: BinaryIO, limit: int) -> None:
    """Append what the rest of `file` inflates to, at most `limit` bytes."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while not inflater.eof:
            block = inflater.unconsumed_tail or file.read(1 << 16)
            if not block:
                raise refusals.truncated(path, "its compressed part is incomplete")
            content += inflater.decompress(block, 1 << 20)
            if len(content) > limit:
                fault = f"it unpacks to more than {limit >> 20} MiB"
                raise refusals.too_large(path, fault)
    except zlib.error as error:
        raise refusals.damaged(path, "its compressed part cannot be unpacked") from error
