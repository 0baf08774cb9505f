"""Brings marks and the images that they name together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from meddx_desktop.case.image_marks import ImageMarks, PresentationState
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.rendering.presentation import windows_of


def attach_marks(series: ImageSeries, found: Iterable[ImageMarks]) -> ImageSeries:
    """Return the series with the marks that name one of its frames.

    Windows of presentation states follow the file's own windows, so that the person chooses them.
    """
    uids = {frame.sop_instance_uid for frame in series.frames}
    own = tuple(
        marks
        for marks in found
        if any(reference.sop_instance_uid in uids for reference in marks.references)
    )
    if not own:
        return series
    states = [marks for marks in own if isinstance(marks, PresentationState)]
    source = series.source
    warnings = [warning for marks in own for warning in marks.warnings]
    return replace(
        series,
        frames=tuple(_with_windows(frame, states) for frame in series.frames),
        source=replace(source, warnings=tuple(dict.fromkeys((*source.warnings, *warnings)))),
        marks=own,
    )


def _with_windows(frame: Frame, states: Sequence[PresentationState]) -> Frame:
    windows = [window for state in states for window in windows_of(state, frame)]
    if not windows:
        return frame
    grayscale = frame.grayscale
    return replace(frame, grayscale=replace(grayscale, windows=(*grayscale.windows, *windows)))
