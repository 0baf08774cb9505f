"""What a drag over the image leads to: another window, or a box."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from meddx_desktop.case.grayscale import VoiFunction, Window
from meddx_desktop.case.image_series import Box
from meddx_desktop.rendering.view_transform import ViewTransform
from meddx_desktop.ui.frame_layer import box_in_view
from meddx_desktop.ui.tools import Tool

# So many pixels to the right double the width.
_DOUBLING_PX = 300
_BOX_COLOR = QColor(255, 214, 102)


@dataclass(slots=True)
class Drag:
    """A drag with a tool; `window` is the one that there was at its beginning."""

    tool: Tool
    start: QPointF
    last: QPointF
    window: Window | None


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


def draw_boxes(
    painter: QPainter,
    region: Box | None,
    drag: Drag | None,
    transform: ViewTransform,
    ratio: float,
) -> None:
    """Outline the box that a model was given, and the one that is being drawn.

    `transform` is in device pixels, of which there are `ratio` to one of the painter.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if region is not None:
        target = box_in_view(region, transform)
        painter.setPen(QPen(_BOX_COLOR, 2))
        painter.drawRect(QRectF(target.topLeft() / ratio, target.bottomRight() / ratio))
    if drag is not None and drag.tool is Tool.REGION:
        painter.setPen(QPen(_BOX_COLOR, 2, Qt.PenStyle.DashLine))
        painter.drawRect(QRectF(drag.start, drag.last).normalized())
