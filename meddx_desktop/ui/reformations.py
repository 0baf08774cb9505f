"""Multiplanar reformation of a series in the viewports: three planes through it and an oblique."""

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Signal

from meddx_desktop.case.image_series import Extent, ImageSeries
from meddx_desktop.engine.messages import Failed
from meddx_desktop.rendering.plane_turning import turn_and_tilt
from meddx_desktop.rendering.reformat_planes import (
    Directions,
    PlaneKind,
    directions_of,
    planes_through,
)
from meddx_desktop.rendering.slice_geometry import Vectors, nearest_frame, plane_of
from meddx_desktop.rendering.volume_geometry import NoVolumeError
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.layout_choices import GridShape
from meddx_desktop.ui.plane_cache import PlaneCache
from meddx_desktop.ui.plane_dragging import PlaneDragging
from meddx_desktop.ui.plane_exchange import MakeCache, PlaneExchange, TurnedPlanes
from meddx_desktop.ui.plane_series import is_upright, plane_title, report_on, series_of_planes
from meddx_desktop.ui.reformation_bar import ReformationBar
from meddx_desktop.ui.viewport import Viewport
from meddx_desktop.ui.viewport_links import ViewportLinks
from meddx_desktop.ui.volume import Volume


def _upright() -> dict[PlaneKind, Directions]:
    return {kind: directions_of(kind) for kind in PlaneKind}


@dataclass(slots=True)
class _Session:
    """A reformation that is shown, how its planes lie, and what to go back to."""

    opened: OpenedItem
    series: ImageSeries
    volume: Volume
    shape: GridShape
    index: int
    places: dict[PlaneKind, Viewport]
    directions: dict[PlaneKind, Directions] = field(default_factory=_upright)


