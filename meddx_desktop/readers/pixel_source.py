"""Where the frames of a DICOM file lie, checked against what the header claims."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pydicom.uid import UID

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.overlay_plane import OverlayPlane
from meddx_desktop.readers import refusals
from meddx_desktop.readers.attributes import text
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
from meddx_desktop.readers.encapsulation import (
    Fragments,
    Span,
    frames_of,
    read_items,
    read_spans,
)
from meddx_desktop.readers.overlay_planes import read_overlays
from meddx_desktop.readers.palette import Palette, read_palette
from meddx_desktop.readers.pixel_attributes import doubts_about, read_layout
from meddx_desktop.readers.pixel_layout import PixelLayout, check_layout

RLE_LOSSLESS = "1.2.840.10008.1.2.5"
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
NATIVE = frozenset((IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED))
CODE_STREAMS = frozenset(
    f"1.2.840.10008.1.2.4.{number}"
    for number in (50, 51, 52, 53, 54, 55, 56, 57, 58, 70, 80, 81, 90, 91, 92, 93, 201, 202, 203)
)


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
    return _opened(path, size, changed_ns)[1]


def open_image(path: Path) -> tuple[DicomFile, PixelSource]:
    """Read the header of an image and locate its frames; the last file is kept while unchanged.

    Raises
    ------
    RefusedFileError : not DICOM, damaged, or as in `find_frames`.
    """
    status = path.stat()
    return _opened(path, status.st_size, status.st_mtime_ns)


# One, as the first picture of a file is wanted next, and whole headers can be large.
@lru_cache(maxsize=1)
def _opened(path: Path, size: int, changed_ns: int) -> tuple[DicomFile, PixelSource]:
    with quiet_pydicom():
        file = open_dicom(path)
        return file, find_frames(file)


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
    # Eight bytes are read here and there; a buffer would be filled anew for each of them.
    with place.path.open("rb", buffering=0) as stream:
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
            content = read_spans(stream, fragments[-1:])
        if not content.rstrip(b"\0").endswith(b"\xff\xd9"):
            raise refusals.truncated(place.path, "the last frame is incomplete")
