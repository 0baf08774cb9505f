"""Small pictures of case items for the list."""

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.readers.audio_samples import iterate_blocks
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.readers.waveform_sequence import read_stretch
from meddx_desktop.rendering.grayscale import present, shrink_to_fit

_PAPER, _INK = 250, 90
_THUMBNAIL_S, _THUMBNAIL_CURVES = 3.0, 3


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """A picture of shape (rows, columns) in gray or (rows, columns, 3) in RGB, uint8."""

    pixels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)


def make_thumbnail(item: CaseItem, size: int, progress: ReportProgress) -> Thumbnail:
    """Return a picture of an item whose longer side has at most `size` pixels.

    Raises
    ------
    RefusedFileError : the image's middle frame or the recording is damaged.
    """
    progress(0, 1, "Making a thumbnail")
    match item:
        case ImageSeries():
            pixels = _of_series(item, size)
        case TextRecord():
            pixels = _of_record(item, size)
        case AudioClip():
            pixels = _of_clip(item, size, progress)
        case WaveformRecord():
            pixels = _of_waveform(item, size)
        case _:
            assert_never(item)
    progress(1, 1, "Making a thumbnail")
    return Thumbnail(pixels)


def _of_series(series: ImageSeries, size: int) -> NDArray[np.uint8]:
    """Show the middle frame with the file's own window; of a document, its first page."""
    index = 0 if series.is_document else len(series.frames) // 2
    longest = max(series.rows, series.columns)
    reduce = max(0, min(4, (longest // size).bit_length() - 1))
    pixels = decode_frame(series, index, reduce=reduce)
    return shrink_to_fit(present(pixels.values, series.frames[index].grayscale), size)


def _of_record(record: TextRecord, size: int) -> NDArray[np.uint8]:
    """Draw words as strokes on a page, which shows length and layout."""
    page = np.full((size, size * 3 // 4), _PAPER, np.uint8)
    margin = max(2, size // 16)
    lines = record.text.splitlines()[: (size - 2 * margin) // 3]
    for number, line in enumerate(lines):
        row = margin + 3 * number
        is_ink = np.array([not one.isspace() for one in line[: page.shape[1] - 2 * margin]], bool)
        stroke = page[row, margin : margin + len(is_ink)]
        stroke[is_ink] = _INK
    return page


def _of_clip(clip: AudioClip, size: int, progress: ReportProgress) -> NDArray[np.uint8]:
    """Draw the envelope of the recording."""
    peaks = np.zeros(size, np.float32)
    start = 0
    for block in iterate_blocks(clip):
        progress(start, clip.sample_count, "Making a thumbnail")
        level = np.abs(block).max(axis=0, initial=0)
        columns = (start + np.arange(len(level))) * size // max(1, clip.sample_count)
        np.maximum.at(peaks, np.minimum(columns, size - 1), level)
        start += len(level)
    picture = np.full((size // 2, size), _PAPER, np.uint8)
    half = size // 4
    heights = np.rint(peaks / max(float(peaks.max()), 1e-9) * (half - 1)).astype(int)
    distance = np.abs(np.arange(size // 2) - half)[:, None]
    picture[distance <= heights[None]] = _INK
    return picture


def _of_waveform(record: WaveformRecord, size: int) -> NDArray[np.uint8]:
    """Draw the beginning of the first curves, one below the other."""
    group = record.groups[0]
    samples = min(group.sample_count, round(_THUMBNAIL_S * group.sampling_frequency) + 1)
    values = read_stretch(record, 0, 0, samples).values[:_THUMBNAIL_CURVES]
    picture = np.full((size * 3 // 4, size), _PAPER, np.uint8)
    height = picture.shape[0] // len(values)
    for number, curve in enumerate(values):
        known = np.nan_to_num(curve, nan=float(np.nanmedian(curve)) if curve.size else 0.0)
        low, high = float(known.min()), float(known.max())
        scaled = (known - low) / (high - low or 1.0)
        for column, part in enumerate(np.array_split(scaled, size)):
            if len(part):
                rows = np.rint((1 - np.array([part.max(), part.min()])) * (height - 3)).astype(int)
                top = number * height + 1
                picture[top + rows[0] : top + rows[1] + 1, column] = _INK
    return picture
