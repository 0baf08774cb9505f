"""Brings marks and the images that they name together."""

from collections.abc import Iterable
from dataclasses import replace

from meddx_desktop.case.image_marks import ImageMarks
from meddx_desktop.case.image_series import ImageSeries


def attach_marks(series: ImageSeries, found: Iterable[ImageMarks]) -> ImageSeries:
    """Return the series with the marks that name one of its frames."""
    uids = {frame.sop_instance_uid for frame in series.frames}
    own = tuple(
        marks
        for marks in found
        if any(reference.sop_instance_uid in uids for reference in marks.references)
    )
    if not own:
        return series
    source = series.source
    warnings = [warning for marks in own for warning in marks.warnings]
    return replace(
        series,
        source=replace(source, warnings=tuple(dict.fromkeys((*source.warnings, *warnings)))),
        marks=(*series.marks, *own),
    )
