"""One word, one meaning: emissions of the same word in a neighborhood draw closer."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import ShareEmissions


def share_emissions(
    emissions: NDArray[np.float32],
    words: Sequence[str],
    sentences: Sequence[tuple[int, int]],
    operation: ShareEmissions,
) -> NDArray[np.float32]:
    """Return emissions (tokens, tags) mixed with their mean over the same word nearby.

    Parameters
    ----------
    words : the tokens; upper and lower case count as different.
    sentences : half-open ranges of tokens that cover all tokens in order.
    """
    sentence = np.repeat(np.arange(len(sentences)), [end - start for start, end in sentences])
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        if len(word) >= operation.minimum_characters and not word.isdecimal():
            places.setdefault(word, []).append(place)
    shared = emissions.copy()
    for found in places.values():
        if len(found) > 1:
            rows = np.array(found)
            mean = _nearby_mean(emissions[rows], sentence[rows], operation.sentences)
            shared[rows] += np.float32(operation.weight) * (mean - emissions[rows])
    return shared


def _nearby_mean(
    values: NDArray[np.float32], sentence: NDArray[np.intp], reach: int
) -> NDArray[np.float32]:
    first = np.searchsorted(sentence, sentence - reach, "left")
    behind = np.searchsorted(sentence, sentence + reach, "right")
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=float)])
    mean = (sums[behind] - sums[first]) / (behind - first)[:, None]
    return np.asarray(mean, np.float32)
