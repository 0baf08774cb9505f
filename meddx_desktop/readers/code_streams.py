"""Compressed frames: what a code stream says about itself, and its decoders.

Decoders allocate what a stream claims and some of them abort the process on nonsense, so the
stream's own size is read and compared first.

References
----------
ITU-T T.81 B.2 (JPEG), T.87 C.2 (JPEG-LS), T.800 A.5.1 (JPEG 2000), T.814 A.3 (HTJ2K).
"""

import struct
from dataclasses import dataclass, replace
from enum import Enum, auto

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.readers.resolution_levels import without_finest_levels


class Codec(Enum):
    """A family of code streams."""

    JPEG = auto()
    JPEG_LOSSLESS = auto()
    JPEG_LS = auto()
    JPEG_2000 = auto()
    HTJ2K = auto()


class CodeStreamError(ValueError):
    """The code stream cannot be decoded."""


@dataclass(frozen=True, slots=True)
class CodeStream:
    """What a code stream says about itself.

    `is_rgb` is what component names or an Adobe marker say about color, None if they say nothing.
    """

    codec: Codec
    rows: int
    columns: int
    samples: int
    bits: int
    is_rgb: bool | None = None


_SOI, _SOC, _SIZ = b"\xff\xd8", b"\xff\x4f\xff\x51", 0xFF51
_JP2_SIGNATURE = b"\0\0\0\x0cjP  "
_FRAME_MARKERS = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
_CODEC_OF_MARKER = {0xC3: Codec.JPEG_LOSSLESS, 0xCB: Codec.JPEG_LOSSLESS, 0xF7: Codec.JPEG_LS}
# Reading stops here: a header with comments and thumbnails, but not a scan.
_HEADER_LIMIT = 1 << 20
# EOI of JPEG and EOC of JPEG 2000 are the same; writers pad behind it.
_END, _END_WITHIN = b"\xff\xd9", 64
# Below this many pixels a second thread costs more than it saves.
_THREADS_FROM = 1 << 20


def read_code_stream(stream: bytes) -> CodeStream:
    """Return what the header of a JPEG, JPEG-LS or JPEG 2000 stream claims.

    Raises
    ------
    CodeStreamError : none of these, or cut off before its size.
    """
    try:
        if stream.startswith(_SOI):
            return _read_jpeg(stream)
        if stream.startswith((_SOC, _JP2_SIGNATURE)):
            return _read_jpeg2000(stream)
    except (struct.error, IndexError) as error:
        raise CodeStreamError("the compressed picture ends within its header") from error
    raise CodeStreamError("the compressed picture is neither JPEG, JPEG-LS nor JPEG 2000")


def _read_jpeg(stream: bytes) -> CodeStream:
    position, is_rgb = 2, None
    while position < min(len(stream), _HEADER_LIMIT):
        if stream[position] != 0xFF:
            position += 1
            continue
        marker = stream[position + 1]
        if marker == 0xFF:
            position += 1
        elif marker in _WITHOUT_LENGTH:
            position += 2
        elif marker in _FRAME_MARKERS:
            header = _read_frame_header(stream, position + 4, marker)
            return header if header.is_rgb else replace(header, is_rgb=is_rgb)
        else:
            length = struct.unpack_from(">H", stream, position + 2)[0]
            said = _color_of(stream[position + 4 : position + 2 + length], marker)
            is_rgb = is_rgb if said is None else said
            position += 2 + length
    raise CodeStreamError("the compressed picture has no frame header")


def _color_of(segment: bytes, marker: int) -> bool | None:
    """Return whether an Adobe or JFIF segment says RGB, None if it says nothing."""
    if marker == 0xEE and segment.startswith(b"Adobe") and len(segment) >= 12:
        return segment[11] == 0
    return False if marker == 0xE0 and segment.startswith(b"JFIF\0") else None


def _read_frame_header(stream: bytes, start: int, marker: int) -> CodeStream:
    bits, rows, columns, samples = struct.unpack_from(">BHHB", stream, start)
    names = bytes(stream[start + 6 + 3 * i] for i in range(samples))
    codec = _CODEC_OF_MARKER.get(marker, Codec.JPEG)
    return CodeStream(codec, rows, columns, samples, bits, True if names == b"RGB" else None)


