"""The gray pipeline: windows as the standard writes them, tables, polarity, shrinking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, VoiFunction, Window
from meddx_desktop.rendering.grayscale import (
    apply_lookup_table,
    apply_voi_window,
    full_range_window,
    present,
    shrink_to_fit,
    to_modality_values,
)

CENTERS = st.floats(-2000, 2000, width=32)
WIDTHS = st.floats(1, 4000, width=32)
FUNCTIONS = st.sampled_from(list(VoiFunction))


@given(CENTERS, WIDTHS, FUNCTIONS)
def test_a_window_is_monotonic_and_stays_in_range(
    center: float, width: float, function: VoiFunction
) -> None:
    values = np.linspace(-3000, 3000, 501, dtype=np.float32)
    shown = apply_voi_window(values, Window(center, width, function))
    assert shown.min() >= 0
    assert shown.max() <= 1
    assert (np.diff(shown) >= 0).all()


@given(st.floats(-500, 500, width=32), st.floats(2, 2000, width=32))
def test_linear_follows_the_equations_of_the_standard(center: float, width: float) -> None:
    values = np.linspace(-2500, 2500, 101, dtype=np.float32)
    shown = apply_voi_window(values, Window(center, width))
    for value, got in zip(values.astype(float), shown, strict=True):
        if value <= center - 0.5 - (width - 1) / 2:
            expected = 0.0
        elif value > center - 0.5 + (width - 1) / 2:
            expected = 1.0
        else:
            expected = (value - (center - 0.5)) / (width - 1) + 0.5
        assert got == pytest.approx(expected, abs=2e-3)


def test_a_window_of_width_one_is_a_threshold() -> None:
    values = np.array([39.0, 39.5, 40.0], np.float32)
    assert apply_voi_window(values, Window(40, 1)).tolist() == [0, 0, 1]


def test_sigmoid_is_one_half_at_its_center() -> None:
    values = np.array([100.0], np.float32)
    assert apply_voi_window(values, Window(100, 50, VoiFunction.SIGMOID)).tolist() == [0.5]


@pytest.mark.parametrize(
    "window", [Window(0, 0.5), Window(0, 0, VoiFunction.LINEAR_EXACT), Window(0, -1)]
)
def test_a_window_without_extent_is_an_error(window: Window) -> None:
    with pytest.raises(ValueError, match="too small"):
        apply_voi_window(np.zeros(3, np.float32), window)


def test_rescale_gives_modality_values() -> None:
    grayscale = GrayscaleTransform(rescale_slope=2, rescale_intercept=-1000)
    values = to_modality_values(np.array([0, 500], np.uint16), grayscale)
    assert values.tolist() == [-1000, 0]


def test_a_lookup_table_clamps_at_its_ends() -> None:
    table = LookupTable(10, np.array([5, 6, 7], np.uint16), 16)
    assert apply_lookup_table(np.array([-3, 10, 11, 99]), table).tolist() == [5, 5, 6, 7]


def test_monochrome1_is_shown_inverted() -> None:
    stored = np.array([[0, 255]], np.uint8)
    window = (Window(128, 256),)
    plain = present(stored, GrayscaleTransform(windows=window))
    inverted = present(stored, GrayscaleTransform(windows=window, is_inverted=True))
    np.testing.assert_array_equal(inverted, 255 - plain)


def test_a_voi_table_is_used_where_there_is_no_window() -> None:
    table = LookupTable(0, np.array([0, 255, 0], np.uint16), 8)
    shown = present(np.array([[0, 1, 2]], np.uint8), GrayscaleTransform(voi_luts=(table,)))
    assert shown.tolist() == [[0, 255, 0]]


def test_without_a_window_the_values_fill_the_range() -> None:
    assert present(np.array([[-50, 50]], np.int16), GrayscaleTransform()).tolist() == [[0, 255]]


def test_values_that_are_not_finite_do_not_count() -> None:
    values = np.array([np.nan, 1.0, 3.0, np.inf], np.float32)
    assert full_range_window(values) == Window(2, 2, VoiFunction.LINEAR_EXACT)


def test_sixteen_bit_color_is_shown_by_its_upper_bits() -> None:
    color = np.full((1, 1, 3), 0x80FF, np.uint16)
    assert present(color, GrayscaleTransform()).tolist() == [[[0x80, 0x80, 0x80]]]


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 40))
def test_a_shrunk_picture_fits_and_keeps_its_mean(rows: int, columns: int, size: int) -> None:
    picture = np.full((rows, columns), 77, np.uint8)
    shrunk = shrink_to_fit(picture, size)
    assert max(shrunk.shape) <= max(size, 1)
    assert (shrunk == 77).all()
