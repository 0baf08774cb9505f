"""The network: a frozen ImageNet stem that all members share, and fine-tuned members."""

import keras

from training.efficientnet_lite import efficientnet_lite0, load_imagenet_weights
from training.gallbladder_ultrasound_atresia.dataset import INPUT_SIZE

BLOCKS = 11
FROZEN_BLOCKS = 3
DROPOUT = 0.3
STOCHASTIC_DEPTH = 0.2


def build_member(seed: int, size: int = INPUT_SIZE) -> keras.Model:
    """Return one member with ImageNet weights; outputs `activation_map`, `features`, `logits`.

    The head is a 1 x 1 convolution and global average pooling, so that the mean of the
    activation map is the logit.
    """
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    image = keras.Input((size, size, 1), name="image")
    blocks = efficientnet_lite0(image, BLOCKS, STOCHASTIC_DEPTH)
    dropped = layers.SpatialDropout2D(DROPOUT)(blocks[-1])
    head = layers.Conv2D(
        1, 1, name="head", kernel_initializer=keras.initializers.RandomNormal(0, 0.01)
    )
    activation_map = head(dropped)
    logits = layers.Reshape((1,), name="logits")(layers.GlobalAveragePooling2D()(activation_map))
    member = keras.Model(image, logits, name=f"member_{seed}")
    load_imagenet_weights(member)
    freeze_stem(member)
    return member


def freeze_stem(member: keras.Model) -> None:
    """Keep the stem and the first blocks as ImageNet left them."""
    frozen = ("lite0_stem", *(f"lite0_{number}_" for number in range(FROZEN_BLOCKS)))
    for layer in member.layers:
        if layer.name.startswith(frozen):
            layer.trainable = False
