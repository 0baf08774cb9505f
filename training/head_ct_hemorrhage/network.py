"""The networks: small residual members that must show the place, and a linear one beside them.

A member gives a map of evidence; its scores see nothing but the map's mean and its soft maximum,
so that a bleed has to be somewhere.
"""

from collections.abc import Sequence
from math import log

import keras

from training.efficientnet_lite import efficientnet_lite0, load_imagenet_weights
from training.head_ct_hemorrhage.dataset import SIZE
from training.head_ct_hemorrhage.simulated_bleeds import KINDS

OUTPUTS = ("logits", "activation_map", "features")
CLASSES = 1 + len(KINDS)
GRID = 20
WIDTH = 16
DROPOUT = 0.2
LINEAR_BLOCKS = 11
LINEAR_READ = (4, 7, 10)


def build_member(seed: int) -> keras.Model:
    """Return one untrained member: a slice to `scores`, `activation_map` and `deep` features."""
    keras.utils.set_random_seed(seed)
    layers, ops = keras.layers, keras.ops
    image = keras.Input((SIZE, SIZE, 1), name="image")
    x = _convolution(image, WIDTH, 2, 5)
    x = _residual(x, 3 * WIDTH // 2, 2)
    x = _residual(x, 3 * WIDTH, 2)
    fine = _residual(x, 3 * WIDTH, 1)
    coarse = _residual(_residual(fine, 5 * WIDTH, 2), 5 * WIDTH, 1)
    wide = layers.UpSampling2D(2)(layers.Conv2D(3 * WIDTH, 1)(coarse))
    joined = _convolution(layers.Add()([fine, wide]), 3 * WIDTH)
    dropped = layers.SpatialDropout2D(DROPOUT)(joined)
    activation_map = layers.Conv2D(CLASSES, 1, name="activation_map")(dropped)
    softest = ops.logsumexp(activation_map, axis=(1, 2)) - log(GRID * GRID)
    pooled = ops.concatenate([softest, ops.mean(activation_map, axis=(1, 2))], axis=-1)
    scores = layers.Dense(CLASSES, name="scores")(pooled)
    deep = layers.GlobalAveragePooling2D(name="deep")(coarse)
    outputs = {"scores": scores, "activation_map": activation_map, "deep": deep}
    return keras.Model(image, outputs, name=f"member_{seed}")


def _convolution(
    x: keras.KerasTensor, filters: int, stride: int = 1, kernel: int = 3
) -> keras.KerasTensor:
    layers = keras.layers
    x = layers.Conv2D(filters, kernel, stride, "same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.97)(x))


def _residual(x: keras.KerasTensor, filters: int, stride: int) -> keras.KerasTensor:
    layers = keras.layers
    change = _convolution(x, filters, stride)
    change = layers.Conv2D(filters, 3, 1, "same", use_bias=False)(change)
    change = layers.BatchNormalization(momentum=0.97)(change)
    if stride != 1 or x.shape[-1] != filters:
        x = layers.AveragePooling2D(stride)(x) if stride != 1 else x
        x = layers.BatchNormalization(momentum=0.97)(layers.Conv2D(filters, 1, use_bias=False)(x))
    return layers.ReLU()(layers.Add()([x, change]))


def build_frozen() -> keras.Model:
    """Return ImageNet blocks, pooled side by side: what the linear member weighs."""
    layers = keras.layers
    image = keras.Input((SIZE, SIZE, 1), name="image")
    blocks = efficientnet_lite0(image, LINEAR_BLOCKS)
    pooled = [
        pool()(blocks[number])
        for number in LINEAR_READ
        for pool in (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
    ]
    frozen = keras.Model(image, layers.Concatenate()(pooled), name="frozen")
    load_imagenet_weights(frozen)
    frozen.trainable = False
    return frozen


def add_linear(frozen: keras.Model) -> keras.Model:
    """Return frozen blocks with the linear layer on them; its weights are set later."""
    features = frozen.output
    scores = keras.layers.Dense(CLASSES, name="linear")(features)
    return keras.Model(frozen.input, {"scores": scores, "textures": features}, name="linear_member")


def build_ensemble(
    members: Sequence[keras.Model], linear: keras.Model, linear_share: float
) -> keras.Model:
    """Return one network that averages members, each looking also as in a mirror.

    `linear_share` is the factor of the linear member's scores. `activation_map` is the members'.
    """
    ops = keras.ops
    image = keras.Input((SIZE, SIZE, 1), name="image")
    views = (image, ops.flip(image, axis=2))
    scores: list[keras.KerasTensor] = []
    maps: list[keras.KerasTensor] = []
    deep: list[keras.KerasTensor] = []
    textures: list[keras.KerasTensor] = []
    for number, view in enumerate(views):
        for member in members:
            told = member(view)
            scores.append(told["scores"] * ((1 - linear_share) / len(members)))
            map_ = told["activation_map"]
            maps.append(ops.flip(map_, axis=2) if number else map_)
            deep.append(told["deep"])
        told = linear(view)
        scores.append(told["scores"] * linear_share)
        textures.append(told["textures"])
    outputs = {
        "logits": sum(scores[1:], scores[0]) / len(views),
        "activation_map": _mean(maps),
        "features": ops.concatenate([_mean(textures), _mean(deep)], axis=-1),
    }
    return keras.Model(image, outputs, name="ensemble")


def _mean(tensors: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    return sum(tensors[1:], tensors[0]) / len(tensors)
