"""The overlay planes of a DICOM file over its frame."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from typing_extensions import override

from meddx_desktop.case.image_series import Box
from meddx_desktop.rendering.view_transform import turn_pixels
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.frame_layer import box_in_view
from meddx_desktop.ui.image_annotations import PLANE_COLOR
from meddx_desktop.ui.image_canvas import ImageCanvas


class OverlayPlanes(CanvasOverlay):
    """Draws what the file itself draws over its image; the window stays as it is."""

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._mask: NDArray[np.bool_] | None = None
        self._image = QImage()
        self._turn: object = None
        self.is_hidden = False

    @property
    def is_available(self) -> bool:
        """Whether the frame in view has any."""
        return self._mask is not None

    def show(self, mask: NDArray[np.bool_] | None) -> None:
        """Show the mask of shape (rows, columns) of the frame in view, or nothing."""
        self._mask, self._turn = mask, None
        self._canvas.update()

    def toggle(self) -> None:
        """Hide or show."""
        self.is_hidden = not self.is_hidden
        self._canvas.update()

    @override
    def paint(self, painter: QPainter) -> None:
        transform = self._canvas.transform
        if self._mask is None or self.is_hidden or transform is None:
            return
        if self._turn != transform.turn:
            self._image = _picture(np.ascontiguousarray(turn_pixels(self._mask, transform.turn)))
            self._turn = transform.turn
        rows, columns = self._mask.shape
        ratio = self._canvas.devicePixelRatioF()
        target = box_in_view(Box(0, 0, columns, rows), transform)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, transform.scale < 1)
        in_points = QRectF(target.topLeft() / ratio, target.bottomRight() / ratio)
        painter.drawImage(in_points, self._image)


def _picture(mask: NDArray[np.bool_]) -> QImage:
    pixels = np.where(mask, np.uint32(PLANE_COLOR.rgba()), np.uint32(0))
    rows, columns = mask.shape
    image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32)
    # The conversion copies, so the picture outlives the array.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
