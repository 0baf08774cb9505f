"""The network: fine-tuned members on a frozen ImageNet stem, and a linear one beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np

from meddx_desktop.preprocessing.image import Resize, resize
from training.efficientnet_lite import BLOCK_COUNT, efficientnet_lite0, load_imagenet_weights
from training.metrics import Scores
from training.transfer_ensemble.heads import Head, IndependentFindings, to_findings

OUTPUTS = ("logits", "activation_map", "features")
MAXIMUM_SHARPNESS = 4.0


@dataclass(frozen=True, slots=True)
class LinearForm:
    """Which blocks the linear member reads: from `first` up to, without, `end`.

    It reads their averages over the picture and, with `has_maxima`, their maxima.
    """

    first: int = BLOCK_COUNT - 7
    end: int = BLOCK_COUNT
    has_maxima: bool = True


SHALLOW_AVERAGES = LinearForm(4, 11, has_maxima=False)


@dataclass(frozen=True, slots=True)
class Architecture:
    """The form of the network: side of its square input, head, blocks and how many stay frozen.

    The tuned members see the input resized to `tuned_size` (None: as it is). With `is_mirrored`
    the ensemble also looks at each picture as in a mirror.
    """

    size: int
    head: Head
    tuned_size: int | None = None
    blocks: int = 11
    frozen_blocks: int = 5
    linear: LinearForm = LinearForm()
    dropout: float = 0.3
    stochastic_depth: float = 0.2
    is_mirrored: bool = True

    @property
    def classes(self) -> int:
        """Number of raw scores."""
        return self.head.count

    @property
    def of_a_member(self) -> str:
        """What one tuned member depends on, in words: the linear one is no part of it."""
        alone = replace(self, size=self.member_size, tuned_size=None, linear=LinearForm())
        return repr(alone)

    @property
    def member_size(self) -> int:
        """Side of what the tuned members see."""
        return self.tuned_size or self.size


def build_member(seed: int, architecture: Architecture) -> keras.Model:
    """Return one member with ImageNet weights, from the image to one score a class.

    The head is a 1 x 1 convolution and global average pooling, so that the mean of the
    activation map is the score.
    """
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    image = keras.Input((architecture.member_size, architecture.member_size, 1), name="image")
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


def build_linear_member(architecture: Architecture) -> keras.Model:
    """Return frozen blocks, each with a 1 x 1 convolution; it gives maps, and what they weigh.

    The sum of the maps' means is the score; `pooled` is what a logistic regression learns from,
    in the order in which `set_linear_weights` wants the weights.
    """
    layers = keras.layers
    image = keras.Input((architecture.size, architecture.size, 1), name="image")
    form = architecture.linear
    blocks = efficientnet_lite0(image, form.end)[form.first :]
    read = [
        keras.ops.concatenate([block, _spread_maxima(block)], axis=-1) if form.has_maxima else block
        for block in blocks
    ]
    maps = [
        layers.Conv2D(architecture.classes, 1, use_bias=not number, name=f"head_{number}")(one)
        for number, one in enumerate(read)
    ]
    pooled = keras.ops.concatenate([keras.ops.mean(one, axis=(1, 2)) for one in read], axis=-1)
    deep = keras.ops.mean(blocks[-1], axis=(1, 2))
    outputs = {"maps": maps, "pooled": pooled, "deep": deep}
    member = keras.Model(image, outputs, name="member_linear")
    load_imagenet_weights(member)
    member.trainable = False
    return member


def _spread_maxima(block: keras.KerasTensor) -> keras.KerasTensor:
    """Return a map whose mean is each channel's maximum, shared by the places that come near it.

    A hard choice of one place would jump between nearly equal ones.
    """
    ops = keras.ops
    highest = ops.max(block, axis=(1, 2), keepdims=True)
    nearness = ops.exp(MAXIMUM_SHARPNESS * (block - highest))
    return highest * nearness / ops.mean(nearness, axis=(1, 2), keepdims=True)


def set_linear_weights(member: keras.Model, weights: Scores, biases: Scores) -> None:
    """Set what the linear member's maps weigh: (features, classes) and (classes,)."""
    start = 0
    for layer in [layer for layer in member.layers if layer.name.startswith("head_")]:
        channels = layer.kernel.shape[2]
        kernel = weights[start : start + channels].astype(np.float32)[None, None]
        layer.set_weights([kernel, biases.astype(np.float32)] if not start else [kernel])
        start += channels


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Models with the factors of their scores, in the same order."""

    models: Sequence[keras.Model]
    shares: Sequence[float]


def build_ensemble(
    tuned: Weighed,
    linear: Weighed,
    architecture: Architecture,
    biases: Sequence[float] | None = None,
) -> keras.Model:
    """Return one network that adds up scores and activation maps of all members by their shares.

    `linear` may be empty; `biases` are added, one a class. The stem, equal in all tuned members,
    is computed once. `features` are means and deviations of the stem's channels beside the
    averages of the members' last blocks: the stem knows textures, the members know the organ.
    """
    ops = keras.ops
    image = keras.Input((architecture.size, architecture.size, 1), name="image")
    stem, _ = split_member(tuned.models[0], architecture)
    tails = [
        keras.Model(
            stem_output(member, architecture), [member.get_layer("head").output, _deepest(member)]
        )
        for member in tuned.models
    ]
    views = [image, ops.flip(image, axis=2)] if architecture.is_mirrored else [image]
    maps: list[keras.KerasTensor] = []
    textures: list[keras.KerasTensor] = []
    deep: list[keras.KerasTensor] = []
    linear_deep: list[keras.KerasTensor] = []
    for number, view in enumerate(views):
        seen: list[tuple[keras.KerasTensor, float]] = []
        low = stem(_resized(view, architecture.member_size))
        textures.append(_moments(low))
        for tail, share in zip(tails, tuned.shares, strict=True):
            activation_map, features = tail(low)
            seen.append((activation_map, share))
            deep.append(ops.mean(features, axis=(1, 2)))
        for model, share in zip(linear.models, linear.shares, strict=True):
            told = model(view)
            seen += [(one, share) for one in told["maps"]]
            linear_deep.append(told["deep"])
        weighted = [one * (float(share) / len(views)) for one, share in seen]
        maps += [ops.flip(one, axis=2) for one in weighted] if number else weighted
    features = [_mean(part) for part in (textures, deep, linear_deep) if part]
    named = _outputs(_added(maps), features, architecture, biases)
    return keras.Model(image, named, name="ensemble")


def _outputs(
    together: keras.KerasTensor,
    features: Sequence[keras.KerasTensor],
    architecture: Architecture,
    biases: Sequence[float] | None,
) -> dict[str, keras.KerasTensor]:
    """Return the ensemble's outputs by name from the classes' maps and the members' features."""
    ops = keras.ops
    if biases is not None:
        together = together + np.array(biases, np.float32)
    scores = ops.mean(together, axis=(1, 2))
    logits, finding_maps = to_findings(architecture.head, scores, together)
    return {
        "logits": logits,
        "activation_map": finding_maps,
        "features": ops.concatenate(features, axis=-1),
    }


