"""Word vectors counted in running text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import svds

from meddx_desktop.preprocessing.text import normalize_word


def count_vectors(
    texts: Sequence[Sequence[str]], dimensions: int, window: int = 4, minimum_count: int = 3
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Factorize the positive pointwise mutual information of words in running text.

    References
    ----------
    Levy, Goldberg, Dagan: Improving distributional similarity with lessons learned from word
    embeddings, TACL 2015 (context distribution smoothing 0.75, eigenvalue weight 0.5).
    """
    numbers: dict[str, int] = {}
    lines = [
        np.array([numbers.setdefault(normalize_word(w), len(numbers)) for w in line], np.int64)
        for line in texts
    ]
    running = np.concatenate(lines)
    sentence = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    kept = np.bincount(running, minlength=len(numbers)) >= minimum_count
    renumbered = np.cumsum(kept) - 1
    rows, columns, weights = [], [], []
    for distance in range(1, window + 1):
        left, right = running[:-distance], running[distance:]
        usable = (sentence[:-distance] == sentence[distance:]) & kept[left] & kept[right]
        pairs = renumbered[left[usable]], renumbered[right[usable]]
        rows += [pairs[0], pairs[1]]
        columns += [pairs[1], pairs[0]]
        weights.append(np.full(2 * len(pairs[0]), (window + 1 - distance) / window))
    size = int(kept.sum())
    counts = coo_matrix(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), (size, size)
    ).tocsr()
    words = tuple(word for word, number in numbers.items() if kept[number])
    return words, _factorize(counts.tocoo(), dimensions)


def _factorize(counts: coo_matrix, dimensions: int) -> NDArray[np.float32]:
    by_word = np.asarray(counts.sum(axis=1)).ravel()
    context = by_word**0.75
    ratio = counts.data * context.sum() / (by_word[counts.row] * context[counts.col])
    information = coo_matrix((np.maximum(0, np.log(ratio)), (counts.row, counts.col)), counts.shape)
    left, values, _ = svds(
        information.tocsr(), k=min(dimensions, counts.shape[0] - 1), random_state=0
    )
    vectors = point_alike(left.T).T * np.sqrt(values)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-6), np.float32)


def point_alike(directions: NDArray[np.floating]) -> NDArray[np.floating]:
    """Turn each direction (row) so that its largest entry is positive.

    A singular vector is known but for its sign, which changes with the number of threads.
    """
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
    return np.asarray(directions * np.where(largest < 0, -1, 1))
