"""Stored bits: what lies outside them goes, whether or not the values may be written to."""

import numpy as np
import pytest

from meddx_desktop.readers.pixel_layout import PixelLayout, keep_stored_bits


def layout(stored: int, high_bit: int, *, is_signed: bool) -> PixelLayout:
    return PixelLayout(2, 3, 1, 16, stored, high_bit, is_signed, False, "MONOCHROME2", 1)


@pytest.mark.parametrize("may_be_changed", [True, False])
@pytest.mark.parametrize(
    ("stored", "high_bit", "is_signed", "expected"),
    [
        (16, 15, False, [0xF123, 0x0FFF, 0x8001]),
        (12, 11, False, [0x123, 0xFFF, 0x001]),
        (12, 11, True, [0x123, -1, 1]),
        (12, 15, False, [0xF12, 0x0FF, 0x800]),
        (12, 15, True, [-0xEE, 0x0FF, -0x800]),
    ],
)
def test_other_bits_are_dropped_and_the_sign_is_extended(
    stored: int,
    high_bit: int,
    is_signed: bool,
    expected: list[int],
    may_be_changed: bool,
) -> None:
    written = np.array([0xF123, 0x0FFF, 0x8001], np.uint16)
    written.flags.writeable = may_be_changed
    kept = keep_stored_bits(written, layout(stored, high_bit, is_signed=is_signed))
    np.testing.assert_array_equal(kept, expected)
    assert kept.dtype == (np.int16 if is_signed else np.uint16)
    if not may_be_changed:
        np.testing.assert_array_equal(written, [0xF123, 0x0FFF, 0x8001])
