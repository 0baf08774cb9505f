"""How JPEG 2000 cuts a tile into resolution levels, precincts and code blocks, and their order.

References
----------
ITU-T T.800: B.5 to B.7 (division), B.12 (progression).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self, TypeAlias

# Layer, resolution level, component, precinct.
Packet: TypeAlias = tuple[int, int, int, int]
Exponents: TypeAlias = tuple[int, int]

_LRCP, _RLCP, _RPCL, _PCRL = range(4)
_PACKETS_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Coding:
    """What the COD segment says; exponents are x before y, those of precincts by level."""

    levels: int
    order: int
    layers: int
    components: int
    block_exponents: Exponents
    precinct_exponents: tuple[Exponents, ...]
    has_end_marks: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """The corners of a tile within the picture, the far ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, area: tuple[int, ...], number: int) -> Self:
        """Return tile `number` of the eight sizes in SIZ."""
        right, bottom, left, top, width, height, tiles_left, tiles_top = area
        if not width or not height:
            raise ValueError("tiles are empty")
        across = -(-(right - tiles_left) // width)
        row, column = divmod(number, across)
        x, y = tiles_left + column * width, tiles_top + row * height
        return cls(max(x, left), max(y, top), min(x + width, right), min(y + height, bottom))

    def reduced(self, times: int) -> Self:
        """Return its corners where the picture is halved so often."""
        step = 1 << times
        corners = (self.left, self.top, self.right, self.bottom)
        return type(self)(*(-(-one // step) for one in corners))


def precincts_of(coding: Coding, tile: Tile, level: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield for each precinct of a level the numbers of code blocks (across, down) of its bands."""
    here = tile.reduced(coding.levels - level)
    columns, rows = _precinct_range(coding, here, level)
    halved = 0 if level == 0 else 1
    width, height = (one - halved for one in coding.precinct_exponents[level])
    blocks = (min(coding.block_exponents[0], width), min(coding.block_exponents[1], height))
    if min(blocks) < 0:
        raise ValueError("a precinct is smaller than a code block can be")
    for row in rows:
        for column in columns:
            yield tuple(
                (
                    _blocks_along(band.left, band.right, column, (width, blocks[0])),
                    _blocks_along(band.top, band.bottom, row, (height, blocks[1])),
                )
                for band in _bands(coding, tile, level)
            )


def _precinct_range(coding: Coding, here: Tile, level: int) -> tuple[range, range]:
    if here.right <= here.left or here.bottom <= here.top:
        return range(0), range(0)
    width, height = coding.precinct_exponents[level]
    columns = range(here.left >> width, ((here.right - 1) >> width) + 1)
    rows = range(here.top >> height, ((here.bottom - 1) >> height) + 1)
    if len(columns) * len(rows) > _PACKETS_LIMIT:
        raise ValueError("there are too many precincts")
    return columns, rows


def _bands(coding: Coding, tile: Tile, level: int) -> Iterator[Tile]:
    """Yield LL, or HL, LH and HH, in the coordinates of the band (T.800 equation B-15)."""
    if level == 0:
        yield tile.reduced(coding.levels)
        return
    depth = coding.levels - level + 1
    half, step = 1 << (depth - 1), 1 << depth
    for across, down in ((1, 0), (0, 1), (1, 1)):
        xs = (-(-(one - half * across) // step) for one in (tile.left, tile.right))
        ys = (-(-(one - half * down) // step) for one in (tile.top, tile.bottom))
        (left, right), (top, bottom) = xs, ys
        yield Tile(left, top, right, bottom)


def _blocks_along(first: int, last: int, precinct: int, exponents: Exponents) -> int:
    size, block = exponents
    start, end = max(first, precinct << size), min(last, (precinct + 1) << size)
    return ((end - 1) >> block) - (start >> block) + 1 if end > start else 0


def packet_order(coding: Coding, tile: Tile) -> Iterator[Packet]:
    """Yield the packets of a tile in the order in which they are written."""
    places = list(_positions(coding, tile))
    if len(places) * coding.components * coding.layers > _PACKETS_LIMIT:
        raise ValueError("there are too many packets")
    components, layers = range(coding.components), range(coding.layers)
    packets = [
        (layer, level, component, number, y, x)
        for level, number, y, x in places
        for component in components
        for layer in layers
    ]
    packets.sort(key=_SORT_KEYS.get(coding.order, _by_component))
    for layer, level, component, number, _, _ in packets:
        yield layer, level, component, number


_Placed: TypeAlias = tuple[int, int, int, int, int, int]


def _by_layer(one: _Placed) -> tuple[int, ...]:
    layer, level, component, number, _, _ = one
    return layer, level, component, number


def _by_level(one: _Placed) -> tuple[int, ...]:
    layer, level, component, number, _, _ = one
    return level, layer, component, number


def _by_level_and_place(one: _Placed) -> tuple[int, ...]:
    layer, level, component, number, y, x = one
    return level, y, x, component, number, layer


def _by_place(one: _Placed) -> tuple[int, ...]:
    layer, level, component, number, y, x = one
    return y, x, component, level, number, layer


def _by_component(one: _Placed) -> tuple[int, ...]:
    layer, level, component, number, y, x = one
    return component, y, x, level, number, layer


_SORT_KEYS = {
    _LRCP: _by_layer,
    _RLCP: _by_level,
    _RPCL: _by_level_and_place,
    _PCRL: _by_place,
}


def _positions(coding: Coding, tile: Tile) -> Iterator[tuple[int, int, int, int]]:
    """Yield level, number, y and x of each precinct; places are those of the whole picture."""
    for level in range(coding.levels + 1):
        shift = coding.levels - level
        columns, rows = _precinct_range(coding, tile.reduced(shift), level)
        width, height = coding.precinct_exponents[level]
        for number, (row, column) in enumerate((r, c) for r in rows for c in columns):
            y = max(tile.top, row << (height + shift))
            yield level, number, y, max(tile.left, column << (width + shift))
