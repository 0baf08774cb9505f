"""Planes of bits that lie over images: lines, texts, covered places (PS3.3 C.9.2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OverlayPlane:
    """One plane of bits, a bit a pixel, for `frames` frames from `first_frame` on.

    `row` and `column` are where its first pixel lies in the image, counted from 0; they may lie
    outside. `applies_to_all`: one plane without a frame of its own belongs to every frame.
    """

    rows: int
    columns: int
    row: int
    column: int
    frames: int
    first_frame: int
    applies_to_all: bool
    bits: bytes
