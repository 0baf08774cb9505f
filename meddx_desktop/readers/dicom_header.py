"""Reads the few attributes of a slice that a folder scan needs, straight from the bytes.

It covers what scanners write most: explicit little endian, single frame, monochrome, nothing of
undefined length before the pixels. Whatever else it meets it leaves to the complete reader.
"""

import struct
from functools import lru_cache
from math import isfinite
from pathlib import Path

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import Frame
from meddx_desktop.readers.dicom_file import (
    EXPLICIT_LITTLE,
    LONG_VALUE_REPRESENTATIONS,
    UNDEFINED_LENGTH,
    PixelElement,
)
from meddx_desktop.readers.dicom_geometry import aspect_ratio, make_spacing, orientation, vector
from meddx_desktop.readers.dicom_grayscale import is_inverted, make_windows, rescale_unit
from meddx_desktop.readers.dicom_patient import age_years
from meddx_desktop.readers.dicom_slice import SeriesMarks, Slice
from meddx_desktop.readers.pixel_layout import PixelLayout, check_layout

_HEAD_LENGTH = 1 << 16
_PIXEL_DATA = 0x7FE00010
_SHORT = frozenset(
    (
        *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT"),
        *(b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
    )
)
_TRANSFER_SYNTAX, _SOP_CLASS, _SOP_INSTANCE, _MODALITY = 0x20010, 0x80016, 0x80018, 0x80060
_IMAGE_TYPE, _SERIES, _INSTANCE_NUMBER = 0x80008, 0x20000E, 0x200013
_POSITION, _ORIENTATION = 0x200032, 0x200037
_NAME, _PATIENT_ID, _BIRTH_DATE, _AGE = 0x100010, 0x100020, 0x100030, 0x101010
_STUDY_DATE, _SERIES_DATE, _ACQUISITION_DATE, _CONTENT_DATE = 0x80020, 0x80021, 0x80022, 0x80023
_VIEW, _LATERALITY, _IMAGE_LATERALITY = 0x185101, 0x200060, 0x200062
_IMAGER_SPACING, _SPACING, _ASPECT_RATIO = 0x181164, 0x280030, 0x280034
_SAMPLES, _PHOTOMETRIC, _FRAMES, _ROWS, _COLUMNS = 0x280002, 0x280004, 0x280008, 0x280010, 0x280011
_ALLOCATED, _STORED, _HIGH_BIT, _SIGNED = 0x280100, 0x280101, 0x280102, 0x280103
_CENTER, _WIDTH, _INTERCEPT, _SLOPE = 0x281050, 0x281051, 0x281052, 0x281053
_UNIT, _EXPLANATION, _FUNCTION = 0x281054, 0x281055, 0x281056
_SHAPE, _SHUTTER = 0x20500020, 0x181600
_WANTED = frozenset(
    (
        *(_TRANSFER_SYNTAX, _SOP_CLASS, _SOP_INSTANCE, _MODALITY, _IMAGE_TYPE, _SERIES),
        *(_INSTANCE_NUMBER, _POSITION, _ORIENTATION, _SAMPLES, _PHOTOMETRIC, _FRAMES, _ROWS),
        *(_COLUMNS, _ALLOCATED, _STORED, _HIGH_BIT, _SIGNED, _CENTER, _WIDTH, _INTERCEPT),
        *(_SLOPE, _UNIT, _EXPLANATION, _FUNCTION, _SHAPE, _SHUTTER),
        *(_NAME, _PATIENT_ID, _BIRTH_DATE, _AGE, _STUDY_DATE, _SERIES_DATE, _ACQUISITION_DATE),
        *(_CONTENT_DATE, _VIEW, _LATERALITY, _IMAGE_LATERALITY, _IMAGER_SPACING, _SPACING),
        _ASPECT_RATIO,
    )
)
# Ultrasound regions, LUTs, functional groups and overlay planes need the complete reader.
_OVERLAYS = (0x60003000 + (plane << 17) for plane in range(16))
_LEFT_TO_OTHERS = frozenset((0x186011, 0x283000, 0x283010, 0x52009229, 0x52009230, *_OVERLAYS))
_HEADER = struct.Struct("<HH2sH")
_LENGTH = struct.Struct("<I")
_WORD = struct.Struct("<H")


class _NotPlain(ValueError):
    """The header is not of the kind that is read here."""


def read_slice(path: Path) -> Slice | None:
    """Return a slice, or None where the complete reader must decide; kept for unchanged files."""
    status = path.stat()
    return _kept_slice(path, status.st_size, status.st_mtime_ns)


# The scan of a folder and the decoding of its frames both ask.
@lru_cache(maxsize=4096)
def _kept_slice(path: Path, size: int, changed_ns: int) -> Slice | None:
    with path.open("rb", buffering=0) as file:
        head = file.read(_HEAD_LENGTH)
    if head[128:132] != b"DICM":
        return None
    try:
        values, element = _walk(head)
        return _make_slice(path, values, element, size)
    except (ValueError, KeyError, struct.error, RefusedFileError):
        return None


def _walk(head: bytes) -> tuple[dict[int, bytes], PixelElement]:
    """Return the wanted values and the place of the pixel data."""
    values: dict[int, bytes] = {}
    position, last = 132, 0
    # Some headers have hundreds of elements, some folders thousands of files.
    unpack_from, short, wanted = _HEADER.unpack_from, _SHORT, _WANTED
    while True:
        group, number, vr, length = unpack_from(head, position)
        tag = group << 16 | number
        if tag <= last:
            raise _NotPlain
        last = tag
        position += 8
        if vr not in short:
            if vr not in LONG_VALUE_REPRESENTATIONS or tag in _LEFT_TO_OTHERS:
                raise _NotPlain
            length = _LENGTH.unpack_from(head, position)[0]
            position += 4
            if tag == _PIXEL_DATA:
                known = None if length == UNDEFINED_LENGTH else length
                return values, PixelElement("PixelData", position, known, vr == b"OW")
            if length == UNDEFINED_LENGTH:
                raise _NotPlain
        if tag in wanted:
            values[tag] = head[position : position + length]
        position += length


def _make_slice(
    path: Path, values: dict[int, bytes], element: PixelElement, size: int
) -> Slice | None:
    layout = _layout(values)
    uid = _text(values, _TRANSFER_SYNTAX)
    if layout is None or element.offset + (element.length or 0) > size:
        return None
    if element.length is not None and (
        uid != EXPLICIT_LITTLE or element.length * 8 < layout.frame_bits
    ):
        return None
    check_layout(path, layout)
    number = _text(values, _INSTANCE_NUMBER)
    frame = Frame(
        path,
        0,
        _text(values, _SOP_INSTANCE) or None,
        int(number) if number else None,
        vector(_numbers(values, _POSITION)),
        orientation(_numbers(values, _ORIENTATION)),
        _grayscale(values),
    )
    series, modality = _text(values, _SERIES), _text(values, _MODALITY)
    # Shutters need the complete reader.
    if not series or not modality or _text(values, _SHUTTER):
        return None
    return Slice(series, modality, _marks(values), uid, frame, layout, element)


def _marks(values: dict[int, bytes]) -> SeriesMarks:
    dates = (_STUDY_DATE, _SERIES_DATE, _ACQUISITION_DATE, _CONTENT_DATE)
    return SeriesMarks(
        patient=_word_for_word(values, _PATIENT_ID) or _word_for_word(values, _NAME),
        age_years=age_years(
            _text(values, _AGE),
            _text(values, _BIRTH_DATE),
            [_text(values, tag) for tag in dates],
        ),
        spacing=make_spacing(_numbers(values, _SPACING), _numbers(values, _IMAGER_SPACING)),
        pixel_aspect_ratio=aspect_ratio(_numbers(values, _ASPECT_RATIO)),
        view_position=_word_for_word(values, _VIEW),
        laterality=_word_for_word(values, _IMAGE_LATERALITY) or _word_for_word(values, _LATERALITY),
    )


def _layout(values: dict[int, bytes]) -> PixelLayout | None:
    photometric = _text(values, _PHOTOMETRIC)
    if (
        photometric not in ("MONOCHROME1", "MONOCHROME2")
        or _word(values, _SAMPLES) != 1
        or _text(values, _FRAMES) not in ("", "1")
    ):
        return None
    return PixelLayout(
        rows=_word(values, _ROWS),
        columns=_word(values, _COLUMNS),
        samples=1,
        allocated=_word(values, _ALLOCATED),
        stored=_word(values, _STORED),
        high_bit=_word(values, _HIGH_BIT),
        is_signed=_word(values, _SIGNED) == 1,
        is_planar=False,
        photometric_interpretation=photometric,
        frames=1,
    )


def _grayscale(values: dict[int, bytes]) -> GrayscaleTransform:
    slope, intercept = _numbers(values, _SLOPE), _numbers(values, _INTERCEPT)
    explanations = _text(values, _EXPLANATION)
    if not explanations.isascii():
        raise _NotPlain
    return GrayscaleTransform(
        rescale_slope=(slope[0] if slope else 1.0) or 1.0,
        rescale_intercept=intercept[0] if intercept else 0.0,
        rescale_type=rescale_unit(
            _text(values, _UNIT) or None,
            _text(values, _SOP_CLASS),
            intercept[0] if intercept else None,
            _text(values, _IMAGE_TYPE).split("\\"),
        ),
        windows=make_windows(
            _numbers(values, _CENTER),
            _numbers(values, _WIDTH),
            _text(values, _FUNCTION) or None,
            explanations.split("\\") if explanations else [],
        ),
        is_inverted=is_inverted(_text(values, _PHOTOMETRIC), _text(values, _SHAPE)),
    )


def _text(values: dict[int, bytes], tag: int) -> str:
    return values.get(tag, b"").decode("latin-1").strip(" \0")


def _word_for_word(values: dict[int, bytes], tag: int) -> str | None:
    """Return one value that reads alike in every character set."""
    written = _text(values, tag)
    if not written.isascii() or "\\" in written or "\x1b" in written:
        raise _NotPlain
    return written or None


def _word(values: dict[int, bytes], tag: int) -> int:
    return int(_WORD.unpack(values[tag])[0])


def _numbers(values: dict[int, bytes], tag: int) -> list[float]:
    written = _text(values, tag)
    found = [float(one) for one in written.split("\\")] if written else []
    if not all(map(isfinite, found)):
        raise _NotPlain
    return found