def _resized(view: keras.KerasTensor, size: int) -> keras.KerasTensor:
    """Return square pictures (n, rows, rows, 1) as the app's own linear resize gives them."""
    rows = int(view.shape[1])
    if rows == size:
        return view
    ops = keras.ops
    # The resize is linear in each axis, so what it makes of the identity is its matrix.
    matrix = resize(np.eye(rows, dtype=np.float32), Resize(rows=size, columns=rows))
    down, across = matrix[None], np.ascontiguousarray(matrix.T)[None]
    return ops.matmul(ops.matmul(down, view[..., 0]), across)[..., None]


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
    enlarged = [_enlarged(one, finest) for one in maps]
    return sum(enlarged[1:], enlarged[0])


def _enlarged(activation_map: keras.KerasTensor, finest: int) -> keras.KerasTensor:
    """Return a square map on a finer grid, each place the mean of what it covers."""
    ops = keras.ops
    rows, channels = int(activation_map.shape[1]), int(activation_map.shape[3])
    if rows == finest:
        return activation_map
    # Every old place is covered as much as any other, so the mean of the map stays.
    edges = np.arange(finest + 1) * rows / finest
    places = np.arange(rows)
    above = np.minimum(edges[1:, None], places + 1)
    below = np.maximum(edges[:-1, None], places)
    covered = (np.clip(above - below, 0, None) * finest / rows).astype(np.float32)
    down = ops.matmul(covered[None], ops.reshape(activation_map, (-1, rows, rows * channels)))
    across = ops.reshape(down, (-1, finest, rows, channels))
    return ops.matmul(covered[None, None], across)


def _moments(features: keras.KerasTensor) -> keras.KerasTensor:
    ops = keras.ops
    deviation = ops.sqrt(ops.var(features, axis=(1, 2)) + 1e-6)
    return ops.concatenate([ops.mean(features, axis=(1, 2)), deviation], axis=-1)


def _mean(tensors: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    return sum(tensors[1:], tensors[0]) / len(tensors)
