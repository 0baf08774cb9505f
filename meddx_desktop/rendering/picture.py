"""A frame as it is seen, at its own resolution: what is exported and printed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, VoiFunction, Window
from meddx_desktop.case.image_marks import PresentationState
from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.rendering.display_frame import (
    default_window,
    gray_table,
    prepare_display_frame,
)
from meddx_desktop.rendering.measuring_scale import pixel_aspect
from meddx_desktop.rendering.shutters import uncovered_pixels
from meddx_desktop.rendering.view_transform import IDENTITY, Matrix, turn_pixels


@dataclass(frozen=True, slots=True)
class Appearance:
    """How frames are looked at.

    `voi` is None where each frame is seen through its file's own window; `is_inverted` exchanges
    black and white of what the file shows; `turn` holds quarter turns and mirrors. Gray values and
    shutters are as `presentation` asks for them (`series_through`); shutters are left away unless
    `is_covered`.
    """

    voi: Window | LookupTable | None = None
    is_inverted: bool = False
    turn: Matrix = IDENTITY
    presentation: PresentationState | None = None
    is_covered: bool = True


def windows_of_file(grayscale: GrayscaleTransform) -> list[Window | LookupTable]:
    """Return the usable windows and tables that a frame names, the default first."""
    usable = [
        window
        for window in grayscale.windows
        if window.width >= 1 or (window.function is not VoiFunction.LINEAR and window.width > 0)
    ]
    return [*usable, *grayscale.voi_luts]


def render_picture(pixels: FramePixels, series: ImageSeries, how: Appearance) -> NDArray[np.uint8]:
    """Return gray of shape (rows, columns) or RGB of shape (rows, columns, 3), turned as seen.

    Parameters
    ----------
    series : as seen through the presentation state of `how`.
    """
    described = series.frames[pixels.index]
    picture = _picture(pixels, described.grayscale, series.bits_stored, how)
    shutter = described.shutter if how.is_covered else None
    if shutter is not None:
        shown = uncovered_pixels(shutter, picture.shape[:2], pixel_aspect(series))
        picture = picture.copy()
        picture[~shown] = round(shutter.gray * 255)
    return np.ascontiguousarray(turn_pixels(picture, how.turn))


def _picture(
    pixels: FramePixels, grayscale: GrayscaleTransform, bits_stored: int, how: Appearance
) -> NDArray[np.uint8]:
    frame = prepare_display_frame(pixels, grayscale)
    values = frame.modality_values
    if values is None:
        color = np.asarray(frame.indices, np.uint8)
        return 255 - color if how.is_inverted else color
    voi = how.voi or next(iter(windows_of_file(grayscale)), None)
    if voi is None:
        voi = default_window(frame, grayscale, bits_stored)
    is_inverted = how.is_inverted != grayscale.is_inverted
    table = gray_table(values, voi, grayscale.presentation_lut, is_inverted=is_inverted)
    return np.asarray(table[frame.indices])
