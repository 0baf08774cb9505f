"""Lines over an image that show where the slices of other viewports cut it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from meddx_desktop.rendering.view_transform import Point
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.image_canvas import ImageCanvas

# On the black of the image area in both color schemes; distinct from boxes and measurements.
LINE_COLORS = (
    QColor(92, 214, 255),
    QColor(255, 138, 101),
    QColor(174, 234, 0),
    QColor(255, 202, 40),
)
_OUTLINE = QColor(0, 0, 0, 160)


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A line between two frame points; `source` is the number of the viewport whose slice it is."""

    start: Point
    end: Point
    source: int = 0


class ReferenceLines(CanvasOverlay):
    """Draws the reference lines of one canvas; those of a reformation can be taken in hand."""

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.lines: tuple[ReferenceLine, ...] = ()
        self.are_handles = False

    def show_lines(self, lines: tuple[ReferenceLine, ...], *, are_handles: bool = False) -> None:
        """Draw other lines."""
        self.are_handles = are_handles
        if lines != self.lines:
            self.lines = lines
            self._canvas.update()

    @override
    def paint(self, painter: QPainter) -> None:
        for line in self.lines:
            start, end = self._canvas.to_widget(line.start), self._canvas.to_widget(line.end)
            for color, width in ((_OUTLINE, 3.5), (color_of(line), 1.5)):
                painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine))
                painter.drawLine(start, end)


def color_of(line: ReferenceLine) -> QColor:
    """Return the color of a line, which is that of its plane in every viewport."""
    return LINE_COLORS[line.source % len(LINE_COLORS)]
