"""How presentation states place an image and draw on it."""

from dataclasses import replace

from meddx_desktop.case.image_marks import (
    DisplayedArea,
    FramePoint,
    GraphicMark,
    PresentationState,
    PresentationVoi,
)
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.rendering.view_transform import (
    Point,
    ViewTransform,
    fit_part,
    mirror,
    rotate,
    turned_back,
    upright,
)


def states_of(series: ImageSeries, index: int) -> tuple[PresentationState, ...]:
    """Return the presentation states that name a frame."""
    frame = series.frames[index]
    states = (marks for marks in series.marks if isinstance(marks, PresentationState))
    return tuple(state for state in states if concerns(state, frame))


def concerns(state: PresentationState, frame: Frame) -> bool:
    """Whether a state names a frame."""
    return any(one.includes(frame.sop_instance_uid, frame.frame_index) for one in state.references)


def is_meant(
    part: PresentationVoi | DisplayedArea | GraphicMark, state: PresentationState, frame: Frame
) -> bool:
    """Whether a part of a state is for a frame; parts without references are for all of them."""
    references = part.references or state.references
    return any(one.includes(frame.sop_instance_uid, frame.frame_index) for one in references)


def area_of(state: PresentationState, frame: Frame) -> DisplayedArea | None:
    """Return the part of a frame that a state shows, None where it does not say."""
    return next((one for one in state.areas if is_meant(one, state, frame)), None)


def presented(transform: ViewTransform, state: PresentationState, frame: Frame) -> ViewTransform:
    """Return the view of a frame as a state asks for it: turned, mirrored, its part filling it.

    References
    ----------
    DICOM PS3.3 C.10.4 (displayed area), C.10.6 (rotation comes before the flip).
    """
    turned = upright(transform)
    for _ in range(state.rotation_deg // 90):
        turned = rotate(turned, clockwise=True)
    if state.is_flipped:
        turned = mirror(turned, left_right=True)
    area = area_of(state, frame)
    columns, rows = transform.frame_size
    corners = ((0.0, 0.0), (columns, rows)) if area is None else area.corners
    placed = fit_part(turned, corners)
    if area is None or area.magnification is None:
        return placed
    return replace(placed, scale=area.magnification)


def shows_whole(state: PresentationState, frame: Frame, frame_size: Point) -> bool:
    """Whether a state fits the whole frame into the view."""
    area = area_of(state, frame)
    if area is None:
        return True
    return area.magnification is None and area.corners == ((0, 0), frame_size)


def marks_on(state: PresentationState, frame: Frame, frame_size: Point) -> tuple[GraphicMark, ...]:
    """Return what a state draws on a frame, all places in pixels of the frame."""
    return tuple(
        _placed(mark, state, frame, frame_size)
        for mark in state.marks
        if is_meant(mark, state, frame)
    )


def _placed(
    mark: GraphicMark, state: PresentationState, frame: Frame, frame_size: Point
) -> GraphicMark:
    """Turn parts of what is seen of the displayed area into pixels (PS3.3 C.10.5.1.1)."""
    if not mark.is_relative:
        return mark
    start = ViewTransform((1.0, 1.0), frame_size, (0.0, 0.0), 1.0)
    seen = presented(start, state, frame)
    area = area_of(state, frame)
    (x0, y0), (x1, y1) = ((0.0, 0.0), frame_size) if area is None else area.corners
    across, down = abs(x1 - x0), abs(y1 - y0)
    if seen.is_turned_sideways:
        across, down = down, across

    def place(point: FramePoint) -> FramePoint:
        moved = ((point[0] - 0.5) * across, (point[1] - 0.5) * down)
        x, y = turned_back(moved, seen.turn)
        return ((x0 + x1) / 2 + x, (y0 + y1) / 2 + y)

    return replace(mark, points=tuple(place(one) for one in mark.points), is_relative=False)
