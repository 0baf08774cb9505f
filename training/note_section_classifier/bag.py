"""A linear model over words and hashed pairs of words, the same in NumPy and in the network."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from meddx_desktop.preprocessing.text import FIRST_WORD
from training.note_section_classifier.dataset import EncodedNote

BUCKETS = 2**16
FACTOR = 31
_COST = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Bag:
    """Weights of shape (words + 2 + buckets, classes), inverse document frequencies and bias."""

    weights: NDArray[np.float32]
    frequencies: NDArray[np.float32]
    bias: NDArray[np.float32]
    words: int


def fit_bag(notes: Sequence[EncodedNote], vocabulary: int, classes: int) -> Bag:
    """Fit a linear support vector machine with balanced classes on the notes' first chunks."""
    words = vocabulary + FIRST_WORD
    counts = count_terms([note.chunks[0] for note in notes], words)
    documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    frequencies = np.log((1 + len(notes)) / (1 + documents)) + 1
    frequencies[documents < 2] = 0
    features = normalize(counts.multiply(frequencies).tocsr())
    labels = np.array([note.label for note in notes])
    model = LinearSVC(C=_COST, class_weight="balanced", random_state=0)
    model.fit(features, labels)
    weights = np.zeros((features.shape[1], classes), np.float32)
    bias = np.full(classes, -1.0, np.float32)
    weights[:, model.classes_] = model.coef_.T
    bias[model.classes_] = model.intercept_
    half = weights.astype(np.float16).astype(np.float32)
    return Bag(half, frequencies.astype(np.float16).astype(np.float32), bias, words)


def count_terms(chunks: Sequence[NDArray[np.int32]], words: int) -> csr_matrix:
    """Return 1 + log of each term's count, shape (chunks, words + buckets)."""
    rows, columns, values = [], [], []
    for row, numbers in enumerate(chunks):
        wide = numbers.astype(np.int64)
        known = wide[wide >= FIRST_WORD]
        is_pair = (wide[:-1] >= FIRST_WORD) & (wide[1:] >= FIRST_WORD)
        pairs = words + (wide[:-1] * FACTOR + wide[1:])[is_pair] % BUCKETS
        terms, counts = np.unique(np.concatenate([known, pairs]), return_counts=True)
        rows.append(np.full(len(terms), row))
        columns.append(terms)
        values.append(1 + np.log(counts))
    place = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), place), (len(chunks), words + BUCKETS))


class BagScores(keras.layers.Layer):  # type: ignore[misc]
    """The scores of a fitted bag; each token carries its share of its term's value."""

    def __init__(self, bag: Bag, name: str = "bag") -> None:
        super().__init__(name=name, trainable=False)
        self.bag = bag
        self.table = np.concatenate([bag.weights, bag.frequencies[:, None]], axis=1)

    def call(self, words: keras.KerasTensor) -> keras.KerasTensor:
        """Return scores of shape (notes, classes) for word numbers of shape (notes, tokens)."""
        is_word = words >= FIRST_WORD
        first, second = words[:, :-1], words[:, 1:]
        pairs = self.bag.words + ops.mod(first * FACTOR + second, BUCKETS)
        is_pair = ops.logical_and(is_word[:, :-1], is_word[:, 1:])
        parts = [self._part(words, is_word), self._part(pairs, is_pair)]
        length = ops.sqrt(ops.maximum(parts[0][1] + parts[1][1], 1e-9))
        return (parts[0][0] + parts[1][0]) / length + self.bag.bias

    def _part(
        self, terms: keras.KerasTensor, is_used: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        used = ops.cast(is_used, "float32")
        is_same = ops.cast(ops.equal(terms[:, :, None], terms[:, None, :]), "float32")
        counts = ops.maximum(ops.sum(is_same * used[:, None, :], axis=-1), 1.0)
        table = ops.cast(ops.convert_to_tensor(self.table.astype(np.float16)), "float32")
        rows = ops.take(table, terms, axis=0)
        value = (1 + ops.log(counts)) * rows[..., -1] * used
        scores = ops.sum((value / counts)[..., None] * rows[..., :-1], axis=1)
        return scores, ops.sum(value * value / counts, axis=1)[:, None]
