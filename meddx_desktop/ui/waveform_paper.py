"""How curves are drawn on ECG paper: millimeters, seconds and millivolts in one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF

from meddx_desktop.case.waveform_record import (
    MILLIVOLT,
    MultiplexGroup,
    WaveformAnnotation,
    WaveformStretch,
)
from meddx_desktop.rendering.lead_layout import Panel, row_count
from meddx_desktop.rendering.trace import visible_points
from meddx_desktop.ui.theme import blend

MARGIN_MM = 9.0
END_MM = 2.0
_PULSE_MM = 5.0
# The line of rest stands below the middle: most of an ECG points up.
_REST = 0.56
_COARSE_MM = 5
_FINE_FROM_PX = 2.2
_FINE_SHARE, _COARSE_SHARE = 0.13, 0.32
_NICE = (1.0, 2.0, 5.0)
_TICK_PX = 7.0


@dataclass(frozen=True, slots=True)
class PaperScale:
    """How large a millimeter of paper is drawn, and what it stands for."""

    px_per_mm: float
    speed_mm_s: float = 25.0
    gain_mm_mv: float = 10.0

    @property
    def px_per_s(self) -> float:
        """Pixels of one second."""
        return self.px_per_mm * self.speed_mm_s


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper: its size in pixels, its scale, its panels, and the time at the left."""

    width: float
    height: float
    scale: PaperScale
    panels: tuple[Panel, ...]
    start_s: float

    @property
    def left(self) -> float:
        """Where the curves begin."""
        return MARGIN_MM * self.scale.px_per_mm

    @property
    def curve_width(self) -> float:
        """The room of the curves in pixels."""
        return max(1.0, self.width - self.left - END_MM * self.scale.px_per_mm)

    @property
    def visible_s(self) -> float:
        """How long a stretch the sheet shows."""
        return self.curve_width / self.scale.px_per_s

    def area(self, panel: Panel) -> QRectF:
        """Return the room of a panel."""
        height = self.height / max(1, row_count(self.panels))
        width = self.curve_width / panel.columns
        return QRectF(self.left + panel.column * width, panel.row * height, width, height)

    def start_of(self, panel: Panel) -> float:
        """Return the time at the left edge of a panel."""
        return self.start_s + panel.column * self.visible_s / panel.columns

    def panel_at(self, place: QPointF) -> Panel | None:
        """Return the panel under a place."""
        found = (panel for panel in self.panels if self.area(panel).contains(place))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class ChannelScale:
    """What a millimeter of height stands for in a channel, and the value at its line of rest."""

    units_per_mm: float
    rest: float
    unit: str


