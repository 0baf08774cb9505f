"""The network: a frozen ImageNet stem that all members share, and fine-tuned members."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np

from training.efficientnet_lite import efficientnet_lite0, load_imagenet_weights
from training.transfer_ensemble.heads import Head, IndependentFindings, to_findings

OUTPUTS = ("logits", "activation_map", "features")


@dataclass(frozen=True, slots=True)
class Architecture:
    """The form of every member: side of its square input, head, blocks and how many stay frozen.

    `linear_blocks` is the number of blocks of the linear member. With `is_mirrored` the ensemble
    also looks at each picture as in a mirror.
    """

    size: int
    head: Head
    blocks: int = 11
    frozen_blocks: int = 5
    linear_blocks: int = 11
    dropout: float = 0.3
    stochastic_depth: float = 0.2
    is_mirrored: bool = True

    @property
    def classes(self) -> int:
        """Number of raw scores."""
        return self.head.count


def build_member(seed: int, architecture: Architecture) -> keras.Model:
    """Return one member with ImageNet weights, from the image to one score a class.

    The head is a 1 x 1 convolution and global average pooling, so that the mean of the
    activation map is the score.
    """
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    image = keras.Input((architecture.size, architecture.size, 1), name="image")
    blocks = efficientnet_lite0(image, architecture.blocks, architecture.stochastic_depth)
    dropped = layers.SpatialDropout2D(architecture.dropout, name="dropped")(blocks[-1])
    small = keras.initializers.RandomNormal(0, 0.01, seed)
    head = layers.Conv2D(architecture.classes, 1, name="head", kernel_initializer=small)
    pooled = layers.GlobalAveragePooling2D(name="pooled")(head(dropped))
    member = keras.Model(image, pooled, name=f"member_{seed}")
    load_imagenet_weights(member)
    frozen = ("lite0_stem", *(f"lite0_{n}_" for n in range(architecture.frozen_blocks)))
    for layer in member.layers:
        if layer.name.startswith(frozen):
            layer.trainable = False
    return member


def split_member(
    member: keras.Model, architecture: Architecture
) -> tuple[keras.Model, keras.Model]:
    """Return the frozen stem and the trained rest; they share the member's weights."""
    low = stem_output(member, architecture)
    return keras.Model(member.input, low, name="stem"), keras.Model(low, member.output, name="tail")


def stem_output(member: keras.Model, architecture: Architecture) -> keras.KerasTensor:
    """Return what the last frozen block gives."""
    # The layer that reads the last frozen block is the first of the trained ones.
    return member.get_layer(f"lite0_{architecture.frozen_blocks}_expand").input


def build_ensemble(
    members: Sequence[keras.Model],
    architecture: Architecture,
    shares: Sequence[float] | None = None,
    biases: Sequence[float] | None = None,
) -> keras.Model:
    """Return one network that adds up scores and activation maps of all members by their shares.

    Without `shares` all count alike; `biases` are added, one a class. The stem, equal in all
    members, is computed once. `features` are means and deviations of the stem's channels beside
    the averages of the members' last blocks: the stem knows textures, the members know the organ.
    """
    ops = keras.ops
    shares = [1 / len(members)] * len(members) if shares is None else shares
    image = keras.Input(members[0].input_shape[1:], name="image")
    stem, _ = split_member(members[0], architecture)
    views = [image, ops.flip(image, axis=2)] if architecture.is_mirrored else [image]
    maps: list[keras.KerasTensor] = []
    textures: list[keras.KerasTensor] = []
    deep: dict[int, list[keras.KerasTensor]] = {}
    for number, view in enumerate(views):
        low = stem(view)
        textures.append(_moments(low))
        for member, share in zip(members, shares, strict=True):
            outputs = [member.get_layer("head").output, _deepest(member)]
            tail = keras.Model(stem_output(member, architecture), outputs)
            activation_map, features = tail(low)
            weighted = activation_map * (float(share) / len(views))
            maps.append(ops.flip(weighted, axis=2) if number else weighted)
            channels = int(features.shape[-1])
            deep.setdefault(channels, []).append(ops.mean(features, axis=(1, 2)))
    together = _added(maps)
    if biases is not None:
        together = together + np.array(biases, np.float32)
    scores = ops.mean(together, axis=(1, 2))
    logits, finding_maps = to_findings(architecture.head, scores, together)
    named = {
        "logits": logits,
        "activation_map": finding_maps,
        "features": ops.concatenate(
            [_mean(textures), *(_mean(part) for part in deep.values())], axis=-1
        ),
    }
    return keras.Model(image, named, name="ensemble")


def score_only(architecture: Architecture) -> Architecture:
    """Return the architecture whose ensemble gives the classes' raw scores as its logits."""
    return replace(architecture, head=IndependentFindings(architecture.classes))


def _deepest(member: keras.Model) -> keras.KerasTensor:
    """Return what the last block adds to what entered it."""
    last = [layer for layer in member.layers if layer.name.endswith("_bn2")][-1]
    return last.output


def _added(maps: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    """Return the sum of maps, coarse ones enlarged to the finest grid."""
    finest = max(one.shape[1] for one in maps)
    enlarged = [
        one
        if one.shape[1] == finest
        else keras.layers.UpSampling2D(finest // one.shape[1], interpolation="nearest")(one)
        for one in maps
    ]
    return sum(enlarged[1:], enlarged[0])


def _moments(features: keras.KerasTensor) -> keras.KerasTensor:
    ops = keras.ops
    deviation = ops.sqrt(ops.var(features, axis=(1, 2)) + 1e-6)
    return ops.concatenate([ops.mean(features, axis=(1, 2)), deviation], axis=-1)


def _mean(tensors: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    return sum(tensors[1:], tensors[0]) / len(tensors)
