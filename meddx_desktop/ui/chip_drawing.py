"""How a mention looks: color says the type, shape and tag say what the record asserts."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPalette, QPen

from meddx_desktop.case.finding import Entity
from meddx_desktop.ui.theme import category_color
from meddx_desktop.ui.translations import mark, translate
from meddx_desktop.ui.words import assertion_keys

# The axis that decides the outline, where several hold.
_PRIORITY = ("family", "negated", "hypothetical", "historical", "uncertain", "present")
_TAGS = {
    "negated": mark("Chips", "no"),
    "historical": mark("Chips", "past"),
    "hypothetical": mark("Chips", "if"),
    "family": mark("Chips", "family"),
    "uncertain": mark("Chips", "?"),
}
_PENS = {
    "present": Qt.PenStyle.SolidLine,
    "negated": Qt.PenStyle.SolidLine,
    "historical": Qt.PenStyle.DotLine,
    "hypothetical": Qt.PenStyle.DashLine,
    "family": Qt.PenStyle.SolidLine,
    "uncertain": Qt.PenStyle.NoPen,
}


@dataclass(frozen=True, slots=True)
class ChipStyle:
    """Outline after `axis`, hue after `category`, and the tag above the chip."""

    axis: str
    category: int
    tag: str

    def without_tag(self) -> "ChipStyle":
        """Return the style of a chip's further lines."""
        return replace(self, tag="")


def style_of(entity: Entity, category: int) -> ChipStyle:
    """Return how a mention is drawn."""
    keys = assertion_keys(entity.assertion)
    axis = next(key for key in _PRIORITY if key in keys)
    said = [translate("Chips", _TAGS[key]) for key in _PRIORITY if key in keys and key in _TAGS]
    return ChipStyle(axis, category, " ".join([entity.entity_type[:1].upper(), *said]))


def draw_chip(
    painter: QPainter, area: QRectF, style: ChipStyle, palette: QPalette, *, is_current: bool
) -> None:
    """Draw a chip around text that is already there."""
    color = category_color(palette, style.category)
    chip = area.adjusted(-2, -1, 2, 1)
    fill = QColor(color)
    fill.setAlphaF(0.3 if is_current else 0.14)
    radius = 0.0 if style.axis == "family" else 5.0
    painter.setPen(QPen(color, 2.4 if is_current else 1.4, _PENS[style.axis]))
    painter.setBrush(fill)
    painter.drawRoundedRect(chip, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _draw_mark(painter, chip, style.axis, color)
    if style.tag:
        _draw_tag(painter, chip, style.tag, palette)


def _draw_mark(painter: QPainter, chip: QRectF, axis: str, color: QColor) -> None:
    if axis == "negated":
        painter.setPen(QPen(color, 1.6))
        painter.drawLine(
            QPointF(chip.left(), chip.center().y() + 1),
            QPointF(chip.right(), chip.center().y() + 1),
        )
    elif axis == "family":
        painter.setPen(QPen(color, 1))
        painter.drawRect(chip.adjusted(2, 2, -2, -2))
    elif axis == "uncertain":
        painter.setPen(QPen(color, 1.6))
        painter.drawPath(_wave(chip))


def _wave(chip: QRectF) -> QPainterPath:
    path = QPainterPath(chip.bottomLeft())
    x, is_up = chip.left(), True
    while x < chip.right():
        x = min(x + 4, chip.right())
        path.lineTo(x, chip.bottom() - (3 if is_up else 0))
        is_up = not is_up
    return path


def _draw_tag(painter: QPainter, chip: QRectF, tag: str, palette: QPalette) -> None:
    font = QFont(painter.font())
    font.setPointSizeF(max(6.5, font.pointSizeF() * 0.66))
    font.setBold(True)
    painter.save()
    painter.setFont(font)
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    metrics = QFontMetricsF(font)
    painter.drawText(QPointF(chip.left() + 1, chip.top() - metrics.descent() + 1), tag)
    painter.restore()


def draw_evidence(painter: QPainter, area: QRectF, weight: float, palette: QPalette) -> None:
    """Shade text that speaks for a finding; underline with dashes what speaks against it."""
    color = QColor(palette.color(QPalette.ColorRole.Accent))
    if weight >= 0:
        color.setAlphaF(min(0.55, 0.08 + 0.5 * weight))
        painter.fillRect(area, color)
        return
    painter.setPen(QPen(color, 1 + 2 * min(1.0, -weight), Qt.PenStyle.DashLine))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
