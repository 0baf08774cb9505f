"""What of an image is to be looked at; the rest is covered."""

from dataclasses import dataclass
from typing import TypeAlias

from meddx_desktop.case.overlay_plane import OverlayPlane

_Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shutter:
    """Shapes that leave what lies inside all of them (PS3.3 C.7.6.11), and single pixels.

    Places are (column, row) in pixels of the frame, the corner of the first pixel being (0, 0).
    `rectangle` has two opposite corners, `circle` a middle and a radius in pixels along a row,
    `polygon` its corners; ones of a `bitmap` are covered (C.7.6.15). `gray` is what covers the
    rest, 0 for black to 1 for white.
    """

    rectangle: tuple[_Point, _Point] | None = None
    circle: tuple[_Point, float] | None = None
    polygon: tuple[_Point, ...] = ()
    gray: float = 0.0
    bitmap: OverlayPlane | None = None
