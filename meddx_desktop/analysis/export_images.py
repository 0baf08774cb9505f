"""Renders frames and encodes them as files; the window writes them where the person said."""

from collections.abc import Generator, Iterator

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.analysis.frames import load_frames
from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.export import ExportedFile, PictureFormat
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ReportProgress, ignore_progress
from meddx_desktop.rendering.gif import encode_gif
from meddx_desktop.rendering.picture import Appearance, render_picture
from meddx_desktop.rendering.presented_series import series_through
from meddx_desktop.reports.secondary_capture import start_capture, write_secondary_capture

GIF_LIMIT_BYTES = 400 << 20
_USUAL_MS = 100.0


def export_images(
    series: ImageSeries,
    indices: tuple[int, ...],
    file_format: PictureFormat,
    how: Appearance,
    progress: ReportProgress,
) -> Generator[ExportedFile, None, None]:
    """Yield one file a frame, or one animation of all of them.

    Raises
    ------
    MedDxError : the animation would be larger than 400 MiB.
    RefusedFileError : a frame cannot be decoded; those before it have been handed out.
    """
    series = series_through(series, how.presentation)
    pictures = _render(series, indices, how, progress)
    if file_format is PictureFormat.GIF:
        yield ExportedFile("images.gif", _animate(series, indices, pictures))
        return
    capture = start_capture(series)
    for index, picture in pictures:
        name = f"image-{index + 1:04d}.{file_format.value}"
        match file_format:
            case PictureFormat.PNG:
                content = bytes(imagecodecs.png_encode(picture))
            case PictureFormat.TIFF:
                photometric = "rgb" if picture.ndim == 3 else "minisblack"
                content = bytes(imagecodecs.tiff_encode(picture, photometric=photometric))
            case PictureFormat.SECONDARY_CAPTURE:
                content = write_secondary_capture(picture, series, index, capture)
        yield ExportedFile(name, content)


def _render(
    series: ImageSeries, indices: tuple[int, ...], how: Appearance, progress: ReportProgress
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    for number, pixels in enumerate(load_frames(series, indices, ignore_progress)):
        progress(number, len(indices), "Rendering")
        yield pixels.index, render_picture(pixels, series, how)


def _animate(
    series: ImageSeries,
    indices: tuple[int, ...],
    pictures: Iterator[tuple[int, NDArray[np.uint8]]],
) -> bytes:
    if len(indices) * series.rows * series.columns > GIF_LIMIT_BYTES:
        raise MedDxError(
            "The animation would be larger than 400 MiB. Choose fewer images.", code="too_large"
        )
    times = series.frame_times_ms
    durations = [times[index] if times else _USUAL_MS for index in indices]
    frames = [picture for _, picture in pictures]
    rows, columns = frames[0].shape[:2]
    return b"".join(encode_gif(frames, (rows, columns), durations))
