"""Color as written in a file to RGB (PS3.3 C.7.6.3.1.2)."""

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.readers.palette import Palette

GRAY = frozenset(("MONOCHROME1", "MONOCHROME2"))
# The decoders undo the component transform of JPEG 2000 themselves.
_RGB = frozenset(("RGB", "YBR_ICT", "YBR_RCT"))
# Of wider colors, which the standard does not know, the upper bits are delivered.
COLOR_BITS = 16

Array = NDArray[np.generic]


def is_color(photometric: str, samples: int) -> bool:
    """Say whether frames come out as RGB."""
    return samples == 3 or photometric == "PALETTE COLOR"


def apply_palette(stored: Array, palette: Palette) -> Array:
    """Look indices up; those outside the palette take its first or last color."""
    index = stored.astype(np.int64) - palette.first_value_mapped
    return palette.colors[np.clip(index, 0, len(palette.colors) - 1)]


def to_rgb(stored: Array, photometric: str, bits: int, *, stream_is_rgb: bool | None) -> Array:
    """Return RGB of shape (rows, columns, 3) over the whole range of uint8 or uint16.

    Parameters
    ----------
    stored : (rows, columns, 3) as written.
    bits : stored bits of each sample.
    stream_is_rgb : what a JPEG stream itself says; where it contradicts RGB, the stream is right.
    """
    full = _full_range(stored, bits)
    if not is_ybr(photometric, stream_is_rgb=stream_is_rgb):
        return full
    return ybr_to_rgb(full, is_partial=is_partial(photometric))


def is_ybr(photometric: str, *, stream_is_rgb: bool | None) -> bool:
    """Say whether samples are luma and chroma; parameters as in `to_rgb`."""
    return photometric not in _RGB or (photometric == "RGB" and stream_is_rgb is False)


def is_partial(photometric: str) -> bool:
    """Say whether luma and chroma leave the ends of their range unused."""
    return photometric.startswith("YBR_PARTIAL")


def _full_range(stored: Array, bits: int) -> Array:
    """Return samples that use all of their 8 or 16 bits; wider ones keep their upper 16."""
    if stored.dtype.itemsize == 4 and bits > COLOR_BITS:
        return np.right_shift(stored, stored.dtype.type(bits - COLOR_BITS)).astype(np.uint16)
    unused = (8 if stored.dtype.itemsize == 1 else COLOR_BITS) - bits
    narrow = stored.astype(np.uint16) if stored.dtype.itemsize == 4 else stored
    return np.left_shift(narrow, narrow.dtype.type(unused)) if unused > 0 else narrow


def ybr_to_rgb(stored: Array, *, is_partial: bool = False) -> Array:
    """Convert luma and chroma to RGB of the same integer type.

    References
    ----------
    DICOM PS3.3 C.7.6.3.1.2 (YBR_FULL, YBR_PARTIAL_422), the CCIR 601 coefficients.
    """
    largest = 255 if stored.dtype.itemsize == 1 else 65535
    unit = np.float32((largest + 1) / 256)
    luma = stored[..., 0].astype(np.float32)
    blue = stored[..., 1].astype(np.float32) - 128 * unit
    red = stored[..., 2].astype(np.float32) - 128 * unit
    if is_partial:
        luma = (luma - 16 * unit) * np.float32(255 / 219)
        blue, red = blue * np.float32(255 / 224), red * np.float32(255 / 224)
    result = np.empty(stored.shape, np.float32)
    result[..., 0] = luma + np.float32(1.402) * red
    result[..., 1] = luma - np.float32(0.344136) * blue - np.float32(0.714136) * red
    result[..., 2] = luma + np.float32(1.772) * blue
    np.rint(result, out=result)
    np.clip(result, 0, largest, out=result)
    return result.astype(np.uint8 if largest == 255 else np.uint16)
