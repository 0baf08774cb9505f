"""Frames of a DICOM file as stored values: found, checked against their claims, decoded."""

import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.uid import UID

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.overlay_plane import OverlayPlane
from meddx_desktop.readers import refusals
from meddx_desktop.readers.attributes import text
from meddx_desktop.readers.code_streams import (
    Codec,
    CodeStream,
    CodeStreamError,
    decode_code_stream,
    read_code_stream,
)
from meddx_desktop.readers.dicom_file import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    DicomFile,
    PixelElement,
    inflated_dataset,
    open_dicom,
    quiet_pydicom,
)
from meddx_desktop.readers.dicom_header import read_slice
from meddx_desktop.readers.encapsulation import Fragments, Span, frames_of, read_items
from meddx_desktop.readers.overlay_planes import read_overlays
from meddx_desktop.readers.palette import Palette, read_palette
from meddx_desktop.readers.pixel_attributes import doubts_about, read_layout
from meddx_desktop.readers.pixel_layout import PixelLayout, check_layout, keep_stored_bits

RLE_LOSSLESS = "1.2.840.10008.1.2.5"
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
NATIVE = frozenset((IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED))
CODE_STREAMS = frozenset(
    f"1.2.840.10008.1.2.4.{number}"
    for number in (50, 51, 52, 53, 54, 55, 56, 57, 58, 70, 80, 81, 90, 91, 92, 93, 201, 202, 203)
)
# OpenJPEG holds 32 bits for every sample beside the result.
_JPEG_2000_LIMIT = 80 << 20


@dataclass(frozen=True, slots=True, eq=False)
class PixelSource:
    """Where the frames of one file lie and how to decode them.

    `swapped_from` is where the pixels begin whose byte pairs are swapped, None for most files.
    """

    path: Path
    layout: PixelLayout
    transfer_syntax_uid: str
    is_little_endian: bool
    frames: tuple[Fragments, ...]
    palette: Palette | None = None
    notes: tuple[str, ...] = ()
    swapped_from: int | None = None
    overlays: tuple[OverlayPlane, ...] = ()


def pixel_source(path: Path) -> PixelSource:
    """Return where the frames of a file lie; kept for files that have not changed."""
    status = path.stat()
    return _kept_source(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=1024)
def _kept_source(path: Path, size: int, changed_ns: int) -> PixelSource:
    quick = read_slice(path)
    if quick is not None:
        place = PixelPlace(
            path, quick.transfer_syntax_uid, is_little_endian=True, element=quick.pixel_element
        )
        return _locate(place, quick.layout)
    with quiet_pydicom():
        return find_frames(open_dicom(path))


@dataclass(frozen=True, slots=True)
class PixelPlace:
    """The pixel data of a file as they are written."""

    path: Path
    transfer_syntax_uid: str
    is_little_endian: bool
    element: PixelElement


def _without_pixels(file: DicomFile) -> RefusedFileError:
    """Tell an image that lost its pixels from an object that never had any."""
    sop_class = UID(text(file.dataset, "SOPClassUID") or "")
    if sop_class.name.endswith("Image Storage"):
        return refusals.lost_pixels(file.path)
    return refusals.no_pixels(file.path, text(file.dataset, "Modality") or "unknown kind")


def find_frames(file: DicomFile) -> PixelSource:
    """Locate the frames and check that the file is as long as they need.

    Raises
    ------
    RefusedFileError : no image, cut off, contradicting itself, too large or unsupported.
    """
    element = file.pixel_element
    if element is None:
        raise _without_pixels(file)
    layout = read_layout(file, element)
    check_layout(file.path, layout)
    place = PixelPlace(file.path, file.transfer_syntax_uid, file.is_little_endian, element)
    source = _locate(place, layout)
    palette = read_palette(file.path, file.dataset, layout.photometric_interpretation)
    overlays, left_out = read_overlays(file)
    notes = (*file.notes, *doubts_about(file, layout), *source.notes, *left_out)
    return replace(source, palette=palette, notes=notes, overlays=overlays)


def _locate(place: PixelPlace, layout: PixelLayout) -> PixelSource:
    element, uid = place.element, place.transfer_syntax_uid
    is_compressed = uid in CODE_STREAMS or uid in (RLE_LOSSLESS, DEFLATED_FRAMES)
    if element.length is None:
        frames, notes = _encapsulated_frames(place, layout)
    else:
        frames, notes = _native_frames(place, layout)
    if element.length is not None and is_compressed:
        notes = ("the pixels are not compressed although the header says so", *notes)
        uid = EXPLICIT_LITTLE
    is_swapped = element.has_words and layout.allocated <= 8 and not place.is_little_endian
    return PixelSource(
        place.path,
        layout,
        uid,
        place.is_little_endian,
        frames,
        notes=notes,
        swapped_from=element.offset if is_swapped else None,
    )


