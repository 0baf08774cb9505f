"""Multiplanar reformation of a series in the viewports: three planes through it and an oblique."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from meddx_desktop.case.image_series import ImageSeries, PixelSpacing, SpacingOrigin
from meddx_desktop.engine.messages import Failed
from meddx_desktop.rendering.reformat_planes import PlaneKind, directions_of, planes_through
from meddx_desktop.rendering.reformation import Projection, ReformatPlane, Slab
from meddx_desktop.rendering.slice_geometry import nearest_frame, plane_of
from meddx_desktop.rendering.volume_geometry import NoVolumeError
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.layout_choices import GridShape
from meddx_desktop.ui.plane_cache import PlaneCache
from meddx_desktop.ui.reformation_bar import ReformationBar
from meddx_desktop.ui.translations import mark, translate
from meddx_desktop.ui.viewport import Viewport
from meddx_desktop.ui.viewport_links import ViewportLinks
from meddx_desktop.ui.volume import Volume

_TITLES = {
    PlaneKind.AXIAL: mark("Reformations", "Axial"),
    PlaneKind.CORONAL: mark("Reformations", "Coronal"),
    PlaneKind.SAGITTAL: mark("Reformations", "Sagittal"),
    PlaneKind.OBLIQUE: mark("Reformations", "Oblique"),
}
_SLABS = {
    Projection.MAXIMUM: "MIP",
    Projection.MINIMUM: "MinIP",
    Projection.MEAN: mark("Reformations", "mean"),
}


@dataclass(slots=True)
class _Session:
    """A reformation that is shown, and what to go back to."""

    opened: OpenedItem
    series: ImageSeries
    volume: Volume
    shape: GridShape
    index: int
    places: dict[PlaneKind, Viewport]


class Reformations(QObject):
    """Shows reformations in a layout of 2 x 2. Signals: `refused(Failed)`, `ended()`."""

    refused = Signal(object)
    ended = Signal()

    def __init__(self, signals: EngineSignals, links: ViewportLinks, bar: ReformationBar) -> None:
        super().__init__()
        self._signals, self._links, self.bar = signals, links, bar
        self._grid = grid = links.grid
        self._session: _Session | None = None
        bar.slab_chosen.connect(lambda _: self._cut_again(tuple(PlaneKind)))
        bar.angles_chosen.connect(lambda *_: self._cut_again((PlaneKind.OBLIQUE,)))
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
        session, self._session = self._session, None
        if session is None:
            return
        session.volume.close()
        self.bar.hide()
        first = session.places[PlaneKind.AXIAL]
        for viewport in session.places.values():
            viewport.is_derived = False
            self._grid.empty(viewport)
        self._grid.activate(first)
        self._grid.set_shape(session.shape, is_chosen=False)
        self._grid.show_item(session.opened, session.series, self._grid.active)
        self._grid.active.view.go_to(session.index)
        self.ended.emit()

    def forget(self) -> None:
        """Drop the reformation, because its series is no longer shown."""
        session, self._session = self._session, None
        if session is not None:
            session.volume.close()
            self.bar.hide()
            for viewport in session.places.values():
                viewport.is_derived = False

    def _start(self) -> None:
        active = self._grid.active
        opened, series = active.item, active.view.series
        if opened is None or series is None:
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
        self._links.place = None
        self.bar.note.setText(_report(volume))
        self.bar.show()
        volume.progressed.connect(self._show_progress)
        for kind, viewport in places.items():
            self._cut(kind)
            viewport.view.follow_window(chosen)
        self._grid.activate(places[PlaneKind.AXIAL])

    def _shape_changed(self, shape: GridShape) -> None:
        if self._session is not None and shape != GridShape(2, 2):
            self.forget()
            for viewport in self._grid.viewports():
                self._grid.empty(viewport)
            self.ended.emit()

    def _cut(self, kind: PlaneKind) -> None:
        """Show the planes of a kind, in the same place as those shown before."""
        session = self._session
        if session is None:
            return
        view, volume, slab = session.places[kind].view, session.volume, self.bar.slab()
        directions = directions_of(kind, self.bar.turn.value(), self.bar.tilt.value())
        planes = planes_through(volume.geometry, directions)
        series = _series_of_planes(volume, planes, _title(kind, slab))
        index = self._same_place(view, series) if volume.is_ready else len(planes) // 2
        cache = PlaneCache(self._signals, series, self._grid.budget, volume, (planes, slab))
        chosen = view.appearance().voi
        view.show_series(series, index, cache)
        view.follow_window(chosen)
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

    def _show_progress(self, done: int, total: int) -> None:
        if self._session is not None:
            text = self.tr("Reading the volume: {done} of {total} slices")
            for viewport in self._session.places.values():
                viewport.view.canvas.show_message(text.format(done=done, total=total))


def _title(kind: PlaneKind, slab: Slab) -> str:
    title = translate("Reformations", _TITLES[kind])
    if slab.thickness_mm <= 0:
        return title
    projection = translate("Reformations", _SLABS[slab.projection])
    return f"{title} · {projection} {slab.thickness_mm:.0f} mm"


def _report(volume: Volume) -> str:
    """Return what the person has to know about the slices."""
    geometry, notes = volume.full_geometry, []
    if not geometry.is_straight:
        text = translate("Reformations", "Gantry tilt of {0:.1f}°, corrected by the positions.")
        notes.append(text.format(geometry.tilt_degrees))
    if not geometry.is_even:
        text = translate("Reformations", "Uneven slice spacing; the positions are used.")
        notes.append(text)
    if volume.reduce:
        text = translate("Reformations", "Rows and columns reduced to 1/{0} to fit the memory.")
        notes.append(text.format(2**volume.reduce))
    return " ".join(notes)


def _series_of_planes(volume: Volume, planes: tuple[ReformatPlane, ...], title: str) -> ImageSeries:
    """Return planes as a series, so that every tool of the image view works on them."""
    series = volume.series
    middle = series.frames[len(series.frames) // 2]
    grayscale = middle.grayscale
    if volume.scale is not None:
        grayscale = replace(
            grayscale,
            rescale_slope=volume.scale.slope,
            rescale_intercept=volume.scale.intercept,
        )
    frames = tuple(
        replace(
            middle,
            frame_index=0,
            sop_instance_uid=None,
            instance_number=None,
            position=plane.origin,
            orientation=(plane.row_direction, plane.column_direction),
            grayscale=grayscale,
        )
        for plane in planes
    )
    spacing = planes[0].spacing_mm
    return replace(
        series,
        frames=frames,
        rows=planes[0].rows,
        columns=planes[0].columns,
        pixel_spacing=PixelSpacing(spacing, spacing, SpacingOrigin.REFORMATION),
        pixel_aspect_ratio=None,
        series_description=f"{title} · {series.series_description or ''}".rstrip(" ·"),
        series_number=None,
        patient_orientation=None,
        view_position=None,
        frame_times_ms=(),
        frame_of_reference_uid=series.frame_of_reference_uid or volume.volume_id,
    )
