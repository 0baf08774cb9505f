"""How a recording is drawn: outline, spectrogram, segments, time axis."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter, QPalette, QPen

from meddx_desktop.analysis.jobs import SpectrogramPicture
from meddx_desktop.case.finding import Finding
from meddx_desktop.rendering.color_maps import sound_level_rgb
from meddx_desktop.rendering.waveform import PeakPyramid, visible_peaks
from meddx_desktop.ui.words import WORD_SIGNS, percent, word_text

_STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Which stretch of the recording is on which stretch of the screen."""

    start_s: float
    end_s: float
    left: float
    width: float

    def to_x(self, seconds: float) -> float:
        """Map a time to the screen."""
        return self.left + (seconds - self.start_s) / (self.end_s - self.start_s) * self.width

    def to_time(self, x: float) -> float:
        """Map a place on the screen to a time."""
        return self.start_s + (x - self.left) / self.width * (self.end_s - self.start_s)


@dataclass(frozen=True, slots=True)
class SegmentMark:
    """A stretch that a model judged."""

    start_s: float
    end_s: float
    finding: Finding


def draw_outline(
    painter: QPainter, area: QRectF, scale: TimeScale, pyramid: PeakPyramid, palette: QPalette
) -> None:
    """Draw the lowest and highest sample of every column, all channels together."""
    columns = max(1, int(area.width()))
    low, high = visible_peaks(pyramid, scale.start_s, scale.end_s, columns)
    is_there = ~np.isnan(low).any(axis=0)
    low, high = low[:, is_there].min(axis=0), high[:, is_there].max(axis=0)
    loudest = max(float(max(np.abs(low).max(initial=0), np.abs(high).max(initial=0))), 1e-4)
    middle, half = area.center().y(), area.height() / 2 - 2
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
    painter.drawLine(QLineF(area.left(), middle, area.right(), middle))
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1))
    lines = [
        QLineF(
            area.left() + x,
            middle - top / loudest * half,
            area.left() + x,
            middle - bottom / loudest * half,
        )
        for x, bottom, top in zip(
            np.flatnonzero(is_there).tolist(), low.tolist(), high.tolist(), strict=True
        )
    ]
    painter.drawLines(lines)


def spectrogram_image(picture: SpectrogramPicture) -> QImage:
    """Color a spectrogram, high frequencies on top."""
    levels = picture.levels[::-1].astype(np.float32) * np.float32(1 / 255)
    colors = np.ascontiguousarray(sound_level_rgb(levels))
    rows, columns = colors.shape[:2]
    form = QImage.Format.Format_RGB888
    return QImage(colors.data, columns, rows, 3 * columns, form).copy()


def draw_spectrogram(
    painter: QPainter, area: QRectF, scale: TimeScale, picture: SpectrogramPicture, image: QImage
) -> None:
    """Draw the spectrogram where its stretch lies, with its highest frequency."""
    left, right = scale.to_x(picture.start_s), scale.to_x(picture.end_s)
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(left, area.top(), right - left, area.height()), image)
    painter.restore()


def segment_cells(marks: tuple[SegmentMark, ...]) -> list[tuple[float, float, SegmentMark]]:
    """Give each segment a stretch of its own; overlapping neighbors share theirs in the middle."""
    ordered = sorted(marks, key=lambda mark: mark.start_s)
    cells: list[tuple[float, float, SegmentMark]] = []
    for mark in ordered:
        start = mark.start_s
        if cells and mark.start_s < cells[-1][2].end_s:
            before_start, _, before = cells[-1]
            start = (mark.start_s + before.end_s) / 2
            cells[-1] = (before_start, start, before)
        cells.append((start, mark.end_s, mark))
    return cells


def draw_segments(
    painter: QPainter,
    area: QRectF,
    scale: TimeScale,
    marks: tuple[SegmentMark, ...],
    palette: QPalette,
) -> None:
    """Draw each segment as a bar as high as its probability; positive ones are hatched."""
    accent = palette.color(QPalette.ColorRole.Accent)
    painter.save()
    font = QFont(painter.font())
    font.setPointSizeF(font.pointSizeF() * 0.88)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    for start_s, end_s, segment in segment_cells(marks):
        left = max(scale.to_x(start_s), area.left())
        right = min(scale.to_x(end_s), area.right())
        if right <= left:
            continue
        box = QRectF(left, area.top(), right - left, area.height()).adjusted(1, 1, -1, -1)
        bar = QRectF(box)
        bar.setTop(box.bottom() - max(2.0, box.height() * segment.finding.probability))
        fill = QColor(accent)
        fill.setAlphaF(0.45 if segment.finding.is_positive else 0.15)
        painter.fillRect(bar, fill)
        if segment.finding.is_positive:
            painter.fillRect(bar, QBrush(accent, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawRect(box)
        label = segment_label(segment.finding, metrics, box.width() - 6)
        if label:
            # A plain ground keeps the word readable on the hatching.
            size = metrics.size(0, label)
            ground = QRectF(0, 0, size.width() + 4, min(size.height(), box.height()))
            ground.moveCenter(box.center())
            painter.fillRect(ground, palette.color(QPalette.ColorRole.Base))
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, label)
    painter.restore()


def segment_label(finding: Finding, metrics: QFontMetrics, width: float) -> str:
    """Return word over percentage, the word's sign alone where that is too wide, or nothing."""
    full = f"{word_text(finding.word)}\n{percent(finding.probability)}"
    for label in (full, WORD_SIGNS[finding.word]):
        if metrics.size(0, label).width() <= width:
            return label
    return ""


def draw_axis(painter: QPainter, area: QRectF, scale: TimeScale, palette: QPalette) -> None:
    """Draw ticks at round times."""
    span = scale.end_s - scale.start_s
    wanted = span / max(1.0, area.width() / 90)
    step = next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    tick = np.ceil(scale.start_s / step) * step
    while tick <= scale.end_s:
        x = scale.to_x(float(tick))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.top() + 4))
        label = time_text(float(tick), step)
        if x + 3 + painter.fontMetrics().horizontalAdvance(label) < area.right():
            painter.drawText(QPointF(x + 3, area.bottom() - 3), label)
        tick += step


def time_text(seconds: float, step: float = 0.01) -> str:
    """Write a time as minutes and seconds, as finely as the step."""
    digits = 0 if step >= 1 else (1 if step >= 0.1 else 2)
    minutes, rest = divmod(max(0.0, seconds), 60)
    width = 2 if digits == 0 else 3 + digits
    return f"{int(minutes)}:{rest:0{width}.{digits}f}"
