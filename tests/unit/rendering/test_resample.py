"""Reduction to the size of the view, beside the same worked out column by column."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Box
from meddx_desktop.rendering.resample import reduce_region


def reduced_line(line: NDArray[Any], count: int) -> NDArray[np.float64]:
    """Average whole-number blocks, then interpolate between their centers."""
    block = max(1, len(line) // count)
    means = line[: len(line) // block * block].reshape(-1, block).mean(axis=1)
    places = (np.arange(count) + 0.5) * len(means) / count - 0.5
    return np.interp(places, np.arange(len(means)), means)


@pytest.mark.parametrize("size", [(33, 50), (100, 75), (99, 40), (1, 1), (200, 160), (201, 250)])
@pytest.mark.parametrize("colors", [(), (3,)])
def test_blocks_are_averaged_and_the_rest_interpolated(
    size: tuple[int, int], colors: tuple[int, ...]
) -> None:
    pixels = np.random.default_rng(4).integers(0, 4096, (210, 170, *colors)).astype(np.uint16)
    box = Box(5, 7, 165, 207)
    shown = reduce_region(pixels, box, *size)
    part = pixels[7:207, 5:165].astype(np.float64)
    expected = np.apply_along_axis(reduced_line, 0, part, size[0])
    expected = np.apply_along_axis(reduced_line, 1, expected, size[1])
    assert shown.dtype == np.uint16
    assert shown.shape == (*size, *colors)
    assert np.abs(shown - expected).max() <= 0.51


def test_a_line_that_is_thinner_than_a_pixel_of_the_view_stays() -> None:
    pixels = np.zeros((900, 900), np.uint16)
    pixels[401] = 3000
    shown = reduce_region(pixels, Box(0, 0, 900, 900), 100, 100)
    assert shown.max(axis=0).min() >= 300
