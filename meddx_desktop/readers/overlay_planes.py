"""Overlay planes (groups 60xx): lines and texts that were drawn beside the pixels."""

from collections.abc import Iterable

import numpy as np
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from meddx_desktop.case.overlay_plane import OverlayPlane
from meddx_desktop.readers.dicom_file import PARSING_ERRORS, DicomFile

_GROUPS = range(0x6000, 0x6020, 2)
_ROWS, _COLUMNS, _FRAMES, _ORIGIN, _FRAME_ORIGIN = 0x10, 0x11, 0x15, 0x50, 0x51
_BIT_POSITION, _ACTIVATION_LAYER, _DATA = 0x102, 0x1001, 0x3000
_NOT_USABLE = "an overlay plane is left out: its size and its bits do not fit"
_EMBEDDED = "an overlay inside the unused bits of the pixels (retired) is not shown"


def read_overlays(file: DicomFile) -> tuple[tuple[OverlayPlane, ...], tuple[str, ...]]:
    """Return the planes of a data set and what had to be left out.

    References
    ----------
    DICOM PS3.3 C.9.2, Overlay Plane Module, and C.9.3, Multi-frame Overlay Module (retired).
    """
    planes, notes = [], []
    for group in overlay_groups(file.dataset):
        plane = plane_of_group(file, group)
        if plane is not None:
            planes.append(plane)
        elif Tag(group, _BIT_POSITION) in file.dataset and Tag(group, _DATA) not in file.dataset:
            notes.append(_EMBEDDED)
        else:
            notes.append(_NOT_USABLE)
    return tuple(planes), tuple(dict.fromkeys(notes))


def plane_of_group(file: DicomFile, group: int) -> OverlayPlane | None:
    """Return the plane of one group, None where it cannot be read."""
    try:
        return _read_plane(file, group)
    except PARSING_ERRORS:
        return None


def _read_plane(file: DicomFile, group: int) -> OverlayPlane | None:
    dataset = file.dataset
    rows, columns = _integer(dataset, group, _ROWS, 0), _integer(dataset, group, _COLUMNS, 0)
    frames = _integer(dataset, group, _FRAMES, 1)
    bits = _bits(file, group)
    if min(rows, columns, frames) <= 0 or len(bits) * 8 < rows * columns * frames:
        return None
    row, column = (one - 1 for one in _integers(dataset, group, _ORIGIN, (1, 1)))
    has_frames = Tag(group, _FRAMES) in dataset or Tag(group, _FRAME_ORIGIN) in dataset
    first = _integer(dataset, group, _FRAME_ORIGIN, 1) - 1
    return OverlayPlane(rows, columns, row, column, frames, first, not has_frames, bits)


def activated_groups(dataset: Dataset) -> tuple[int, ...]:
    """Return the groups that a presentation state wants to be drawn (PS3.3 C.11.7)."""
    return tuple(group for group in _GROUPS if _layer(dataset, group))


def _layer(dataset: Dataset, group: int) -> str:
    tag = Tag(group, _ACTIVATION_LAYER)
    return str(dataset[tag].value or "").strip() if tag in dataset else ""


def overlay_groups(dataset: Dataset) -> tuple[int, ...]:
    """Return the groups that hold a plane."""
    return tuple(group for group in _GROUPS if Tag(group, _ROWS) in dataset)


def _bits(file: DicomFile, group: int) -> bytes:
    tag = Tag(group, _DATA)
    if tag not in file.dataset:
        return b""
    element = file.dataset[tag]
    bits = bytes(element.value or b"")
    if file.is_little_endian or element.VR != "OW":
        return bits
    return np.frombuffer(bits[: len(bits) // 2 * 2], np.uint16).byteswap().tobytes()


def _integer(dataset: Dataset, group: int, element: int, absent: int) -> int:
    return _integers(dataset, group, element, (absent,))[0]


def _integers(
    dataset: Dataset, group: int, element: int, absent: tuple[int, ...]
) -> tuple[int, ...]:
    tag = Tag(group, element)
    found = dataset[tag].value if tag in dataset else None
    if found is None:
        return absent
    is_several = isinstance(found, Iterable) and not isinstance(found, str)
    return tuple(int(str(one)) for one in (found if is_several else (found,)))