class Reformations(QObject):
    """Shows reformations in a layout of 2 x 2. Signals: `refused(Failed)`, `ended()`."""

    refused = Signal(object)
    ended = Signal()

    def __init__(self, signals: EngineSignals, links: ViewportLinks, bar: ReformationBar) -> None:
        super().__init__()
        self._signals, self._links, self.bar = signals, links, bar
        self._grid = grid = links.grid
        self._session: _Session | None = None
        self._exchange = PlaneExchange(links)
        self._dragging = PlaneDragging(links)
        self._dragging.turned.connect(self._turn)
        bar.slab_chosen.connect(lambda _: self._cut_again(tuple(PlaneKind)))
        bar.angles_chosen.connect(self._take_angles)
        bar.reset_wanted.connect(self.reset)
        bar.closed.connect(self.end)
        grid.shape_changed.connect(self._shape_changed)

    @property
    def is_shown(self) -> bool:
        """Whether the viewports show a reformation."""
        return self._session is not None

    def toggle(self) -> None:
        """Reformat the series in view, or go back to it."""
        if self._session is None:
            self._start()
        else:
            self.end()

    def end(self) -> None:
        """Go back to the series and the layout before."""
        session = self._close()
        if session is None:
            return
        first = session.places[PlaneKind.AXIAL]
        for viewport in session.places.values():
            self._grid.empty(viewport)
        self._grid.activate(first)
        self._grid.set_shape(session.shape, is_chosen=False)
        self._grid.show_item(session.opened, session.series, self._grid.active)
        self._grid.active.view.go_to(session.index)
        self.ended.emit()

    def forget(self) -> None:
        """Drop the reformation, because its series is no longer shown."""
        self._close()

    def reset(self) -> None:
        """Put all planes upright again, through the middle of the volume."""
        session = self._session
        if session is None:
            return
        session.directions = _upright()
        self._links.set_place(
            session.volume.geometry.corners().mean(axis=0),
            session.places[PlaneKind.AXIAL].view.series,
        )
        self.bar.show_angles(0.0, 0.0)
        self._cut_again(tuple(PlaneKind))

    def _close(self) -> _Session | None:
        session, self._session = self._session, None
        if session is not None:
            session.volume.close()
            self.bar.hide()
            for viewport in session.places.values():
                self._exchange.give_up(viewport.view)
                viewport.is_derived = False
        return session

    def _start(self) -> None:
        active = self._grid.active
        opened, series = active.item, active.view.series
        if opened is None or series is None:
            return
        if series.extent is Extent.BEING_READ:
            text = self.tr("The series is still being read. Wait for its images.")
            self.refused.emit(Failed(0, "still_reading", text))
            return
        try:
            volume = Volume(self._signals, series)
        except NoVolumeError as error:
            self.refused.emit(Failed(0, error.code, error.message))
            return
        shape, index = self._grid.shape, active.view.index
        chosen = active.view.appearance().voi
        self._grid.set_shape(GridShape(2, 2), is_chosen=False)
        places = dict(zip(PlaneKind, self._grid.viewports(), strict=True))
        self._session = _Session(opened, series, volume, shape, index, places)
        for viewport in places.values():
            viewport.item, viewport.is_derived = opened, True
        self._links.set_place(None, None)
        self.bar.show_note(report_on(volume))
        self.bar.show_angles(0.0, 0.0)
        self.bar.show()
        volume.progressed.connect(self._show_progress)
        for kind, viewport in places.items():
            self._cut(kind)
            viewport.view.follow_window(chosen)
        first = places[PlaneKind.AXIAL]
        self._links.set_place(volume.geometry.corners().mean(axis=0), first.view.series)
        self._grid.activate(first)

    def _shape_changed(self, shape: GridShape) -> None:
        if self._session is not None and shape != GridShape(2, 2):
            self.forget()
            for viewport in self._grid.viewports():
                self._grid.empty(viewport)
            self.ended.emit()

    # Cutting

    def _planes(
        self, session: _Session, kind: PlaneKind, through: Vectors | None
    ) -> tuple[ImageSeries, MakeCache]:
        """Return the planes of a kind as a series, and what computes their pixels."""
        volume, slab, directions = session.volume, self.bar.slab(), session.directions[kind]
        # Planes that lie as the slices do stay where the slices are.
        through = None if is_upright(kind, directions) else through
        planes = planes_through(volume.geometry, directions, through)
        series = series_of_planes(volume, planes, plane_title(kind, directions, slab))
        budget, cut = self._grid.budget, (planes, slab)
        return series, partial(PlaneCache, self._signals, series, budget, volume, cut)

    def _cut(self, kind: PlaneKind) -> None:
        """Show the planes of a kind, in the same place as those shown before."""
        session = self._session
        if session is None:
            return
        view, volume = session.places[kind].view, session.volume
        self._exchange.give_up(view)
        series, make_cache = self._planes(session, kind, self._links.place)
        index = len(series.frames) // 2
        if volume.is_ready:
            index = self._same_place(view, series)
        view.exchange_series(series, index, make_cache())
        if not volume.is_ready:
            view.canvas.show_message(self.tr("Reading the volume…"))

    def _same_place(self, view: ImageView, series: ImageSeries) -> int:
        """Return the plane through the place chosen last, or nearest to the plane in view."""
        plane = None if view.series is None else plane_of(view.series, view.index)
        points = [self._links.place, None if plane is None else plane.center]
        found = [nearest_frame(series, point) for point in points if point is not None]
        known = [index for index in found if index is not None]
        return known[0] if known else len(series.frames) // 2

    def _cut_again(self, kinds: tuple[PlaneKind, ...]) -> None:
        for kind in kinds:
            self._cut(kind)

    def _take_angles(self, turn: float, tilt: float) -> None:
        if self._session is not None:
            kind = PlaneKind.OBLIQUE
            self._session.directions[kind] = directions_of(kind, turn, tilt)
            self._cut(kind)

    def _turn(self, viewport: Viewport, directions: Directions, center: Vectors) -> None:
        """Turn the planes of a viewport about a point, because their line was turned."""
        session = self._session
        if session is None:
            return
        kind = next(kind for kind, place in session.places.items() if place is viewport)
        session.directions[kind] = directions
        if kind is PlaneKind.OBLIQUE:
            self.bar.show_angles(*turn_and_tilt(directions))
        series, make_cache = self._planes(session, kind, center)
        self._exchange.show(viewport.view, TurnedPlanes(series, center, make_cache))

    def _show_progress(self, done: int, total: int) -> None:
        if self._session is not None:
            text = self.tr("Reading the volume: {done} of {total} slices")
            for viewport in self._session.places.values():
                viewport.view.canvas.show_message(text.format(done=done, total=total))
