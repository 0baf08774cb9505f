"""Frames as indices and tables."""

from typing import Any

import numpy as np
import pytest

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, VoiFunction, Window
from meddx_desktop.case.image_series import FramePixels
from meddx_desktop.rendering.display_frame import (
    DisplayFrame,
    automatic_window,
    gray_table,
    look_up,
    prepare_display_frame,
    rgb_table,
)


def prepared(values: Any, **grayscale: Any) -> DisplayFrame:
    return prepare_display_frame(FramePixels(0, values), GrayscaleTransform(**grayscale))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.uint32])
def test_every_pixel_keeps_its_modality_value(dtype: type) -> None:
    limits = np.iinfo(dtype)
    low, high = max(limits.min, -30000), min(limits.max, 30000)
    stored = np.linspace(low, high, 60).astype(dtype).reshape(6, 10)
    frame = prepared(stored, rescale_slope=2.0, rescale_intercept=-1024.0)
    assert frame.modality_values is not None
    np.testing.assert_allclose(
        frame.modality_values[frame.indices], stored.astype(float) * 2 - 1024
    )


def test_wide_stored_values_are_quantized_finely() -> None:
    stored = np.array([[0, 10_000_000], [2_500_000, 7_500_000]], np.int32)
    frame = prepared(stored)
    assert frame.modality_values is not None
    np.testing.assert_allclose(frame.modality_values[frame.indices], stored, atol=160)


def test_floating_point_frames_are_quantized() -> None:
    stored = np.array([[0.0, 0.5], [0.25, 1.0]], np.float32)
    frame = prepared(stored)
    assert frame.modality_values is not None
    np.testing.assert_allclose(frame.modality_values[frame.indices], stored, atol=2e-5)


def test_pixels_that_are_no_numbers_do_not_spoil_the_others() -> None:
    stored = np.array([[0.0, np.nan], [np.inf, 1.0]], np.float32)
    frame = prepared(stored)
    assert frame.modality_values is not None
    assert frame.modality_values[frame.indices].tolist() == [[0.0, 0.0], [0.0, 1.0]]


def test_a_frame_of_one_value_can_be_shown() -> None:
    frame = prepared(np.full((4, 4), 7, np.uint16))
    assert frame.modality_values is not None
    assert automatic_window(frame).width > 0
    assert gray_table(frame.modality_values, automatic_window(frame), is_inverted=False).shape


def test_a_modality_lut_is_applied() -> None:
    lut = LookupTable(0, np.array([5, 50, 500], np.uint16), 16)
    frame = prepared(np.array([[0, 1, 2]], np.uint8), modality_lut=lut)
    assert frame.modality_values is not None
    assert frame.modality_values[frame.indices].tolist() == [[5, 50, 500]]


def test_color_of_sixteen_bits_keeps_its_high_byte() -> None:
    frame = prepared(np.array([[[0x1234, 0xFFFF, 0]]], np.uint16))
    assert frame.is_color
    assert frame.indices.tolist() == [[[0x12, 0xFF, 0]]]


def test_the_automatic_window_ignores_a_few_outliers() -> None:
    stored = np.tile(np.arange(1000, dtype=np.int32), (10, 1))
    stored[0, :5] = 60_000
    window = automatic_window(prepared(stored))
    assert window.center == pytest.approx(500, abs=10)
    assert window.width == pytest.approx(980, abs=20)


def test_tables_follow_window_and_inversion() -> None:
    values = np.array([-100, 0, 100], np.float32)
    window = Window(0, 200, VoiFunction.LINEAR_EXACT)
    assert gray_table(values, window, is_inverted=False).tolist() == [0, 128, 255]
    assert gray_table(values, window, is_inverted=True).tolist() == [255, 128, 0]


def test_a_voi_lut_scales_to_its_bits() -> None:
    lut = LookupTable(0, np.array([0, 512, 1023], np.uint16), 10)
    table = gray_table(np.array([0, 1, 2], np.float32), lut, is_inverted=False)
    assert table.tolist() == [0, 128, 255]


def test_the_rgb_table_is_opaque_and_repeats_the_last_gray() -> None:
    table = rgb_table(np.array([1, 2, 0xAB], np.uint8))
    assert len(table) == 65536
    assert table[:4].tolist() == [0xFF010101, 0xFF020202, 0xFFABABAB, 0xFFABABAB]


@pytest.mark.parametrize("shape", [(0, 4), (3, 5), (300, 250)])
def test_pixels_are_looked_up_whatever_their_number_and_order(shape: tuple[int, int]) -> None:
    table = np.random.default_rng(1).integers(0, 2**32, 65536).astype(np.uint32)
    indices = np.random.default_rng(2).integers(0, 65536, shape).astype(np.uint16)
    assert np.array_equal(look_up(table, indices), table[indices])
    assert np.array_equal(look_up(table, indices.T), table[indices.T])
