"""Emissions of one word draw closer within a neighborhood, and only there."""

import numpy as np

from meddx_desktop.inference.manifest import ShareEmissions
from meddx_desktop.inference.shared_emissions import share_emissions

WORDS = ("DVT", "in", "DVT", "dvt", "1234", "1234", "DVT")
SENTENCES = ((0, 2), (2, 4), (4, 6), (6, 7))
EMISSIONS = np.arange(14, dtype=np.float32).reshape(7, 2)


def share(weight: float, sentences: int) -> np.ndarray:
    operation = ShareEmissions(weight=weight, sentences=sentences, minimum_characters=3)
    return share_emissions(EMISSIONS, WORDS, SENTENCES, operation)


def test_the_same_word_nearby_gets_the_mean():
    shared = share(1, 1)
    np.testing.assert_allclose(shared[0], (EMISSIONS[0] + EMISSIONS[2]) / 2)
    np.testing.assert_allclose(shared[2], shared[0])
    np.testing.assert_allclose(shared[6], EMISSIONS[6])


def test_the_weight_mixes_own_and_mean():
    mean = EMISSIONS[[0, 2, 6]].mean(axis=0)
    np.testing.assert_allclose(share(0.25, 9)[0], 0.75 * EMISSIONS[0] + 0.25 * mean)


def test_short_words_numbers_and_other_case_stay():
    shared = share(1, 9)
    np.testing.assert_array_equal(shared[[1, 3, 4, 5]], EMISSIONS[[1, 3, 4, 5]])


def test_the_given_emissions_are_not_changed():
    before = EMISSIONS.copy()
    share(1, 9)
    np.testing.assert_array_equal(EMISSIONS, before)
