"""What of an image is to be looked at; the rest is covered."""

from dataclasses import dataclass
from typing import TypeAlias

_Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CoveredPixels:
    """A bitmap shutter (PS3.3 C.7.6.15): 1 covers a pixel; row by row, lowest bit first."""

    rows: int
    columns: int
    bits: bytes


@dataclass(frozen=True, slots=True)
class Shutter:
    """Shapes that leave what lies inside all of them (PS3.3 C.7.6.11), and single pixels.

    Places are (column, row) in pixels of the frame, the corner of the first pixel being (0, 0).
    `rectangle` has two opposite corners, `circle` a middle and a radius in pixels along a row,
    `polygon` its corners; `bitmap` names covered pixels one by one. `gray` is what covers the rest,
    0 for black to 1 for white.
    """

    rectangle: tuple[_Point, _Point] | None = None
    circle: tuple[_Point, float] | None = None
    polygon: tuple[_Point, ...] = ()
    gray: float = 0.0
    bitmap: CoveredPixels | None = None
