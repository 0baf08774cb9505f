"""Frames made ready for the screen: small integers that one table turns into gray."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, VoiFunction, Window
from meddx_desktop.case.image_series import FramePixels, FramePreview
from meddx_desktop.rendering.grayscale import (
    apply_presentation_lut,
    apply_voi_lut,
    apply_voi_window,
    to_8_bit,
    to_modality_values,
    window_between,
)

INDEX_COUNT = 65536
# NumPy widens indices to 64 bits for a look-up; pieces of this size stay in the processor's cache.
_PIECE = 32768


@dataclass(frozen=True, slots=True, eq=False)
class DisplayFrame:
    """A frame of which the window is a table look-up.

    `indices` has shape (rows, columns) for gray frames; `modality_values[i]` is the modality value
    that index i stands for. Color frames are uint8 of shape (rows, columns, 3) and have no table.
    A preview was halved `reduce` times; `size` is that of the whole frame, (rows, columns).
    """

    indices: NDArray[np.uint16] | NDArray[np.uint8]
    modality_values: NDArray[np.float32] | None
    reduce: int = 0
    size: tuple[int, int] = (0, 0)

    @property
    def full_size(self) -> tuple[int, int]:
        """Rows and columns of the frame that is stood for."""
        rows, columns = self.indices.shape[:2]
        return self.size if self.reduce else (rows, columns)

    @property
    def is_color(self) -> bool:
        """Whether the frame is shown as it is, without a window."""
        return self.modality_values is None


def prepare_preview(
    preview: FramePreview, grayscale: GrayscaleTransform, size: tuple[int, int]
) -> DisplayFrame:
    """Do the same for a preview of a frame of `size` (rows, columns)."""
    frame = prepare_display_frame(preview, grayscale)
    return replace(frame, reduce=preview.reduce, size=size)


def prepare_display_frame(
    pixels: FramePixels | FramePreview, grayscale: GrayscaleTransform
) -> DisplayFrame:
    """Turn decoded pixels into indices and their modality values.

    Stored values that span more than 65536 steps are quantized to that many, which is 256 times
    finer than the screen.
    """
    stored = pixels.values
    if stored.ndim == 3:
        return DisplayFrame(_eight_bit_color(stored), None)
    if not np.issubdtype(stored.dtype, np.integer):
        stored = np.nan_to_num(stored, posinf=0.0, neginf=0.0)
    lowest, highest = (float(stored.min()), float(stored.max())) if stored.size else (0.0, 0.0)
    is_exact = np.issubdtype(stored.dtype, np.integer) and highest - lowest < INDEX_COUNT
    step = 1.0 if is_exact else max((highest - lowest) / (INDEX_COUNT - 1), 1e-30)
    if is_exact and lowest >= 0 and highest < INDEX_COUNT:
        lowest = 0.0
        indices = stored.astype(np.uint16, copy=False)
    elif is_exact and stored.dtype.itemsize <= 2:
        # Modulo-65536 subtraction is exact because the difference fits.
        indices = stored.astype(np.uint16) - np.uint16(int(lowest) % INDEX_COUNT)
    else:
        indices = np.rint((stored.astype(np.float64) - lowest) / step).astype(np.uint16)
    count = round((highest - lowest) / step) + 1
    table = lowest + step * np.arange(count)
    values = to_modality_values(table.astype(np.int64) if is_exact else table, grayscale)
    return DisplayFrame(indices, values.astype(np.float32))


def _eight_bit_color(stored: NDArray[Any]) -> NDArray[np.uint8]:
    if stored.dtype == np.uint16:
        stored = stored >> 8
    return np.asarray(stored, dtype=np.uint8)


def automatic_window(frame: DisplayFrame) -> Window:
    """Return the window from the 1st to the 99th percentile of the frame's values."""
    values = frame.modality_values
    if values is None:
        return Window(127.5, 256.0)
    counts = np.bincount(frame.indices.ravel()[:: max(1, frame.indices.size // 500_000)])
    share = np.cumsum(counts) / counts.sum()
    low, high = (float(values[np.searchsorted(share, limit)]) for limit in (0.01, 0.99))
    low, high = min(low, high), max(low, high)
    width = max(high - low, abs(high) * 1e-6, 1e-6)
    return Window((low + high) / 2, width, VoiFunction.LINEAR_EXACT, "automatic")


def default_window(frame: DisplayFrame, grayscale: GrayscaleTransform, bits_stored: int) -> Window:
    """Return the window of a frame whose file names none.

    Eight bits are shown as they are, because they were made for a screen; wider values get the
    automatic window.
    """
    if bits_stored > 8 or grayscale.modality_lut is not None:
        return automatic_window(frame)
    ends = to_modality_values(np.array([0, 2**bits_stored - 1]), grayscale)
    low, high = float(ends.min()), float(ends.max())
    return window_between(low, high, "full range")


def gray_table(
    modality_values: NDArray[np.float32],
    voi: Window | LookupTable,
    presentation_lut: LookupTable | None = None,
    *,
    is_inverted: bool,
) -> NDArray[np.uint8]:
    """Return the gray of every index, through the VOI stage and the presentation stage."""
    if isinstance(voi, LookupTable):
        presented = apply_voi_lut(modality_values, voi)
    else:
        presented = apply_voi_window(modality_values, voi)
    if presentation_lut is not None:
        presented = apply_presentation_lut(presented, presentation_lut)
    return to_8_bit(presented, is_inverted=is_inverted)


def rgb_table(
    grays: NDArray[np.uint8], colors: NDArray[np.uint8] | None = None
) -> NDArray[np.uint32]:
    """Return opaque 32-bit pixels (0xFFRRGGBB), the last repeated up to index 65535.

    So the look-up needs no bounds check.

    Parameters
    ----------
    colors : shape (256, 3), red, green and blue of each gray; None leaves it gray.
    """
    if colors is None:
        colors = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
    parts = colors.astype(np.uint32)
    packed = parts @ np.array([1 << 16, 1 << 8, 1], np.uint32) + np.uint32(0xFF000000)
    opaque: NDArray[np.uint32] = packed.astype(np.uint32)
    table = np.full(INDEX_COUNT, opaque[grays[-1]], dtype=np.uint32)
    table[: len(grays)] = opaque[grays]
    return table


def look_up(table: NDArray[np.uint32], indices: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """Return the entry of a full table for every pixel."""
    found = np.empty(indices.shape, np.uint32)
    source, target = indices.reshape(-1), found.reshape(-1)
    for start in range(0, source.size, _PIECE):
        part = slice(start, start + _PIECE)
        # A full table has an entry for every index; any mode but "raise" spares the check.
        table.take(source[part], out=target[part], mode="wrap")
    return found
