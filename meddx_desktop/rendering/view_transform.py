"""Where a point of the frame is on the screen: pan, zoom, quarter turns and mirror."""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from numpy.typing import NDArray

from meddx_desktop.case.image_series import Box

Point: TypeAlias = tuple[float, float]
Matrix: TypeAlias = tuple[tuple[float, float], tuple[float, float]]

MINIMUM_SCALE = 0.02
MAXIMUM_SCALE = 64.0
_CLOCKWISE: Matrix = ((0.0, -1.0), (1.0, 0.0))
IDENTITY: Matrix = ((1.0, 0.0), (0.0, 1.0))


def _product(first: Matrix, second: Matrix) -> Matrix:
    (a, b), (c, d) = first
    (e, f), (g, h) = second
    return ((a * e + b * g, a * f + b * h), (c * e + d * g, c * f + d * h))


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """A mapping from frame coordinates to view coordinates, both in pixels, x to the right.

    `center` is the frame point in the middle of the view. `scale` is screen pixels per frame
    column; `pixel_aspect` is the height of a frame pixel over its width, so that anatomy keeps its
    proportions where rows and columns differ in spacing. `turn` holds quarter turns and mirrors.
    """

    view_size: Point
    frame_size: Point
    center: Point
    scale: float
    pixel_aspect: float = 1.0
    turn: Matrix = IDENTITY

    @property
    def is_turned_sideways(self) -> bool:
        """Whether the rows of the frame run down the view."""
        return self.turn[0][0] == 0

    def matrix(self) -> Matrix:
        """Return the 2 x 2 part of the mapping."""
        stretch = ((self.scale, 0.0), (0.0, self.scale * self.pixel_aspect))
        return _product(self.turn, stretch)

    def to_view(self, point: Point) -> Point:
        """Map a frame point to the view."""
        (a, b), (c, d) = self.matrix()
        x, y = point[0] - self.center[0], point[1] - self.center[1]
        return (
            a * x + b * y + self.view_size[0] / 2,
            c * x + d * y + self.view_size[1] / 2,
        )

    def to_frame(self, point: Point) -> Point:
        """Map a view point to the frame."""
        (a, b), (c, d) = self.matrix()
        determinant = a * d - b * c
        x, y = point[0] - self.view_size[0] / 2, point[1] - self.view_size[1] / 2
        return (
            (d * x - b * y) / determinant + self.center[0],
            (a * y - c * x) / determinant + self.center[1],
        )

    def visible_box(self) -> Box:
        """Return the whole pixels of the frame that the view shows; empty when none are."""
        corners = [
            self.to_frame((x, y))
            for x in (0.0, self.view_size[0])
            for y in (0.0, self.view_size[1])
        ]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        columns, rows = int(self.frame_size[0]), int(self.frame_size[1])
        left, top = max(0, int(min(xs)) - 1), max(0, int(min(ys)) - 1)
        right, bottom = min(columns, int(max(xs)) + 2), min(rows, int(max(ys)) + 2)
        return Box(left, top, max(left, right), max(top, bottom))


def fit(transform: ViewTransform) -> ViewTransform:
    """Show the whole frame, centered, as large as the view allows."""
    return fit_part(transform, ((0.0, 0.0), transform.frame_size))


def fit_part(transform: ViewTransform, corners: tuple[Point, Point]) -> ViewTransform:
    """Show a rectangle of the frame, centered, as large as the view allows."""
    (x0, y0), (x1, y1) = corners
    width, height = abs(x1 - x0), abs(y1 - y0) * transform.pixel_aspect
    if transform.is_turned_sideways:
        width, height = height, width
    scale = min(transform.view_size[0] / width, transform.view_size[1] / height)
    return replace(
        transform,
        center=((x0 + x1) / 2, (y0 + y1) / 2),
        scale=max(MINIMUM_SCALE, min(scale, MAXIMUM_SCALE)),
    )


def one_to_one(transform: ViewTransform) -> ViewTransform:
    """Show one frame column on one screen pixel."""
    return replace(transform, scale=1.0)


def enlarged(transform: ViewTransform, factor: float) -> ViewTransform:
    """Return the same view on a surface with more pixels."""
    if factor == 1:
        return transform
    width, height = transform.view_size
    size = (width * factor, height * factor)
    return replace(transform, view_size=size, scale=transform.scale * factor)


def pixel_at(transform: ViewTransform, point: Point) -> tuple[int, int] | None:
    """Return column and row under a point of the view, None outside the frame."""
    x, y = transform.to_frame(point)
    columns, rows = transform.frame_size
    return (int(x), int(y)) if 0 <= x < columns and 0 <= y < rows else None


def zoom(transform: ViewTransform, factor: float, about: Point) -> ViewTransform:
    """Zoom by `factor` and keep the frame point under `about` (view coordinates) in its place."""
    anchor = transform.to_frame(about)
    scale = max(MINIMUM_SCALE, min(transform.scale * factor, MAXIMUM_SCALE))
    zoomed = replace(transform, scale=scale)
    moved = zoomed.to_frame(about)
    center = (
        transform.center[0] + anchor[0] - moved[0],
        transform.center[1] + anchor[1] - moved[1],
    )
    return replace(zoomed, center=center)


def pan(transform: ViewTransform, across: float, down: float) -> ViewTransform:
    """Move the frame by view pixels; its middle line never leaves the view entirely."""
    middle_x, middle_y = transform.view_size[0] / 2, transform.view_size[1] / 2
    x, y = transform.to_frame((middle_x - across, middle_y - down))
    columns, rows = transform.frame_size
    return replace(transform, center=(min(max(x, 0.0), columns), min(max(y, 0.0), rows)))


def rotate(transform: ViewTransform, *, clockwise: bool) -> ViewTransform:
    """Turn what is seen by a quarter."""
    turn = transform.turn
    for _ in range(1 if clockwise else 3):
        turn = _product(_CLOCKWISE, turn)
    return replace(transform, turn=turn)


def mirror(transform: ViewTransform, *, left_right: bool) -> ViewTransform:
    """Mirror what is seen, left to right or top to bottom."""
    flip = ((-1.0, 0.0), (0.0, 1.0)) if left_right else ((1.0, 0.0), (0.0, -1.0))
    return replace(transform, turn=_product(flip, transform.turn))


def upright(transform: ViewTransform) -> ViewTransform:
    """Undo all turns and mirrors."""
    return replace(transform, turn=IDENTITY)


def turned_back(direction: Point, turn: Matrix) -> Point:
    """Return the direction in the frame that is seen as a direction of the view."""
    # The inverse of a turn or a mirror is its transpose.
    (a, b), (c, d) = turn
    return (a * direction[0] + c * direction[1], b * direction[0] + d * direction[1])


def box_between(first: Point, last: Point, frame_size: Point) -> Box:
    """Return the whole pixels between two corners that lie in a frame."""
    (x0, y0), (x1, y1) = first, last
    columns, rows = (int(size) for size in frame_size)
    return Box(
        max(0, round(min(x0, x1))),
        max(0, round(min(y0, y1))),
        min(columns, round(max(x0, x1))),
        min(rows, round(max(y0, y1))),
    )


def turn_pixels(pixels: NDArray[Any], turn: Matrix) -> NDArray[Any]:
    """Apply the turns and mirrors of a view to an array of shape (rows, columns, ...)."""
    (a, b), (c, d) = turn
    turned = pixels.swapaxes(0, 1) if a == 0 else pixels
    if (a or b) < 0:
        turned = turned[:, ::-1]
    if (c or d) < 0:
        turned = turned[::-1]
    return turned
