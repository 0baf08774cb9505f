"""Series whose gray values, shutters and masks are those of a presentation state."""

from collections import Counter
from dataclasses import replace

import numpy as np

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, Window
from meddx_desktop.case.image_marks import PresentationState
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.case.mask_subtraction import MaskSubtraction
from meddx_desktop.rendering.grayscale import to_modality_values, window_between
from meddx_desktop.rendering.mask_subtraction import frames_for
from meddx_desktop.rendering.presentation import concerns, is_meant


def series_through(series: ImageSeries, state: PresentationState | None) -> ImageSeries:
    """Return a series whose frames are to be seen as a state asks; those that it names, that is.

    References
    ----------
    DICOM PS3.4 N.2: what an image itself says about gray values, shutters and masks is not used
    beside a presentation state; a stage that the state leaves out is the identity.
    """
    if state is None:
        return series
    counts = Counter(frame.path for frame in series.frames)
    frames = tuple(
        _frame_through(frame, state, series, counts[frame.path]) for frame in series.frames
    )
    is_subtracted = any(frame.subtraction for frame in frames)
    # A difference takes one bit more, for its sign.
    bits = series.bits_stored + 1 if is_subtracted else series.bits_stored
    return replace(
        series, frames=frames, bits_stored=bits, is_signed=series.is_signed or is_subtracted
    )


def _frame_through(
    frame: Frame, state: PresentationState, series: ImageSeries, frame_count: int
) -> Frame:
    if not concerns(state, frame):
        return frame
    vois = vois_of(state, frame)
    stages = replace(
        state.grayscale,
        windows=tuple(one for one in vois if isinstance(one, Window)),
        voi_luts=tuple(one for one in vois if isinstance(one, LookupTable)),
    )
    rules = () if series.is_color else state.mask_rules
    masked = frames_for(rules, frame.frame_index, frame_count)
    if masked is None:
        whole = () if vois else (whole_range(stages, series, state.label),)
        shown = replace(stages, windows=(*stages.windows, *whole))
        return replace(frame, grayscale=shown, shutter=state.shutter)
    masks, rule = masked
    contrast = range(frame.frame_index, frame.frame_index + rule.contrast_count)
    subtraction = MaskSubtraction(
        tuple(contrast), masks, rule.shift, state.grayscale, state.logarithm_of
    )
    # The modality stage is before the subtraction, so it is not again behind it.
    shown = replace(
        stages, rescale_slope=1.0, rescale_intercept=0.0, rescale_type=None, modality_lut=None
    )
    return replace(frame, grayscale=shown, shutter=state.shutter, subtraction=subtraction)


def whole_range(grayscale: GrayscaleTransform, series: ImageSeries, label: str) -> Window:
    """Return the window of an identity VOI stage: all values that the modality stage can give."""
    if grayscale.modality_lut is not None:
        low, high = 0.0, float(2**grayscale.modality_lut.bits_per_entry - 1)
    else:
        first = -(2 ** (series.bits_stored - 1)) if series.is_signed else 0
        stored = np.array([first, first + 2**series.bits_stored - 1])
        ends = to_modality_values(stored, grayscale)
        low, high = float(ends.min()), float(ends.max())
    return window_between(low, high, label)


def vois_of(state: PresentationState, frame: Frame) -> tuple[Window | LookupTable, ...]:
    """Return every window and VOI LUT that a state names for a frame."""
    return tuple(one.voi for one in state.vois if is_meant(one, state, frame))
