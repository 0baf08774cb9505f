"""The network: the members over statistics, averaged in one graph."""

from collections.abc import Sequence

import keras
import numpy as np

from training.lung_sound_events.dataset import CLASSES, Statistics
from training.lung_sound_events.train import SMALLEST_DEVIATION, SQUASHED_AT, Member, Values

INPUT_NAME = "statistics"
OUTPUTS = ("logits", "features")
# The gate sees how far out a statistic lies, up to this many deviations.
FARTHEST = 10.0


def build_ensemble(members: Sequence[Member], statistics: Statistics) -> keras.Model:
    """Return the shipped network.

    `logits` are the log odds of crackle and of wheeze after averaging the members' logarithms of
    the class probabilities; `features` are the statistics, standardized by those of shape
    (n, statistics).
    """
    given = keras.Input((statistics.shape[1],), name=INPUT_NAME)
    shares = [_member_shares(given, member) for member in members]
    mean = keras.layers.Average()(shares) if len(shares) > 1 else shares[0]
    deviation = statistics.std(axis=0, dtype=np.float64) + SMALLEST_DEVIATION
    standard = _standardize(given, statistics.mean(axis=0, dtype=np.float64), deviation)
    odds = [_log_odds(mean, place) for place in range(1, len(CLASSES))]
    outputs = {
        "logits": keras.ops.concatenate(odds, axis=1),
        "features": keras.ops.clip(standard, -FARTHEST, FARTHEST),
    }
    return keras.Model(given, outputs, name="lung_sound_events")


def _standardize(given: keras.KerasTensor, mean: Values, deviation: Values) -> keras.KerasTensor:
    # A normalization layer's constants would become inputs of the exported graph.
    centered: keras.KerasTensor = given - mean.astype(np.float32)
    return centered * (1.0 / deviation).astype(np.float32)


def _member_shares(given: keras.KerasTensor, member: Member) -> keras.KerasTensor:
    standard = _standardize(given, member.mean, member.deviation)
    squashed = SQUASHED_AT * keras.ops.tanh(standard / SQUASHED_AT)
    terms = keras.ops.concatenate([squashed, 0.5 * (squashed * squashed - 1.0)], axis=1)
    scores = keras.layers.Dense(len(CLASSES))
    shares: keras.KerasTensor = keras.ops.log_softmax(scores(terms))
    scores.set_weights([member.coefficients, member.intercepts])
    return shares


def _log_odds(scores: keras.KerasTensor, place: int) -> keras.KerasTensor:
    others = [scores[:, i : i + 1] for i in range(len(CLASSES)) if i != place]
    rest = keras.ops.logsumexp(keras.ops.concatenate(others, axis=1), axis=1, keepdims=True)
    odds: keras.KerasTensor = scores[:, place : place + 1] - rest
    return odds
