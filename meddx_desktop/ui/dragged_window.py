"""The window that a drag leads to."""

from dataclasses import replace

from PySide6.QtCore import QPointF

from meddx_desktop.case.image_series import VoiFunction, Window

# So many pixels to the right double the width.
_DOUBLING_PX = 300


def dragged_window(before: Window, moved: QPointF) -> Window:
    """Return a window that is wider by a drag to the right, and higher by one downward."""
    step = max(before.width, 1e-6) / _DOUBLING_PX
    smallest = 1.0 if before.function is VoiFunction.LINEAR else step
    return replace(
        before,
        center=before.center + moved.y() * step,
        width=max(before.width + moved.x() * step, smallest),
        explanation="",
    )
