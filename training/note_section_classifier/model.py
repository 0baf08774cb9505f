"""The network: word vectors, a convolution, LSTMs both ways, beside the linear bag."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from training.half_precision_rows import HalfPrecisionRows
from training.note_section_classifier.bag import Bag, BagScores
from training.tagging.network import ForgetWords

FILTERS, WIDTH, POOL, UNITS = 64, 5, 6, 48
LEARNED_SIZE = 16
DROPOUT, WORD_DROPOUT = 0.5, 0.15
BAG_WEIGHT = 4.0
# What the network's weight is chosen from.
NETWORK_WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """What the network is built for; `vectors` has a row for each word number."""

    vectors: NDArray[np.float32]
    classes: int


def build_network(spec: Spec, seed: int) -> keras.Model:
    """Return the recurrent member: logits of shape (notes, classes)."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    words = keras.Input((None,), dtype="int32", name="words")
    known = ForgetWords(WORD_DROPOUT, "forget_words")(words)
    fixed = HalfPrecisionRows(spec.vectors, "fixed_vectors")(known)
    learned = layers.Embedding(len(spec.vectors), LEARNED_SIZE, name="learned_vectors")(known)
    values = layers.Concatenate()([fixed, learned])
    values = layers.Dropout(0.2)(values)
    values = layers.Conv1D(FILTERS, WIDTH, padding="same", activation="relu")(values)
    values = layers.AveragePooling1D(POOL, padding="same")(values)
    values = layers.Bidirectional(layers.LSTM(UNITS, return_sequences=True))(values)
    pooled = layers.Concatenate()(
        [layers.GlobalMaxPooling1D()(values), layers.GlobalAveragePooling1D()(values)]
    )
    pooled = layers.Dropout(DROPOUT)(pooled)
    return keras.Model(words, layers.Dense(spec.classes, name="scores")(pooled), name="network")


class LogOdds(keras.layers.Layer):  # type: ignore[misc]
    """Log odds of each class against all others together, from both members' scores."""

    def __init__(self, network_weight: float, name: str) -> None:
        super().__init__(name=name)
        self.network_weight = network_weight

    def call(self, bag: keras.KerasTensor, recurrent: keras.KerasTensor) -> keras.KerasTensor:
        """Return log p / (1 - p) of the softmax of the weighted sum, bounded."""
        scores = BAG_WEIGHT * bag + self.network_weight * recurrent
        probability = ops.clip(ops.softmax(scores, axis=-1), 1e-6, 1 - 1e-6)
        return ops.log(probability) - ops.log(1 - probability)


def build_export(network: keras.Model, bag: Bag, network_weight: float) -> keras.Model:
    """Return both members as one network with the output `logits`."""
    words = keras.Input((None,), dtype="int32", name="words")
    combine = LogOdds(network_weight, "log_odds")
    logits = combine(BagScores(bag)(words), network(words))
    return keras.Model(words, {"logits": logits}, name="note_section")


def log_odds(both: NDArray[np.floating], network_weight: float) -> NDArray[np.float64]:
    """Return in NumPy what `LogOdds` returns for the members' scores (2, notes, classes)."""
    scores = BAG_WEIGHT * both[0] + network_weight * both[1]
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probability = np.clip(shifted / shifted.sum(axis=-1, keepdims=True), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(probability) - np.log1p(-probability), np.float64)
