"""Reduction, orientation letters, scale bars and color maps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.case.image_series import Box
from meddx_desktop.rendering.color_maps import evidence_rgba, legend_rgba, sound_level_rgb
from meddx_desktop.rendering.orientation import (
    EdgeLetters,
    direction_letters,
    edge_letters,
    opposite_letters,
)
from meddx_desktop.rendering.resample import reduce_region
from meddx_desktop.rendering.scale_bar import scale_bar

UPRIGHT = ((1.0, 0.0), (0.0, 1.0))


@given(rows=st.integers(1, 90), columns=st.integers(1, 90))
def test_an_even_region_stays_even(rows: int, columns: int) -> None:
    pixels = np.full((90, 90), 1234, np.uint16)
    reduced = reduce_region(pixels, Box(0, 0, 90, 90), rows, columns)
    assert reduced.shape == (rows, columns)
    assert reduced.dtype == np.uint16
    assert (reduced == 1234).all()


def test_reduction_averages_what_falls_together() -> None:
    pixels = np.zeros((8, 8), np.uint16)
    pixels[3, :] = 400
    reduced = reduce_region(pixels, Box(0, 0, 8, 8), 2, 2)
    assert reduced.tolist() == [[100, 100], [0, 0]]


def test_a_region_is_cut_before_it_is_reduced() -> None:
    pixels = np.arange(100, dtype=np.uint16).reshape(10, 10)
    assert reduce_region(pixels, Box(2, 3, 5, 6), 3, 3).tolist() == pixels[3:6, 2:5].tolist()


def test_color_is_reduced_channel_by_channel() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[..., 1] = 200
    assert reduce_region(pixels, Box(0, 0, 4, 4), 1, 1).tolist() == [[[0, 200, 0]]]


def test_directions_are_named_by_their_strongest_parts() -> None:
    assert direction_letters((1.0, 0.0, 0.0)) == "L"
    assert direction_letters((0.0, 0.7, -0.7)) == "PF"
    assert direction_letters((-0.9, 0.1, 0.4)) == "RH"
    assert opposite_letters("PF") == "AH"


def test_letters_turn_with_the_view() -> None:
    assert edge_letters("L", "P", UPRIGHT) == EdgeLetters("R", "L", "A", "P")
    clockwise = ((0.0, -1.0), (1.0, 0.0))
    assert edge_letters("L", "P", clockwise) == EdgeLetters("P", "A", "R", "L")


def test_a_scale_bar_has_a_round_length_that_fits() -> None:
    bar = scale_bar(0.2, 180)
    assert bar is not None
    assert (bar.length_mm, bar.length_px, bar.label) == (20, 100, "2 cm")
    short = scale_bar(0.01, 180)
    assert short is not None
    assert short.label == "1 mm"
    assert scale_bar(10.0, 0.01) is None


def test_no_evidence_is_transparent_and_opacity_scales_the_rest() -> None:
    values = np.array([[0.0, 1.0, -1.0]], np.float32)
    full, half = evidence_rgba(values, 1.0), evidence_rgba(values, 0.5)
    assert full[0, :, 3].tolist() == [0, 255, 255]
    assert half[0, 1, 3] == pytest.approx(128, abs=1)
    assert full[0, 1, 0] > full[0, 1, 2], "for the finding is orange"
    assert full[0, 2, 2] > full[0, 2, 0], "against it is blue"


def test_lightness_grows_with_the_weight() -> None:
    row = legend_rgba(50, 1.0, is_signed=False)[0].astype(float)
    lightness = row[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) >= -1).all()
    sound = sound_level_rgb(np.linspace(0, 1, 50, dtype=np.float32)[None])[0].astype(float)
    assert (np.diff(sound @ [0.2126, 0.7152, 0.0722]) >= -1).all()
