"""What viewports do together: scroll, window, zoom, and show where the others' slices are."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from meddx_desktop.case.grayscale import LookupTable, Window
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.rendering.plane_turning import straight_onto
from meddx_desktop.rendering.slice_geometry import (
    SlicePlane,
    Vectors,
    are_parallel,
    nearest_frame,
    plane_of,
    reference_line,
    share_frame_of_reference,
)
from meddx_desktop.rendering.view_matching import matched_view
from meddx_desktop.ui.image_facts import unit_of
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.layout_choices import LinkChoices
from meddx_desktop.ui.line_handles import LineHandles
from meddx_desktop.ui.place_finder import PlaceFinder
from meddx_desktop.ui.reference_lines import ReferenceLine, ReferenceLines
from meddx_desktop.ui.viewport import Viewport
from meddx_desktop.ui.viewport_grid import ViewportGrid


class ViewportLinks(QObject):
    """Lets the other viewports follow the active one.

    `turning` holds planes that are on their way to a view, so that their lines run ahead.
    Signals: `choices_changed(LinkChoices)`, `line_taken(ImageView, LineHold)`,
    `line_dragged(ImageView, x, y)`, `line_let_go()`.
    """

    choices_changed = Signal(object)
    line_taken = Signal(object, object)
    line_dragged = Signal(object, float, float)
    line_let_go = Signal()

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__()
        self.grid = grid
        self.choices = LinkChoices()
        self._lines: dict[ImageView, ReferenceLines] = {}
        self._finders: dict[ImageView, PlaceFinder] = {}
        self._last_index: dict[ImageView, int] = {}
        self._is_following = False
        self._place: Vectors | None = None
        self._place_series: ImageSeries | None = None
        self.turning: dict[ImageView, SlicePlane] = {}
        grid.prepare_each(self._prepare)
        grid.activated.connect(lambda _: self.draw_lines())
        grid.shape_changed.connect(lambda _: self.draw_lines())

    def toggle(self, name: str) -> None:
        """Switch one of the choices on or off."""
        self.choose(replace(self.choices, **{name: not getattr(self.choices, name)}))

    def choose(self, choices: LinkChoices) -> None:
        """Take other choices."""
        self.choices = choices
        self.draw_lines()
        self.choices_changed.emit(choices)

    def lines_of(self, view: ImageView) -> tuple[ReferenceLine, ...]:
        """Return the reference lines in a view."""
        return self._lines[view].lines

    def _prepare(self, view: ImageView) -> None:
        self._lines[view] = ReferenceLines(view.canvas)
        finder = self._finders[view] = PlaceFinder(view.canvas)
        handles = LineHandles(view.canvas, self._lines[view])
        # Lines lie below measurements, and what lies above them is taken in hand first.
        view.canvas.overlays[:0] = [finder, self._lines[view]]
        view.canvas.overlays.append(handles)
        finder.place_chosen.connect(partial(self.show_place, view))
        handles.taken.connect(partial(self.line_taken.emit, view))
        handles.dragged.connect(partial(self.line_dragged.emit, view))
        handles.let_go.connect(self.line_let_go)
        view.frame_shown.connect(partial(self._frame_shown, view))
        view.window_chosen.connect(partial(self._window_chosen, view))
        view.canvas.view_changed.connect(partial(self._view_changed, view))

    def _others(self) -> list[tuple[Viewport, ImageSeries]]:
        active = self.grid.active
        return [
            (viewport, viewport.view.series)
            for viewport in self.grid.viewports()
            if viewport is not active and viewport.view.series is not None
        ]

    def _leads(self, view: ImageView) -> bool:
        return view is self.grid.active.view and not self._is_following

    # Scrolling

    def _frame_shown(self, view: ImageView, index: int) -> None:
        moved = index - self._last_index.get(view, index)
        self._last_index[view] = index
        if self._leads(view):
            self._is_following = True
            self._scroll_others(view, moved)
            self._is_following = False
        self._keep_place_in(view)
        self.draw_lines()

    def _keep_place_in(self, view: ImageView) -> None:
        """Let the chosen place follow the planes of a reformation."""
        is_derived = any(one.view is view and one.is_derived for one in self.grid.viewports())
        plane = self.plane_in(view)
        if is_derived and self._place is not None and plane is not None:
            self._place = straight_onto(plane, self._place)

    def _scroll_others(self, view: ImageView, moved: int) -> None:
        series = view.series
        plane = None if series is None else plane_of(series, view.index)
        for viewport, other in self._others():
            there = plane_of(other, 0)
            has_common_place = (
                series is not None
                and plane is not None
                and there is not None
                and share_frame_of_reference(series, other)
            )
            if has_common_place and plane is not None and there is not None:
                if self.choices.by_position and are_parallel(plane, there):
                    nearest = nearest_frame(other, plane.center)
                    if nearest is not None and nearest != viewport.view.index:
                        viewport.view.go_to(nearest)
            elif self.choices.by_number and moved:
                viewport.view.step(moved)

    # Window and zoom

    def _window_chosen(self, view: ImageView, window: Window | LookupTable | None) -> None:
        series = view.series
        if not (self.choices.window and self._leads(view)) or series is None:
            return
        for viewport, other in self._others():
            if _have_same_values(series, other):
                viewport.view.follow_window(window)

    def _view_changed(self, view: ImageView) -> None:
        source = view.canvas.transform
        if not (self.choices.zoom and self._leads(view)) or source is None:
            return
        self._is_following = True
        for viewport, _ in self._others():
            viewport.view.canvas.set_transform(partial(matched_view, source), fits=False)
        self._is_following = False

    # Reference lines

    def plane_in(self, view: ImageView) -> SlicePlane | None:
        """Return the plane that a view shows, or that is on its way to it."""
        turning = self.turning.get(view)
        if turning is not None or view.series is None:
            return turning
        return plane_of(view.series, view.index)

    def draw_lines(self) -> None:
        """Draw the lines anew where planes have changed."""
        active = self.grid.active
        for viewport in self.grid.viewports():
            lines: tuple[ReferenceLine, ...] = ()
            if self.choices.lines:
                sources = [active]
                if viewport.is_derived:
                    # The planes of a reformation show each other, as a cross of lines.
                    sources = [one for one in self.grid.viewports() if one.is_derived]
                found = (
                    self._line_between(source.view, viewport.view, number)
                    for number, source in enumerate(sources)
                    if source is not viewport
                )
                lines = tuple(line for line in found if line is not None)
            self._lines[viewport.view].show_lines(lines, are_handles=viewport.is_derived)
        self._draw_place()

    def _draw_place(self) -> None:
        """Show the crosshair where the place chosen last lies in each viewport."""
        for viewport in self.grid.viewports():
            series, finder = viewport.view.series, self._finders[viewport.view]
            plane = None if series is None else plane_of(series, viewport.view.index)
            finder.is_usable = plane is not None
            finder.show_place(None)
            if series is None or self._place_series is None or self._place is None:
                continue
            if plane is not None and share_frame_of_reference(series, self._place_series):
                finder.show_place(plane.to_frame(self._place))

    def _line_between(
        self, source: ImageView, target: ImageView, number: int
    ) -> ReferenceLine | None:
        """Return where the slice of one view cuts that of another."""
        here, there = source.series, target.series
        if here is None or there is None or not share_frame_of_reference(here, there):
            return None
        plane, seen_in = self.plane_in(source), plane_of(there, target.index)
        if plane is None or seen_in is None:
            return None
        line = reference_line(plane, seen_in)
        return None if line is None else ReferenceLine(*line, number)

    # A place in all viewports

    @property
    def place(self) -> Vectors | None:
        """The point of the patient that the person last chose to see in all viewports."""
        return self._place

    def set_place(self, point: Vectors | None, series: ImageSeries | None) -> None:
        """Take a point of the body that a series shows as the chosen place, or none."""
        self._place, self._place_series = point, series
        self._draw_place()

    def show_place(self, view: ImageView, x: float, y: float) -> None:
        """Let every viewport of the same frame of reference show the slice through a point."""
        series = view.series
        plane = None if series is None else plane_of(series, view.index)
        if series is None or plane is None:
            return
        point = plane.to_patient((x, y))
        self.set_place(point, series)
        self._is_following = True
        for viewport in self.grid.viewports():
            other = viewport.view.series
            if (
                other is None
                or viewport.view is view
                or not share_frame_of_reference(series, other)
            ):
                continue
            nearest = nearest_frame(other, point)
            if nearest is not None and nearest != viewport.view.index:
                viewport.view.go_to(nearest)
        self._is_following = False


def _have_same_values(series: ImageSeries, other: ImageSeries) -> bool:
    """Whether a window means the same in both: same modality, same unit, gray."""
    if series.is_color or other.is_color or series.modality != other.modality:
        return False
    return unit_of(series, 0) == unit_of(other, 0)
