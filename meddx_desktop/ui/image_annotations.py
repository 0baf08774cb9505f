"""What is written over an image: corners, letters, scale bar, badges and legend."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from meddx_desktop.rendering.color_maps import legend_rgba
from meddx_desktop.rendering.orientation import EdgeLetters
from meddx_desktop.rendering.scale_bar import ScaleBar
from meddx_desktop.ui.translations import translate

# The image area is black in both color schemes, so what is written on it is light in both.
IMAGE_GROUND = QColor(0, 0, 0)
PLANE_COLOR = QColor(128, 232, 144)
# Translucent, and apart for all common kinds of color blindness.
SEGMENT_COLORS = tuple(
    QColor(*rgb, 110)
    for rgb in ((230, 159, 0), (86, 180, 233), (240, 228, 66), (204, 121, 167), (0, 158, 115))
)
_INK = QColor(236, 240, 243)
_OUTLINE = QColor(0, 0, 0, 200)
_LEGEND_GROUND = QColor(0, 0, 0, 225)
_MARGIN = 10.0
_SMALLEST_WIDTH = 300


@dataclass(frozen=True, slots=True)
class Annotations:
    """Lines of the four corners and the marks; empty parts are not drawn."""

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    bottom_right: tuple[str, ...] = ()
    letters: EdgeLetters | None = None
    scale: ScaleBar | None = None
    scale_origin: str = ""
    badges: tuple[str, ...] = ()


def annotation_font(base: QFont) -> QFont:
    """Return the font of everything that is written on an image."""
    font = QFont(base)
    font.setPointSizeF(max(8.0, base.pointSizeF() * 0.92))
    return font


def draw_annotations(painter: QPainter, area: QRectF, annotations: Annotations) -> None:
    """Write corners, letters, badges and the scale bar."""
    if area.width() >= _SMALLEST_WIDTH:
        _draw_corners(painter, area, annotations)
    _draw_badges(painter, area, annotations)
    if annotations.letters is not None:
        _draw_letters(painter, area, annotations.letters)
    if annotations.scale is not None:
        _draw_scale(painter, area, annotations.scale, annotations.scale_origin)


def draw_text(painter: QPainter, at: QPointF, text: str) -> None:
    """Write light text with a dark outline, readable on any gray."""
    painter.setPen(_OUTLINE)
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(_INK)
    painter.drawText(at, text)


def _draw_corners(painter: QPainter, area: QRectF, annotations: Annotations) -> None:
    metrics = QFontMetricsF(painter.font())
    width = area.width() * 0.42
    for lines, is_right, is_bottom in (
        (annotations.top_left, False, False),
        (annotations.top_right, True, False),
        (annotations.bottom_left, False, True),
        (annotations.bottom_right, True, True),
    ):
        height = metrics.lineSpacing()
        first = area.bottom() - _MARGIN - height * len(lines) if is_bottom else area.top() + _MARGIN
        for number, line in enumerate(lines):
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)
            x = area.left() + _MARGIN
            if is_right:
                x = area.right() - _MARGIN - metrics.horizontalAdvance(shown)
            draw_text(painter, QPointF(x, first + height * number + metrics.ascent()), shown)


def _draw_letters(painter: QPainter, area: QRectF, letters: EdgeLetters) -> None:
    metrics = QFontMetricsF(painter.font())
    middle_y = area.center().y() + metrics.ascent() / 2
    right = area.right() - _MARGIN - metrics.horizontalAdvance(letters.right)
    places = (
        (letters.left, QPointF(area.left() + _MARGIN, middle_y)),
        (letters.right, QPointF(right, middle_y)),
        (
            letters.top,
            QPointF(
                area.center().x() - metrics.horizontalAdvance(letters.top) / 2,
                area.top() + _MARGIN + metrics.ascent(),
            ),
        ),
        (
            letters.bottom,
            QPointF(
                area.center().x() - metrics.horizontalAdvance(letters.bottom) / 2,
                area.bottom() - _MARGIN - metrics.descent(),
            ),
        ),
    )
    for text, at in places:
        draw_text(painter, at, text)


def _draw_badges(painter: QPainter, area: QRectF, annotations: Annotations) -> None:
    metrics = QFontMetricsF(painter.font())
    lines = len(annotations.top_left) if area.width() >= _SMALLEST_WIDTH else 1
    y = area.top() + _MARGIN + metrics.lineSpacing() * (lines + 0.6)
    widest = area.width() - 2 * _MARGIN - 12
    for text in annotations.badges:
        badge = metrics.elidedText(text, Qt.TextElideMode.ElideRight, widest)
        box = QRectF(
            area.left() + _MARGIN, y, metrics.horizontalAdvance(badge) + 12, metrics.height() + 4
        )
        painter.setBrush(_OUTLINE)
        painter.setPen(QPen(_INK, 1))
        painter.drawRoundedRect(box, 3, 3)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge)
        y += box.height() + 4


def _draw_scale(painter: QPainter, area: QRectF, scale: ScaleBar, origin: str) -> None:
    metrics = QFontMetricsF(painter.font())
    # Above the bottom letter, which sits in the middle of the same edge.
    y = area.bottom() - _MARGIN - metrics.height() * 2.4
    left = area.center().x() - scale.length_px / 2
    right = left + scale.length_px
    for color, width in ((_OUTLINE, 4.0), (_INK, 2.0)):
        painter.setPen(QPen(color, width))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x in (left, right):
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
    label = f"{scale.label} · {origin}"
    x = area.center().x() - metrics.horizontalAdvance(label) / 2
    draw_text(painter, QPointF(x, y - 6 - metrics.descent()), label)


def draw_centered(painter: QPainter, area: QRectF, text: str) -> None:
    """Write a sentence in the middle, over several lines where it is long."""
    painter.setPen(_INK)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(24, 24, -24, -24), flags, text)


def legend_ends(*, is_signed: bool) -> tuple[str, str]:
    """Return what the two ends of the color bar mean."""
    if is_signed:
        return translate("ImageAnnotations", "against"), translate("ImageAnnotations", "for")
    return translate("ImageAnnotations", "weak"), translate("ImageAnnotations", "strong")


def draw_legend(painter: QPainter, area: QRectF, *, is_signed: bool) -> None:
    """Draw the color bar of the evidence above the lower right corner."""
    metrics = QFontMetricsF(painter.font())
    width = 150.0
    left = area.right() - _MARGIN - width
    top = area.bottom() - _MARGIN - metrics.lineSpacing() * 5.5 - 12
    row = np.ascontiguousarray(legend_rgba(int(width), 1.0, is_signed=is_signed))
    title = translate("ImageAnnotations", "Evidence for the finding")
    title_width = metrics.horizontalAdvance(title)
    ground = QRectF(left, top, max(width, title_width), 12 + metrics.lineSpacing())
    ground.setTop(top - 6 - metrics.lineSpacing())
    # The legend may lie across the edge of the picture.
    painter.fillRect(ground.adjusted(-6, 0, 6, 4), _LEGEND_GROUND)
    bar = QImage(row.data, int(width), 1, row.strides[0], QImage.Format.Format_RGBA8888)
    painter.drawImage(QRectF(left, top, width, 10), bar)
    draw_text(painter, QPointF(left, top - 4 - metrics.descent()), title)
    low, high = legend_ends(is_signed=is_signed)
    baseline = top + 12 + metrics.ascent()
    draw_text(painter, QPointF(left, baseline), low)
    x = left + width - metrics.horizontalAdvance(high)
    draw_text(painter, QPointF(x, baseline), high)
