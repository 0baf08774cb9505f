"""EfficientNet-Lite0 (Tan and Le 2019; TensorFlow's Lite variant) with one gray input channel."""

import keras
import numpy as np

from training.imagenet_weights import Array, efficientnet_lite0_file, read_torch_file

# Kernel, stride of the first block, expansion, channels and number of blocks of each stage.
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
BLOCK_COUNT = sum(stage[-1] for stage in STAGES)


def efficientnet_lite0(
    inputs: keras.KerasTensor, blocks: int = BLOCK_COUNT, dropped: float = 0.0, name: str = "lite0"
) -> list[keras.KerasTensor]:
    """Return the outputs of the first `blocks` blocks over gray `inputs`.

    `dropped` is the probability with which the last residual branch is left out while training
    (stochastic depth, Huang 2016); it grows linearly from 0 at the first block.
    """
    layers = keras.layers
    x = layers.Conv2D(32, 3, 2, "same", use_bias=False, name=f"{name}_stem")(inputs)
    x = layers.ReLU(6.0)(_norm(x, f"{name}_stem_bn"))
    outputs = []
    for number, (kernel, stride, expansion, channels) in enumerate(_blocks()[:blocks]):
        drop = dropped * number / BLOCK_COUNT
        x = _block(x, (kernel, stride, expansion, channels), drop, f"{name}_{number}")
        outputs.append(x)
    return outputs


def _blocks() -> list[tuple[int, int, int, int]]:
    return [
        (kernel, stride if number == 0 else 1, expansion, channels)
        for kernel, stride, expansion, channels, count in STAGES
        for number in range(count)
    ]


def _norm(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return keras.layers.BatchNormalization(epsilon=1e-3, momentum=0.97, name=name)(x)


def _block(
    x: keras.KerasTensor, shape: tuple[int, int, int, int], drop: float, name: str
) -> keras.KerasTensor:
    layers = keras.layers
    kernel, stride, expansion, channels = shape
    entered = x
    if expansion > 1:
        x = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False, name=f"{name}_expand")(x)
        x = layers.ReLU(6.0)(_norm(x, f"{name}_bn0"))
    x = layers.DepthwiseConv2D(kernel, stride, "same", use_bias=False, name=f"{name}_depthwise")(x)
    x = layers.ReLU(6.0)(_norm(x, f"{name}_bn1"))
    x = _norm(layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_project")(x), f"{name}_bn2")
    if stride != 1 or entered.shape[-1] != channels:
        return x
    if drop:
        x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1))(x)
    return layers.Add()([entered, x])


def load_imagenet_weights(model: keras.Model, name: str = "lite0") -> None:
    """Copy ImageNet weights into every layer of that name; gray stem = sum of the RGB kernels."""
    weights = read_torch_file(efficientnet_lite0_file())
    layers = {layer.name: layer for layer in model.layers}
    stem = np.transpose(weights["_conv_stem.weight"], (2, 3, 1, 0)).sum(axis=2, keepdims=True)
    layers[f"{name}_stem"].set_weights([stem])
    layers[f"{name}_stem_bn"].set_weights(_norm_weights(weights, "_bn0"))
    for number in range(BLOCK_COUNT):
        if f"{name}_{number}_project" not in layers:
            break
        source, target = f"_blocks.{number}.", f"{name}_{number}_"
        for kind, axes in (
            ("expand", (2, 3, 1, 0)),
            ("project", (2, 3, 1, 0)),
            ("depthwise", (2, 3, 0, 1)),
        ):
            if target + kind in layers:
                kernel = np.transpose(weights[f"{source}_{kind}_conv.weight"], axes)
                layers[target + kind].set_weights([kernel])
        for part in ("bn0", "bn1", "bn2"):
            if target + part in layers:
                layers[target + part].set_weights(_norm_weights(weights, f"{source}_{part}"))


def _norm_weights(weights: dict[str, Array], prefix: str) -> list[Array]:
    parts = ("weight", "bias", "running_mean", "running_var")
    return [weights[f"{prefix}.{part}"] for part in parts]
