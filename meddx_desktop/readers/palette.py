"""Color palettes and other lookup tables of a DICOM data set."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from meddx_desktop.readers import refusals
from meddx_desktop.readers.attributes import integer, value, values

_COLORS = ("Red", "Green", "Blue")
_ENTRIES_LIMIT = 65536

Entries: TypeAlias = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """RGB of shape (entries, 3) in uint8 or uint16; the first belongs to `first_value_mapped`."""

    first_value_mapped: int
    colors: NDArray[np.generic]


def read_descriptor(dataset: Dataset, keyword: str) -> tuple[int, int, int] | None:
    """Return (number of entries, first value mapped, bits per entry) of a lookup table.

    References
    ----------
    DICOM PS3.3 C.7.6.3.1.5 and C.11.1.1.1: 0 entries mean 65536, the first value has the sign of
    the pixels.
    """
    found = value(dataset, keyword)
    if isinstance(found, bytes) and len(found) == 6:
        order = "<" if dataset.is_little_endian is not False else ">"
        numbers = list(struct.unpack(f"{order}3H", found))
    else:
        parts = values(dataset, keyword)
        if len(parts) != 3:
            return None
        numbers = [int(str(part)) for part in parts]
    entries, first, bits = numbers[0] & 0xFFFF, numbers[1], numbers[2]
    return entries or _ENTRIES_LIMIT, first, bits


def signed(first: int, *, is_signed: bool) -> int:
    """Read 16 bits of a descriptor with the sign of the pixels."""
    first &= 0xFFFF
    return first - 0x10000 if is_signed and first >= 0x8000 else first


def read_palette(path: Path, dataset: Dataset, photometric: str) -> Palette | None:
    """Return the palette of a PALETTE COLOR image, None for others.

    Raises
    ------
    RefusedFileError : the palette is missing or contradicts its descriptor.
    """
    if photometric != "PALETTE COLOR":
        return None
    descriptor = read_descriptor(dataset, "RedPaletteColorLookupTableDescriptor")
    if descriptor is None:
        raise refusals.damaged(path, "its color palette has no description")
    entries, first, bits = descriptor
    is_signed = integer(dataset, "PixelRepresentation") == 1
    columns = [_read_color(path, dataset, color, descriptor) for color in _COLORS]
    colors = np.stack(columns, axis=-1)
    if colors.shape[0] != entries:
        raise refusals.damaged(path, "its color palette is incomplete")
    if bits <= 8:
        colors = colors.astype(np.uint8)
    return Palette(signed(first, is_signed=is_signed), colors)


def _read_color(
    path: Path, dataset: Dataset, color: str, descriptor: tuple[int, int, int]
) -> Entries:
    entries, _, bits = descriptor
    plain = value(dataset, f"{color}PaletteColorLookupTableData")
    segmented = value(dataset, f"Segmented{color}PaletteColorLookupTableData")
    order = "<" if dataset.is_little_endian is not False else ">"
    if isinstance(plain, bytes):
        table = unpack_entries(plain, entries, bits, order)
    elif isinstance(segmented, bytes):
        table = expand_segments(unpack_words(segmented, bits, order), entries)
    else:
        raise refusals.damaged(path, "its color palette is missing")
    if len(table) < entries:
        raise refusals.damaged(path, "its color palette is incomplete")
    return table[:entries]


def unpack_entries(content: bytes, entries: int, bits: int, order: str) -> Entries:
    """Unpack table entries, whose width follows from the length where the bits are wrong.

    8-bit entries are written two to a word, or one to a word by some writers.
    """
    if bits <= 8 and len(content) < 2 * entries:
        found = np.frombuffer(content, np.uint8).astype(np.uint16)
        return found if order == "<" else _swap_pairs(found)
    words = np.frombuffer(content[: len(content) // 2 * 2], f"{order}u2").astype(np.uint16)
    return words & np.uint16(0xFF) if bits <= 8 else words


def _swap_pairs(found: Entries) -> Entries:
    even = found[: len(found) // 2 * 2].reshape(-1, 2)[:, ::-1].reshape(-1)
    return np.ascontiguousarray(even)


def unpack_words(content: bytes, bits: int, order: str) -> list[int]:
    """Return the words of a segmented table; 8-bit tables have 8-bit words."""
    if bits <= 8:
        return list(content)
    usable = content[: len(content) // 2 * 2]
    return [int(word) for word in np.frombuffer(usable, f"{order}u2")]


def expand_segments(words: list[int], entries: int) -> Entries:
    """Expand discrete, linear and indirect segments (PS3.3 C.7.9.2) to at most `entries`."""
    table: list[int] = []
    starts: list[int] = []
    position = 0
    while position + 1 < len(words) and len(table) < entries:
        starts.append(position)
        code, length = words[position], words[position + 1]
        if code == 0:
            table += words[position + 2 : position + 2 + length]
            position += 2 + length
        elif code == 1 and position + 2 < len(words) and table:
            table += _line(table[-1], words[position + 2], min(length, entries))
            position += 3
        elif code == 2 and position + 3 < len(words):
            offset = words[position + 2] | words[position + 3] << 16
            table = _repeat(words, table, _Copied(offset, length), entries)
            position += 4
        else:
            break
    return np.asarray(table[:entries], dtype=np.uint16)


def _line(start: int, end: int, length: int) -> list[int]:
    return [round(one) for one in np.linspace(start, end, length + 1)[1:]]


@dataclass(frozen=True, slots=True)
class _Copied:
    offset: int
    segments: int


def _repeat(words: list[int], table: list[int], copied: _Copied, entries: int) -> list[int]:
    """Append discrete and linear segments that stand earlier in the table once more."""
    position = copied.offset
    result = list(table)
    for _ in range(copied.segments):
        if position + 1 >= len(words) or len(result) >= entries:
            break
        code, length = words[position], words[position + 1]
        if code == 0:
            result += words[position + 2 : position + 2 + length]
            position += 2 + length
        elif code == 1 and position + 2 < len(words) and result:
            result += _line(result[-1], words[position + 2], min(length, entries))
            position += 3
        else:
            break
    return result
