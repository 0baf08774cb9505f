"""Reads the headers of JPEG 2000 packets, only to know where each packet ends.

References
----------
ITU-T T.800 B.10.
"""

from dataclasses import dataclass, field

_NEVER = 1 << 30
_ZERO_PLANES_LIMIT = 80
_LENGTH_BITS_LIMIT = 32


class _Bits:
    """The bits of a header; after a byte of ones comes a byte of seven bits."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data, self.position = data, position
        self._byte = self._left = 0

    def one(self) -> int:
        """Return the next bit."""
        if self._left == 0:
            self._left = 7 if self._byte == 0xFF else 8
            self._byte = self._data[self.position]
            self.position += 1
        self._left -= 1
        return self._byte >> self._left & 1

    def number(self, count: int) -> int:
        """Return the next `count` bits as a number."""
        value = 0
        for _ in range(count):
            value = value << 1 | self.one()
        return value

    def end(self) -> int:
        """Return the position after the header, which ends on a whole byte."""
        if self._byte == 0xFF:
            self.position += 1
            self._byte = 0
        return self.position


class _TagTree:
    """A pyramid of least values, of which a packet tells as much as it needs (T.800 B.10.2)."""

    def __init__(self, across: int, down: int) -> None:
        self._parents: list[int] = []
        widths = []
        while True:
            widths.append((across, down))
            if across * down <= 1:
                break
            across, down = (across + 1) // 2, (down + 1) // 2
        start = 0
        for (wide, high), (above, _) in zip(widths, [*widths[1:], (0, 0)], strict=True):
            following = start + wide * high
            for place in range(wide * high):
                row, column = divmod(place, wide)
                parent = following + row // 2 * above + column // 2 if above else -1
                self._parents.append(parent)
            start = following
        self._values = [_NEVER] * len(self._parents)
        self._lows = [0] * len(self._parents)

    def is_below(self, leaf: int, limit: int, bits: _Bits) -> bool:
        """Return whether the value of a leaf is less than `limit`, reading what is not known."""
        path = [leaf]
        while self._parents[path[-1]] >= 0:
            path.append(self._parents[path[-1]])
        low = 0
        for node in reversed(path):
            low = max(low, self._lows[node])
            while low < limit and low < self._values[node]:
                if bits.one():
                    self._values[node] = low
                else:
                    low += 1
            self._lows[node] = low
        return self._values[leaf] < limit


@dataclass(slots=True)
class _Band:
    """What packets have told of the code blocks of one band."""

    inclusion: _TagTree
    zero_planes: _TagTree
    length_bits: list[int]
    is_known: list[bool] = field(default_factory=list)


class Precinct:
    """The code blocks of a precinct; `bands` holds how many there are, across and down."""

    def __init__(self, bands: tuple[tuple[int, int], ...]) -> None:
        self.bands = [
            _Band(
                _TagTree(across, down),
                _TagTree(across, down),
                [3] * (across * down),
                [False] * (across * down),
            )
            for across, down in bands
            if across * down
        ]


class PacketReader:
    """Goes from packet to packet of a tile."""

    def __init__(self, data: bytes, *, has_end_marks: bool) -> None:
        self._data, self._has_end_marks = data, has_end_marks
        self._position = 0

    def read(self, precinct: Precinct, layer: int) -> tuple[int, int]:
        """Return where the next packet starts and ends, less the mark before it.

        Raises
        ------
        IndexError, ValueError : it is cut off or damaged.
        """
        data = self._data
        if data[self._position : self._position + 2] == b"\xff\x91":
            self._position += 6
        start = self._position
        bits = _Bits(data, start)
        length = _read_header(precinct, layer, bits) if bits.one() else 0
        end = bits.end()
        if self._has_end_marks:
            if data[end : end + 2] != b"\xff\x92":
                raise ValueError("the header of a packet has no end mark")
            end += 2
        self._position = end + length
        if self._position > len(data):
            raise ValueError("a packet is cut off")
        return start, self._position


def _read_header(precinct: Precinct, layer: int, bits: _Bits) -> int:
    """Return the length of what follows the header."""
    total = 0
    for band in precinct.bands:
        for block in range(len(band.is_known)):
            if not _is_included(band, block, layer, bits):
                continue
            passes = _read_passes(bits)
            while bits.one():
                band.length_bits[block] += 1
                if band.length_bits[block] > _LENGTH_BITS_LIMIT:
                    raise ValueError("a code block has an absurd length")
            total += bits.number(band.length_bits[block] + passes.bit_length() - 1)
    return total


def _is_included(band: _Band, block: int, layer: int, bits: _Bits) -> bool:
    if band.is_known[block]:
        return bool(bits.one())
    if not band.inclusion.is_below(block, layer + 1, bits):
        return False
    band.is_known[block] = True
    planes = 1
    while not band.zero_planes.is_below(block, planes, bits):
        planes += 1
        if planes > _ZERO_PLANES_LIMIT:
            raise ValueError("a code block has too many empty planes")
    return True


def _read_passes(bits: _Bits) -> int:
    """Return how many coding passes follow (T.800 table B.4)."""
    if not bits.one():
        return 1
    if not bits.one():
        return 2
    for width, first in ((2, 3), (5, 6)):
        more = bits.number(width)
        if more < (1 << width) - 1:
            return first + more
    return 37 + bits.number(7)
