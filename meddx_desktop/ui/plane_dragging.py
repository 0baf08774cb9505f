"""What dragging the reference lines of a reformation does to its planes."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from meddx_desktop.rendering.plane_turning import (
    angle_around_degrees,
    nearest_on_both,
    straight_onto,
    turned,
)
from meddx_desktop.rendering.reformat_planes import Directions
from meddx_desktop.rendering.slice_geometry import SlicePlane, Vectors, nearest_frame, plane_of
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.line_handles import HoldKind, LineHold
from meddx_desktop.ui.viewport import Viewport
from meddx_desktop.ui.viewport_links import ViewportLinks


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """The plane whose line is in the hand, and where it was when it was taken."""

    hold: LineHold
    viewport: Viewport
    plane: SlicePlane
    seen_in: SlicePlane
    center: Vectors

    def directions(self) -> Directions:
        row, column = self.plane.row_direction, self.plane.column_direction
        return (
            (float(row[0]), float(row[1]), float(row[2])),
            (float(column[0]), float(column[1]), float(column[2])),
        )


class PlaneDragging(QObject):
    """Moves planes along their normals, and says how they are to be turned.

    Signals: `turned(Viewport, Directions, center)`.
    """

    turned = Signal(object, object, object)

    def __init__(self, links: ViewportLinks) -> None:
        super().__init__()
        self._links = links
        self._held: _Held | None = None
        links.line_taken.connect(self._take)
        links.line_dragged.connect(self._drag)
        links.line_let_go.connect(self._let_go)

    def _take(self, view: ImageView, hold: LineHold) -> None:
        derived = [one for one in self._links.grid.viewports() if one.is_derived]
        viewport = derived[hold.line.source]
        plane, series = self._links.plane_in(viewport.view), view.series
        seen_in = None if series is None else plane_of(series, view.index)
        if plane is None or seen_in is None:
            return
        place = seen_in.center if self._links.place is None else self._links.place
        center = nearest_on_both(plane, seen_in, place)
        self._held = _Held(hold, viewport, plane, seen_in, center)

    def _drag(self, view: ImageView, x: float, y: float) -> None:
        held = self._held
        if held is None:
            return
        match held.hold.kind:
            case HoldKind.CROSSING:
                self._links.show_place(view, x, y)
            case HoldKind.MOVE:
                self._move(held, (x, y))
            case HoldKind.TURN:
                angle = angle_around_degrees(held.seen_in, held.center, held.hold.start, (x, y))
                directions = turned(held.directions(), held.seen_in.normal, angle)
                self.turned.emit(held.viewport, directions, held.center)

    def _move(self, held: _Held, to: tuple[float, float]) -> None:
        view = held.viewport.view
        start = held.seen_in.to_patient(held.hold.start)
        point = held.plane.origin + held.seen_in.to_patient(to) - start
        index = None if view.series is None else nearest_frame(view.series, point)
        if index is None or index == view.index:
            return
        view.go_to(index)
        plane = self._links.plane_in(view)
        if plane is not None and self._links.place is not None:
            self._links.set_place(straight_onto(plane, self._links.place), view.series)
        self._links.draw_lines()

    def _let_go(self) -> None:
        self._held = None
