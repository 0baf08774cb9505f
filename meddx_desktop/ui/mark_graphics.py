"""Draws the shapes and texts of presentation states, and names beside the image."""

from collections.abc import Sequence
from math import atan2, degrees, hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from meddx_desktop.case.image_marks import GraphicMark, MarkShape
from meddx_desktop.ui.image_annotations import PLANE_COLOR
from meddx_desktop.ui.image_canvas import ImageCanvas

_POINT_RADIUS = 4.0
_SHADOW = QColor(0, 0, 0, 200)
_MARGIN = 8
_ELLIPSE_POINTS = 4


def draw_graphics(painter: QPainter, marks: Sequence[GraphicMark], canvas: ImageCanvas) -> None:
    """Draw every mark, a dark edge below it so that it reads on any ground.

    All places are in pixels of the frame.
    """
    for width, color in ((4.0, _SHADOW), (1.6, PLANE_COLOR)):
        painter.setPen(QPen(color, width))
        for mark in marks:
            painter.setBrush(color if mark.is_filled else Qt.BrushStyle.NoBrush)
            if mark.shape is MarkShape.TEXT:
                _draw_text(painter, mark, canvas, color)
            else:
                _draw_shape(painter, mark, canvas)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_shape(painter: QPainter, mark: GraphicMark, canvas: ImageCanvas) -> None:
    points = [canvas.to_widget(point) for point in mark.points]
    match mark.shape:
        case MarkShape.POINT:
            painter.drawEllipse(points[0], _POINT_RADIUS, _POINT_RADIUS)
        case MarkShape.CIRCLE if len(points) > 1:
            radius = _distance(points[0], points[1])
            painter.drawEllipse(points[0], radius, radius)
        case MarkShape.ELLIPSE if len(points) >= _ELLIPSE_POINTS:
            _draw_ellipse(painter, points)
        case _:
            polygon = QPolygonF(points)
            if mark.is_filled:
                painter.drawPolygon(polygon)
            else:
                painter.drawPolyline(polygon)


def _draw_ellipse(painter: QPainter, points: list[QPointF]) -> None:
    """Draw the ellipse whose first two points end one axis, the others the other axis."""
    along = points[1] - points[0]
    middle = (points[0] + points[1]) / 2
    painter.save()
    painter.translate(middle)
    painter.rotate(_angle(along))
    painter.drawEllipse(
        QPointF(), _distance(points[0], points[1]) / 2, _distance(points[2], points[3]) / 2
    )
    painter.restore()


def _angle(direction: QPointF) -> float:
    return degrees(atan2(direction.y(), direction.x()))


def _distance(first: QPointF, second: QPointF) -> float:
    return hypot(second.x() - first.x(), second.y() - first.y())


def _draw_text(painter: QPainter, mark: GraphicMark, canvas: ImageCanvas, color: QColor) -> None:
    if color is _SHADOW:
        return
    corner = canvas.to_widget(mark.points[0])
    metrics = painter.fontMetrics()
    line = metrics.lineSpacing()
    for number, text in enumerate(mark.text.splitlines()):
        place = QRectF(
            corner.x(), corner.y() + number * line, metrics.horizontalAdvance(text) + 6, line
        )
        painter.fillRect(place, _SHADOW)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def draw_names(painter: QPainter, names: Sequence[tuple[str, QColor]], canvas: ImageCanvas) -> None:
    """List names in their colors at the left edge, below the corner texts."""
    metrics = painter.fontMetrics()
    line = metrics.lineSpacing() + 2
    top = canvas.height() / 4
    for number, (name, color) in enumerate(names):
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, canvas.width() // 3)
        width = metrics.horizontalAdvance(shown) + 8
        place = QRectF(_MARGIN, top + number * line, width, line)
        painter.fillRect(place, _SHADOW)
        painter.setPen(QColor(color.red(), color.green(), color.blue()))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)
