"""What a file says about its pixels, checked before anything is allocated for them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.readers import refusals

# Decoded bytes of one frame; a digital mammogram needs 60 MB.
FRAME_LIMIT = 256 << 20
FRAMES_LIMIT = 100_000
SIDE_LIMIT = 65535


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """The Image Pixel attributes (PS3.3 C.7.6.3); `is_float` for Float Pixel Data."""

    rows: int
    columns: int
    samples: int
    allocated: int
    stored: int
    high_bit: int
    is_signed: bool
    is_planar: bool
    photometric_interpretation: str
    frames: int
    is_float: bool = False

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The smallest type that holds one stored value, native byte order."""
        if self.is_float:
            return np.dtype(f"f{self.allocated // 8}")
        size = 1 if self.allocated <= 8 else 2 if self.allocated <= 16 else 4
        return np.dtype(f"{'i' if self.is_signed else 'u'}{size}")

    @property
    def frame_bits(self) -> int:
        """Bits of one uncompressed frame as written in the file."""
        pixels = self.rows * self.columns
        if self.photometric_interpretation == "YBR_FULL_422" and self.samples == 3:
            return pixels * 2 * self.allocated
        return pixels * self.samples * self.allocated


def check_layout(path: Path, layout: PixelLayout) -> None:
    """Refuse what contradicts itself or would need more memory than a file may."""
    if not 0 < layout.rows <= SIDE_LIMIT or not 0 < layout.columns <= SIDE_LIMIT:
        raise refusals.damaged(path, f"its size {layout.rows} x {layout.columns} is impossible")
    if layout.samples not in (1, 3) or layout.allocated not in (1, 8, 16, 32, 64):
        fault = f"{layout.samples} samples of {layout.allocated} bits are not an image"
        raise refusals.damaged(path, fault)
    if layout.allocated == 64 and not layout.is_float:
        raise refusals.unsupported(path, "it stores pixels as 64-bit integers")
    if not 0 < layout.stored <= layout.allocated or layout.high_bit >= layout.allocated:
        fault = f"{layout.stored} stored bits do not fit into {layout.allocated}"
        raise refusals.damaged(path, fault)
    if not 0 < layout.frames <= FRAMES_LIMIT:
        raise refusals.too_large(path, f"it claims {layout.frames} frames")
    size = layout.rows * layout.columns * layout.samples * layout.dtype.itemsize
    if size > FRAME_LIMIT:
        fault = f"one frame of {layout.rows} x {layout.columns} needs {size >> 20} MiB"
        raise refusals.too_large(path, fault)


def keep_stored_bits(values: NDArray[np.generic], layout: PixelLayout) -> NDArray[np.generic]:
    """Drop what lies outside the stored bits and extend the sign (PS3.5 8.1.1).

    Overlays and scanner marks live in the bits above, some writers pad with them. Values that may
    be written to are changed in place: new memory for a large film costs more than the change.
    """
    if layout.is_float:
        return values
    unsigned = values.astype(layout.dtype.str.replace("i", "u"), copy=False)
    unused = unsigned.dtype.itemsize * 8 - layout.stored
    below = max(0, layout.high_bit + 1 - layout.stored)
    if unused == 0:
        return unsigned.view(layout.dtype)
    kept = unsigned if unsigned.flags.writeable else np.empty_like(unsigned)
    number = unsigned.dtype.type
    if below == 0 and not layout.is_signed:
        # The usual film: one pass instead of two.
        np.bitwise_and(unsigned, number((1 << layout.stored) - 1), out=kept)
        return kept
    np.left_shift(unsigned, number(max(0, unused - below)), out=kept)
    typed = kept.view(layout.dtype)
    np.right_shift(typed, typed.dtype.type(unused), out=typed)
    return typed
