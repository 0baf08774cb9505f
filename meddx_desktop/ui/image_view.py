"""The view of an image series: canvas, slider, cine, evidence controls."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from meddx_desktop.case.explanation import Heatmap
from meddx_desktop.case.image_series import (
    Box,
    Extent,
    FramePreview,
    ImageSeries,
)
from meddx_desktop.case.mask_subtraction import MaskSubtraction
from meddx_desktop.engine.messages import Failed
from meddx_desktop.rendering.display_frame import prepare_preview
from meddx_desktop.rendering.measuring_scale import pixel_aspect
from meddx_desktop.rendering.presented_series import series_through
from meddx_desktop.ui.cine import Cine
from meddx_desktop.ui.drawing_ahead import DrawingAhead
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.frame_budget import FrameBudget
from meddx_desktop.ui.frame_cache import FrameCache, place_of
from meddx_desktop.ui.image_controls import ImageControls, RegionBar
from meddx_desktop.ui.image_facts import Shown, annotations_of, unit_of, value_text
from meddx_desktop.ui.markup import KIND_OF_TOOL
from meddx_desktop.ui.overlay_planes import OverlayPlanes
from meddx_desktop.ui.previews import preview_reduction
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.windowed_view import WindowedView


class ImageView(WindowedView):
    """Shows one series.

    Signals: `region_chosen(Box | "full")` after the person drew a box or took the whole image,
    `frame_shown(index)`, `opacity_changed(fraction)`.
    """

    region_chosen = Signal(object)
    frame_shown = Signal(int)
    opacity_changed = Signal(float)

    def __init__(self, signals: EngineSignals, budget: FrameBudget | None = None) -> None:
        super().__init__()
        self._signals, self._budget = signals, budget or FrameBudget()
        self._cache: FrameCache | None = None
        self._index = 0
        self._ahead = DrawingAhead(self._draw)
        self._has_facts = True
        self._heatmap: Heatmap | None = None
        self._has_untrusted_model = False
        self.planes = OverlayPlanes(self.canvas)
        self.canvas.overlays.insert(0, self.planes)
        self.controls = ImageControls()
        self.region_bar = RegionBar()
        self.cine = Cine()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.region_bar)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.controls)
        self.setFocusProxy(self.canvas)
        self._connect()

    def _connect(self) -> None:
        self.looked_anew.connect(self._annotate)
        self.state_chosen.connect(self.planes.choose_state)
        self.seen_anew.connect(self._show_seen)
        self.canvas.view_changed.connect(self._annotate)
        self.canvas.hovered.connect(self._show_value)
        self.canvas.box_drawn.connect(self._finish_region)
        self.canvas.scrolled.connect(self.step)
        self.controls.frame_chosen.connect(self.go_to)
        self.controls.cine_toggled.connect(self.toggle_cine)
        self.controls.opacity_changed.connect(self._set_opacity)
        self.controls.overlay_toggled.connect(self._show_overlay)
        self.region_bar.whole_image.connect(lambda: self._finish_region("full"))
        self.region_bar.cancelled.connect(self.cancel)
        self.controls.rate.chosen.connect(self.set_rate)
        self.cine.due.connect(self._show_if_there)
        self.cine.ended.connect(lambda: self.controls.show_playing(is_playing=False))

    # What is shown

    @property
    def series(self) -> ImageSeries | None:
        """The series in view."""
        return self._series

    @property
    def index(self) -> int:
        """The frame asked for, counted from 0; its pixels may still be on their way."""
        return self._index

    def show_series(
        self, series: ImageSeries, index: int = 0, cache: FrameCache | None = None
    ) -> None:
        """Show a series from a frame on; its pixels follow as they are decoded, or computed."""
        self.close_series()
        self._index = index
        self._take_series(series, cache or FrameCache(self._signals, series, self._budget))
        self.canvas.clear(self.tr("Loading…"))
        self.go_to(index)

    def _take_series(self, series: ImageSeries, cache: FrameCache) -> None:
        self._series, self._seen = series, series_through(series, self._state)
        self._take_cache(cache)
        self.cine.set_frame_times(series.frame_times_ms, len(series.frames))
        is_growing = series.extent is Extent.BEING_READ
        has_film = not series.is_document
        count = len(series.frames)
        self.controls.show_series(count, self.cine, has_film=has_film, is_growing=is_growing)

    def _take_cache(self, cache: FrameCache) -> None:
        self._cache = cache
        cache.arrived.connect(self._frame_arrived)
        cache.failed.connect(self._frame_failed)
        cache.previewed.connect(self._show_preview)

    def _show_seen(self) -> None:
        """Show the frame in view as the state asks; subtracted frames are decoded anew."""
        seen, cache = self._seen, self._cache
        if seen is None or cache is None:
            return
        before, wanted = (_subtractions(one) for one in (cache.series, seen))
        if before != wanted:
            cache.close()
            self._shown_index = None
            self._take_cache(FrameCache(self._signals, seen, self._budget))
            self.go_to(self._index)
        elif self.shows_preview:
            self._apply_look()
        else:
            self._show_frame()

    def continue_series(self, series: ImageSeries) -> None:
        """Take the rest of a series of which a part is shown; the image in view stays in view."""
        before, part = self._series, self._cache
        if before is None or part is None:
            return
        index = place_of(series, before.frames[self._index]) or 0
        cache = FrameCache(self._signals, series_through(series, self._state), self._budget)
        cache.adopt(part)
        part.close()
        self._shown_index = None if self._shown_index is None else index
        self._take_series(series, cache)
        self._annotate()
        self.go_to(index)

    def exchange_series(self, series: ImageSeries, index: int, cache: FrameCache) -> None:
        """Show other planes through the same body as the one in view was seen."""
        kept = self._chosen, self._is_inverted, self._color_map
        self.show_series(series, index, cache)
        self._chosen, self._is_inverted, self._color_map = kept
        self._apply_look()

    def close_series(self) -> None:
        """Show nothing and stop decoding."""
        self.markup.leave_frame()
        self._end_region()
        self.cine.stop()
        self._ahead.stop()
        if self._cache is not None:
            self._cache.close()
        self._budget.drawn.forget(self)
        self._series = self._seen = self._cache = None
        self._frame = self._chosen = self._heatmap = None
        self._shown_index = None
        self._is_inverted, self._color_map, self._state = False, "", None
        self.planes.choose_state(None)
        self.canvas.clear()
        self.controls.show_value("")
        self.controls.set_overlay(is_available=False)

    def go_to(self, index: int) -> None:
        """Show a frame, or the nearest there is."""
        if self._series is None or self._cache is None:
            return
        self._index = max(0, min(index, len(self._series.frames) - 1))
        self.controls.show_index(self._index)
        view = self.canvas.size() * self.canvas.devicePixelRatioF()
        self._cache.preview_reduce = preview_reduction(self._series, view)
        self._cache.want(self._index)
        failure = self._cache.failure(self._index)
        if failure is not None:
            self._frame_failed(self._index, failure)
        elif self._cache.pixels(self._index) is not None:
            self._show_frame()

    def step(self, count: int) -> None:
        """Go some frames on or back; what plays stands still then."""
        if self.cine.is_playing:
            self.toggle_cine()
        self.go_to(self._index + count)

    def first(self) -> None:
        """Go to the first frame."""
        self.go_to(0)

    def last(self) -> None:
        """Go to the last frame."""
        if self._series is not None:
            self.go_to(len(self._series.frames) - 1)

    def _show_if_there(self, index: int) -> None:
        if self._cache is not None:
            if self._cache.pixels(index) is not None or self._cache.failure(index) is not None:
                self.go_to(index)
            else:
                self._cache.want(index)

    def _frame_arrived(self, index: int) -> None:
        if index == self._index:
            self._show_frame()

    def _frame_failed(self, index: int, failure: Failed) -> None:
        if index == self._index:
            self._frame = self._shown_index = None
            self.markup.leave_frame()
            self.canvas.show_message(failure.message)

    def _show_frame(self) -> None:
        series, seen = self._series, self._seen
        pixels = None if self._cache is None else self._cache.pixels(self._index)
        if series is None or seen is None or pixels is None:
            return
        self._shown_index = self._index
        frame = seen.frames[self._index]
        layer = self._budget.drawn.layer_of(self, pixels, frame.grayscale)
        self._frame = layer.frame
        self.canvas.show_layer(layer, self._look(), pixel_aspect(series))
        self.planes.show(pixels, series)
        # A state changes how values look; what is measured are those of the image.
        self.markup.show_frame(series if frame.subtraction is None else seen, pixels)
        self._lay_heatmap()
        self._annotate()
        self.frame_shown.emit(self._index)
        self._ahead.go_on_from(self._index)

    def _draw(self, index: int) -> None:
        """Draw a frame that is there already, without showing it."""
        transform, seen = self.canvas.transform, self._seen
        pixels = None if self._cache is None else self._cache.pixels(index)
        if seen is not None and pixels is not None and transform is not None:
            layer = self._budget.drawn.layer_of(self, pixels, seen.frames[index].grayscale)
            layer.draw(transform, self._look_at(index, layer.frame))

    def _show_preview(self, preview: FramePreview) -> None:
        """Show what is there of a frame that is still being decoded; it is not measured."""
        series, index = self._seen, preview.index
        if series is None or index != self._index or index == self._shown_index:
            return
        self._shown_index = index
        self.markup.leave_frame()
        self.planes.show(preview, series)
        size = (series.rows, series.columns)
        self._frame = prepare_preview(preview, series.frames[index].grayscale, size)
        self.canvas.show_frame(self._frame, self._look(), pixel_aspect(series))
        self._lay_heatmap()
        self._annotate()

    @property
    def shows_preview(self) -> bool:
        """Whether the pixels on the screen are not yet those of the file."""
        return self._frame is not None and self._frame.reduce > 0

    def _annotate(self) -> None:
        transform, index = self.canvas.transform, self._shown_index
        if self._seen is None or transform is None or index is None:
            return
        ratio = self.canvas.devicePixelRatioF()
        shown = Shown(
            self._seen,
            index,
            self.canvas.look,
            transform,
            pixel_ratio=ratio,
            has_untrusted_model=self._has_untrusted_model,
            is_preview=self.shows_preview,
        )
        self.canvas.annotations = annotations_of(shown, with_facts=self._has_facts)
        lines = (*self.canvas.annotations.bottom_left, *self.canvas.annotations.bottom_right)
        self.canvas.setAccessibleDescription(", ".join(lines))
        self.canvas.update()

    def _show_value(self, column: int, row: int) -> None:
        frame, index = self._frame, self._shown_index
        if frame is None or frame.reduce or self._seen is None or index is None or column < 0:
            self.controls.show_value("")
            return
        unit = unit_of(self._seen, index)
        self.controls.show_value(value_text(frame, column, row, unit))

    # Pan, zoom, turn

    def toggle_facts(self) -> None:
        """Hide or show the corners."""
        self._has_facts = not self._has_facts
        self._annotate()

    def toggle_planes(self) -> None:
        """Hide or show what files draw over the image, and their shutters."""
        self.planes.toggle()
        self.cover(is_covered=not self.planes.is_hidden)

    def toggle_cine(self) -> None:
        """Play or stop."""
        if self.cine.is_playing:
            self.cine.stop()
        elif self._series is not None and len(self._series.frames) > 1:
            self.cine.play(self._index)
        self.controls.show_playing(is_playing=self.cine.is_playing)

    def set_rate(self, frames_per_second: int | None) -> None:
        """Play at a rate set by hand, or again at that of the file."""
        self.cine.set_rate(frames_per_second)
        self.controls.show_rate(self.cine)

    def step_rate(self, step: int) -> None:
        """Play faster or slower."""
        if self._series is not None and len(self._series.frames) > 1:
            self.set_rate(self.cine.rate_beside(step))

    def toggle_loop(self) -> None:
        """Play once or again and again."""
        self.cine.loops = not self.cine.loops
        self.controls.show_loop(loops=self.cine.loops)

    # Evidence and regions

    def show_heatmap(self, heatmap: Heatmap | None) -> None:
        """Show evidence on its frame, as soon as that is on the screen."""
        self._heatmap = heatmap
        self.controls.set_overlay(is_available=heatmap is not None)
        self.canvas.set_heatmap_hidden(is_hidden=False)
        if heatmap is not None:
            self.go_to(heatmap.frame_index)
        self._lay_heatmap()

    def _lay_heatmap(self) -> None:
        heatmap = self._heatmap
        is_here = heatmap is not None and heatmap.frame_index == self._shown_index
        self.canvas.show_heatmap(heatmap if is_here else None, self.controls.opacity())

    def show_trust(self, *, is_trusted: bool) -> None:
        """Mark the image while a model that no trusted key has signed speaks about it."""
        self._has_untrusted_model = not is_trusted
        self._annotate()

    def toggle_overlay(self) -> None:
        """Hide or show the evidence."""
        self.controls.toggle_overlay()

    def _show_overlay(self, is_shown: bool) -> None:  # noqa: FBT001 - a slot of toggled(bool)
        self.canvas.set_heatmap_hidden(is_hidden=not is_shown)

    def _set_opacity(self, opacity: float) -> None:
        self.canvas.show_heatmap(self.canvas.heatmap, opacity)
        self.opacity_changed.emit(opacity)

    def start_region(self, model_name: str) -> None:
        """Let the person draw the box that a model asks for."""
        self.choose_tool(Tool.REGION)
        self.region_bar.ask(model_name)
        self.canvas.setFocus()

    def _finish_region(self, region: Box | Literal["full"]) -> None:
        self._end_region()
        self.canvas.show_region(region if isinstance(region, Box) else None)
        self.region_chosen.emit(region)

    @property
    def is_busy(self) -> bool:
        """Whether there is something that `cancel` would stop."""
        is_drawing = self.markup.is_busy or self.canvas.tool in KIND_OF_TOOL
        return is_drawing or self.cine.is_playing or self.region_bar.isVisible()

    def _end_region(self) -> None:
        self.region_bar.hide()
        if self.canvas.tool is Tool.REGION:
            self.choose_tool(Tool.WINDOW)

    def cancel(self) -> None:
        """Step back: stop drawing, put a drawing tool away, stop playing."""
        if self.markup.step_back():
            return
        self._end_region()
        if self.canvas.tool in KIND_OF_TOOL:
            self.choose_tool(Tool.WINDOW)
        if self.cine.is_playing:
            self.toggle_cine()


def _subtractions(series: ImageSeries) -> tuple[MaskSubtraction | None, ...]:
    return tuple(frame.subtraction for frame in series.frames)
