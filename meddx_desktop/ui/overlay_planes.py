"""What files draw over an image: overlay planes, presentation states, segmentations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from typing_extensions import override

from meddx_desktop.case.image_marks import GraphicMark, KeyObjects, PresentationState
from meddx_desktop.case.image_series import Box, FramePixels, FramePreview, ImageSeries
from meddx_desktop.rendering.overlay_planes import draw_overlays
from meddx_desktop.rendering.presentation import marks_on, states_of
from meddx_desktop.rendering.view_transform import Matrix, turn_pixels
from meddx_desktop.ui.canvas_overlay import CanvasOverlay
from meddx_desktop.ui.frame_layer import box_in_view, mask_picture
from meddx_desktop.ui.image_annotations import PLANE_COLOR, SEGMENT_COLORS
from meddx_desktop.ui.image_canvas import ImageCanvas
from meddx_desktop.ui.mark_graphics import draw_graphics, draw_names

_STATE_COLOR = QColor(220, 224, 228)


@dataclass(slots=True)
class _Layer:
    """A mask and its color; the picture is made once for each turn of the view."""

    mask: NDArray[np.bool_]
    color: QColor
    name: str = ""
    turn: Matrix | None = None
    image: QImage | None = None


class OverlayPlanes(CanvasOverlay):
    """Draws what files draw over the frame in view; the window stays as it is."""

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._segments: list[_Layer] = []
        self._own: NDArray[np.bool_] | None = None
        self._layers: list[_Layer] = []
        self._graphics: tuple[GraphicMark, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._place: tuple[ImageSeries, int] | None = None
        self._state: PresentationState | None = None
        self.is_hidden = False

    @property
    def is_available(self) -> bool:
        """Whether anything is drawn over the frame in view."""
        return bool(self._layers or self._graphics or self._titles)

    @property
    def titles(self) -> tuple[str, ...]:
        """Why the frame in view was picked out as a key image."""
        return self._titles

    def show(self, pixels: FramePixels | FramePreview, series: ImageSeries) -> None:
        """Show what belongs to a frame; masks come with its pixels, not with a preview."""
        segments = pixels.segments if isinstance(pixels, FramePixels) else ()
        self._segments = [
            _Layer(one.mask, SEGMENT_COLORS[one.number % len(SEGMENT_COLORS)], one.label)
            for one in segments
        ]
        self._own = pixels.overlay if isinstance(pixels, FramePixels) else None
        self._place = (series, pixels.index)
        self._titles = key_titles(series, pixels.index)
        self.choose_state(self._state)

    def choose_state(self, state: PresentationState | None) -> None:
        """Draw what this presentation state draws, or what all do."""
        self._state = state
        if self._place is not None:
            self._graphics = _graphics_of(*self._place, state)
            self._layers = [*self._segments, *self._planes(*self._place)]
        self._canvas.update()

    def _planes(self, series: ImageSeries, index: int) -> list[_Layer]:
        """Return the planes of the image and of the states that are drawn."""
        frame, shape = series.frames[index], (series.rows, series.columns)
        states = [one for one in states_of(series, index) if self._state in (None, one)]
        masks = [draw_overlays(one.overlays, frame.frame_index, *shape) for one in states]
        if self._state is None or self._state.shows_overlays_of_image:
            masks.append(self._own)
        return [_Layer(mask, PLANE_COLOR) for mask in masks if mask is not None]

    def toggle(self) -> None:
        """Hide or show."""
        self.is_hidden = not self.is_hidden
        self._canvas.update()

    @override
    def paint(self, painter: QPainter) -> None:
        transform = self._canvas.transform
        if self.is_hidden or transform is None:
            return
        for layer in self._layers:
            self._paint_layer(painter, layer)
        draw_graphics(painter, self._graphics, self._canvas)
        names = [(layer.name, layer.color) for layer in self._layers if layer.name]
        keys = [(self.tr("★ Key image: {0}").format(one), PLANE_COLOR) for one in self._titles]
        draw_names(painter, [*keys, *self._state_names(), *names], self._canvas)

    def _state_names(self) -> list[tuple[str, QColor]]:
        """Return the presentation states that there are, the one that is looked through marked."""
        if self._place is None:
            return []
        shown, other = self.tr("✓ Presentation state: {0}"), self.tr("Presentation state: {0}")
        return [
            ((shown if state is self._state else other).format(state.label), _STATE_COLOR)
            for state in states_of(*self._place)
        ]

    def _paint_layer(self, painter: QPainter, layer: _Layer) -> None:
        transform = self._canvas.transform
        if transform is None:
            return
        if layer.image is None or layer.turn != transform.turn:
            turned = np.ascontiguousarray(turn_pixels(layer.mask, transform.turn))
            layer.image, layer.turn = mask_picture(turned, layer.color), transform.turn
        rows, columns = layer.mask.shape
        ratio = self._canvas.devicePixelRatioF()
        target = box_in_view(Box(0, 0, columns, rows), transform)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, transform.scale < 1)
        in_points = QRectF(target.topLeft() / ratio, target.bottomRight() / ratio)
        painter.drawImage(in_points, layer.image)


def key_titles(series: ImageSeries, index: int) -> tuple[str, ...]:
    """Return the titles of the key object selections that name a frame."""
    frame = series.frames[index]
    return tuple(
        f"{marks.title}. {marks.description}" if marks.description else marks.title
        for marks in series.marks
        if isinstance(marks, KeyObjects)
        and any(one.includes(frame.sop_instance_uid, frame.frame_index) for one in marks.references)
    )


def _graphics_of(
    series: ImageSeries, index: int, chosen: PresentationState | None
) -> tuple[GraphicMark, ...]:
    frame, size = series.frames[index], (float(series.columns), float(series.rows))
    return tuple(
        mark
        for state in states_of(series, index)
        if chosen is None or state is chosen
        for mark in marks_on(state, frame, size)
    )
