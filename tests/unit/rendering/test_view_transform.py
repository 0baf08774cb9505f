"""Pan, zoom, turns and mirrors."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.case.image_series import Box
from meddx_desktop.rendering.view_transform import (
    MAXIMUM_SCALE,
    ViewTransform,
    fit,
    mirror,
    one_to_one,
    pan,
    rotate,
    turn_pixels,
    upright,
    zoom,
)

START = ViewTransform((400.0, 300.0), (100.0, 50.0), (50.0, 25.0), 2.0)
turns = st.lists(st.sampled_from(["right", "left", "across", "down"]), max_size=6)
points = st.tuples(st.floats(-200, 200), st.floats(-200, 200))


def turned(transform: ViewTransform, names: list[str]) -> ViewTransform:
    for name in names:
        if name in {"right", "left"}:
            transform = rotate(transform, clockwise=name == "right")
        else:
            transform = mirror(transform, left_right=name == "across")
    return transform


@given(names=turns, point=points, aspect=st.floats(0.3, 3))
def test_there_and_back_is_the_same_point(
    names: list[str], point: tuple[float, float], aspect: float
) -> None:
    transform = turned(replace(START, pixel_aspect=aspect), names)
    assert transform.to_frame(transform.to_view(point)) == pytest.approx(point, abs=1e-6)


@given(names=turns, about=points, factor=st.floats(0.5, 3))
def test_zooming_keeps_the_point_under_the_pointer(
    names: list[str], about: tuple[float, float], factor: float
) -> None:
    transform = turned(START, names)
    anchor = transform.to_frame(about)
    assert zoom(transform, factor, about).to_view(anchor) == pytest.approx(about, abs=1e-6)


@given(names=turns)
def test_turned_pixels_lie_where_the_transform_says(names: list[str]) -> None:
    pixels = np.arange(12).reshape(3, 4)
    base = ViewTransform((100.0, 100.0), (4.0, 3.0), (2.0, 1.5), 1.0)
    transform = turned(base, names)
    shown = turn_pixels(pixels, transform.turn)
    rows, columns = shown.shape
    for row in range(3):
        for column in range(4):
            x, y = transform.to_view((column + 0.5, row + 0.5))
            place = (int(y - 50 + rows / 2), int(x - 50 + columns / 2))
            assert shown[place] == pixels[row, column]


def test_fit_shows_the_whole_frame_also_when_turned() -> None:
    assert fit(START).scale == 4.0
    assert fit(rotate(START, clockwise=True)).scale == 3.0
    assert fit(replace(START, pixel_aspect=4.0)).scale == 1.5


def test_four_quarter_turns_are_none() -> None:
    assert turned(START, ["right"] * 4) == START
    assert turned(START, ["right", "left", "across", "across"]) == START
    assert upright(turned(START, ["right", "down"])) == START


def test_the_visible_box_lies_within_the_frame() -> None:
    assert START.visible_box() == Box(0, 0, 100, 50)
    close = replace(START, scale=10.0)
    assert close.visible_box() == Box(29, 9, 72, 42)
    far = replace(START, center=(-500.0, 25.0))
    box = far.visible_box()
    assert box.right <= box.left


def test_zoom_has_limits_and_pan_stays_on_the_frame() -> None:
    assert zoom(START, 1e6, (0.0, 0.0)).scale == MAXIMUM_SCALE
    assert pan(START, 1e6, 0.0).center == (0.0, 25.0)
    assert pan(START, 20.0, -10.0).center == (40.0, 30.0)
    assert one_to_one(START).scale == 1.0
