"""A lens over the image."""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen
from typing_extensions import override

from meddx_desktop.rendering.view_transform import MAXIMUM_SCALE
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.frame_layer import FrameLayer
from meddx_desktop.ui.image_annotations import IMAGE_GROUND
from meddx_desktop.ui.image_canvas import ImageCanvas
from meddx_desktop.ui.tools import Tool

MAGNIFICATION = 2.5
_DIAMETER = 220.0
_RIM = QColor(236, 240, 243)


class Magnifier(CanvasOverlay):
    """Shows what is under the pointer larger, through the same window; else the middle."""

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._layer: FrameLayer | None = None
        self._at: QPointF | None = None
        canvas.overlays.append(self)

    @override
    def take_press(self, event: QMouseEvent) -> bool:
        return self._is_on and event.button() is Qt.MouseButton.LeftButton

    @override
    def take_move(self, event: QMouseEvent) -> bool:
        self._at = event.position()
        if self._is_on:
            self._canvas.update()
        return False

    @property
    def _is_on(self) -> bool:
        return self._canvas.tool is Tool.MAGNIFIER

    @override
    def paint(self, painter: QPainter) -> None:
        shown, transform = self._canvas.frame, self._canvas.transform
        if not self._is_on or shown is None or transform is None:
            self._layer = None
            return
        if self._layer is None or self._layer.frame is not shown:
            self._layer = FrameLayer(shown)
        at = self._at or QPointF(self._canvas.rect().center())
        diameter = min(_DIAMETER, self._canvas.width() / 2.0, self._canvas.height() / 2.0)
        lens = QRectF(at.x() - diameter / 2, at.y() - diameter / 2, diameter, diameter)
        ratio = self._canvas.devicePixelRatioF()
        enlarged = replace(
            transform,
            view_size=(diameter * ratio, diameter * ratio),
            center=self._canvas.to_frame(at),
            scale=min(transform.scale * MAGNIFICATION, MAXIMUM_SCALE),
        )
        painter.save()
        rim = QPainterPath()
        rim.addEllipse(lens)
        painter.setClipPath(rim)
        painter.fillRect(lens, IMAGE_GROUND)
        painter.translate(lens.topLeft())
        painter.scale(1 / ratio, 1 / ratio)
        self._layer.paint(painter, enlarged, self._canvas.look)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_RIM, 2))
        painter.drawEllipse(lens)
