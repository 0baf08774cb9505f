"""Frames of a DICOM file, decoded to stored values or to RGB."""

import zlib
from io import BytesIO
from typing import BinaryIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.readers import refusals
from meddx_desktop.readers.code_streams import (
    Codec,
    CodeStream,
    CodeStreamError,
    decode_code_stream,
    read_code_stream,
)
from meddx_desktop.readers.dicom_file import DEFLATED, inflated_dataset
from meddx_desktop.readers.encapsulation import Span, read_spans
from meddx_desktop.readers.photometric import is_partial, is_ybr, to_rgb
from meddx_desktop.readers.pixel_layout import PixelLayout, keep_stored_bits
from meddx_desktop.readers.pixel_source import (
    CODE_STREAMS,
    DEFLATED_FRAMES,
    RLE_LOSSLESS,
    PixelSource,
)

# OpenJPEG holds 32 bits for every sample beside the result.
_JPEG_2000_LIMIT = 80 << 20


def decode_stored(source: PixelSource, index: int, *, reduce: int = 0) -> NDArray[np.generic]:
    """Decode one frame to stored values, colors as they are written.

    Returns shape (rows, columns), or (rows, columns, samples) by pixel; `reduce` as in
    `decode_code_stream`.

    Raises
    ------
    RefusedFileError : the frame is damaged or not what the header says.
    """
    layout = source.layout
    if source.transfer_syntax_uid in CODE_STREAMS:
        content = _frame_bytes(source, index)
        return _decode_compressed(source, content, _read_header(source, content), reduce)
    if source.transfer_syntax_uid == RLE_LOSSLESS:
        values = _decode_rle(source, _frame_bytes(source, index))
    elif source.transfer_syntax_uid == DEFLATED_FRAMES:
        values = _decode_native(source, _inflate_frame(source, _frame_bytes(source, index)), 0)
    else:
        first_bit = layout.frame_bits * index % 8
        values = _decode_native(source, _native_content(source, index), first_bit)
    return keep_stored_bits(values, layout)


def decode_colors(source: PixelSource, index: int, *, reduce: int = 0) -> NDArray[np.generic]:
    """Decode one color frame to RGB of shape (rows, columns, 3), as `to_rgb` returns it.

    Raises
    ------
    RefusedFileError : the frame is damaged or not what the header says.
    """
    layout = source.layout
    photometric = layout.photometric_interpretation
    if source.transfer_syntax_uid not in CODE_STREAMS:
        return to_rgb(decode_stored(source, index), photometric, layout.stored, stream_is_rgb=None)
    content = _frame_bytes(source, index)
    header = _read_header(source, content)
    # Lossless streams are written as the header says; their markers come from libraries.
    is_rgb = header.is_rgb if header.codec is Codec.JPEG else None
    if _converts_itself(header, layout) and is_ybr(photometric, stream_is_rgb=is_rgb):
        return _decode_compressed(source, content, header, reduce, is_ybr=True)
    stored = _decode_compressed(source, content, header, reduce)
    return to_rgb(stored, photometric, layout.stored, stream_is_rgb=is_rgb)


def _converts_itself(header: CodeStream, layout: PixelLayout) -> bool:
    """Say whether the decoder turns luma and chroma of this stream into RGB, and faster."""
    is_eight_bits = header.bits == layout.stored == 8
    is_full = not is_partial(layout.photometric_interpretation)
    return header.codec is Codec.JPEG and header.samples == 3 and is_eight_bits and is_full


def _native_content(source: PixelSource, index: int) -> bytes | NDArray[np.uint8]:
    """Return the bytes of an uncompressed frame, where possible in memory to be written to."""
    if source.transfer_syntax_uid == DEFLATED or source.swapped_from is not None:
        return _frame_bytes(source, index)
    (span,) = source.frames[index]
    return np.fromfile(source.path, np.uint8, span.length, offset=span.offset)


def _frame_bytes(source: PixelSource, index: int) -> bytes:
    stream: BinaryIO
    if source.transfer_syntax_uid == DEFLATED:
        stream = BytesIO(inflated_dataset(source.path))
        return read_spans(stream, source.frames[index])
    with source.path.open("rb") as stream:
        if source.swapped_from is not None:
            return _read_swapped(stream, source.frames[index][0], source.swapped_from)
        return read_spans(stream, source.frames[index])


