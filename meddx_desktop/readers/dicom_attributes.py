"""The header of a DICOM file, line by line."""

from collections.abc import Iterator
from pathlib import Path

from pydicom.datadict import dictionary_description, dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID

from meddx_desktop.case.dicom_attribute import DicomAttribute
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers.dicom_file import (
    PARSING_ERRORS,
    PixelElement,
    looks_like_dicom,
    open_dicom,
    quiet_pydicom,
    read_meta_elements,
)
from meddx_desktop.readers.reader import HEAD_LENGTH

LINES_LIMIT = 20_000
DEPTH_LIMIT = 12
_LONGEST = 400
_MOST_VALUES = 64
_BINARY = frozenset(("OB", "OW", "OF", "OD", "OL", "OV", "UN"))
_ITEM = "FFFE,E000"


def list_attributes(path: Path) -> tuple[DicomAttribute, ...]:
    """Return the header of a file in its order, sequences unfolded, pixels only as a size.

    Raises
    ------
    RefusedFileError : not DICOM, cut off or damaged beyond reading.
    """
    with path.open("rb") as opened:
        is_dicom = looks_like_dicom(opened.read(HEAD_LENGTH))
    if not is_dicom:
        next_step = "Choose an item that was opened from a DICOM file."
        raise RefusedFileError(path, "it is no DICOM file and has no attributes", next_step)
    with quiet_pydicom():
        file = open_dicom(path)
        lines = [_meta_line(number, raw) for number, raw in read_meta_elements(path)]
        for line in _lines(file.dataset, 0):
            if len(lines) >= LINES_LIMIT:
                left_out = f"only the first {LINES_LIMIT} attributes are listed"
                return (*lines, DicomAttribute(0, "", "…", "", left_out))
            lines.append(line)
    if file.pixel_element is not None:
        lines.append(_pixel_line(file.pixel_element))
    return tuple(lines)


def _meta_line(number: int, raw: bytes) -> DicomAttribute:
    tag = Tag(2, number)
    vr = dictionary_VR(tag) if dictionary_has_tag(tag) else "UN"
    if vr in _BINARY or vr == "UL":
        value = str(int.from_bytes(raw, "little")) if vr == "UL" else _bytes_text(len(raw))
    else:
        value = _with_name(raw.decode("ascii", "replace").strip(" \0"), vr)
    return DicomAttribute(0, _tag_text(tag), _name_of(tag, ""), vr, _shortened(value))


def _pixel_line(element: PixelElement) -> DicomAttribute:
    tag = Tag(element.keyword)
    size = "compressed frames" if element.length is None else _bytes_text(element.length)
    vr = "OW" if element.has_words else "OB"
    return DicomAttribute(0, _tag_text(tag), dictionary_description(tag), vr, size)


def _lines(dataset: Dataset, depth: int) -> Iterator[DicomAttribute]:
    for tag in sorted(dataset.keys()):
        try:
            element = dataset[tag]
        except PARSING_ERRORS:
            name = _name_of(tag, "")
            yield DicomAttribute(depth, _tag_text(tag), name, "", "cannot be read")
            continue
        if isinstance(element.value, Sequence):
            yield from _sequence_lines(element, element.value, depth)
        else:
            yield _line(element, depth, _value_text(element))


def _sequence_lines(
    element: DataElement, sequence: Sequence, depth: int
) -> Iterator[DicomAttribute]:
    count = len(sequence)
    yield _line(element, depth, f"{count} item" if count == 1 else f"{count} items")
    if depth + 2 > DEPTH_LIMIT:
        return
    for number, item in enumerate(sequence, start=1):
        yield DicomAttribute(depth + 1, _ITEM, f"Item {number}", "", "")
        yield from _lines(item, depth + 2)


def _line(element: DataElement, depth: int, value: str) -> DicomAttribute:
    tag = element.tag
    creator = str(getattr(element, "private_creator", None) or "")
    name = _name_of(tag, creator)
    return DicomAttribute(depth, _tag_text(tag), name, str(element.VR), _shortened(value))


def _name_of(tag: BaseTag, creator: str) -> str:
    if dictionary_has_tag(tag):
        return dictionary_description(tag)
    if tag.is_private_creator:
        return "Private Creator"
    if tag.is_private:
        return f"Private attribute ({creator})" if creator else "Private attribute"
    return "Unknown attribute"


def _value_text(element: DataElement) -> str:
    value = element.value
    if isinstance(value, bytes | bytearray):
        return _bytes_text(len(value))
    if isinstance(value, MultiValue | list | tuple):
        shown = [_with_name(str(one), str(element.VR)) for one in value[:_MOST_VALUES]]
        more = ["…"] if len(value) > _MOST_VALUES else []
        return " \\ ".join([*shown, *more])
    return "" if value is None else _with_name(str(value), str(element.VR))


def _with_name(value: str, vr: str) -> str:
    """Add what a UID of the standard means."""
    if vr != "UI" or not value:
        return value
    name = UID(value).name
    return value if name == value else f"{value}  {name}"


def _shortened(value: str) -> str:
    one_line = " ⏎ ".join(value.splitlines())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[:_LONGEST]}…"


def _bytes_text(count: int) -> str:
    return f"{count} byte" if count == 1 else f"{count} bytes"


def _tag_text(tag: BaseTag) -> str:
    return f"{tag.group:04X},{tag.element:04X}"
