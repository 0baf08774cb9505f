"""The peak pyramid equals brute force at every level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from numpy.typing import NDArray

from meddx_desktop.rendering.waveform import (
    PeakBlock,
    PeakLevel,
    PeakPyramid,
    RecordingShape,
    assemble_pyramid,
    build_peaks,
    visible_peaks,
)


def built(
    samples: NDArray[np.generic], cuts: list[int], sampling_frequency: int = 1000
) -> tuple[list[PeakBlock], PeakPyramid]:
    """Build the pyramid of samples of shape (samples, channels), cut into blocks."""
    shape = RecordingShape(samples.shape[0], samples.shape[1], sampling_frequency)
    generator = build_peaks(np.split(samples, sorted(cuts)), shape)
    blocks = []
    while True:
        try:
            blocks.append(next(generator))
        except StopIteration as end:
            return blocks, end.value


def by_brute_force(
    samples: NDArray[np.float32], size: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    bins = [samples[start : start + size] for start in range(0, len(samples), size)]
    return np.stack([part.min(0) for part in bins], 1), np.stack([part.max(0) for part in bins], 1)


@given(
    st_numpy.arrays(
        np.float32,
        st.tuples(st.integers(1, 300), st.integers(1, 3)),
        elements=st.floats(-1, 1, width=32),
    ),
    st.lists(st.integers(0, 300), max_size=5),
)
def test_every_level_holds_the_lowest_and_highest_sample_of_each_bin(
    samples: NDArray[np.float32], cuts: list[int]
) -> None:
    blocks, pyramid = built(samples, cuts)
    assert pyramid.levels[-1].minimum.shape[1] <= 4
    for level in pyramid.levels:
        minimum, maximum = by_brute_force(samples, level.samples_per_bin)
        np.testing.assert_array_equal(level.minimum, minimum)
        np.testing.assert_array_equal(level.maximum, maximum)
    joined = assemble_pyramid([block.peaks for block in blocks], pyramid.shape)
    np.testing.assert_array_equal(joined.levels[0].maximum, pyramid.levels[0].maximum)
    firsts = np.cumsum([0, *(block.peaks.minimum.shape[1] for block in blocks)])
    assert [block.first_bin for block in blocks] == firsts[:-1].tolist()


@pytest.mark.parametrize("cuts", [[], [100_001], [7, 299_999]])
def test_long_recordings_get_coarser_bins_whatever_the_blocks(cuts: list[int]) -> None:
    samples = np.random.default_rng(3).uniform(-1, 1, (600_001, 1)).astype(np.float32)
    _, pyramid = built(samples, cuts)
    finest = pyramid.levels[0]
    assert finest.samples_per_bin == 4
    minimum, maximum = by_brute_force(samples, 4)
    np.testing.assert_array_equal(finest.minimum, minimum)
    np.testing.assert_array_equal(finest.maximum, maximum)


@pytest.mark.parametrize("hours", [1, 4, 24])
def test_the_pyramid_of_a_long_recording_stays_small(hours: int) -> None:
    shape = RecordingShape(hours * 3600 * 48000, 2, 48000)
    assert shape.sample_count * shape.channels / shape.samples_per_bin <= 1 << 18


def test_sixteen_bit_samples_become_fractions_of_full_scale() -> None:
    samples = np.array([[-32768], [16384], [0]], np.int16)
    _, pyramid = built(samples, [])
    np.testing.assert_array_equal(pyramid.levels[0].minimum, [[-1.0, 0.5, 0.0]])


def test_an_empty_recording_has_an_empty_level() -> None:
    _, pyramid = built(np.zeros((0, 2), np.float32), [])
    assert pyramid.levels[0].minimum.shape == (2, 0)
    low, high = visible_peaks(pyramid, 0, 1, 4)
    assert np.isnan(low).all()
    assert np.isnan(high).all()


@given(st.floats(0, 0.9), st.floats(0.02, 1), st.integers(1, 60))
def test_a_visible_column_encloses_its_samples(
    start_s: float, width_s: float, columns: int
) -> None:
    samples = np.sin(np.arange(1000) ** 1.3).astype(np.float32)[:, None]
    _, pyramid = built(samples, [333])
    low, high = visible_peaks(pyramid, start_s, start_s + width_s, columns)
    edges = np.linspace(start_s, start_s + width_s, columns + 1) * 1000
    for column in range(columns):
        inside = samples[int(np.ceil(edges[column])) : int(np.ceil(edges[column + 1]))]
        if len(inside):
            assert low[0, column] <= inside.min()
            assert high[0, column] >= inside.max()


def test_columns_outside_the_recording_are_empty() -> None:
    _, pyramid = built(np.ones((1000, 1), np.float32), [])
    low, high = visible_peaks(pyramid, -1, 2, 6)
    assert np.isnan(low[0]).tolist() == [True, True, False, False, True, True]
    assert high[0, 2] == 1


def test_peaks_cannot_be_changed() -> None:
    level = PeakLevel(1, np.zeros((1, 2), np.float32), np.zeros((1, 2), np.float32))
    with pytest.raises(ValueError, match="read-only"):
        level.minimum[0, 0] = 1
