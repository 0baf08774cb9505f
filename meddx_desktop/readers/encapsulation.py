"""Encapsulated pixel data: which fragments of the file make up which frame (PS3.5 A.4)."""

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, TypeAlias

_ITEM, _DELIMITER = 0xFFFEE000, 0xFFFEE0DD
_STREAM_STARTS = (b"\xff\xd8", b"\xff\x4f", b"\0\0\0\x0c")
_FRAGMENT_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the file in bytes."""

    offset: int
    length: int


Fragments: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Encapsulation:
    """The fragments and what the basic offset table says; `is_cut` when the file ends inside."""

    fragments: Fragments
    offsets: tuple[int, ...]
    is_cut: bool


def read_items(file: BinaryIO, start: int, end: int) -> Encapsulation:
    """Walk the items of encapsulated pixel data without reading their content."""
    items: list[Span] = []
    position, is_cut = start, False
    while len(items) < _FRAGMENT_LIMIT:
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            is_cut = True
            break
        group, element, length = struct.unpack("<HHI", head)
        if group << 16 | element != _ITEM:
            is_cut = group << 16 | element != _DELIMITER
            break
        if position + 8 + length > end:
            is_cut = True
            items.append(Span(position + 8, max(0, end - position - 8)))
            break
        items.append(Span(position + 8, length))
        position += 8 + length
    if not items:
        return Encapsulation((), (), is_cut)
    table = items[0]
    file.seek(table.offset)
    count = min(table.length // 4, _FRAGMENT_LIMIT)
    content = file.read(4 * count)
    offsets = struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])
    return Encapsulation(tuple(items[1:]), offsets, is_cut)


def frames_of(file: BinaryIO, found: Encapsulation, frames: int) -> tuple[Fragments, ...]:
    """Return the fragments of each frame, or fewer frames than asked where some are missing.

    The offset table counts only if every entry is the start of a fragment; without a usable one,
    one fragment is one frame, or a frame starts where a code stream starts.
    """
    fragments = found.fragments
    if frames == 1:
        return (fragments,) if fragments else ()
    if len(fragments) == frames:
        return tuple((fragment,) for fragment in fragments)
    starts = _starts_from_table(found, frames) or _starts_from_content(file, fragments)
    edges = [*starts, len(fragments)]
    return tuple(fragments[first:last] for first, last in pairwise(edges))


def _starts_from_table(found: Encapsulation, frames: int) -> list[int]:
    if len(found.offsets) != frames or not found.fragments:
        return []
    base = found.fragments[0].offset
    index_of = {fragment.offset - base: i for i, fragment in enumerate(found.fragments)}
    starts = [index_of.get(offset, -1) for offset in found.offsets]
    return starts if starts[0] == 0 and all(a < b for a, b in pairwise(starts)) else []


def _starts_from_content(file: BinaryIO, fragments: Fragments) -> list[int]:
    starts = []
    for index, fragment in enumerate(fragments):
        file.seek(fragment.offset)
        if file.read(4).startswith(_STREAM_STARTS):
            starts.append(index)
    return starts


def read_spans(stream: BinaryIO, spans: Fragments) -> bytes:
    """Return the content of stretches of a file, joined."""
    parts = []
    for span in spans:
        stream.seek(span.offset)
        parts.append(stream.read(span.length))
    return parts[0] if len(parts) == 1 else b"".join(parts)
