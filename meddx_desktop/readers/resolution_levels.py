"""JPEG 2000 at a fraction of its size: the code stream without its finest resolution levels.

The decoder at hand cannot leave levels out, but a code stream without their packets is again a
valid one of a smaller picture, which any decoder reads in a fraction of the time. Whatever is
unusual gives None, and the picture is then decoded whole.

References
----------
ITU-T T.800: A (markers), B (order of data), B.10 (packet headers), B.12 (progression).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from meddx_desktop.readers.packet_headers import PacketReader, Precinct
from meddx_desktop.readers.tile_geometry import Coding, Tile, packet_order, precincts_of

_SOC, _SOT, _SOD, _EOC = 0xFF4F, 0xFF90, 0xFF93, 0xFFD9
_SIZ, _COD, _QCD, _QCC = 0xFF51, 0xFF52, 0xFF5C, 0xFF5D
_RGN, _CRG, _COM, _TLM, _PLM, _PLT = 0xFF5E, 0xFF63, 0xFF64, 0xFF55, 0xFF57, 0xFF58
_KEPT = frozenset((_RGN, _CRG))
_LEFT_OUT = frozenset((_COM, _TLM, _PLM))
_LEFT_OUT_OF_TILE = frozenset((_COM, _PLT))
# Code blocks that end within a pass, or whose passes end each, are written in several parts.
_SPLIT_BLOCKS = 0x01 | 0x04
_HIGH_THROUGHPUT = 0x40
_MARKERS_LIMIT = 20_000
_WORK_LIMIT = 100_000


class _UnusualError(Exception):
    """The stream has a form that is not covered, or is damaged."""


@dataclass(frozen=True, slots=True)
class _Stream:
    """A main header as marker segments, and the packets of each tile."""

    segments: tuple[tuple[int, bytes], ...]
    tiles: dict[int, bytes]


def without_finest_levels(stream: bytes, count: int) -> bytes | None:
    """Return the code stream of the picture halved `count` times, or None where that cannot be."""
    try:
        return _shrink(_parse(stream), count)
    except (_UnusualError, struct.error, IndexError, ValueError):
        return None


def _parse(stream: bytes) -> _Stream:
    if struct.unpack_from(">H", stream)[0] != _SOC:
        raise _UnusualError
    segments, position = [], 2
    while (marker := _marker_at(stream, position)) != _SOT:
        length = struct.unpack_from(">H", stream, position + 2)[0]
        if marker in (_SIZ, _COD, _QCD, _QCC) or marker in _KEPT:
            segments.append((marker, stream[position + 4 : position + 2 + length]))
        elif marker not in _LEFT_OUT:
            raise _UnusualError
        position += 2 + length
    return _Stream(tuple(segments), _read_tiles(stream, position))


def _marker_at(stream: bytes, position: int) -> int:
    return int(struct.unpack_from(">H", stream, position)[0])


def _read_tiles(stream: bytes, position: int) -> dict[int, bytes]:
    """Return the packets of each tile, its parts joined."""
    tiles: dict[int, bytes] = {}
    for _ in range(_MARKERS_LIMIT):
        if position >= len(stream) or _marker_at(stream, position) == _EOC:
            return tiles
        if _marker_at(stream, position) != _SOT:
            raise _UnusualError
        number, length = struct.unpack_from(">HI", stream, position + 4)
        end = position + length if length else len(stream) - 2
        position += 12
        while (marker := _marker_at(stream, position)) != _SOD:
            if marker not in _LEFT_OUT_OF_TILE:
                raise _UnusualError
            position += 2 + struct.unpack_from(">H", stream, position + 2)[0]
        tiles[number] = tiles.get(number, b"") + stream[position + 2 : end]
        position = end
    raise _UnusualError


def _shrink(stream: _Stream, count: int) -> bytes:
    sizes = dict(stream.segments)[_SIZ]
    coding = _read_coding(dict(stream.segments)[_COD], sizes)
    if count < 1 or count > coding.levels:
        raise _UnusualError
    area = struct.unpack_from(">8I", sizes, 2)
    smaller = _halved(area, count)
    lower = replace(coding, levels=coding.levels - count)
    parts = [struct.pack(">H", _SOC)]
    for marker, content in stream.segments:
        kept = _smaller_segment(marker, content, smaller, lower)
        parts.append(struct.pack(">HH", marker, len(kept) + 2) + kept)
    for number, packets in sorted(stream.tiles.items()):
        tile, small = Tile.of(area, number), Tile.of(smaller, number)
        body = _kept_packets(packets, (coding, tile), (lower, small))
        header = struct.pack(">HHHIBBH", _SOT, 10, number, len(body) + 14, 0, 1, _SOD)
        parts += [header, body]
    return b"".join((*parts, struct.pack(">H", _EOC)))


def _read_coding(segment: bytes, sizes: bytes) -> Coding:
    style, order, layers, _, levels, width, height, blocks, _ = struct.unpack_from(
        ">BBHBBBBBB", segment
    )
    if blocks & (_SPLIT_BLOCKS | _HIGH_THROUGHPUT) or order > 4 or levels > 32:
        raise _UnusualError
    components = struct.unpack_from(">H", sizes, 34)[0]
    steps = [struct.unpack_from(">BB", sizes, 37 + 3 * one) for one in range(components)]
    if any(step != (1, 1) for step in steps):
        raise _UnusualError
    exponents = tuple(segment[10 : 10 + levels + 1]) if style & 1 else (0xFF,) * (levels + 1)
    if len(exponents) != levels + 1:
        raise _UnusualError
    return Coding(
        levels=levels,
        order=order,
        layers=layers,
        components=components,
        block_exponents=(width + 2, height + 2),
        precinct_exponents=tuple((one & 15, one >> 4) for one in exponents),
        has_end_marks=bool(style & 4),
    )


def _halved(area: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return the sizes of SIZ for the smaller picture; the edges of tiles must stay where they are.

    The eight numbers are the far corner of the picture, its near corner, the size of a tile and
    the corner of the first one, each x before y.
    """
    step = 1 << count
    width, height, *corners = area
    if any((corners[0], corners[1], corners[4], corners[5])):
        # No medical picture begins elsewhere than in the corner of its grid.
        raise _UnusualError
    small = (-(-width // step), -(-height // step))
    tile_width, tile_height = corners[2:4]
    if tile_width >= width and tile_height >= height:
        return (*small, 0, 0, *small, 0, 0)
    if tile_width % step or tile_height % step:
        raise _UnusualError
    return (*small, 0, 0, tile_width // step, tile_height // step, 0, 0)


def _smaller_segment(marker: int, content: bytes, area: tuple[int, ...], coding: Coding) -> bytes:
    match marker:
        case 0xFF51:
            return content[:2] + struct.pack(">8I", *area) + content[34:]
        case 0xFF52:
            # Marks before packets are left out with their numbers.
            style = bytes((content[0] & ~2,))
            precincts = content[10 : 10 + coding.levels + 1]
            return style + content[1:5] + bytes((coding.levels,)) + content[6:10] + precincts
        case 0xFF5C:
            return _fewer_steps(content, 0, coding.levels)
        case 0xFF5D:
            return _fewer_steps(content, 1 if coding.components < 257 else 2, coding.levels)
        case _:
            return content


def _fewer_steps(content: bytes, start: int, levels: int) -> bytes:
    """Keep the quantization steps of the bands that stay, from the coarsest on."""
    style = content[start] & 31
    width = {0: 1, 1: 0, 2: 2}[style]
    if width == 0:
        return content
    return content[: start + 1 + width * (1 + 3 * levels)]


def _kept_packets(data: bytes, whole: tuple[Coding, Tile], smaller: tuple[Coding, Tile]) -> bytes:
    coding, tile = whole
    lower = smaller[0]
    found: dict[tuple[int, int, int, int], bytes] = {}
    precincts: dict[tuple[int, int, int], Precinct] = {}
    wanted = list(packet_order(*smaller))
    places = _places(coding, tile)
    reader = PacketReader(data, has_end_marks=coding.has_end_marks)
    missing = set(wanted)
    for key in packet_order(coding, tile):
        if not missing:
            break
        layer, level, component, number = key
        place = (level, component, number)
        if place not in precincts:
            precincts[place] = Precinct(places[level][number])
        start, end = reader.read(precincts[place], layer)
        if level <= lower.levels:
            found[key] = data[start:end]
            missing.discard(key)
    return b"".join(found[key] for key in wanted)


def _places(coding: Coding, tile: Tile) -> list[list[tuple[tuple[int, int], ...]]]:
    """Return the code blocks of each band of each precinct, by level, as (columns, rows)."""
    places = [list(precincts_of(coding, tile, level)) for level in range(coding.levels + 1)]
    blocks = sum(across * down for one in _flat(places) for across, down in one)
    if (blocks + len(list(_flat(places)))) * coding.components * coding.layers > _WORK_LIMIT:
        raise _UnusualError
    return places


def _flat(
    places: list[list[tuple[tuple[int, int], ...]]],
) -> Iterator[tuple[tuple[int, int], ...]]:
    for level in places:
        yield from level
