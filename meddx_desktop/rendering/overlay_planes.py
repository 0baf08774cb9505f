"""Planes of bits as masks of a frame."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.overlay_plane import OverlayPlane


def draw_overlays(
    planes: Iterable[OverlayPlane], index: int, rows: int, columns: int
) -> NDArray[np.bool_] | None:
    """Return all planes of frame `index` as one mask of the frame's size, None without any."""
    mask = None
    for plane in planes:
        frame = 0 if plane.applies_to_all else index - plane.first_frame
        if not 0 <= frame < plane.frames:
            continue
        if mask is None:
            mask = np.zeros((rows, columns), np.bool_)
        _draw(mask, plane, frame)
    return mask


def _draw(mask: NDArray[np.bool_], plane: OverlayPlane, frame: int) -> None:
    size = plane.rows * plane.columns
    first = frame * size
    packed = np.frombuffer(plane.bits, np.uint8)[first // 8 : -(-(first + size) // 8)]
    bits = np.unpackbits(packed, bitorder="little")[first % 8 : first % 8 + size]
    drawn = bits.reshape(plane.rows, plane.columns).astype(np.bool_)
    top, left = max(0, plane.row), max(0, plane.column)
    visible = drawn[top - plane.row :, left - plane.column :]
    target = mask[top:, left:]
    height = min(visible.shape[0], target.shape[0])
    width = min(visible.shape[1], target.shape[1])
    target[:height, :width] |= visible[:height, :width]
