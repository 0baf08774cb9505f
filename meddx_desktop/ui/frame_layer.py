"""One frame as a QImage at the resolution of the view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF

from meddx_desktop.case.explanation import Heatmap
from meddx_desktop.case.grayscale import LookupTable, Window
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.rendering.color_maps import display_colors, evidence_rgba
from meddx_desktop.rendering.display_frame import (
    DisplayFrame,
    gray_table,
    look_up,
    rgb_table,
)
from meddx_desktop.rendering.overlay_planes import draw_overlays
from meddx_desktop.rendering.resample import reduce_region
from meddx_desktop.rendering.view_transform import Matrix, Point, ViewTransform, turn_pixels


@dataclass(frozen=True, slots=True)
class Look:
    """Through what a frame is seen; color frames need no window.

    `color_map` names one of `DISPLAY_MAPS`, for looking only; empty is gray. What a `shutter` does
    not leave is covered. A `presentation_lut` follows the window.
    """

    voi: Window | LookupTable | None
    is_inverted: bool = False
    color_map: str = ""
    shutter: Shutter | None = None
    presentation_lut: LookupTable | None = None


class FrameLayer:
    """Keeps what a change does not touch.

    Resampling to view resolution happens once per zoom, pan or turn; a window drag only looks grays
    up in a table.
    """

    def __init__(self, frame: DisplayFrame) -> None:
        self.frame = frame
        self._resampled_for: ViewTransform | None = None
        self._pixels: NDArray[Any] = frame.indices[:0, :0]
        self._seen_through: Look | None = None
        self._image = QImage()
        self._magnified = QImage()
        self._memory: NDArray[np.uint32] | None = None

    @property
    def byte_count(self) -> int:
        """The memory of what is drawn and of what that was drawn from."""
        drawn = self._image.sizeInBytes() + self._magnified.sizeInBytes()
        return int(self.frame.indices.nbytes + self._pixels.nbytes + drawn)

    def paint(self, painter: QPainter, transform: ViewTransform, look: Look) -> None:
        """Draw the visible part; the painter is in device pixels."""
        self._paint_pixels(painter, transform, look)
        if look.shutter is not None:
            _cover(painter, look.shutter, transform)

    def _paint_pixels(self, painter: QPainter, transform: ViewTransform, look: Look) -> None:
        transform = self.draw(transform, look)
        if self._pixels.size:
            place = box_in_view(transform.visible_box(), transform).topLeft().toPoint()
            painter.drawImage(place, self._image if self._magnified.isNull() else self._magnified)

    def draw(self, transform: ViewTransform, look: Look) -> ViewTransform:
        """Make the picture that `paint` shows, and return the mapping of the pixels that it has."""
        if self.frame.reduce:
            transform = _onto_preview(transform, self.frame)
        if transform != self._resampled_for:
            self._pixels = _resample(self.frame.indices, transform)
            self._resampled_for, self._seen_through = transform, None
        if self._pixels.size == 0 or look == self._seen_through:
            return transform
        self._see_through(look)
        self._seen_through = look
        if transform.scale > 1:
            self._magnify(box_in_view(transform.visible_box(), transform).size().toSize())
        return transform

    def _magnify(self, size: QSize) -> None:
        self._magnified = self._image.scaled(
            size,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            # Twice as fast as a painter that magnifies while it draws.
            Qt.TransformationMode.SmoothTransformation,
        )
        self._image, self._memory = QImage(), None

    def _see_through(self, look: Look) -> None:
        """Make the picture of the resampled pixels; Qt magnifies 32-bit pixels fastest."""
        self._magnified = QImage()
        rows, columns = self._pixels.shape[:2]
        values, rgb = self.frame.modality_values, QImage.Format.Format_RGB32
        if values is None or look.voi is None:
            shown = 255 - self._pixels if look.is_inverted else self._pixels
            picture = QImage(shown.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
            self._image = picture.convertToFormat(rgb)
        else:
            grays = gray_table(
                values, look.voi, look.presentation_lut, is_inverted=look.is_inverted
            )
            colors = display_colors(look.color_map) if look.color_map else None
            shown = look_up(rgb_table(grays, colors), self._pixels)
            self._image = QImage(shown.data, columns, rows, 4 * columns, rgb)
            # The image uses the memory of the array.
            self._memory = shown


def _cover(painter: QPainter, shutter: Shutter, transform: ViewTransform) -> None:
    """Cover what lies outside any shape of a shutter; the painter is in device pixels."""
    columns, rows = transform.frame_size
    covered = _polygon(((0, 0), (columns, 0), (columns, rows), (0, rows)), transform)
    frame = QPainterPath(covered)
    shown = QPainterPath(covered)
    if shutter.rectangle is not None:
        (x0, y0), (x1, y1) = shutter.rectangle
        shown &= _polygon(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), transform)
    if shutter.circle is not None:
        middle, radius = shutter.circle
        round_on_screen = QPainterPath()
        in_view = radius * transform.scale
        round_on_screen.addEllipse(QPointF(*transform.to_view(middle)), in_view, in_view)
        shown &= round_on_screen
    if shutter.polygon:
        shown &= _polygon(shutter.polygon, transform)
    gray = QColor.fromRgbF(shutter.gray, shutter.gray, shutter.gray)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(frame - shown, gray)
    painter.restore()
    if shutter.bitmap is not None:
        whole = Box(0, 0, round(columns), round(rows))
        picture = _bitmap_picture(shutter, (whole.bottom, whole.right), transform.turn)
        painter.drawImage(box_in_view(whole, transform), picture)


@lru_cache(maxsize=4)
def _bitmap_picture(shutter: Shutter, shape: tuple[int, int], turn: Matrix) -> QImage:
    """Return what a bitmap covers of a frame of (rows, columns), kept while the view moves."""
    planes = () if shutter.bitmap is None else (shutter.bitmap,)
    ones = draw_overlays(planes, 0, *shape)
    mask = np.zeros(shape, np.bool_) if ones is None else ones
    gray = QColor.fromRgbF(shutter.gray, shutter.gray, shutter.gray)
    return mask_picture(np.ascontiguousarray(turn_pixels(mask, turn)), gray)


def mask_picture(mask: NDArray[np.bool_], color: QColor) -> QImage:
    """Return a picture of a mask of shape (rows, columns): the color where it is true."""
    pixels = np.where(mask, np.uint32(color.rgba()), np.uint32(0))
    rows, columns = mask.shape
    image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32)
    # The conversion copies, so the picture outlives the array.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _polygon(corners: Sequence[Point], transform: ViewTransform) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(*transform.to_view(one)) for one in corners]))
    path.closeSubpath()
    return path


def _onto_preview(transform: ViewTransform, frame: DisplayFrame) -> ViewTransform:
    """Return the mapping from a preview, whose pixels lie on every so manyth of the frame."""
    step = 1 << frame.reduce
    rows, columns = frame.indices.shape[:2]
    x, y = ((one - 0.5) / step + 0.5 for one in transform.center)
    size = (float(columns), float(rows))
    return replace(transform, frame_size=size, center=(x, y), scale=transform.scale * step)


def box_in_view(box: Box, transform: ViewTransform) -> QRectF:
    """Map a box of the frame to the view, in device pixels."""
    first = QPointF(*transform.to_view((box.left, box.top)))
    last = QPointF(*transform.to_view((box.right, box.bottom)))
    return QRectF(first, last).normalized()


def _resample(pixels: NDArray[Any], transform: ViewTransform) -> NDArray[Any]:
    box = transform.visible_box()
    if box.right <= box.left or box.bottom <= box.top:
        return pixels[:0, :0]
    if transform.scale > 1:
        part = pixels[box.top : box.bottom, box.left : box.right]
    else:
        target = box_in_view(box, transform)
        across, down = max(1, round(target.width())), max(1, round(target.height()))
        if transform.is_turned_sideways:
            across, down = down, across
        part = reduce_region(pixels, box, down, across)
    return np.ascontiguousarray(turn_pixels(part, transform.turn))


def paint_heatmap(
    painter: QPainter, heatmap: Heatmap, transform: ViewTransform, opacity: float
) -> None:
    """Draw evidence over its box; the painter is in device pixels."""
    turned = np.ascontiguousarray(
        turn_pixels(evidence_rgba(heatmap.values, opacity), transform.turn)
    )
    rows, columns = turned.shape[:2]
    overlay = QImage(turned.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    premultiplied = overlay.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(box_in_view(heatmap.box, transform), premultiplied)
