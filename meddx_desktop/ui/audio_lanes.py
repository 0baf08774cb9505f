"""Lanes under one time axis: outline, spectrogram, segments."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from meddx_desktop.analysis.jobs import SpectrogramPicture
from meddx_desktop.case.explanation import WeightedSpan
from meddx_desktop.rendering.waveform import PeakPyramid
from meddx_desktop.ui.audio_drawing import (
    SegmentMark,
    TimeScale,
    draw_axis,
    draw_outline,
    draw_segments,
    draw_spectrogram,
    segment_cells,
    spectrogram_image,
)
from meddx_desktop.ui.theme import blend
from meddx_desktop.ui.words import finding_sentence

_SHORTEST_VIEW_S = 0.05
_NAME_WIDTH = 92.0
_AXIS_HEIGHT = 24.0
_SEGMENT_HEIGHT = 46.0


class AudioLanes(QWidget):
    """Draws a recording and takes clicks and drags.

    Signals: `seek_wanted(seconds)` on a click, `loop_drawn(start, end)` on a drag,
    `view_changed()` after zoom, scroll and resize.
    """

    seek_wanted = Signal(float)
    loop_drawn = Signal(float, float)
    view_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 260)
        self.setAccessibleName(self.tr("Recording"))
        self.loop: tuple[float, float] | None = None
        self._duration_s = 1.0
        self._view = (0.0, 1.0)
        self._cursor_s = 0.0
        self._pyramid: PeakPyramid | None = None
        self._picture: SpectrogramPicture | None = None
        self._picture_image = QImage()
        self._marks: tuple[SegmentMark, ...] = ()
        self._evidence: tuple[WeightedSpan, ...] = ()
        self._press_x: float | None = None

    @override
    def sizeHint(self) -> QSize:
        return QSize(760, 520)

    # What is shown

    @property
    def view(self) -> tuple[float, float]:
        """The visible stretch in seconds."""
        return self._view

    @property
    def cursor_s(self) -> float:
        """Where playing goes on."""
        return self._cursor_s

    @property
    def marks(self) -> tuple[SegmentMark, ...]:
        """The segments in view."""
        return self._marks

    def show_recording(self, duration_s: float) -> None:
        """Start with an empty drawing of a recording."""
        self._duration_s = max(duration_s, _SHORTEST_VIEW_S)
        self._view = (0.0, self._duration_s)
        self._cursor_s, self.loop = 0.0, None
        self._pyramid = self._picture = None
        self._marks, self._evidence = (), ()
        self.update()

    def show_peaks(self, pyramid: PeakPyramid) -> None:
        """Draw the outline."""
        self._pyramid = pyramid
        self.update()

    def show_spectrogram(self, picture: SpectrogramPicture) -> None:
        """Draw the spectrogram."""
        self._picture, self._picture_image = picture, spectrogram_image(picture)
        self.update()

    def show_segments(self, marks: tuple[SegmentMark, ...]) -> None:
        """Draw what a model said about stretches of the recording."""
        self._marks = marks
        self.update()

    def show_evidence(self, spans: tuple[WeightedSpan, ...]) -> None:
        """Shade stretches by their weight."""
        self._evidence = spans
        self.update()

    def show_cursor(self, seconds: float) -> None:
        """Move the play position; a view that it leaves follows."""
        self._cursor_s = min(max(seconds, 0.0), self._duration_s)
        start, end = self._view
        if not start <= self._cursor_s <= end:
            self.show_stretch(self._cursor_s, self._cursor_s + (end - start))
        self.setAccessibleDescription(self.tr("{0:.1f} seconds").format(self._cursor_s))
        self.update()

    def show_stretch(self, start_s: float, end_s: float) -> None:
        """Show a stretch, kept within the recording."""
        span = min(max(end_s - start_s, _SHORTEST_VIEW_S), self._duration_s)
        start = min(max(start_s, 0.0), self._duration_s - span)
        if (start, start + span) != self._view:
            self._view = (start, start + span)
            self.view_changed.emit()
            self.update()

    def zoom_by(self, factor: float, about_s: float | None = None) -> None:
        """Zoom the time about a moment, or about the play position."""
        start, end = self._view
        about = self._cursor_s if about_s is None else about_s
        about = about if start <= about <= end else (start + end) / 2
        self.show_stretch(about - (about - start) / factor, about + (end - about) / factor)

    def show_all(self) -> None:
        """Show the whole recording."""
        self.show_stretch(0.0, self._duration_s)

    def column_count(self) -> int:
        """Return how many columns a spectrogram should have."""
        return min(1600, max(16, int(self.width() - _NAME_WIDTH)))

    # Drawing

    def _scale(self) -> TimeScale:
        return TimeScale(*self._view, _NAME_WIDTH, max(1.0, self.width() - _NAME_WIDTH - 8))

    def _areas(self) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Return axis, outline, spectrogram and segments."""
        width = self.width() - _NAME_WIDTH - 8
        free = self.height() - _AXIS_HEIGHT - _SEGMENT_HEIGHT - 24
        top = _AXIS_HEIGHT
        outline = QRectF(_NAME_WIDTH, top + 4, width, free * 0.42)
        picture = QRectF(_NAME_WIDTH, outline.bottom() + 8, width, free * 0.58)
        segments = QRectF(_NAME_WIDTH, picture.bottom() + 8, width, _SEGMENT_HEIGHT)
        return QRectF(_NAME_WIDTH, 0, width, _AXIS_HEIGHT), outline, picture, segments

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # Ended in any case: an error that leaves a painter open takes the program down later.
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        scale = self._scale()
        axis, outline, picture, segments = self._areas()
        self._draw_names(painter, outline, picture, segments)
        draw_axis(painter, axis, scale, palette)
        if self._picture is not None:
            draw_spectrogram(painter, picture, scale, self._picture, self._picture_image)
        self._draw_shades(painter, outline.united(picture), scale)
        if self._pyramid is not None:
            draw_outline(painter, outline, scale, self._pyramid, palette)
        draw_segments(painter, segments, scale, self._marks, palette)
        x = scale.to_x(self._cursor_s)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.BrightText), 2))
        if outline.left() <= x <= outline.right() + 1:
            painter.drawLine(QPointF(x, axis.top()), QPointF(x, segments.bottom()))
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw_names(
        self, painter: QPainter, outline: QRectF, picture: QRectF, segments: QRectF
    ) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        highest = self._picture.highest_hz if self._picture is not None else 0.0
        names = [(outline, self.tr("Amplitude")), (picture, self.tr("Spectrogram"))]
        if self._marks:
            names.append((segments, self._marks[0].finding.concept.meaning))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for area, name in names:
            place = QRectF(4, area.top(), _NAME_WIDTH - 12, area.height())
            painter.drawText(place, flags | Qt.TextFlag.TextWordWrap, name)
        if highest:
            top = QRectF(4, picture.top(), _NAME_WIDTH - 12, 18)
            bottom = QRectF(4, picture.bottom() - 18, _NAME_WIDTH - 12, 18)
            painter.drawText(top, flags, f"{highest / 1000:.3g} kHz")
            painter.drawText(bottom, flags, "0 Hz")

    def _draw_shades(self, painter: QPainter, area: QRectF, scale: TimeScale) -> None:
        palette = self.palette()
        shades = [(span.start, span.end, max(0.0, span.weight)) for span in self._evidence]
        if self.loop is not None:
            shades.append((*self.loop, 0.35))
        for start, end, weight in shades:
            base = palette.color(QPalette.ColorRole.Accent)
            color = QColor(blend(base, palette.color(QPalette.ColorRole.BrightText), 0.2))
            color.setAlphaF(min(0.6, 0.6 * weight))
            left, right = max(scale.to_x(start), area.left()), min(scale.to_x(end), area.right())
            if right > left:
                painter.fillRect(QRectF(left, area.top(), right - left, area.height()), color)

    # Mouse

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            segment = self.mark_at(QPointF(event.pos()))
            text = "" if segment is None else finding_sentence(segment.finding)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and event.position().x() >= _NAME_WIDTH:
            self._press_x = event.position().x()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press_x is not None and abs(event.position().x() - self._press_x) > 4:
            scale = self._scale()
            times = sorted((scale.to_time(self._press_x), scale.to_time(event.position().x())))
            self.loop = (max(0.0, times[0]), min(self._duration_s, times[1]))
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._press_x = self._press_x, None
        if pressed is None:
            return
        if abs(event.position().x() - pressed) > 4 and self.loop is not None:
            self.loop_drawn.emit(*self.loop)
        else:
            self._click(event.position())

    def mark_at(self, position: QPointF) -> SegmentMark | None:
        """Return the segment at a place of the widget."""
        seconds = self._scale().to_time(position.x())
        if self._areas()[3].contains(position):
            for start_s, end_s, segment in segment_cells(self._marks):
                if start_s <= seconds < end_s:
                    return segment
        return None

    def _click(self, position: QPointF) -> None:
        segment = self.mark_at(position)
        seconds = segment.start_s if segment else self._scale().to_time(position.x())
        self.seek_wanted.emit(min(max(seconds, 0.0), self._duration_s))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        start, end = self._view
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.3**notches, self._scale().to_time(event.position().x()))
        else:
            shift = -notches * (end - start) / 10
            self.show_stretch(start + shift, end + shift)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.view_changed.emit()
