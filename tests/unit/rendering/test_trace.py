"""Curves thinned for the screen."""

import numpy as np

from meddx_desktop.rendering.trace import visible_points


def test_few_samples_are_all_there() -> None:
    times, values = np.arange(5) / 10, np.array([0, 1, 0, -1, 0], np.float32)
    ((shown_times, shown),) = visible_points(times, values, 100)
    np.testing.assert_array_equal(shown_times, times)
    np.testing.assert_array_equal(shown, values)


def test_a_single_spike_survives_the_thinning() -> None:
    values = np.zeros(10_000, np.float32)
    values[4321], values[7777] = 5, -3
    times = np.arange(10_000) / 1000
    ((shown_times, shown),) = visible_points(times, values, 100)
    assert len(shown) <= 2 * 100 + 2
    assert shown_times[shown.argmax()] == 4.321
    assert shown_times[shown.argmin()] == 7.777
    assert (np.diff(shown_times) > 0).all()
    assert (shown_times[0], shown_times[-1]) == (0.0, 9.999)


def test_gaps_break_the_curve() -> None:
    values = np.array([1, 2, np.nan, np.nan, 3, np.nan], np.float32)
    parts = list(visible_points(np.arange(6.0), values, 50))
    assert [part[0].tolist() for part in parts] == [[0.0, 1.0], [4.0]]
    assert list(visible_points(np.arange(2.0), np.full(2, np.nan, np.float32), 50)) == []
