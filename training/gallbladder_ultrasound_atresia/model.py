"""The network: a frozen ImageNet stem that all members share, and fine-tuned members."""

from collections.abc import Sequence

import keras

from training.efficientnet_lite import efficientnet_lite0, load_imagenet_weights
from training.gallbladder_ultrasound_atresia.dataset import INPUT_SIZE

BLOCKS = 11
FROZEN_BLOCKS = 5
DROPOUT = 0.3
STOCHASTIC_DEPTH = 0.2
OUTPUTS = ("logits", "activation_map", "features")


def build_member(seed: int, size: int = INPUT_SIZE) -> keras.Model:
    """Return one member with ImageNet weights, from the image to one logit.

    The head is a 1 x 1 convolution and global average pooling, so that the mean of the
    activation map is the logit.
    """
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    image = keras.Input((size, size, 1), name="image")
    blocks = efficientnet_lite0(image, BLOCKS, STOCHASTIC_DEPTH)
    dropped = layers.SpatialDropout2D(DROPOUT, name="dropped")(blocks[-1])
    small = keras.initializers.RandomNormal(0, 0.01, seed)
    activation_map = layers.Conv2D(1, 1, name="head", kernel_initializer=small)(dropped)
    pooled = layers.GlobalAveragePooling2D(name="pooled")(activation_map)
    member = keras.Model(image, pooled, name=f"member_{seed}")
    load_imagenet_weights(member)
    freeze_stem(member)
    return member


def freeze_stem(member: keras.Model) -> None:
    """Keep the stem and the first blocks as ImageNet left them."""
    frozen = ("lite0_stem", *(f"lite0_{number}_" for number in range(FROZEN_BLOCKS)))
    for layer in member.layers:
        if layer.name.startswith(frozen):
            layer.trainable = False


def split_member(member: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Return the frozen stem and the trained rest; they share the member's weights."""
    stem = keras.Model(member.input, _stem_output(member), name="stem")
    return stem, keras.Model(_stem_output(member), member.output, name="tail")


def build_ensemble(
    members: Sequence[keras.Model],
    shares: Sequence[float] | None = None,
    *,
    is_mirrored: bool = True,
) -> keras.Model:
    """Return one network that adds up logits and activation maps of all members by their shares.

    Without `shares` all count alike. The stem, equal in all members, is computed once. With
    `is_mirrored` each picture is also looked at as in a mirror. `features` are means and
    deviations of the stem's channels beside the average of the members' last blocks: the stem
    knows textures, the members know gallbladders.
    """
    ops = keras.ops
    shares = [1 / len(members)] * len(members) if shares is None else shares
    image = keras.Input(members[0].input_shape[1:], name="image")
    stem, _ = split_member(members[0])
    views = [image, ops.flip(image, axis=2)] if is_mirrored else [image]
    maps, deep, textures = [], [], []
    for number, view in enumerate(views):
        low = stem(view)
        textures.append(_moments(low))
        for member, share in zip(members, shares, strict=True):
            last = member.get_layer(f"lite0_{BLOCKS - 1}_bn2").output
            tail = keras.Model(_stem_output(member), [member.get_layer("head").output, last])
            activation_map, features = tail(low)
            weighted = activation_map * (float(share) / len(views))
            maps.append(ops.flip(weighted, axis=2) if number else weighted)
            deep.append(ops.mean(features, axis=(1, 2)))
    activation_map = sum(maps[1:], maps[0])
    outputs = {
        "logits": ops.mean(activation_map, axis=(1, 2)),
        "activation_map": activation_map,
        "features": ops.concatenate([_mean(textures), _mean(deep)], axis=-1),
    }
    return keras.Model(image, outputs, name="ensemble")


def _stem_output(member: keras.Model) -> keras.KerasTensor:
    # The layer that reads the last frozen block is the first of the trained ones.
    return member.get_layer(f"lite0_{FROZEN_BLOCKS}_expand").input


def _moments(features: keras.KerasTensor) -> keras.KerasTensor:
    ops = keras.ops
    deviation = ops.sqrt(ops.var(features, axis=(1, 2)) + 1e-6)
    return ops.concatenate([ops.mean(features, axis=(1, 2)), deviation], axis=-1)


def _mean(tensors: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    return sum(tensors[1:], tensors[0]) / len(tensors)
