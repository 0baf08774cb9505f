"""Animated GIF, written frame by frame.

Codes are written without compression: the table is cleared before it grows, so that every code has
nine bits and NumPy packs them at once. A picture takes nine eighths of its pixels.
"""

import struct
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

_CLEAR, _END, _CODE_BITS = 256, 257, 9
# The next free code is 258 after a clear; beyond 511 codes would have ten bits.
_RUN = 250
_BLOCK = 255
# Browsers play anything faster than this at a tenth of the speed.
SHORTEST_CENTISECONDS = 2


def encode_gif(
    frames: Iterable[NDArray[np.uint8]], size: tuple[int, int], durations_ms: Iterable[float]
) -> Iterator[bytes]:
    """Yield the parts of an endless animation.

    Parameters
    ----------
    frames : gray of shape (rows, columns), or RGB of shape (rows, columns, 3), all alike; colors
        are reduced to eight levels of red and green and four of blue.
    size : rows and columns, each below 65536.

    References
    ----------
    GIF89a specification; the Netscape extension for the endless loop.
    """
    rows, columns = size
    is_first = True
    for frame, duration_ms in zip(frames, durations_ms, strict=False):
        indices, palette = _indexed(frame)
        if is_first:
            yield b"GIF89a" + struct.pack("<HHBBB", columns, rows, 0xF7, 0, 0) + palette
            yield b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
            is_first = False
        delay = max(SHORTEST_CENTISECONDS, round(duration_ms / 10))
        yield b"\x21\xf9\x04\x00" + struct.pack("<H", delay) + b"\x00\x00"
        yield b"\x2c" + struct.pack("<HHHHB", 0, 0, columns, rows, 0)
        yield b"\x08" + _in_blocks(_packed(indices))
    yield b"\x3b"


def _indexed(frame: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], bytes]:
    levels = np.arange(256)
    if frame.ndim == 2:
        return frame, np.repeat(levels, 3).astype(np.uint8).tobytes()
    red, green, blue = (frame[..., channel] for channel in range(3))
    indices = np.asarray((red & 0xE0) | ((green & 0xE0) >> 3) | (blue >> 6), np.uint8)
    shades = (levels >> 5, (levels >> 2) & 7, levels & 3)
    scaled = [shade * 255 / highest for shade, highest in zip(shades, (7, 7, 3), strict=True)]
    return indices, np.stack(scaled, axis=-1).round().astype(np.uint8).tobytes()


def _packed(indices: NDArray[np.uint8]) -> bytes:
    pixels = indices.reshape(-1)
    starts = np.arange(0, pixels.size, _RUN)
    codes = np.insert(pixels.astype(np.uint16), starts, _CLEAR)
    codes = np.append(codes, np.uint16(_END))
    bits = (codes[:, np.newaxis] >> np.arange(_CODE_BITS, dtype=np.uint16)) & 1
    return np.packbits(bits.astype(np.uint8).reshape(-1), bitorder="little").tobytes()


def _in_blocks(content: bytes) -> bytes:
    parts = (content[start : start + _BLOCK] for start in range(0, len(content), _BLOCK))
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\x00"
