"""Drawing, choosing and changing measurements on the image canvas."""

from dataclasses import replace
from uuid import uuid4

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from typing_extensions import override

from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.case.measurement import (
    FrameReference,
    Measurement,
    MeasurementKind,
    Point,
    frame_reference,
)
from meddx_desktop.rendering.mark_shapes import move_inside
from meddx_desktop.rendering.measuring import MeasuredFrame, read
from meddx_desktop.rendering.measuring_scale import can_calibrate
from meddx_desktop.rendering.view_transform import turned_back
from meddx_desktop.ui.arrow_keys import ARROWS
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.image_canvas import ImageCanvas
from meddx_desktop.ui.mark_drawing import MarkStyle, draw_cross_hair, draw_hint, draw_measurement
from meddx_desktop.ui.mark_hints import next_step
from meddx_desktop.ui.mark_questions import ask_length, ask_other_text, ask_text
from meddx_desktop.ui.measurement_book import MeasurementBook
from meddx_desktop.ui.measurement_grab import Grab, find_handle, is_touched, label_offset_of
from meddx_desktop.ui.measurement_text import summary
from meddx_desktop.ui.sketch import Sketch
from meddx_desktop.ui.tools import Tool

KIND_OF_TOOL = {Tool(kind.value): kind for kind in MeasurementKind} | {
    Tool.CALIBRATION: MeasurementKind.LENGTH
}
_LONG_STEP = 10
_LABEL_STEP_PX = 12.0
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Markup(CanvasOverlay):
    """Shows the measurements of the frame in view and lets the person draw and change them.

    With a drawing tool, a drag or a click for each point draws; Enter brings a cross-hair that the
    arrow keys move (ten pixels with Shift), and sets a point where it is. Outlines, handles and
    labels can be dragged with any tool; an arrow key moves the chosen measurement with Alt, and its
    label with Shift.
    """

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.book = MeasurementBook()
        self._frame: MeasuredFrame | None = None
        self._reference: FrameReference | None = None
        self.sketch: Sketch | None = None
        self.cross_hair: Point | None = None
        self._grab: Grab | None = None
        self._labels: dict[str, QRectF] = {}
        self._notice = ""
        canvas.overlays.append(self)

    def use(self, book: MeasurementBook) -> None:
        """Take the book of the case, which all views share; called once."""
        self.book = book
        book.changed.connect(self._take_changes)

    # What is shown

    def show_frame(self, series: ImageSeries, pixels: FramePixels) -> None:
        """Show the measurements of a frame."""
        reference = frame_reference(series, pixels.index)
        if reference != self._reference:
            self.leave_frame()
        self._reference = reference
        self._frame = MeasuredFrame(series, pixels, self.book.calibration_of(reference))

    def leave_frame(self) -> None:
        """Show no measurements; what was being drawn is forgotten."""
        self._frame = self._reference = self._grab = None
        self.stop_drawing()

    def stop_drawing(self) -> None:
        """Forget what is being drawn."""
        self.sketch = self.cross_hair = None
        self._notice = ""
        self._canvas.update()

    @property
    def is_busy(self) -> bool:
        """Whether something is being drawn or is chosen."""
        is_drawing = self.sketch is not None or self.cross_hair is not None
        return is_drawing or self._chosen_here() is not None

    def step_back(self) -> bool:
        """Stop drawing, or choose nothing; False where there is neither to do."""
        if not self.is_busy:
            return False
        if self.sketch is not None or self.cross_hair is not None:
            self.stop_drawing()
        else:
            self.book.choose("")
        return True

    def _take_changes(self) -> None:
        if self._frame is not None and self._reference is not None:
            calibration = self.book.calibration_of(self._reference)
            self._frame = replace(self._frame, calibration=calibration)
        self._canvas.update()

    def _shown(self) -> tuple[Measurement, ...]:
        if self._reference is None:
            return ()
        kept = self.book.on_frame(self._reference)
        grab = self._grab
        if grab is None:
            return kept
        return tuple(grab.now if one == grab.before else one for one in kept)

    def _chosen_here(self) -> Measurement | None:
        chosen = self.book.chosen
        return chosen if chosen is not None and chosen.frame == self._reference else None

    # Drawing

    @override
    def paint(self, painter: QPainter) -> None:
        area = QRectF(self._canvas.rect())
        chosen = self.book.chosen
        self._labels.clear()
        for shown in self._shown():
            is_chosen = chosen is not None and shown.identifier == chosen.identifier
            style = MarkStyle(area, is_chosen=is_chosen)
            label = draw_measurement(painter, shown, self._canvas.to_widget, style)
            self._labels[shown.identifier] = label
        if self.sketch is not None and self.sketch.shown_points:
            style = MarkStyle(area, is_sketch=True)
            draw_measurement(painter, self._sketched(self.sketch), self._canvas.to_widget, style)
        if self.cross_hair is not None:
            draw_cross_hair(painter, self._canvas.to_widget(self.cross_hair), area)
        if self.hint():
            draw_hint(painter, area, self.hint())

    def hint(self) -> str:
        """Return what to do next, or nothing without a drawing tool."""
        if self._frame is None or self._canvas.tool not in KIND_OF_TOOL:
            return ""
        return self._notice or next_step(self.sketch, has_cross_hair=self.cross_hair is not None)

    def _sketched(self, sketch: Sketch) -> Measurement:
        reference = self._frame_in_view()[1]
        made = Measurement("", sketch.kind, reference, sketch.shown_points)
        return self._measured(made) if sketch.is_measurable else made

    def _measured(self, measurement: Measurement) -> Measurement:
        frame = self._frame_in_view()[0]
        return replace(measurement, reading=read(measurement.kind, measurement.points, frame))

    def _frame_in_view(self) -> tuple[MeasuredFrame, FrameReference]:
        if self._frame is None or self._reference is None:
            raise RuntimeError("no frame is shown")
        return self._frame, self._reference

    # Mouse

    @override
    def take_press(self, event: QMouseEvent) -> bool:
        is_left = event.button() is Qt.MouseButton.LeftButton
        is_taken = self._canvas.tool in (Tool.REGION, Tool.MAGNIFIER)
        if self._frame is None or not is_left or is_taken:
            return False
        if self.sketch is None and self._take_in_hand(event.position()):
            return True
        self.book.choose("")
        self._notice = ""
        if self._canvas.tool not in KIND_OF_TOOL:
            return False
        self.cross_hair = None
        self._ready_sketch().press(self._inside(event.position()), self._zoom())
        self._finish_if_complete()
        return True

    @override
    def take_move(self, event: QMouseEvent) -> bool:
        if self._grab is not None:
            self._drag(self._grab, event.position())
        elif self.sketch is not None:
            self.sketch.move(self._inside(event.position()), self._zoom())
        else:
            return False
        self._canvas.update()
        return True

    @override
    def take_release(self, event: QMouseEvent) -> bool:
        if self._grab is not None:
            grab, self._grab = self._grab, None
            if grab.has_changed:
                self.book.replace(grab.now)
            return True
        if self.sketch is None:
            return False
        self.sketch.release(self._inside(event.position()), self._zoom())
        self._finish_if_complete()
        return True

    @override
    def take_double_click(self, event: QMouseEvent) -> bool:
        if self.sketch is not None and self.sketch.can_close:
            self.sketch.close()
            self._finish_if_complete()
            return True
        found = self._touched(event.position()) if self.sketch is None else None
        if found is None:
            return False
        self.edit_text(found)
        return True

    def _take_in_hand(self, position: QPointF) -> bool:
        chosen, to_widget = self._chosen_here(), self._canvas.to_widget
        handle = find_handle(chosen, position, to_widget) if chosen is not None else None
        found = chosen if handle is not None else self._touched(position)
        if found is None:
            return False
        self.book.choose(found.identifier)
        label = self._labels.get(found.identifier, QRectF())
        # A text is its label, and moves as a whole.
        is_label = handle is None and found.kind is not MeasurementKind.TEXT
        is_label = is_label and label.contains(position)
        to_frame = self._canvas.to_frame
        offset = label_offset_of(found, label, to_frame) if is_label else None
        self._grab = Grab(found, found, to_frame(position), handle, offset)
        return True

    def _drag(self, grab: Grab, position: QPointF) -> None:
        if grab.label_offset is not None:
            # Labels may lie beside the frame.
            self._grab = grab.dragged(self._canvas.to_frame(position), (0, 0))
            return
        series = self._frame_in_view()[0].series
        moved = grab.dragged(self._inside(position), (series.columns, series.rows))
        self._grab = replace(moved, now=self._measured(moved.now))

    def _touched(self, position: QPointF) -> Measurement | None:
        """Return the uppermost measurement under a point of the widget."""
        for shown in reversed(self._shown()):
            label = self._labels.get(shown.identifier, QRectF())
            if is_touched(shown, position, self._canvas.to_widget, label):
                return shown
        return None

    def _inside(self, position: QPointF) -> Point:
        """Return the frame point under a point of the widget, or the nearest in the frame."""
        series = self._frame_in_view()[0].series
        x, y = self._canvas.to_frame(position)
        return (min(max(x, 0.0), float(series.columns)), min(max(y, 0.0), float(series.rows)))

    def _zoom(self) -> float:
        transform = self._canvas.transform
        return transform.scale / self._canvas.devicePixelRatioF() if transform else 1.0

    # Keys

    @override
    def wants_key(self, event: QKeyEvent) -> bool:
        if self._frame is None:
            return False
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return event.key() in ARROWS and self._chosen_here() is not None
        is_drawing = self._canvas.tool in KIND_OF_TOOL
        if event.key() in _ENTER:
            return is_drawing
        pressed = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        has_shift_only = pressed == Qt.KeyboardModifier.ShiftModifier
        is_for_label = has_shift_only and self._chosen_here() is not None
        return event.key() in ARROWS and (self.cross_hair is not None or is_for_label)

    @override
    def take_key(self, event: QKeyEvent) -> bool:
        if not self.wants_key(event):
            return False
        if event.key() in _ENTER:
            self._set_point_by_key()
            return True
        is_long = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        across, down = ARROWS[Qt.Key(event.key())]
        pixels = _LONG_STEP if is_long else 1
        step = self._frame_direction(across * pixels, down * pixels)
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._move_chosen(step)
        elif self.cross_hair is not None:
            self._move_cross_hair(step)
        else:
            self._move_label(QPointF(across, down) * _LABEL_STEP_PX)
        return True

    def _frame_direction(self, across: int, down: int) -> Point:
        transform = self._canvas.transform
        return turned_back((across, down), transform.turn) if transform else (0.0, 0.0)

    def _set_point_by_key(self) -> None:
        self._notice = ""
        if self.cross_hair is None:
            middle = self._inside(QPointF(self._canvas.rect().center()))
            self.cross_hair = (int(middle[0]) + 0.5, int(middle[1]) + 0.5)
            self._canvas.update()
            self._announce(self.hint())
            return
        sketch = self._ready_sketch()
        sketch.set_point(self.cross_hair, self._zoom())
        if not sketch.is_complete:
            text = self.tr("Point {number} set")
            self._announce(text.format(number=len(sketch.points)))
        self._finish_if_complete()

    def _move_cross_hair(self, step: Point) -> None:
        if self.cross_hair is None:
            return
        series = self._frame_in_view()[0].series
        size = (series.columns, series.rows)
        self.cross_hair = move_inside((self.cross_hair,), step, size)[0]
        if self.sketch is not None:
            self.sketch.floating = self.cross_hair
        self._canvas.update()

    def _move_chosen(self, step: Point) -> None:
        chosen = self._chosen_here()
        if chosen is not None:
            series = self._frame_in_view()[0].series
            moved = move_inside(chosen.points, step, (series.columns, series.rows))
            self.book.replace(self._measured(replace(chosen, points=moved)))

    def _move_label(self, step: QPointF) -> None:
        chosen = self._chosen_here()
        if chosen is None or chosen.kind is MeasurementKind.TEXT:
            return
        label = self._labels.get(chosen.identifier, QRectF())
        if not label.isEmpty():
            offset = label_offset_of(chosen, label.translated(step), self._canvas.to_frame)
            self.book.replace(replace(chosen, label_offset=offset))

    def put_label_back(self) -> None:
        """Let the label of the chosen measurement stand beside its shape again."""
        chosen = self._chosen_here()
        if chosen is not None and chosen.label_offset is not None:
            self.book.replace(replace(chosen, label_offset=None))

    # Finishing

    def _ready_sketch(self) -> Sketch:
        if self.sketch is None:
            self.sketch = Sketch(KIND_OF_TOOL[self._canvas.tool])
        return self.sketch

    def _finish_if_complete(self) -> None:
        sketch = self.sketch
        self._canvas.update()
        if sketch is None or not sketch.is_complete:
            return
        self.sketch = None
        if self._canvas.tool is Tool.CALIBRATION:
            self._ask_length((sketch.points[0], sketch.points[1]))
            return
        made = Measurement(uuid4().hex, sketch.kind, self._frame_in_view()[1], sketch.points)
        if sketch.kind in (MeasurementKind.TEXT, MeasurementKind.ARROW):
            ask_text(made, self._add, self._canvas)
            return
        self._add(self._measured(made))

    def _add(self, measurement: Measurement) -> None:
        self.book.add(measurement)
        self._announce(summary(measurement))

    def edit_text(self, measurement: Measurement) -> None:
        """Ask for another text of a measurement."""
        ask_other_text(measurement, self.book, self._canvas)

    def _ask_length(self, line: tuple[Point, Point]) -> None:
        frame, reference = self._frame_in_view()
        if can_calibrate(frame.series, line):
            ask_length(line, (frame.series, reference), self.book, self._canvas)
        else:
            self._notice = self.tr("Draw a line of some length inside one ultrasound region")
            self._announce(self._notice)

    def remove_calibration(self) -> None:
        """Take the person's word about the scale of the file in view back."""
        if self._reference is not None and self.book.calibration_of(self._reference) is not None:
            self.book.calibrate(self._frame_in_view()[0].series, self._reference, None)

    def _announce(self, text: str) -> None:
        """Let a screen reader say it."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._canvas, text))