def _native_frames(
    place: PixelPlace, layout: PixelLayout
) -> tuple[tuple[Fragments, ...], tuple[str, ...]]:
    element = place.element
    bits = layout.frame_bits
    available = element.length or 0
    needed = -(-bits * layout.frames // 8)
    notes: tuple[str, ...] = ()
    size = _stream_size(place)
    if available < needed or element.offset + needed > size:
        cut = max(0, min(available, size - element.offset))
        missing = f"{cut} of {needed} bytes of pixels are there"
        raise refusals.truncated(place.path, missing)
    if available > needed + 1 + needed % 2:
        notes = ("there are more pixels than the header says; the rest was left out",)
    spans = []
    for index in range(layout.frames):
        first, last = bits * index // 8, -(-bits * (index + 1) // 8)
        spans.append((Span(element.offset + first, last - first),))
    return tuple(spans), notes


def _stream_size(place: PixelPlace) -> int:
    if place.transfer_syntax_uid == DEFLATED:
        return len(inflated_dataset(place.path))
    return place.path.stat().st_size


def _encapsulated_frames(
    place: PixelPlace, layout: PixelLayout
) -> tuple[tuple[Fragments, ...], tuple[str, ...]]:
    uid = place.transfer_syntax_uid
    if uid in NATIVE:
        raise refusals.damaged(place.path, "compressed pixels are declared uncompressed")
    if uid not in CODE_STREAMS and uid not in (RLE_LOSSLESS, DEFLATED_FRAMES):
        raise refusals.unsupported(place.path, f"its compression ({uid}) is not supported")
    with place.path.open("rb") as stream:
        found = read_items(stream, place.element.offset, place.path.stat().st_size)
        frames = frames_of(stream, found, layout.frames)
    if len(frames) < layout.frames:
        missing = f"{len(frames)} of {layout.frames} frames are there"
        raise refusals.truncated(place.path, missing)
    notes: tuple[str, ...] = ()
    if len(frames) > layout.frames:
        notes = ("there are more frames than the header says; the rest was left out",)
    if found.is_cut:
        _check_last_frame(place, frames[layout.frames - 1])
        notes = (*notes, "the end of the pixel data is not marked")
    return frames[: layout.frames], notes


def _check_last_frame(place: PixelPlace, fragments: Fragments) -> None:
    """Refuse a file that ends within its last frame; a missing end mark alone is harmless."""
    last = fragments[-1]
    if last.length == 0 or last.offset + last.length >= place.path.stat().st_size:
        with place.path.open("rb") as stream:
            content = _read_spans(stream, fragments[-1:])
        if not content.rstrip(b"\0").endswith(b"\xff\xd9"):
            raise refusals.truncated(place.path, "the last frame is incomplete")


def decode_stored(source: PixelSource, index: int, *, reduce: int = 0) -> NDArray[np.generic]:
    """Decode one frame to stored values, colors as they are written.

    Returns shape (rows, columns), or (rows, columns, samples) by pixel; `reduce` as in
    `decode_code_stream`.

    Raises
    ------
    RefusedFileError : the frame is damaged or not what the header says.
    """
    content = _frame_bytes(source, index)
    layout = source.layout
    if source.transfer_syntax_uid == RLE_LOSSLESS:
        values = _decode_rle(source, content)
    elif source.transfer_syntax_uid == DEFLATED_FRAMES:
        values = _decode_native(source, _inflate_frame(source, content), 0)
    elif source.transfer_syntax_uid in CODE_STREAMS:
        return _decode_compressed(source, content, reduce)
    else:
        first_bit = layout.frame_bits * index % 8
        values = _decode_native(source, content, first_bit)
    return keep_stored_bits(values, layout)


def _frame_bytes(source: PixelSource, index: int) -> bytes:
    stream: BinaryIO
    if source.transfer_syntax_uid == DEFLATED:
        stream = BytesIO(inflated_dataset(source.path))
        return _read_spans(stream, source.frames[index])
    with source.path.open("rb") as stream:
        if source.swapped_from is not None:
            return _read_swapped(stream, source.frames[index][0], source.swapped_from)
        return _read_spans(stream, source.frames[index])


def _read_swapped(stream: BinaryIO, span: Span, start: int) -> bytes:
    """Read a span of 16-bit words whose bytes are swapped (PS3.5 annex A.3)."""
    first = span.offset - (span.offset - start) % 2
    stream.seek(first)
    words = stream.read(span.offset + span.length + 1 - first)
    words = words[: len(words) // 2 * 2]
    swapped = np.frombuffer(words, np.uint16).byteswap().tobytes()
    skipped = span.offset - first
    return swapped[skipped : skipped + span.length]


def _read_spans(stream: BinaryIO, spans: Fragments) -> bytes:
    parts = []
    for span in spans:
        stream.seek(span.offset)
        parts.append(stream.read(span.length))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _decode_native(source: PixelSource, content: bytes, first_bit: int) -> NDArray[np.generic]:
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


def _decode_compressed(source: PixelSource, content: bytes, reduce: int) -> NDArray[np.generic]:
    try:
        header = read_code_stream(content)
        _check_claims(source, header)
        values = decode_code_stream(content, header, reduce=reduce)
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
    try:
        return read_code_stream(_frame_bytes(source, index))
    except CodeStreamError as error:
        raise refusals.damaged(source.path, str(error)) from error
