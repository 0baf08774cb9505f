"""The paper on which curves are drawn, scrolled, zoomed and measured."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from meddx_desktop.case.waveform_record import (
    MILLIVOLT,
    MultiplexGroup,
    WaveformAnnotation,
    WaveformStretch,
)
from meddx_desktop.rendering.lead_layout import LeadLayout, Panel, arrange, row_count
from meddx_desktop.ui.waveform_caliper import (
    Caliper,
    CrossHair,
    draw_caliper,
    draw_cross_hair,
)
from meddx_desktop.ui.waveform_paper import (
    MARGIN_MM,
    ChannelScale,
    PaperScale,
    Sheet,
    channel_scale,
    draw_border,
    draw_grid,
    draw_label,
    draw_moments,
    draw_panel,
    draw_pulse,
    draw_scale,
)

_PAGE_S = 10.0
_LARGEST_PX, _SMALLEST_PX = 40.0, 0.6
_FITTED_LARGEST_PX = 8.0
_ROW_MM = 12.0
_WHEEL_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class _Shown:
    """The group on the paper."""

    number: int
    group: MultiplexGroup
    annotations: tuple[WaveformAnnotation, ...]


class WaveformCanvas(QWidget):
    """Draws one group of channels.

    Signals: `view_changed()` when another stretch of time is in view, `measured(Caliper | None)`.
    """

    view_changed = Signal()
    measured = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Curves"))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._shown: _Shown | None = None
        self._stretch: WaveformStretch | None = None
        self._layout = LeadLayout.STACKED
        self._panels: tuple[Panel, ...] = ()
        self._scale = PaperScale(3.0)
        self._is_fitted = True
        self._start_s = 0.0
        self._picture: QPixmap | None = None
        self._pressed: QPointF | None = None
        self.caliper: Caliper | None = None
        self.cross_hair = CrossHair()
        self._reading = ""

    @override
    def sizeHint(self) -> QSize:
        return QSize(760, 480)

    # What is shown

    @property
    def scale(self) -> PaperScale:
        """The scale of the paper."""
        return self._scale

    @property
    def view(self) -> tuple[float, float]:
        """The visible stretch in seconds."""
        return self._start_s, self._start_s + self.sheet().visible_s

    @property
    def panels(self) -> tuple[Panel, ...]:
        """The panels of the layout."""
        return self._panels

    @property
    def stretch(self) -> WaveformStretch | None:
        """The samples that are there."""
        return self._stretch

    def sheet(self) -> Sheet:
        """Return the paper as it lies."""
        return Sheet(self.width(), self.height(), self._scale, self._panels, self._start_s)

    def show_group(
        self,
        number: int,
        group: MultiplexGroup,
        annotations: tuple[WaveformAnnotation, ...],
        layout: LeadLayout,
    ) -> None:
        """Show another group from its beginning; its samples follow."""
        self._shown = _Shown(number, group, annotations)
        self._stretch, self._start_s = None, 0.0
        self.choose_layout(layout)
        self.fit()

    def show_stretch(self, stretch: WaveformStretch) -> None:
        """Draw samples."""
        self._stretch = stretch
        self._redraw()

    def clear(self) -> None:
        """Show nothing."""
        self._shown = self._stretch = None
        self._panels = ()
        self.forget_measurement()
        self._redraw()

    def choose_layout(self, layout: LeadLayout) -> None:
        """Arrange the channels otherwise."""
        if self._shown is not None:
            self._layout = layout
            self._panels = arrange([one.label for one in self._shown.group.channels], layout)
            self._apply(self._scale)

    def choose_speed(self, mm_per_s: float) -> None:
        """Let the paper run faster or slower; as much of it as before is in view."""
        self._apply(replace(self._scale, speed_mm_s=mm_per_s))

    def choose_gain(self, mm_per_mv: float) -> None:
        """Draw millivolts higher or lower."""
        self._apply(replace(self._scale, gain_mm_mv=mm_per_mv))

    # Time and zoom

    @property
    def duration_s(self) -> float:
        """Length of the group."""
        return self._shown.group.duration_s if self._shown is not None else 0.0

    def seconds_from(self, start_s: float) -> float:
        """Return for how long after a moment the samples are there."""
        if self._shown is None or self._stretch is None:
            return 0.0
        end = self._stretch.stop / self._shown.group.sampling_frequency
        return max(0.0, end - start_s)

    def show_from(self, start_s: float) -> None:
        """Show another moment at the left, kept within the recording."""
        latest = max(0.0, self.duration_s - self.sheet().visible_s)
        start = min(max(start_s, 0.0), latest)
        if start != self._start_s:
            self._start_s = start
            self.forget_measurement()
            self._redraw()
            self.view_changed.emit()

    def scroll_by(self, share: float) -> None:
        """Go on, or back, by a share of what is in view."""
        self.show_from(self._start_s + share * self.sheet().visible_s)

    def zoom_by(self, factor: float) -> None:
        """Enlarge the paper about its left edge."""
        self._is_fitted = False
        px = min(max(self._scale.px_per_mm * factor, _SMALLEST_PX), _LARGEST_PX)
        self._apply(replace(self._scale, px_per_mm=px))

    def fit(self) -> None:
        """Show ten seconds at once, or all where it is less."""
        self._is_fitted = True
        self._apply(self._scale)

    def _fitted_px(self) -> float:
        seconds = min(_PAGE_S, self.duration_s or _PAGE_S)
        millimeters = seconds * self._scale.speed_mm_s + MARGIN_MM + 2.5
        return min(max(self.width() / millimeters, _SMALLEST_PX), _FITTED_LARGEST_PX)

    def _apply(self, scale: PaperScale) -> None:
        self._scale = scale
        if self._is_fitted:
            self._scale = replace(scale, px_per_mm=self._fitted_px())
        needed = row_count(self._panels) * _ROW_MM * self._scale.px_per_mm
        self.setMinimumHeight(round(needed))
        self.forget_measurement()
        self._redraw()
        self.show_from(self._start_s)
        self.view_changed.emit()

    # Drawing

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = QPixmap(self.size() * self.devicePixelRatioF())
            self._picture.setDevicePixelRatio(self.devicePixelRatioF())
            with QPainter(self._picture) as painter:
                painter.setFont(self.font())
                self.draw(painter, self.sheet(), self.palette())
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)
            if self.caliper is not None:
                draw_caliper(painter, self.caliper, self._reading, self._room, self.palette())
            if self.cross_hair.place is not None:
                draw_cross_hair(painter, self.cross_hair.place, self._room, self.palette())
            if self.hasFocus():
                painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 1))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def draw(self, painter: QPainter, sheet: Sheet, palette: QPalette) -> None:
        """Draw paper and curves."""
        draw_grid(painter, sheet, palette)
        if self._shown is None or self._stretch is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = palette.color(QPalette.ColorRole.Text)
        for panel in sheet.panels:
            painter.setPen(QPen(ink, 1.1))
            height = draw_panel(painter, sheet, panel, self._shown.group, self._stretch)
            channel = self._shown.group.channels[panel.channel]
            if panel.column:
                draw_border(painter, sheet, panel)
            elif channel.unit and channel.unit != MILLIVOLT:
                draw_scale(painter, sheet, panel, height)
            elif channel.unit == MILLIVOLT:
                draw_pulse(painter, sheet, sheet.area(panel))
            draw_label(painter, sheet, panel, channel.label, self._note(height))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1))
        draw_moments(painter, sheet, self._shown.annotations, self._shown.number)

    def _note(self, height: ChannelScale) -> str:
        if height.unit == MILLIVOLT:
            return ""
        if not height.unit:
            return self.tr("without a unit")
        return self.tr("{0:g} {1}/mm").format(height.units_per_mm, height.unit)

    def show_reading(self, text: str) -> None:
        """Write beside the calipers what lies between them."""
        self._reading = text
        self.update()

    # Mouse and keys

    @property
    def _room(self) -> QRectF:
        return QRectF(self.rect())

    def measure_by_keys(self) -> None:
        """Show a cross-hair that the arrow keys move, or take the calipers' last end in hand."""
        if self._stretch is None:
            return
        seen = QRectF(self.visibleRegion().boundingRect())
        middle = (seen if seen.isValid() else self._room).center()
        held = self.caliper
        self.cross_hair.begin(middle if held is None else held.end, held.start if held else None)
        self.update()

    @override
    def event(self, event: QEvent) -> bool:
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and is_override and self.cross_hair.wants(event):
            # An accepted override comes back as a key press instead of a shortcut.
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.cross_hair.wants(event):
            super().keyPressEvent(event)
            return
        self.cross_hair.take(event, self._room, self._scale.px_per_mm)
        place, start = self.cross_hair.place, self.cross_hair.start
        if event.key() == Qt.Key.Key_Escape:
            self.forget_measurement()
        elif place is not None and start is not None:
            self._measure(start, place)
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self.forget_measurement()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self._stretch is not None:
            self._measure(self._pressed, event.position())

    def _measure(self, start: QPointF, end: QPointF) -> None:
        self.caliper = self._between(start, end)
        self.measured.emit(self.caliper)
        self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def _between(self, start: QPointF, end: QPointF) -> Caliper:
        sheet = self.sheet()
        seconds = abs(end.x() - start.x()) / self._scale.px_per_s
        first, last = sheet.panel_at(start), sheet.panel_at(end)
        if first is None or last is None or first.row != last.row or self._shown is None:
            return Caliper(start, end, seconds, None, "")
        scales = [self._height_of(panel) for panel in (first, last)]
        if scales[0].units_per_mm != scales[1].units_per_mm or not scales[0].unit:
            return Caliper(start, end, seconds, None, "")
        millimeters = abs(end.y() - start.y()) / self._scale.px_per_mm
        height = millimeters * scales[0].units_per_mm
        return Caliper(start, end, seconds, height, scales[0].unit)

    def _height_of(self, panel: Panel) -> ChannelScale:
        if self._shown is None or self._stretch is None:
            return ChannelScale(1.0, 0.0, "")
        unit = self._shown.group.channels[panel.channel].unit
        sheet = self.sheet()
        values = self._stretch.values[panel.channel]
        return channel_scale(values, unit, sheet, sheet.area(panel).height())

    def forget_measurement(self) -> None:
        """Take the calipers away."""
        self.cross_hair.stop()
        if self.caliper is not None:
            self.caliper = None
            self.measured.emit(None)
        self.update()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.2**notches)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            # The list of rows scrolls.
            event.ignore()
        else:
            self.scroll_by(-notches * _WHEEL_SHARE)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._apply(self._scale)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._redraw()
        super().changeEvent(event)
