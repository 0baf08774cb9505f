"""Films and photographs: PNG, JPEG and TIFF in 8 or 16 bits, gray or color."""

from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.source import Source
from meddx_desktop.readers import refusals
from meddx_desktop.readers.pixel_layout import FRAME_LIMIT, SIDE_LIMIT
from meddx_desktop.readers.raster_headers import (
    RasterError,
    RasterFormat,
    RasterPage,
    raster_format,
    read_pages,
)

_FILE_LIMIT = 1 << 30

Array = NDArray[np.generic]


class RasterReader:
    """Reads PNG, JPEG and TIFF pictures; a TIFF's equal pages become frames."""

    name = "PNG, JPEG or TIFF"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Say whether the content starts like one of these formats."""
        return raster_format(head) is not None

    def read(self, path: Path, progress: ReportProgress) -> ImageSeries:
        """Return the picture as a series; decoding its first page proves it complete."""
        progress(0, 1, "Reading the picture")
        content = _content(path)
        pages = _checked_pages(path, content)
        first = _decode(path, content, 0, pages[0])
        alike = [i for i, page in enumerate(pages) if _shape(page) == _shape(pages[0])]
        warnings: tuple[str, ...] = ()
        if len(alike) < len(pages):
            warnings = (f"{len(pages) - len(alike)} pages of another size were left out",)
        if pages[0].is_float:
            raise refusals.unsupported(path, "it stores pixels as floating-point numbers")
        is_color = first.ndim == 3
        progress(1, 1, "Reading the picture")
        return ImageSeries(
            source=Source(path, (path,), warnings),
            frames=tuple(
                Frame(path, i, grayscale=GrayscaleTransform(is_inverted=False)) for i in alike
            ),
            rows=first.shape[0],
            columns=first.shape[1],
            modality="OT",
            photometric_interpretation="RGB" if is_color else "MONOCHROME2",
            is_color=is_color,
            bits_stored=first.dtype.itemsize * 8,
            is_signed=False,
            is_lossy=raster_format(content[:16]) is RasterFormat.JPEG,
        )


def decode_picture(path: Path, page: int) -> Array:
    """Decode one page upright, as gray (rows, columns) or RGB (rows, columns, 3).

    Raises
    ------
    RefusedFileError : damaged, cut off or too large.
    """
    content = _content(path)
    return _decode(path, content, page, _checked_pages(path, content)[page])


def _content(path: Path) -> bytes:
    if path.stat().st_size > _FILE_LIMIT:
        raise refusals.too_large(path, "the picture file is larger than 1 GiB")
    return path.read_bytes()


def _shape(page: RasterPage) -> tuple[int, int, int, int]:
    return page.rows, page.columns, page.samples, page.bits


def _checked_pages(path: Path, content: bytes) -> tuple[RasterPage, ...]:
    try:
        pages = read_pages(content)
    except RasterError as error:
        raise refusals.damaged(path, str(error)) from error
    for page in pages:
        if not 0 < page.rows <= SIDE_LIMIT or not 0 < page.columns <= SIDE_LIMIT:
            raise refusals.damaged(path, f"its size {page.rows} x {page.columns} is impossible")
        size = page.rows * page.columns * page.samples * -(-page.bits // 8)
        if size > FRAME_LIMIT:
            fault = f"one picture of {page.rows} x {page.columns} needs {size >> 20} MiB"
            raise refusals.too_large(path, fault)
    return pages


def _decode(path: Path, content: bytes, index: int, page: RasterPage) -> Array:
    try:
        match raster_format(content[:16]):
            case RasterFormat.PNG:
                values = imagecodecs.png_decode(content)
            case RasterFormat.JPEG:
                values = _decode_jpeg(content, page)
            case _:
                values = imagecodecs.tiff_decode(content, index=index)
    except (RuntimeError, ValueError, TypeError, IndexError, MemoryError) as error:
        raise refusals.damaged(path, "the picture is incomplete or damaged") from error
    values = np.asarray(values)
    if values.shape[:2] != (page.rows, page.columns) or values.ndim > 3:
        raise refusals.damaged(path, "the picture has another size than its header says")
    return turn_upright(_to_gray_or_rgb(path, values, page), page.orientation)


def _decode_jpeg(content: bytes, page: RasterPage) -> Array:
    # libjpeg fills what is missing with gray; a thumbnail's end stands before the last scan.
    if content.rfind(b"\xff\xd9") < content.rfind(b"\xff\xda"):
        raise ValueError("no end of image")
    space = {1: "GRAYSCALE", 3: "RGB", 4: "RGB"}.get(page.samples)
    return np.asarray(imagecodecs.jpeg8_decode(content, outcolorspace=space))


def _to_gray_or_rgb(path: Path, values: Array, page: RasterPage) -> Array:
    if values.dtype == np.bool_:
        values = values.astype(np.uint8) * np.uint8(255)
    elif values.dtype.kind == "i":
        values = np.bitwise_xor(
            values.view(values.dtype.str.replace("i", "u")),
            values.dtype.type(-1 << (8 * values.dtype.itemsize - 1)).view(
                values.dtype.str.replace("i", "u")
            ),
        )
    if values.dtype not in (np.uint8, np.uint16):
        raise refusals.unsupported(path, f"its pixels are {values.dtype} numbers")
    if page.palette:
        return _apply_tiff_palette(values, page.palette)
    if page.is_inverted:
        values = np.invert(values)
    samples = values.shape[2] if values.ndim == 3 else 1
    if samples in (2, 4):
        values = _over_black(values)
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[..., 0]
    if values.ndim == 3 and values.shape[2] != 3:
        raise refusals.unsupported(path, f"it has {samples} color channels")
    return np.ascontiguousarray(values)


def _apply_tiff_palette(values: Array, palette: tuple[int, ...]) -> Array:
    """Look colors up; TIFF palettes have 16 bits, of which screens show the upper 8."""
    colors = np.asarray(palette, dtype=np.uint16).reshape(3, -1).T >> 8
    return np.asarray(colors.astype(np.uint8)[np.minimum(values, len(colors) - 1)])


def _over_black(values: Array) -> Array:
    """Lay a picture with alpha over black."""
    largest = 255 if values.dtype.itemsize == 1 else 65535
    alpha = values[..., -1:].astype(np.float32) / np.float32(largest)
    blended = np.rint(values[..., :-1].astype(np.float32) * alpha)
    return np.asarray(blended, dtype=values.dtype)


def turn_upright(values: Array, orientation: int) -> Array:
    """Undo the EXIF orientation (TIFF 6.0, tag 274)."""
    if orientation in (2, 3):
        values = values[:, ::-1]
    if orientation in (3, 4):
        values = values[::-1]
    if orientation >= 5:
        values = np.swapaxes(values, 0, 1)
        if orientation in (6, 7):
            values = values[:, ::-1]
        if orientation in (7, 8):
            values = values[::-1]
    return np.ascontiguousarray(values)


READER = RasterReader()
