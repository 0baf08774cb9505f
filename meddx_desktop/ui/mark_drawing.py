"""Measurements drawn over an image, readable on any ground."""

from collections.abc import Callable
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from meddx_desktop.case.measurement import Measurement, MeasurementKind, Point
from meddx_desktop.rendering.mark_shapes import handles, middle_of, outlines
from meddx_desktop.rendering.planar_geometry import length, nearest_on_line
from meddx_desktop.ui.image_annotations import draw_text
from meddx_desktop.ui.measurement_text import label_lines

# The image area is black in both color schemes, so the marks are light in both.
_INK = QColor(255, 214, 102)
_CHOSEN_INK = QColor(112, 224, 255)
_SHADOW = QColor(0, 0, 0, 190)
_LABEL_GROUND = QColor(0, 0, 0, 185)
_HANDLE_PX = 7.0
_PADDING = 4.0
_HEAD_PX = 14.0
# Up to so far from its shape a label needs no line to it.
_BESIDE_PX = 20.0

ToWidget = Callable[[Point], QPointF]


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """How a measurement is drawn; `area` is the widget, in which labels stay."""

    area: QRectF
    is_chosen: bool = False
    is_sketch: bool = False


def draw_measurement(
    painter: QPainter, measurement: Measurement, to_widget: ToWidget, style: MarkStyle
) -> QRectF:
    """Draw a measurement and return where its label is, empty where it has none."""
    ink = _ink(style)
    line = Qt.PenStyle.DashLine if style.is_sketch else Qt.PenStyle.SolidLine
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_SHADOW, 4), QPen(ink, 1.8, line)):
        painter.setPen(pen)
        _draw_lines(painter, measurement, to_widget)
    if style.is_chosen or style.is_sketch:
        _draw_handles(painter, measurement, to_widget, ink)
    return _draw_label(painter, measurement, to_widget, style)


def _ink(style: MarkStyle) -> QColor:
    return _CHOSEN_INK if style.is_chosen else _INK


def draw_cross_hair(painter: QPainter, at: QPointF, area: QRectF) -> None:
    """Draw the cross-hair that the arrow keys move."""
    for pen in (QPen(_SHADOW, 3), QPen(_CHOSEN_INK, 1)):
        painter.setPen(pen)
        for line in (
            (QPointF(area.left(), at.y()), QPointF(at.x() - 6, at.y())),
            (QPointF(at.x() + 6, at.y()), QPointF(area.right(), at.y())),
            (QPointF(at.x(), area.top()), QPointF(at.x(), at.y() - 6)),
            (QPointF(at.x(), at.y() + 6), QPointF(at.x(), area.bottom())),
        ):
            painter.drawLine(*line)


def draw_hint(painter: QPainter, area: QRectF, text: str) -> None:
    """Write one line on a dark ground below the upper edge."""
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width() - 40)
    width = metrics.horizontalAdvance(shown)
    left = area.center().x() - width / 2
    top = area.top() + 12 + metrics.lineSpacing() * 1.3
    _draw_label_box(painter, QRectF(left, top, width, metrics.height()), [shown])


def _draw_lines(painter: QPainter, measurement: Measurement, to_widget: ToWidget) -> None:
    kind, points = measurement.kind, measurement.points
    for outline in outlines(kind, points):
        shown = [to_widget(point) for point in outline]
        if len(shown) > 1:
            painter.drawPolyline(QPolygonF(shown))
    if kind is MeasurementKind.PROBE:
        at = to_widget(points[0])
        painter.drawLine(at - QPointF(8, 0), at + QPointF(8, 0))
        painter.drawLine(at - QPointF(0, 8), at + QPointF(0, 8))
    elif kind is MeasurementKind.ARROW and len(points) == 2:
        _draw_head(painter, to_widget(points[0]), to_widget(points[1]))
    elif kind is MeasurementKind.LENGTH and len(points) == 2:
        _draw_ends(painter, to_widget(points[0]), to_widget(points[1]))


def _draw_head(painter: QPainter, tip: QPointF, tail: QPointF) -> None:
    direction = atan2(tail.y() - tip.y(), tail.x() - tip.x())
    for turn in (-pi / 7, pi / 7):
        side = QPointF(cos(direction + turn), sin(direction + turn)) * _HEAD_PX
        painter.drawLine(tip, tip + side)


