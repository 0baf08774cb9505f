"""The member without training of its own: a logistic regression on frozen ImageNet features.

It is less exact than the tuned members where they were trained, and drifts less elsewhere, so a
share of it makes the whole steadier (Wortsman 2022, robust fine-tuning).
"""

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.efficientnet_lite import efficientnet_lite0, load_imagenet_weights
from training.metrics import Scores
from training.transfer_ensemble.heads import Head, IndependentFindings
from training.transfer_ensemble.network import Architecture, split_member
from training.transfer_ensemble.pictures import Labels

CHUNK = 64

Features = NDArray[np.float32]


def build_linear_member(architecture: Architecture) -> keras.Model:
    """Return frozen blocks whose outputs, side by side, go into one 1 x 1 convolution."""
    layers = keras.layers
    image = keras.Input((architecture.size, architecture.size, 1), name="image")
    blocks = efficientnet_lite0(image, architecture.linear_blocks)
    coarsest = blocks[-1].shape[1]
    read = [_pooled(block, coarsest) for block in blocks[architecture.frozen_blocks - 1 :]]
    together = layers.Concatenate(name="last")(read)
    activation_map = layers.Conv2D(architecture.classes, 1, name="head")(together)
    pooled = layers.GlobalAveragePooling2D(name="pooled")(activation_map)
    member = keras.Model(image, pooled, name="member_linear")
    load_imagenet_weights(member)
    member.trainable = False
    return member


def _pooled(block: keras.KerasTensor, rows: int) -> keras.KerasTensor:
    factor = block.shape[1] // rows
    return block if factor == 1 else keras.layers.AveragePooling2D(factor)(block)


def pooled_features(
    member: keras.Model, architecture: Architecture, stem_features: NDArray[np.float16]
) -> Features:
    """Return the average of the head's input over the picture, from stem features."""
    low = split_member(member, architecture)[0].output
    pooled = keras.layers.GlobalAveragePooling2D()(member.get_layer("last").output)
    network = keras.Model(low, pooled)
    return np.concatenate(
        [
            np.asarray(network.predict_on_batch(stem_features[i : i + CHUNK].astype(np.float32)))
            for i in range(0, len(stem_features), CHUNK)
        ]
    )


def fit_head(
    features: Sequence[Features], labels: Labels, head: Head, strength: float
) -> tuple[Scores, Scores]:
    """Return weights (features, classes) and biases (classes,) over raw features.

    They are fitted on copies of the same pictures; `strength` is the inverse of the
    regularization.
    """
    stacked = np.concatenate(features).astype(np.float64)
    mean, deviation = stacked.mean(axis=0), stacked.std(axis=0) + 1e-6
    standard = (stacked - mean) / deviation
    repeated = np.tile(labels, (len(features), 1))
    if isinstance(head, IndependentFindings):
        fits = [_fit(standard, column, strength) for column in repeated.T]
        coefficients = np.concatenate([fit.coef_ for fit in fits])
        intercepts = np.concatenate([fit.intercept_ for fit in fits])
    else:
        fit = _fit(standard, np.argmax(repeated, axis=1).astype(np.int64), strength)
        coefficients, intercepts = fit.coef_, fit.intercept_
    weights = (coefficients / deviation).T
    return weights, np.asarray(intercepts - mean @ weights)


def _fit(standard: Scores, target: Labels, strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=2000).fit(standard, target)


def fit_linear_member(
    member: keras.Model,
    features: Sequence[Features],
    labels: Labels,
    fold: NDArray[np.int64],
    how: tuple[Head, float],
) -> Scores:
    """Set the head from all pictures; return scores of each from a head that never saw it.

    `features` are of the unchanged pictures first, then of augmented copies; `how` is the kind of
    head and the strength of `fit_head`.
    """
    held_out = np.empty(labels.shape)
    for number in np.unique(fold):
        is_unseen = fold == number
        weights, biases = fit_head(
            [part[~is_unseen] for part in features], labels[~is_unseen], *how
        )
        held_out[is_unseen] = features[0][is_unseen] @ weights + biases
    weights, biases = fit_head(features, labels, *how)
    member.get_layer("head").set_weights(
        [weights[None, None].astype(np.float32), biases.astype(np.float32)]
    )
    return held_out
