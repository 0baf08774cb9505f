"""What PNG, JPEG and TIFF files say about their size, read before anything is decoded."""

import struct
from dataclasses import dataclass
from enum import Enum, auto

from meddx_desktop.readers.code_streams import CodeStreamError, read_code_stream


class RasterFormat(Enum):
    """A picture format."""

    PNG = auto()
    JPEG = auto()
    TIFF = auto()


class RasterError(ValueError):
    """The picture's header is damaged or of an unsupported kind."""


@dataclass(frozen=True, slots=True)
class RasterPage:
    """One picture of a file; `orientation` is the EXIF and TIFF value 1 to 8.

    `is_inverted` is TIFF's WhiteIsZero; `palette` holds TIFF's 3 x 2**bits color entries.
    """

    rows: int
    columns: int
    samples: int
    bits: int
    orientation: int = 1
    is_inverted: bool = False
    is_float: bool = False
    is_signed: bool = False
    palette: tuple[int, ...] = ()


_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PNG_SAMPLES = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 12: 8, 16: 8}
_TIFF_FORMATS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_WIDTH, _LENGTH, _BITS, _PHOTOMETRIC, _ORIENTATION, _SAMPLES = 256, 257, 258, 262, 274, 277
_COLOR_MAP, _SAMPLE_FORMAT = 320, 339
_PAGES_LIMIT = 10_000
_EXIF_LIMIT = 1 << 16


def raster_format(head: bytes) -> RasterFormat | None:
    """Return the picture format by its signature."""
    if head.startswith(_PNG_SIGNATURE):
        return RasterFormat.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return RasterFormat.JPEG
    return RasterFormat.TIFF if head.startswith(_TIFF_SIGNATURES) else None


def read_pages(content: bytes) -> tuple[RasterPage, ...]:
    """Return what each page of a picture file claims to be.

    Raises
    ------
    RasterError : no picture, cut off, or of an unsupported kind.
    """
    try:
        match raster_format(content[:16]):
            case RasterFormat.PNG:
                return (_png_page(content),)
            case RasterFormat.JPEG:
                return (_jpeg_page(content),)
            case RasterFormat.TIFF:
                return _tiff_pages(content)
            case None:
                raise RasterError("it is neither PNG, JPEG nor TIFF")
    except (struct.error, IndexError, KeyError, CodeStreamError) as error:
        raise RasterError("its header is damaged") from error


def _png_page(content: bytes) -> RasterPage:
    columns, rows, bits, color = struct.unpack_from(">IIBB", content, 16)
    position, orientation = 8, 1
    while position + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        if kind == b"eXIf":
            orientation = _exif_orientation(content[position + 8 : position + 8 + length])
        if kind in (b"IDAT", b"IEND"):
            break
        position += 12 + length
    samples = _PNG_SAMPLES[color]
    return RasterPage(rows, columns, samples, 16 if bits == 16 else 8, orientation)


def _jpeg_page(content: bytes) -> RasterPage:
    header = read_code_stream(content)
    marker = content.find(b"Exif\0\0", 0, _EXIF_LIMIT)
    orientation = 1
    if marker > 0:
        orientation = _exif_orientation(content[marker + 6 : marker + 6 + _EXIF_LIMIT])
    return RasterPage(header.rows, header.columns, header.samples, header.bits, orientation)


def _exif_orientation(block: bytes) -> int:
    """Return the orientation of an EXIF block, 1 where it has none or is damaged."""
    try:
        fields, _ = _read_directory(block, *_tiff_start(block))
    except (struct.error, RasterError):
        return 1
    return _orientation(fields)


def _orientation(fields: dict[int, tuple[int, ...]]) -> int:
    found = fields.get(_ORIENTATION, (1,))
    return found[0] if found and 1 <= found[0] <= 8 else 1


def _tiff_start(content: bytes) -> tuple[str, int]:
    """Return byte order and offset of the first directory."""
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None:
        raise RasterError("its byte order is unknown")
    if struct.unpack_from(f"{order}H", content, 2)[0] != 42:
        raise RasterError("BigTIFF is not supported")
    return order, struct.unpack_from(f"{order}I", content, 4)[0]


def _tiff_pages(content: bytes) -> tuple[RasterPage, ...]:
    order, offset = _tiff_start(content)
    pages: list[RasterPage] = []
    seen = set()
    while offset and offset not in seen and len(pages) < _PAGES_LIMIT:
        seen.add(offset)
        fields, offset = _read_directory(content, order, offset)
        pages.append(_tiff_page(fields))
    if not pages:
        raise RasterError("it holds no picture")
    return tuple(pages)


def _tiff_page(fields: dict[int, tuple[int, ...]]) -> RasterPage:
    photometric = fields.get(_PHOTOMETRIC, (1,))[0]
    sample_format = fields.get(_SAMPLE_FORMAT, (1,))[0]
    samples = fields.get(_SAMPLES, (1,))[0]
    return RasterPage(
        fields[_LENGTH][0],
        fields[_WIDTH][0],
        samples,
        max(fields.get(_BITS, (1,))),
        _orientation(fields),
        is_inverted=photometric == 0,
        is_float=sample_format == 3,
        is_signed=sample_format == 2,
        palette=fields.get(_COLOR_MAP, ()) if photometric == 3 else (),
    )


def _read_directory(
    content: bytes, order: str, offset: int
) -> tuple[dict[int, tuple[int, ...]], int]:
    """Return the whole-number fields of a TIFF directory and the offset of the next one."""
    fields: dict[int, tuple[int, ...]] = {}
    count = struct.unpack_from(f"{order}H", content, offset)[0]
    for index in range(count):
        at = offset + 2 + 12 * index
        tag, kind, length = struct.unpack_from(f"{order}HHI", content, at)
        if kind not in _TIFF_FORMATS or length > 3 * 65536:
            continue
        place = at + 8
        if _TIFF_SIZES[kind] * length > 4:
            place = struct.unpack_from(f"{order}I", content, place)[0]
        fields[tag] = struct.unpack_from(f"{order}{length}{_TIFF_FORMATS[kind]}", content, place)
    at = offset + 2 + 12 * count
    following = struct.unpack_from(f"{order}I", content, at)[0] if at + 4 <= len(content) else 0
    return fields, following