def _read_swapped(stream: BinaryIO, span: Span, start: int) -> bytes:
    """Read a span of 16-bit words whose bytes are swapped (PS3.5 annex A.3)."""
    first = span.offset - (span.offset - start) % 2
    stream.seek(first)
    words = stream.read(span.offset + span.length + 1 - first)
    words = words[: len(words) // 2 * 2]
    swapped = np.frombuffer(words, np.uint16).byteswap().tobytes()
    skipped = span.offset - first
    return swapped[skipped : skipped + span.length]


def _decode_native(
    source: PixelSource, content: bytes | NDArray[np.uint8], first_bit: int
) -> NDArray[np.generic]:
    layout = source.layout
    pixels = layout.rows * layout.columns
    if layout.allocated == 1:
        bits = np.unpackbits(np.frombuffer(content, np.uint8), bitorder="little")
        return bits[first_bit : first_bit + pixels].reshape(layout.rows, layout.columns)
    kind = "f" if layout.is_float else "u"
    order = "<" if source.is_little_endian else ">"
    values = np.frombuffer(content, f"{order}{kind}{layout.allocated // 8}")
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    if layout.frame_bits < pixels * layout.samples * layout.allocated:
        return _spread_chroma(values, layout)
    return _by_pixel(values[: pixels * layout.samples], layout)


def _spread_chroma(values: NDArray[np.generic], layout: PixelLayout) -> NDArray[np.generic]:
    """Repeat the chroma of YBR_FULL_422, which is written Y Y Cb Cr (PS3.3 C.7.6.3.1.2)."""
    pairs = values.reshape(layout.rows, layout.columns // 2, 4)
    result = np.empty((layout.rows, layout.columns // 2, 2, 3), values.dtype)
    result[..., 0] = pairs[..., :2]
    result[..., 1] = pairs[..., 2:3]
    result[..., 2] = pairs[..., 3:4]
    return result.reshape(layout.rows, layout.columns, 3)


def _by_pixel(values: NDArray[np.generic], layout: PixelLayout) -> NDArray[np.generic]:
    if layout.samples == 1:
        return values.reshape(layout.rows, layout.columns)
    if layout.is_planar:
        planes = values.reshape(layout.samples, layout.rows, layout.columns)
        return np.ascontiguousarray(np.moveaxis(planes, 0, -1))
    return values.reshape(layout.rows, layout.columns, layout.samples)


def _inflate_frame(source: PixelSource, content: bytes) -> bytes:
    needed = -(-source.layout.frame_bits // 8)
    try:
        inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, needed)
    except zlib.error as error:
        raise refusals.damaged(source.path, "a frame cannot be unpacked") from error
    if len(inflated) < needed:
        raise refusals.truncated(source.path, "a frame is incomplete")
    return inflated


def _decode_rle(source: PixelSource, content: bytes) -> NDArray[np.generic]:
    layout = source.layout
    dtype = np.dtype(f"<u{max(1, layout.allocated // 8)}")
    shape = (layout.samples, layout.rows, layout.columns)
    size = layout.rows * layout.columns * layout.samples * dtype.itemsize
    try:
        decoded = imagecodecs.dicomrle_decode(content, dtype, out=size)
    except (RuntimeError, ValueError) as error:
        raise refusals.damaged(source.path, "an RLE frame cannot be unpacked") from error
    if len(decoded) != size:
        raise refusals.truncated(source.path, "an RLE frame is incomplete")
    planes = np.frombuffer(decoded, dtype).reshape(shape)
    return planes[0] if layout.samples == 1 else np.ascontiguousarray(np.moveaxis(planes, 0, -1))


def _decode_compressed(
    source: PixelSource, content: bytes, header: CodeStream, reduce: int, *, is_ybr: bool = False
) -> NDArray[np.generic]:
    _check_claims(source, header)
    try:
        values = decode_code_stream(content, header, reduce=reduce, is_ybr=is_ybr)
    except CodeStreamError as error:
        raise refusals.damaged(source.path, str(error)) from error
    layout = source.layout
    if values.ndim == 3 and values.shape[-1] == 1:
        values = values[..., 0]
    has_samples = values.shape[2] if values.ndim == 3 else 1
    if has_samples != layout.samples:
        raise refusals.damaged(source.path, "the compressed picture has other colors")
    if reduce == 0 and values.shape[:2] != (layout.rows, layout.columns):
        raise refusals.damaged(source.path, "the compressed picture has another size")
    return keep_stored_bits(values, layout)


def _check_claims(source: PixelSource, header: CodeStream) -> None:
    layout = source.layout
    if (header.rows, header.columns) != (layout.rows, layout.columns):
        fault = (
            f"the compressed picture claims {header.rows} x {header.columns} pixels, "
            f"the header {layout.rows} x {layout.columns}"
        )
        raise refusals.damaged(source.path, fault)
    is_jpeg_2000 = header.codec in (Codec.JPEG_2000, Codec.HTJ2K)
    if is_jpeg_2000 and header.rows * header.columns * header.samples > _JPEG_2000_LIMIT:
        raise refusals.too_large(source.path, "decoding one frame would need too much memory")
    if header.samples != layout.samples or header.bits > 32:
        fault = (
            f"the compressed picture claims {header.samples} samples of {header.bits} bits, "
            f"the header {layout.samples} of {layout.stored}"
        )
        raise refusals.damaged(source.path, fault)


def code_stream_header(source: PixelSource, index: int) -> CodeStream | None:
    """Return what the code stream of a frame says about itself; None for other encodings."""
    if source.transfer_syntax_uid not in CODE_STREAMS:
        return None
    return _read_header(source, _frame_bytes(source, index))


def _read_header(source: PixelSource, content: bytes) -> CodeStream:
    try:
        return read_code_stream(content)
    except CodeStreamError as error:
        raise refusals.damaged(source.path, str(error)) from error