def channel_scale(
    values: NDArray[np.float32], unit: str, sheet: Sheet, row_height: float
) -> ChannelScale:
    """Return the gain for millivolts, else the first nice step with which the curve fits its row.

    The line of rest is the middle of what an ECG mostly measures, and that of the range of others.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return ChannelScale(1.0 / sheet.scale.gain_mm_mv, 0.0, unit)
    if unit == MILLIVOLT:
        return ChannelScale(1.0 / sheet.scale.gain_mm_mv, float(np.median(known)), unit)
    low, high = (float(edge) for edge in np.percentile(known, (0.5, 99.5)))
    room_mm = 0.8 * row_height / sheet.scale.px_per_mm
    needed = max((high - low) / room_mm, 1e-9)
    power = 10.0 ** np.floor(np.log10(needed))
    step = next((nice * power for nice in _NICE if nice * power >= needed), 10.0 * power)
    return ChannelScale(float(step), (low + high) / 2, unit)


def draw_grid(painter: QPainter, sheet: Sheet, palette: QPalette) -> None:
    """Draw millimeters, every fifth stronger."""
    ground = palette.color(QPalette.ColorRole.Base)
    ink = palette.color(QPalette.ColorRole.BrightText)
    painter.fillRect(QRectF(0, 0, sheet.width, sheet.height), ground)
    step = sheet.scale.px_per_mm
    fine: list[QLineF] = []
    coarse: list[QLineF] = []
    for length, is_upright in ((sheet.width, True), (sheet.height, False)):
        for number in range(int(length / step) + 1):
            at = round(number * step) + 0.5
            line = QLineF(at, 0, at, sheet.height) if is_upright else QLineF(0, at, sheet.width, at)
            (coarse if number % _COARSE_MM == 0 else fine).append(line)
    if step >= _FINE_FROM_PX:
        painter.setPen(QPen(blend(ground, ink, _FINE_SHARE), 1))
        painter.drawLines(fine)
    painter.setPen(QPen(blend(ground, ink, _COARSE_SHARE), 1))
    painter.drawLines(coarse)


def draw_panel(
    painter: QPainter,
    sheet: Sheet,
    panel: Panel,
    group: MultiplexGroup,
    stretch: WaveformStretch,
) -> ChannelScale:
    """Draw the curve of one panel; returns the scale of its height."""
    area = sheet.area(panel)
    channel, values = group.channels[panel.channel], stretch.values[panel.channel]
    height = channel_scale(values, channel.unit, sheet, area.height())
    start = sheet.start_of(panel) - channel.time_skew_s
    frequency = group.sampling_frequency
    first = max(0, int(start * frequency) - stretch.start)
    seconds = area.width() / sheet.scale.px_per_s
    last = max(first, int((start + seconds) * frequency) + 2 - stretch.start)
    shown = values[first:last]
    times = (np.arange(len(shown)) + first + stretch.start) / frequency
    columns = max(1, int(area.width() * painter.deviceTransform().m11()))
    rest = area.top() + area.height() * _REST
    per_unit = sheet.scale.px_per_mm / height.units_per_mm
    painter.save()
    painter.setClipRect(QRectF(area.left(), 0, area.width(), sheet.height))
    for found_times, found in visible_points(times, shown, columns):
        x = area.left() + (found_times - start) * sheet.scale.px_per_s
        y = rest - (found.astype(np.float64) - height.rest) * per_unit
        points = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        painter.drawPolyline(QPolygonF(points))
    painter.restore()
    return height


def draw_border(painter: QPainter, sheet: Sheet, panel: Panel) -> None:
    """Draw where one lead ends and the next begins."""
    area = sheet.area(panel)
    rest, length = area.top() + area.height() * _REST, 2.5 * sheet.scale.px_per_mm
    x = area.left()
    painter.drawLine(QLineF(x, rest - 2 * length, x, rest - length))
    painter.drawLine(QLineF(x, rest + length, x, rest + 2 * length))


def draw_pulse(painter: QPainter, sheet: Sheet, row: QRectF) -> None:
    """Draw one millivolt before a row, as devices do."""
    step = sheet.scale.px_per_mm
    rest = row.top() + row.height() * _REST
    top = rest - sheet.scale.gain_mm_mv * step
    left = (MARGIN_MM - _PULSE_MM) / 2 * step
    right = left + _PULSE_MM * step
    edge = step
    points = [(left - edge, rest), (left, rest), (left, top), (right, top), (right, rest),
              (right + edge, rest)]  # fmt: skip
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def draw_scale(painter: QPainter, sheet: Sheet, panel: Panel, height: ChannelScale) -> None:
    """Write values beside a row, every ten millimeters."""
    area = sheet.area(panel)
    rest = area.top() + area.height() * _REST
    step = 10 * height.units_per_mm
    per_unit = sheet.scale.px_per_mm / height.units_per_mm
    line = painter.fontMetrics().height()
    lowest = height.rest - (area.bottom() - line - rest) / per_unit
    highest = height.rest + (rest - area.top() - line) / per_unit
    for number in range(int(np.ceil(lowest / step)), int(np.floor(highest / step)) + 1):
        y = rest - (number * step - height.rest) * per_unit
        written = f"{number * step:g}"
        # No digit may be lost at the edge of narrow paper.
        width = painter.fontMetrics().horizontalAdvance(written) + 2
        left = max(2.0, area.left() - 5 - width)
        painter.drawText(QRectF(left, y - line / 2, width, line), written)
        painter.drawLine(QLineF(left + width, y, max(left + width, area.left()) + 3, y))


def draw_label(painter: QPainter, sheet: Sheet, panel: Panel, text: str, note: str) -> None:
    """Name the channel of a panel; `note` says what its height stands for."""
    area = sheet.area(panel)
    line = painter.fontMetrics().height()
    place = QRectF(area.left() + 4, area.top() + 2, area.width() - 8, line)
    font = painter.font()
    font.setBold(True)
    painter.save()
    painter.setFont(font)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft, text)
    advance = painter.fontMetrics().horizontalAdvance(text) + 10
    painter.restore()
    if note:
        painter.drawText(place.adjusted(advance, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, note)


def draw_moments(
    painter: QPainter, sheet: Sheet, annotations: Sequence[WaveformAnnotation], group: int
) -> None:
    """Draw a tick for each named moment, with its name where there is room to the next."""
    for panel in sheet.panels:
        area, start = sheet.area(panel), sheet.start_of(panel)
        moments = sorted(
            (time, annotation.text)
            for annotation in annotations
            if annotation.group == group and _is_of(annotation, panel, sheet.panels)
            for time in annotation.times_s
        )
        places = [area.left() + (time - start) * sheet.scale.px_per_s for time, _ in moments]
        bottom = area.bottom() - 3
        for number, (x, (_, name)) in enumerate(zip(places, moments, strict=True)):
            if not area.left() <= x <= area.right():
                continue
            painter.drawLine(QLineF(x, bottom - _TICK_PX, x, bottom))
            following = places[number + 1] if number + 1 < len(places) else area.right()
            if x + painter.fontMetrics().horizontalAdvance(name) + 8 < min(following, area.right()):
                painter.drawText(QPointF(x + 3, bottom), name)


def _is_of(annotation: WaveformAnnotation, panel: Panel, panels: Sequence[Panel]) -> bool:
    """Whether a panel shows an annotation; what concerns all channels stands in the last row."""
    if annotation.channel is None:
        return panel.row == row_count(panels) - 1
    return annotation.channel == panel.channel
