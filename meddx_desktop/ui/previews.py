"""When a frame is shown at a fraction of its size first."""

from math import floor, log2

from PySide6.QtCore import QSize

from meddx_desktop.case.image_series import ImageSeries

_LARGEST_REDUCTION = 3
# Pixels from which decoding takes a tenth of a second and more, by transfer syntax.
_SLOW_FROM = dict.fromkeys(
    [f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 92, 93)], 1 << 20
) | dict.fromkeys([f"1.2.840.10008.1.2.4.{number}" for number in (201, 202, 203)], 1 << 23)


def preview_reduction(series: ImageSeries, view: QSize) -> int:
    """Return how often a preview is halved, so that it has at least half of the view's pixels.

    0 where the whole frame is decoded as soon.
    """
    slow_from = _SLOW_FROM.get(series.transfer_syntax_uid or "")
    if slow_from is None or series.rows * series.columns < slow_from:
        return 0
    ratio = max(series.columns / max(1, view.width()), series.rows / max(1, view.height()))
    return max(1, min(_LARGEST_REDUCTION, floor(log2(ratio)) + 1))
