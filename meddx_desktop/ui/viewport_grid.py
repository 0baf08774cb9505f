"""The viewports: one to nine image views in rows and columns, one of them active."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.frame_budget import FrameBudget
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.layout_choices import GridShape
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.viewport import Viewport

_SPACING = 2


class ViewportGrid(QWidget):
    """Shows up to nine series; commands go to the active viewport.

    Signals: `activated(Viewport)` when another viewport becomes the active one,
    `item_dropped(number of the item, Viewport)`, `shape_changed(GridShape)`, `gathering()` before
    viewports that are in windows of their own have to come back.
    """

    activated = Signal(object)
    item_dropped = Signal(int, object)
    shape_changed = Signal(object)
    gathering = Signal()

    def __init__(self, signals: EngineSignals) -> None:
        super().__init__()
        self._signals = signals
        self.budget = FrameBudget()
        self._viewports: list[Viewport] = []
        self._prepared: list[Callable[[ImageView], object]] = []
        self._shape = self._chosen_shape = GridShape(1, 1)
        self._is_maximized = False
        self._detached: list[Viewport] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING)
        self._active = self._make()
        self.set_shape(self._shape)

    def prepare_each(self, prepare: Callable[[ImageView], object]) -> None:
        """Have every image view prepared, those that are there and those still to come."""
        self._prepared.append(prepare)
        for viewport in self._viewports:
            prepare(viewport.view)

    # Which viewports there are

    @property
    def shape(self) -> GridShape:
        """The rows and columns that the person chose."""
        return self._shape

    @property
    def chosen_shape(self) -> GridShape:
        """The layout that the person chose last, without those of rules and reformations."""
        return self._chosen_shape

    @property
    def is_maximized(self) -> bool:
        """Whether the active viewport covers the others for now."""
        return self._is_maximized

    @property
    def active(self) -> Viewport:
        """The viewport that commands go to."""
        return self._active

    def viewports(self) -> tuple[Viewport, ...]:
        """Return the viewports of the layout in reading order, also those covered for now."""
        return tuple(self._viewports[: self._shape.count])

    def set_shape(self, shape: GridShape, *, is_chosen: bool = True) -> None:
        """Lay the viewports out; those that find no place are emptied.

        A layout that the person did not choose, as that of a rule, lasts until the case is closed.
        """
        self.gathering.emit()
        self._shape, self._is_maximized = shape, False
        if is_chosen:
            self._chosen_shape = shape
        while len(self._viewports) < shape.count:
            self._make()
        place = self._viewports.index(self._active)
        if place >= shape.count:
            last = shape.count - 1
            pair = self._viewports[last], self._viewports[place]
            self._viewports[place], self._viewports[last] = pair
        for viewport in self._viewports:
            if viewport.item is None or viewport not in self.viewports():
                self.empty(viewport)
        self._lay_out()
        self.shape_changed.emit(shape)

    def toggle_maximized(self) -> None:
        """Let the active viewport cover the others, or show them again."""
        self._is_maximized = not self._is_maximized and self._shape.count > 1
        self._lay_out()

    def activate(self, viewport: Viewport) -> None:
        """Send commands to another viewport."""
        if viewport is self._active or viewport not in self.viewports():
            return
        self._active = viewport
        if self._is_maximized:
            self._lay_out()
        self._mark()
        self.activated.emit(viewport)

    def step(self, count: int) -> None:
        """Go to the next or an earlier viewport."""
        shown = self.viewports()
        place = (shown.index(self._active) + count) % len(shown)
        self.activate(shown[place])
        shown[place].window().activateWindow()
        shown[place].view.setFocus()

    # Viewports in windows of their own

    def is_detached(self, viewport: Viewport) -> bool:
        """Whether a viewport is in a window of its own."""
        return viewport in self._detached

    def can_detach(self, viewport: Viewport) -> bool:
        """Whether another viewport would stay here."""
        inside = [one for one in self.viewports() if one not in self._detached]
        return viewport in inside and len(inside) > 1

    def detach(self, viewport: Viewport) -> None:
        """Let a viewport go to a window of its own; it still belongs to the layout."""
        self._detached.append(viewport)
        self._is_maximized = False
        self._lay_out()

    def attach(self, viewport: Viewport) -> None:
        """Take a viewport in again."""
        # A window may be told to close once more before it is gone.
        if viewport in self._detached:
            self._detached.remove(viewport)
            self._lay_out()

    # What they show

    def show_item(self, opened: OpenedItem, series: ImageSeries, viewport: Viewport) -> None:
        """Show a series of the case in a viewport."""
        viewport.item, viewport.is_derived = opened, False
        viewport.view.show_series(series)
        self._show_answers(opened, viewport.view)

    def continue_item(self, opened: OpenedItem, series: ImageSeries) -> None:
        """Show all of a series of which only a part was there."""
        for viewport in self._viewports:
            if viewport.item is opened and not viewport.is_derived:
                viewport.view.continue_series(series)

    def _show_answers(self, opened: OpenedItem, view: ImageView) -> None:
        view.show_region(opened.region)
        view.show_trust(is_trusted=not opened.has_untrusted_model())
        view.controls.show_analyses(tuple(opened.analyses.values()))

    def viewport_of(self, opened: OpenedItem) -> Viewport | None:
        """Return the viewport of an item, the active one before others."""
        showing = [one for one in self.viewports() if one.item is opened]
        if self._active in showing:
            return self._active
        return showing[0] if showing else None

    def refresh_item(self, opened: OpenedItem) -> None:
        """Show what the models said meanwhile about an item."""
        for viewport in self.viewports():
            if viewport.item is opened and not viewport.is_derived:
                self._show_answers(opened, viewport.view)

    def empty(self, viewport: Viewport) -> None:
        """Show nothing in a viewport."""
        viewport.item, viewport.is_derived = None, False
        viewport.view.close_series()
        viewport.view.controls.show_nothing()
        if self._shape.count > 1:
            text = self.tr("Drag a series here, or click here and choose one in the list.")
            viewport.view.canvas.clear(text)

    def empty_all(self) -> None:
        """Show nothing anywhere, in the layout that the person chose last."""
        self.gathering.emit()
        if self._shape != self._chosen_shape:
            self.set_shape(self._chosen_shape)
        for viewport in self._viewports:
            self.empty(viewport)

    def pause(self) -> None:
        """Stop what plays and what was begun, while something else is in front."""
        for viewport in self.viewports():
            viewport.view.cancel()

    def _make(self) -> Viewport:
        viewport = Viewport(ImageView(self._signals, self.budget))
        self._viewports.append(viewport)
        viewport.entered.connect(partial(self.activate, viewport))
        viewport.item_dropped.connect(lambda number: self.item_dropped.emit(number, viewport))
        viewport.view.tool_changed.connect(partial(self._share_tool, viewport))
        for prepare in self._prepared:
            prepare(viewport.view)
        if len(self._viewports) > 1:
            viewport.view.choose_tool(self._active.view.canvas.tool)
            viewport.view.controls.set_opacity(self._active.view.controls.opacity())
        return viewport

    def _share_tool(self, source: Viewport, tool: Tool) -> None:
        # A region is drawn in one view only.
        if tool is Tool.REGION:
            return
        for viewport in self._viewports:
            if viewport is not source and viewport.view.canvas.tool is not tool:
                viewport.view.choose_tool(tool)

    def _lay_out(self) -> None:
        inside = [one for one in self._viewports if one not in self._detached]
        for viewport in inside:
            self._grid.removeWidget(viewport)
            viewport.hide()
        shown = [one for one in inside if one in self.viewports()]
        if self._is_maximized and self._active in shown:
            shown = [self._active]
        columns = min(self._shape.columns, len(shown))
        for place, viewport in enumerate(shown):
            self._grid.addWidget(viewport, place // columns, place % columns)
            viewport.show()
        for line in range(3):
            is_used = line * columns < len(shown)
            self._grid.setRowStretch(line, 1 if is_used else 0)
            self._grid.setColumnStretch(line, 1 if line < columns else 0)
        self._mark()

    def _mark(self) -> None:
        is_alone = self._shape.count == 1
        names = enumerate(self.viewports(), 1)
        for number, viewport in names:
            viewport.mark(is_active=viewport is self._active, is_alone=is_alone)
            viewport.view.controls.set_compact(is_compact=not is_alone)
            text = self.tr("Image") if is_alone else self.tr("Image, viewport {0}").format(number)
            viewport.view.canvas.setAccessibleName(text)
