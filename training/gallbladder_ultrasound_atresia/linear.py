"""The member without training of its own: a logistic regression on frozen ImageNet features.

It is less exact than the tuned members where they were trained, and drifts less elsewhere, so a
share of it makes the whole steadier (Wortsman 2022, robust fine-tuning).
"""

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.efficientnet_lite import efficientnet_lite0, load_imagenet_weights
from training.gallbladder_ultrasound_atresia.dataset import INPUT_SIZE
from training.gallbladder_ultrasound_atresia.model import BLOCKS, FROZEN_BLOCKS, split_member

STRENGTH = 0.01
COPIES = 4
CHUNK = 64


def build_linear_member() -> keras.Model:
    """Return frozen blocks whose outputs, side by side, go into one 1 x 1 convolution."""
    layers = keras.layers
    image = keras.Input((INPUT_SIZE, INPUT_SIZE, 1), name="image")
    blocks = efficientnet_lite0(image, BLOCKS)
    low = layers.AveragePooling2D(2)(blocks[FROZEN_BLOCKS - 1])
    together = layers.Concatenate(name="last")([low, *blocks[FROZEN_BLOCKS:]])
    activation_map = layers.Conv2D(1, 1, name="head")(together)
    pooled = layers.GlobalAveragePooling2D(name="pooled")(activation_map)
    member = keras.Model(image, pooled, name="member_linear")
    load_imagenet_weights(member)
    member.trainable = False
    return member


def pooled_features(member: keras.Model, stem_features: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the average of the head's input over the picture, from stem features."""
    stem_output = split_member(member)[0].output
    pooled = keras.layers.GlobalAveragePooling2D()(member.get_layer("last").output)
    network = keras.Model(stem_output, pooled)
    return np.concatenate(
        [
            np.asarray(network.predict_on_batch(stem_features[i : i + CHUNK].astype(np.float32)))
            for i in range(0, len(stem_features), CHUNK)
        ]
    )


def fit_head(
    features: list[NDArray[np.float32]], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], float]:
    """Return weights and bias over raw features, fitted on copies of the same pictures."""
    stacked = np.concatenate(features).astype(np.float64)
    mean, deviation = stacked.mean(axis=0), stacked.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit((stacked - mean) / deviation, np.tile(labels, len(features)))
    weights = model.coef_[0] / deviation
    return weights, float(model.intercept_[0] - mean @ weights)


def fit_linear_member(
    member: keras.Model,
    features: list[NDArray[np.float32]],
    labels: NDArray[np.int64],
    fold: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Set the head from all pictures; return logits of each picture from a head that never saw it.

    `features` are of the unchanged pictures first, then of augmented copies.
    """
    held_out = np.empty(len(labels))
    for number in np.unique(fold):
        is_unseen = fold == number
        weights, bias = fit_head([part[~is_unseen] for part in features], labels[~is_unseen])
        held_out[is_unseen] = features[0][is_unseen] @ weights + bias
    weights, bias = fit_head(features, labels)
    member.get_layer("head").set_weights(
        [weights[None, None, :, None].astype(np.float32), np.array([bias], np.float32)]
    )
    return held_out
