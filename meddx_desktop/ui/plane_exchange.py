"""Other planes in the place of those in view, without a flicker and without a jump."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.engine.messages import Failed
from meddx_desktop.rendering.slice_geometry import Vectors, nearest_frame, plane_of
from meddx_desktop.rendering.view_matching import held_view
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.plane_cache import PlaneCache
from meddx_desktop.ui.viewport_links import ViewportLinks

MakeCache = Callable[[], PlaneCache]


@dataclass(frozen=True, slots=True, eq=False)
class TurnedPlanes:
    """Planes of which the one through `center` is to be shown; the cache is made when asked."""

    series: ImageSeries
    center: Vectors
    make_cache: MakeCache

    @property
    def index(self) -> int:
        """The plane through the center."""
        return nearest_frame(self.series, self.center) or 0


@dataclass(slots=True, eq=False)
class _Waiting:
    wanted: TurnedPlanes
    cache: PlaneCache
    following: TurnedPlanes | None = None


class PlaneExchange:
    """Shows turned planes as soon as their pixels are there.

    While one turn is computed, only the newest of those that follow is kept. The center stays where
    it is on the screen, at the same zoom.
    """

    def __init__(self, links: ViewportLinks) -> None:
        self._links = links
        self._waiting: dict[ImageView, _Waiting] = {}

    def show(self, view: ImageView, wanted: TurnedPlanes) -> None:
        """Show planes soon; their line in the other views moves at once."""
        plane = plane_of(wanted.series, wanted.index)
        if plane is not None:
            self._links.turning[view] = plane
        self._links.draw_lines()
        if view in self._waiting:
            self._waiting[view].following = wanted
        else:
            self._ask(view, wanted)

    def give_up(self, view: ImageView) -> None:
        """Show no other planes after all."""
        waiting = self._waiting.pop(view, None)
        self._links.turning.pop(view, None)
        if waiting is not None:
            waiting.cache.close()

    def _ask(self, view: ImageView, wanted: TurnedPlanes) -> None:
        cache = wanted.make_cache()
        self._waiting[view] = _Waiting(wanted, cache)
        cache.arrived.connect(partial(self._arrived, view))
        cache.failed.connect(partial(self._failed, view))
        cache.want(wanted.index)

    def _failed(self, view: ImageView, index: int, _: Failed) -> None:
        # The view says what went wrong, as with any frame.
        self._arrived(view, index)

    def _arrived(self, view: ImageView, index: int) -> None:
        waiting = self._waiting.get(view)
        if waiting is None or index != waiting.wanted.index:
            return
        del self._waiting[view]
        if waiting.following is None:
            self._links.turning.pop(view, None)
        _exchange(view, waiting)
        if waiting.following is not None:
            self._ask(view, waiting.following)


def _exchange(view: ImageView, waiting: _Waiting) -> None:
    wanted, canvas = waiting.wanted, view.canvas
    before = None if view.series is None else plane_of(view.series, view.index)
    seen = canvas.transform
    view.exchange_series(wanted.series, wanted.index, waiting.cache)
    now = plane_of(wanted.series, wanted.index)
    if before is None or seen is None or now is None:
        return
    point, at = now.to_frame(wanted.center), seen.to_view(before.to_frame(wanted.center))
    canvas.set_transform(lambda fresh: held_view(seen, fresh, point=point, at=at), fits=False)