def _read_jpeg2000(stream: bytes) -> CodeStream:
    start = stream.find(_SOC, 0, _HEADER_LIMIT)
    if start < 0:
        raise CodeStreamError("the compressed picture has no code stream")
    fields = struct.unpack_from(">HH8IH", stream, start + 4)
    columns, rows = fields[2] - fields[4], fields[3] - fields[5]
    samples = fields[10]
    bits = 0
    for component in range(min(samples, 4)):
        depth, across, down = struct.unpack_from(">3B", stream, start + 42 + 3 * component)
        bits = max(bits, (depth & 0x7F) + 1)
        if (across, down) != (1, 1):
            raise CodeStreamError("the compressed picture has subsampled components")
    tiles = _tiles(fields[2:10])
    if tiles > 65535:
        raise CodeStreamError("the compressed picture claims too many tiles")
    codec = Codec.HTJ2K if _has_capabilities(stream, start) else Codec.JPEG_2000
    return CodeStream(codec, rows, columns, samples, bits)


def _tiles(sizes: tuple[int, ...]) -> int:
    columns, rows, _, _, tile_columns, tile_rows, left, top = sizes
    if not tile_columns or not tile_rows:
        raise CodeStreamError("the compressed picture has empty tiles")
    return -(-(columns - left) // tile_columns) * -(-(rows - top) // tile_rows)


def _has_capabilities(stream: bytes, start: int) -> bool:
    """Say whether the CAP marker follows SIZ, as in every HTJ2K stream (T.814 A.3)."""
    following = start + 4 + struct.unpack_from(">H", stream, start + 4)[0]
    return stream[following : following + 2] == b"\xff\x50"


def decode_code_stream(
    stream: bytes, header: CodeStream, *, reduce: int = 0, is_ybr: bool = False
) -> NDArray[np.generic]:
    """Decode one frame to (rows, columns) or (rows, columns, samples), colors as stored.

    Parameters
    ----------
    reduce : halve the size that often where the codec can (HTJ2K, JPEG 2000); others ignore it.
    is_ybr : turn luma and chroma into RGB; only for JPEG of `Codec.JPEG` with 8 bits.

    Raises
    ------
    CodeStreamError : the stream is cut off or the decoder refuses it.
    """
    # libjpeg and OpenJPH fill what is missing with gray and say nothing.
    if _END not in stream[-_END_WITHIN:]:
        raise CodeStreamError("the compressed picture is incomplete")
    try:
        if is_ybr:
            return _decode_jpeg(stream, "YCBCR", "RGB")
        return _decode(stream, header, reduce)
    except (RuntimeError, ValueError, TypeError, MemoryError) as error:
        raise CodeStreamError("the compressed picture is damaged") from error


def _decode(stream: bytes, header: CodeStream, reduce: int) -> NDArray[np.generic]:
    match header.codec:
        case Codec.JPEG | Codec.JPEG_LOSSLESS:
            # The same color space in and out keeps libjpeg from converting.
            space = {1: "GRAYSCALE", 3: "RGB", 4: "CMYK"}.get(header.samples)
            return _decode_jpeg(stream, space, space)
        case Codec.JPEG_LS:
            return np.asarray(imagecodecs.jpegls_decode(stream))
        case Codec.JPEG_2000:
            smaller = without_finest_levels(stream, reduce) if reduce else None
            return _decode_jpeg2000(smaller or stream, header)
        case Codec.HTJ2K:
            return _decode_htj2k(stream, header, reduce)


def _decode_jpeg(stream: bytes, written: str | None, wanted: str | None) -> NDArray[np.generic]:
    return np.asarray(imagecodecs.jpeg8_decode(stream, colorspace=written, outcolorspace=wanted))


def _decode_jpeg2000(stream: bytes, header: CodeStream) -> NDArray[np.generic]:
    threads = 2 if header.rows * header.columns > _THREADS_FROM else 1
    return np.asarray(imagecodecs.jpeg2k_decode(stream, planar=False, numthreads=threads))


def _decode_htj2k(stream: bytes, header: CodeStream, reduce: int) -> NDArray[np.generic]:
    values = np.asarray(imagecodecs.htj2k_decode(stream, planar=False, skipres=reduce or None))
    # WORKAROUND(imagecodecs 2026.3.6): a damaged stream gives zeros instead of an error, so a
    # black frame is decoded again by OpenJPEG, which is slower and complains.
    return values if values.any() else _decode_jpeg2000(stream, header)
