"""How presentation states place images, against the words of the standard."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from meddx_desktop.case.image_marks import (
    DisplayedArea,
    FrameReference,
    GraphicMark,
    MarkShape,
    PresentationState,
)
from meddx_desktop.case.image_series import Frame
from meddx_desktop.case.overlay_plane import OverlayPlane
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.rendering.presentation import marks_on, presented, shows_whole
from meddx_desktop.rendering.shutters import uncovered_pixels
from meddx_desktop.rendering.view_transform import ViewTransform, fit, turn_pixels

FRAME = Frame(Path("a.dcm"), sop_instance_uid="1.2")
SIZE = (60.0, 40.0)
VIEW = ViewTransform((400.0, 400.0), SIZE, (0.0, 0.0), 1.0)
PIXELS = np.arange(2400).reshape(40, 60)
AREA = DisplayedArea(((10.0, 5.0), (30.0, 35.0)))


def state(
    rotation: int = 0, *, flip: bool = False, area: DisplayedArea | None = None
) -> PresentationState:
    return PresentationState(
        Path("state.dcm"),
        "STATE",
        (FrameReference("1.2"),),
        rotation_deg=rotation,
        is_flipped=flip,
        areas=() if area is None else (area,),
    )


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_image_is_turned_clockwise_and_then_mirrored(rotation: int, *, flip: bool) -> None:
    view = presented(VIEW, state(rotation, flip=flip), FRAME)
    expected = np.rot90(PIXELS, -rotation // 90)
    if flip:
        expected = expected[:, ::-1]
    assert np.array_equal(turn_pixels(PIXELS, view.turn), expected)
    assert view == fit(view)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_displayed_area_fills_the_view(rotation: int) -> None:
    view = presented(VIEW, state(rotation, area=AREA), FRAME)
    corners = np.array([view.to_view(corner) for corner in AREA.corners])
    width, height = np.abs(corners[0] - corners[1])
    assert max(width, height) == pytest.approx(400)
    assert sorted((width, height)) == pytest.approx([400 * 20 / 30, 400])
    assert corners.mean(axis=0) == pytest.approx((200, 200))


def test_a_magnified_area_keeps_its_scale() -> None:
    view = presented(VIEW, state(area=replace(AREA, magnification=3.0)), FRAME)
    assert view.scale == 3.0
    assert view.center == (20.0, 20.0)


def test_a_state_that_fits_the_whole_frame_goes_on_fitting() -> None:
    whole = DisplayedArea(((0.0, 0.0), SIZE))
    assert shows_whole(state(90, area=whole), FRAME, SIZE)
    assert not shows_whole(state(area=AREA), FRAME, SIZE)
    assert not shows_whole(state(area=replace(whole, magnification=1.0)), FRAME, SIZE)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_places_in_the_display_are_parts_of_the_area_as_it_is_seen(
    rotation: int, *, flip: bool
) -> None:
    mark = GraphicMark(MarkShape.POLYLINE, ((0.0, 0.0), (1.0, 0.25)), is_relative=True)
    chosen = replace(state(rotation, flip=flip, area=AREA), marks=(mark,))
    (placed,) = marks_on(chosen, FRAME, SIZE)
    view = presented(VIEW, chosen, FRAME)
    corners = np.array([view.to_view(corner) for corner in AREA.corners])
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    first, last = (view.to_view(point) for point in placed.points)
    assert first == pytest.approx((left, top))
    assert last == pytest.approx((right, top + (bottom - top) / 4))


def test_what_lies_in_all_shapes_is_seen() -> None:
    rectangle = Shutter(rectangle=((10.0, 4.0), (50.0, 40.0)))
    shown = uncovered_pixels(rectangle, (48, 64), 1.0)
    assert shown.sum() == 40 * 36
    assert shown[4, 10]
    assert shown[39, 49]
    both = replace(rectangle, circle=((30.0, 20.0), 10.0))
    within = uncovered_pixels(both, (48, 64), 1.0)
    assert within.sum() == pytest.approx(np.pi * 100, rel=0.03)
    assert not (within & ~shown).any()


def test_a_circle_is_round_where_pixels_are_not_square() -> None:
    shown = uncovered_pixels(Shutter(circle=((32.0, 24.0), 20.0)), (48, 64), 2.0)
    assert shown.any(axis=0).sum() == 40
    assert shown.any(axis=1).sum() == 20


def test_ones_of_a_bitmap_are_covered() -> None:
    mask = np.arange(48 * 64).reshape(48, 64) % 7 == 0
    bits = np.packbits(mask.ravel(), bitorder="little").tobytes()
    plane = OverlayPlane(48, 64, 0, 0, 1, 0, applies_to_all=True, bits=bits)
    shutter = Shutter(bitmap=plane)
    np.testing.assert_array_equal(uncovered_pixels(shutter, (48, 64), 1.0), ~mask)