def _draw_ends(painter: QPainter, first: QPointF, last: QPointF) -> None:
    direction = atan2(last.y() - first.y(), last.x() - first.x()) + pi / 2
    half = QPointF(cos(direction), sin(direction)) * 5
    for end in (first, last):
        painter.drawLine(end - half, end + half)


def _draw_handles(
    painter: QPainter, measurement: Measurement, to_widget: ToWidget, ink: QColor
) -> None:
    painter.setPen(QPen(_SHADOW, 1))
    painter.setBrush(ink)
    for handle in handles(measurement.kind, measurement.points):
        at = to_widget(handle)
        corner = at - QPointF(_HANDLE_PX, _HANDLE_PX) / 2
        painter.drawRect(QRectF(corner.x(), corner.y(), _HANDLE_PX, _HANDLE_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_label(
    painter: QPainter, measurement: Measurement, to_widget: ToWidget, style: MarkStyle
) -> QRectF:
    area, lines = style.area, list(label_lines(measurement))
    if not lines:
        return QRectF()
    metrics = QFontMetricsF(painter.font())
    width = max(metrics.horizontalAdvance(line) for line in lines)
    label = QRectF(0, 0, width, metrics.lineSpacing() * len(lines))
    shown = [
        [to_widget(point) for point in outline]
        for outline in outlines(measurement.kind, measurement.points)
    ]
    if measurement.label_offset is None:
        around = QPolygonF([point for outline in shown for point in outline]).boundingRect()
        box = _place_label(around, label, area)
    else:
        middle = middle_of(measurement.kind, measurement.points)
        offset = measurement.label_offset
        label.moveCenter(to_widget((middle[0] + offset[0], middle[1] + offset[1])))
        box = _kept_inside(label, area)
        _draw_leader(painter, box, shown, _ink(style))
    _draw_label_box(painter, box, lines)
    return box


def _draw_leader(painter: QPainter, box: QRectF, outline: list[list[QPointF]], ink: QColor) -> None:
    """Draw a thin line from a label to its shape, where that is not beside it."""
    center = (box.center().x(), box.center().y())
    ends = [nearest_on_line(center, tuple((at.x(), at.y()) for at in line)) for line in outline]
    end = QPointF(*min(ends, key=lambda point: length((point, center))))
    start = QPointF(
        min(max(end.x(), box.left()), box.right()), min(max(end.y(), box.top()), box.bottom())
    )
    way = end - start
    if hypot(way.x(), way.y()) > _BESIDE_PX:
        dashes = QPen(ink, 1.6)
        dashes.setDashPattern([4.0, 2.0])
        for pen in (QPen(_SHADOW, 3.6), dashes):
            painter.setPen(pen)
            painter.drawLine(start, end)


def _place_label(shape: QRectF, label: QRectF, area: QRectF) -> QRectF:
    """Return the place of a label: right of its shape, else left of it, else below."""
    left, top = shape.right() + 12, shape.center().y() - label.height() / 2
    if left + label.width() > area.right() - _PADDING:
        left = shape.left() - 12 - label.width()
    if left < area.left() + _PADDING:
        left, top = shape.center().x() - label.width() / 2, shape.bottom() + 12
    return _kept_inside(QRectF(left, top, label.width(), label.height()), area)


def _kept_inside(label: QRectF, area: QRectF) -> QRectF:
    left = max(min(label.left(), area.right() - _PADDING - label.width()), area.left() + _PADDING)
    top = max(min(label.top(), area.bottom() - label.height()), area.top())
    return QRectF(left, top, label.width(), label.height())


def _draw_label_box(painter: QPainter, box: QRectF, lines: list[str]) -> None:
    metrics = QFontMetricsF(painter.font())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_LABEL_GROUND)
    painter.drawRoundedRect(box.adjusted(-_PADDING, -2, _PADDING, 2), 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for number, line in enumerate(lines):
        baseline = box.top() + number * metrics.lineSpacing() + metrics.ascent()
        draw_text(painter, QPointF(box.left(), baseline), line)
