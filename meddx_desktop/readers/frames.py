"""Decodes one frame of a series; safe to call from several threads."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import Frame, FramePixels, FramePreview, ImageSeries
from meddx_desktop.case.mask_subtraction import MaskSubtraction
from meddx_desktop.readers import refusals
from meddx_desktop.readers.code_streams import Codec
from meddx_desktop.readers.pdf_file import render_page
from meddx_desktop.readers.photometric import apply_palette, is_color
from meddx_desktop.readers.pixel_data import code_stream_header, decode_colors, decode_stored
from meddx_desktop.readers.pixel_source import PixelSource, pixel_source
from meddx_desktop.readers.raster_image import decode_picture
from meddx_desktop.readers.segment_masks import segment_masks
from meddx_desktop.rendering.mask_subtraction import subtract_mask
from meddx_desktop.rendering.overlay_planes import draw_overlays


def decode_frame(series: ImageSeries, index: int, *, reduce: int = 0) -> FramePixels:
    """Decode frame `index` of a series: stored values for gray images, RGB for color.

    Parameters
    ----------
    reduce : halve rows and columns that often, for a preview; only some codecs save time by it.

    Raises
    ------
    RefusedFileError : the frame is damaged, or the file has changed since it was opened.
    """
    frame = series.frames[index]
    size = (series.rows, series.columns)
    try:
        if frame.subtraction is None:
            values = _decode(series, frame, reduce)
        else:
            values = _subtracted(series, frame, frame.subtraction, reduce)
        overlay = _overlay(series, index)
    except OSError as error:
        raise refusals.unreadable(frame.path, error) from error
    values = _reduced(values, size, reduce)
    if reduce:
        # A preview is replaced before anybody can read what is drawn over it.
        return FramePixels(index, values)
    return FramePixels(index, values, overlay, segment_masks(series, index))


def decode_preview(series: ImageSeries, index: int, reduce: int) -> FramePreview | None:
    """Decode a frame at a fraction of its size, or return None where that saves no time.

    A frame that is damaged gives None too; the attempt to decode all of it says why.
    """
    frame = series.frames[index]
    if frame.subtraction is not None:
        return None
    try:
        source = pixel_source(frame.path)
        header = code_stream_header(source, frame.frame_index)
        if header is None or header.codec not in (Codec.JPEG_2000, Codec.HTJ2K):
            return None
        values = _decode(series, frame, reduce)
    except (RefusedFileError, OSError):
        return None
    step = 1 << reduce
    expected = (-(-series.rows // step), -(-series.columns // step))
    return FramePreview(index, values, reduce) if values.shape[:2] == expected else None


def _overlay(series: ImageSeries, index: int) -> NDArray[np.bool_] | None:
    if series.transfer_syntax_uid is None or series.is_document:
        return None
    frame = series.frames[index]
    planes = pixel_source(frame.path).overlays
    return draw_overlays(planes, frame.frame_index, series.rows, series.columns)


def _subtracted(
    series: ImageSeries, frame: Frame, how: MaskSubtraction, reduce: int
) -> NDArray[np.float32]:
    def decode(frame_index: int) -> NDArray[np.generic]:
        return _decode(series, replace(frame, frame_index=frame_index), reduce)

    contrast = [decode(number) for number in how.contrast_frames]
    return subtract_mask(contrast, [decode(number) for number in how.mask_frames], how)


def _decode(series: ImageSeries, frame: Frame, reduce: int) -> NDArray[np.generic]:
    if series.is_document:
        shape = (series.rows, series.columns)
        return render_page(frame.path, frame.frame_index, shape, reduce=reduce)
    if series.transfer_syntax_uid is None:
        return decode_picture(frame.path, frame.frame_index)
    source = pixel_source(frame.path)
    if (source.layout.rows, source.layout.columns) != (series.rows, series.columns):
        raise refusals.damaged(frame.path, "it has changed since it was opened")
    return decode_presentable(source, frame.frame_index, reduce=reduce)


def decode_presentable(
    source: PixelSource, frame_index: int, *, reduce: int = 0
) -> NDArray[np.generic]:
    """Return stored values of a gray frame, RGB of a color frame."""
    layout = source.layout
    if source.palette is not None:
        return apply_palette(decode_stored(source, frame_index, reduce=reduce), source.palette)
    if is_color(layout.photometric_interpretation, layout.samples):
        return decode_colors(source, frame_index, reduce=reduce)
    stored = decode_stored(source, frame_index, reduce=reduce)
    return stored if stored.ndim == 2 else np.ascontiguousarray(stored[..., 0])


def _reduced(
    values: NDArray[np.generic], full: tuple[int, int], reduce: int
) -> NDArray[np.generic]:
    """Take every 2**reduce-th pixel where the codec has not halved the frame itself."""
    if reduce == 0 or values.shape[:2] != full:
        return values
    step = 1 << reduce
    return np.ascontiguousarray(values[::step, ::step])
