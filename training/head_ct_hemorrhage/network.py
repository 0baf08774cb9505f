"""The network: tuned members that must show the place, and a linear one beside them.

All share the first blocks of EfficientNet-Lite0 as ImageNet left them. A member gives a map of
evidence; its scores see nothing but the map's mean and its soft maximum, so that a bleed has to
be somewhere.
"""

from collections.abc import Sequence
from math import log

import keras

from training.efficientnet_lite import efficientnet_lite0, load_imagenet_weights
from training.head_ct_hemorrhage.dataset import SIZE
from training.head_ct_hemorrhage.simulated_bleeds import KINDS
from training.transfer_ensemble.linear import Linear

OUTPUTS = ("logits", "activation_map", "features")
CLASSES = 1 + len(KINDS)
BLOCKS, FROZEN_BLOCKS = 9, 5
STEM_SHAPE = (SIZE // 8, SIZE // 8, 40)
GRID = SIZE // 16
DROPOUT, STOCHASTIC_DEPTH = 0.2, 0.1
# The linear member's part of the whole, when the members' scores spread as its own.
LINEAR_PART = 0.3


def build_member(seed: int) -> keras.Model:
    """Return one member with ImageNet weights: a slice to scores, map and deepest features."""
    keras.utils.set_random_seed(seed)
    layers, ops = keras.layers, keras.ops
    image = keras.Input((SIZE, SIZE, 1), name="image")
    last = efficientnet_lite0(image, BLOCKS, STOCHASTIC_DEPTH)[-1]
    dropped = layers.SpatialDropout2D(DROPOUT)(last)
    small = keras.initializers.RandomNormal(0, 0.01, seed)
    head = layers.Conv2D(CLASSES, 1, name="activation_map", kernel_initializer=small)
    activation_map = head(dropped)
    softest = ops.logsumexp(activation_map, axis=(1, 2)) - log(GRID * GRID)
    pooled = ops.concatenate([softest, ops.mean(activation_map, axis=(1, 2))], axis=-1)
    scores = layers.Dense(CLASSES, name="scores", kernel_initializer=_own_poolings)(pooled)
    deep = layers.GlobalAveragePooling2D(name="deep")(last)
    outputs = {"scores": scores, "activation_map": activation_map, "deep": deep}
    member = keras.Model(image, outputs, name=f"member_{seed}")
    load_imagenet_weights(member)
    frozen = ("lite0_stem", *(f"lite0_{number}_" for number in range(FROZEN_BLOCKS)))
    for layer in member.layers:
        if layer.name.startswith(frozen):
            layer.trainable = False
    return member


def _own_poolings(shape: tuple[int, ...], dtype: str | None = None) -> keras.KerasTensor:
    """Begin with each class's score as the mean of its own two poolings."""
    own = keras.ops.eye(shape[1], dtype=dtype)
    return keras.ops.concatenate([own, own], axis=0) / 2


def split_member(member: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Return the frozen stem and the trained rest; they share the member's weights."""
    # The layer that reads the last frozen block is the first of the trained ones.
    low = member.get_layer(f"lite0_{FROZEN_BLOCKS}_expand").input
    return keras.Model(member.input, low, name="stem"), keras.Model(low, member.output)


def build_frozen() -> keras.Model:
    """Return what the linear member weighs, from stem features: ImageNet blocks, pooled."""
    layers = keras.layers
    image = keras.Input((SIZE, SIZE, 1), name="image")
    blocks = efficientnet_lite0(image, BLOCKS)
    pooled = [
        pool()(block)
        for block in blocks[FROZEN_BLOCKS - 1 :]
        for pool in (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
    ]
    whole = keras.Model(image, layers.Concatenate()(pooled))
    load_imagenet_weights(whole)
    low = whole.get_layer(f"lite0_{FROZEN_BLOCKS}_expand").input
    frozen = keras.Model(low, whole.output, name="frozen")
    frozen.trainable = False
    return frozen


def build_ensemble(
    members: Sequence[keras.Model], frozen: keras.Model, linear: Linear, share: float
) -> keras.Model:
    """Return one network that adds up the members, each looking also as in a mirror, and `linear`.

    `share` is the factor of the linear member's scores. The map is that of the members; `features`
    are the frozen blocks' and the members' deepest channels side by side.
    """
    ops = keras.ops
    image = keras.Input((SIZE, SIZE, 1), name="image")
    stem, _ = split_member(members[0])
    tails = [split_member(member)[1] for member in members]
    low, mirrored_low = stem(image), stem(ops.flip(image, axis=2))
    told, mirrored = [tail(low) for tail in tails], [tail(mirrored_low) for tail in tails]
    maps = [one["activation_map"] for one in told]
    maps += [ops.flip(one["activation_map"], axis=2) for one in mirrored]
    deep = [(one["deep"] + two["deep"]) / 2 for one, two in zip(told, mirrored, strict=True)]
    textures = frozen(low)
    weigh = keras.layers.Dense(CLASSES, name="linear")
    from_textures = weigh(textures)
    weigh.set_weights([linear.weights.astype("float32"), linear.biases.astype("float32")])
    tuned = _mean([one["scores"] for one in (*told, *mirrored)])
    outputs = {
        "logits": (1 - LINEAR_PART) * tuned + share * from_textures,
        "activation_map": _mean(maps),
        "features": ops.concatenate([textures, *deep], axis=-1),
    }
    return keras.Model(image, outputs, name="ensemble")


def _mean(tensors: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    return sum(tensors[1:], tensors[0]) / len(tensors)
