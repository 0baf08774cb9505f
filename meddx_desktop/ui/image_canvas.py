"""The black area that shows one frame and takes the mouse."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from meddx_desktop.case.explanation import Heatmap
from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import Box
from meddx_desktop.rendering.display_frame import DisplayFrame
from meddx_desktop.rendering.view_transform import (
    Point,
    ViewTransform,
    box_between,
    enlarged,
    fit,
    pan,
    pixel_at,
    zoom,
)
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.dragging import Drag, dragged_window, draw_boxes
from meddx_desktop.ui.frame_layer import FrameLayer, Look, paint_heatmap
from meddx_desktop.ui.image_annotations import (
    IMAGE_GROUND,
    Annotations,
    annotation_font,
    draw_annotations,
    draw_centered,
    draw_legend,
)
from meddx_desktop.ui.pinch import pinch_of
from meddx_desktop.ui.tools import Tool

SMALLEST_BOX = 4
# Dragging so far with the scroll tool goes one image on.
_SCROLL_PX = 12


class ImageCanvas(QWidget):
    """Shows a frame through a window and a transform.

    Resampling to view resolution happens once per zoom, pan and frame; a window drag only looks
    grays up in a table. Signals: `window_dragged(Window)`, `view_changed()`,
    `hovered(column, row)` with -1, -1 outside the frame, `box_drawn(Box)`, `scrolled(steps)`,
    `menu_wanted(place on the screen)`, `pinch_begun()` when a second finger is on the screen.
    """

    window_dragged = Signal(object)
    view_changed = Signal()
    hovered = Signal(int, int)
    box_drawn = Signal(object)
    scrolled = Signal(int)
    menu_wanted = Signal(QPoint)
    pinch_begun = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setAccessibleName(self.tr("Image"))
        self.tool = Tool.WINDOW
        self.buttons = {
            Qt.MouseButton.MiddleButton: Tool.PAN,
            Qt.MouseButton.RightButton: Tool.ZOOM,
        }
        self.does_wheel_zoom = False
        self.overlays: list[CanvasOverlay] = []
        self.annotations = Annotations()
        self.message = ""
        self._layer: FrameLayer | None = None
        self._transform: ViewTransform | None = None
        self._is_fitted = True
        self._look = Look(None)
        self._heatmap: Heatmap | None = None
        self._is_heatmap_hidden = False
        self._opacity = 0.55
        self._region: Box | None = None
        self._drag: Drag | None = None
        self._wheel_remainder = 0.0

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, 640)

    # What is shown

    @property
    def transform(self) -> ViewTransform | None:
        """The mapping from frame to device pixels, or None without a frame."""
        return self._transform

    @property
    def frame(self) -> DisplayFrame | None:
        """The frame that is shown."""
        return self._layer.frame if self._layer is not None else None

    @property
    def look(self) -> Look:
        """Through what the frame is seen."""
        return self._look

    @property
    def heatmap(self) -> Heatmap | None:
        """The evidence that lies over the frame."""
        return self._heatmap

    def show_frame(self, frame: DisplayFrame, look: Look, pixel_aspect: float) -> None:
        """Show a frame; the view stays where it is while the shape stays the same."""
        self.show_layer(FrameLayer(frame), look, pixel_aspect)

    def show_layer(self, layer: FrameLayer, look: Look, pixel_aspect: float) -> None:
        """Show a frame with what may be drawn of it already."""
        rows, columns = layer.frame.full_size
        size = (float(columns), float(rows))
        if self._transform is None or self._transform.frame_size != size:
            start = ViewTransform(self._device_size(), size, (0.0, 0.0), 1.0, pixel_aspect)
            self._transform = fit(start)
            self._is_fitted = True
        self._layer, self._look, self.message = layer, look, ""
        self.update()

    def clear(self, message: str = "") -> None:
        """Show no frame but a sentence."""
        self._layer = self._transform = self._heatmap = self._region = None
        self.message = message
        self.update()

    def show_message(self, message: str) -> None:
        """Show a sentence in place of a frame; zoom and turn stay for the next one."""
        self._layer = self._heatmap = None
        self.message = message
        self.update()

    def set_look(self, look: Look) -> None:
        """Look through another window."""
        self._look = look
        self.update()

    def set_transform(
        self, change: Callable[[ViewTransform], ViewTransform], *, fits: bool
    ) -> None:
        """Change pan, zoom or turn; `fits` keeps the frame fitted when the widget is resized."""
        if self._transform is not None:
            self._transform = change(self._transform)
            self._is_fitted = fits
            self.update()
            self.view_changed.emit()

    def turn(self, change: Callable[[ViewTransform], ViewTransform]) -> None:
        """Turn or mirror; a fitted frame stays fitted."""
        if self._is_fitted:
            self.set_transform(lambda transform: fit(change(transform)), fits=True)
        else:
            self.set_transform(change, fits=False)

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom about a point of the widget, or about its middle."""
        at = self._device_point(QPointF(self.rect().center()) if about is None else about)
        self.set_transform(lambda transform: zoom(transform, factor, at), fits=False)

    def show_heatmap(self, heatmap: Heatmap | None, opacity: float) -> None:
        """Lay evidence over the frame; the window stays as it is."""
        self._heatmap, self._opacity = heatmap, opacity
        self.update()

    def set_heatmap_hidden(self, *, is_hidden: bool) -> None:
        """Hide the evidence without forgetting it."""
        self._is_heatmap_hidden = is_hidden
        self.update()

    def show_region(self, region: Box | None) -> None:
        """Outline a box of the frame."""
        self._region = region
        self.update()

    def _device_size(self) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return (max(1.0, self.width() * ratio), max(1.0, self.height() * ratio))

    def _device_point(self, point: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return (point.x() * ratio, point.y() * ratio)

    def to_frame(self, position: QPointF) -> Point:
        """Return the frame point under a point of the widget; there must be a frame."""
        if self._transform is None:
            raise RuntimeError("no frame is shown")
        return self._transform.to_frame(self._device_point(position))

    def to_widget(self, point: Point) -> QPointF:
        """Return where a frame point is in the widget; there must be a frame."""
        if self._transform is None:
            raise RuntimeError("no frame is shown")
        return QPointF(*self._transform.to_view(point)) / self.devicePixelRatioF()

    # Drawing

    def frame_picture(self) -> QImage:
        """Return the visible part of the frame as it is seen, without anything over it."""
        size = self.size() * self.devicePixelRatioF()
        picture = QImage(size, QImage.Format.Format_RGB32)
        picture.fill(IMAGE_GROUND)
        if self._layer is not None and self._transform is not None:
            with QPainter(picture) as painter:
                self._layer.paint(painter, self._transform, self._look)
        return picture

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # Ended in any case: an error that leaves a painter open takes the program down later.
        with QPainter(self) as painter:
            self._paint(painter)

    def picture(self, factor: float) -> QImage:
        """Return all that is seen, drawn finer than on the screen."""
        ratio = self.devicePixelRatioF() * factor
        picture = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(ratio)
        with QPainter(picture) as painter:
            self._paint(painter, factor)
        return picture

    def _paint(self, painter: QPainter, factor: float = 1.0) -> None:
        painter.fillRect(self.rect(), IMAGE_GROUND)
        painter.setFont(annotation_font(self.font()))
        area = QRectF(self.rect())
        if self._layer is None or self._transform is None:
            draw_centered(painter, area, self.message)
            return
        heatmap = None if self._is_heatmap_hidden else self._heatmap
        ratio = self.devicePixelRatioF() * factor
        # What is resampled for the screen stays as it is.
        layer = self._layer if factor == 1 else FrameLayer(self._layer.frame)
        transform = enlarged(self._transform, factor)
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        layer.paint(painter, transform, self._look)
        if heatmap is not None:
            paint_heatmap(painter, heatmap, transform, self._opacity)
        painter.restore()
        draw_boxes(painter, self._region, self._drag, transform, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for overlay in self.overlays:
            overlay.paint(painter)
        draw_annotations(painter, area, self.annotations)
        if heatmap is not None:
            draw_legend(painter, area, is_signed=bool(heatmap.values.min() < 0))

    # Mouse

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._transform is not None:
            resized = replace(self._transform, view_size=self._device_size())
            self._transform = fit(resized) if self._is_fitted else resized
            self.view_changed.emit()

    @override
    def event(self, event: QEvent) -> bool:
        pinch = pinch_of(event, self)
        if pinch is not None:
            if pinch.is_begun:
                self._give_up_drag()
            across, down = self._device_point(pinch.moved)
            self.set_transform(lambda transform: pan(transform, across, down), fits=False)
            self.zoom_by(pinch.factor, pinch.middle)
            return True
        if isinstance(event, QKeyEvent) and self._is_for_overlay(event):
            event.accept()
            return True
        return super().event(event)

    def _give_up_drag(self) -> None:
        """Take back what the first of two fingers began, as a mouse would."""
        drag, self._drag = self._drag, None
        if drag is not None and drag.tool is Tool.WINDOW and drag.window is not None:
            self._take_window(drag.window)
        self.pinch_begun.emit()

    def _is_for_overlay(self, event: QKeyEvent) -> bool:
        # An accepted override comes back as a key press instead of a shortcut.
        is_override = event.type() is QEvent.Type.ShortcutOverride
        return is_override and any(overlay.wants_key(event) for overlay in self.overlays)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not any(overlay.take_key(event) for overlay in self.overlays):
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not any(overlay.take_double_click(event) for overlay in self.overlays):
            self.mousePressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if any(overlay.take_press(event) for overlay in self.overlays):
            return
        is_left = event.button() is Qt.MouseButton.LeftButton
        tool = self.tool if is_left else self.buttons.get(event.button())
        if tool is Tool.MENU:
            self.menu_wanted.emit(event.globalPosition().toPoint())
            return
        if tool is not None and self._layer is not None:
            voi = self._look.voi
            window = voi if isinstance(voi, Window) else None
            self._drag = Drag(tool, event.position(), event.position(), window)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._report_hover(event.position())
        drag = self._drag
        if drag is None:
            any(overlay.take_move(event) for overlay in self.overlays)
            return
        across, down = self._device_point(event.position() - drag.last)
        drag.last = event.position()
        match drag.tool:
            case Tool.WINDOW:
                self._drag_window(drag)
            case Tool.PAN:
                self.set_transform(lambda transform: pan(transform, across, down), fits=False)
            case Tool.ZOOM:
                self.zoom_by(1.01**-down, drag.start)
            case Tool.SCROLL:
                self._scroll(-down * 120 / _SCROLL_PX)
            case Tool.REGION:
                self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is None:
            any(overlay.take_release(event) for overlay in self.overlays)
        if drag is not None and drag.tool is Tool.REGION:
            self._finish_box(drag.start, event.position())

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse has a button of the person's choice for it.
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().center()))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_control != self.does_wheel_zoom:
            self.zoom_by(1.2 ** (event.angleDelta().y() / 120), event.position())
        else:
            self._scroll(event.angleDelta().y())

    def _scroll(self, turned: float) -> None:
        # Touch pads send fractions of a notch, 120 a notch; they add up to whole images.
        self._wheel_remainder += turned
        steps = int(self._wheel_remainder / 120)
        self._wheel_remainder -= steps * 120
        if steps:
            self.scrolled.emit(-steps)

    def _drag_window(self, drag: Drag) -> None:
        if drag.window is None:
            return
        self._take_window(dragged_window(drag.window, drag.last - drag.start))

    def _take_window(self, window: Window) -> None:
        self.set_look(replace(self._look, voi=window))
        self.window_dragged.emit(window)

    def _report_hover(self, position: QPointF) -> None:
        place = self._device_point(position)
        pixel = None if self._transform is None else pixel_at(self._transform, place)
        self.hovered.emit(*(pixel or (-1, -1)))

    def _finish_box(self, start: QPointF, end: QPointF) -> None:
        self.update()
        if self._transform is None:
            return
        transform = self._transform
        first, last = (transform.to_frame(self._device_point(one)) for one in (start, end))
        box = box_between(first, last, transform.frame_size)
        if box.right - box.left >= SMALLEST_BOX and box.bottom - box.top >= SMALLEST_BOX:
            self.box_drawn.emit(box)
