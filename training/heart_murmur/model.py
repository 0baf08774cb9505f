"""The network: small convolutional members over band pictures, averaged in one graph."""

from collections.abc import Sequence

import keras

from training.heart_murmur.dataset import ENVELOPES, FRAMES

INPUT_NAME = "log_power"
OUTPUTS = ("logits", "features")
CONVOLUTIONS = ((16, (7, 3)), (24, (5, 3)), (32, (5, 3)), (48, (3, 3)))
DROPOUT = 0.4
WEIGHT_DECAY = 1e-3
EPSILON = 0.1


def build_member(seed: int) -> keras.Model:
    """Return one untrained member: a standardized picture to `embedding` and `logit`."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    decay = keras.regularizers.L2(WEIGHT_DECAY)
    picture = keras.Input((FRAMES, ENVELOPES.bands, 1), name="picture")
    values = picture
    for place, (filters, size) in enumerate(CONVOLUTIONS):
        values = layers.Conv2D(
            filters, size, padding="same", use_bias=False, kernel_regularizer=decay
        )(values)
        values = layers.ReLU()(layers.BatchNormalization()(values))
        if place < len(CONVOLUTIONS) - 1:
            values = layers.MaxPooling2D(2)(values)
    pooled = (layers.GlobalAveragePooling2D()(values), layers.GlobalMaxPooling2D()(values))
    embedding = layers.Concatenate(name="embedding")(list(pooled))
    logit = layers.Dense(1, kernel_regularizer=decay, name="logit")(
        layers.Dropout(DROPOUT)(embedding)
    )
    return keras.Model(picture, logit, name=f"member_{seed}")


def build_ensemble(members: Sequence[keras.Model]) -> keras.Model:
    """Return the shipped network: log power to the mean `logits` and to `features`.

    `features` are the deviation of each band over time, which noise has not, then the members'
    embeddings.
    """
    layers = keras.layers
    log_power = keras.Input((FRAMES, ENVELOPES.bands, 1), name=INPUT_NAME)
    flat = layers.Reshape((FRAMES, ENVELOPES.bands))(log_power)
    mean, variance = keras.ops.moments(flat, axes=1, keepdims=True)
    deviation = keras.ops.sqrt(variance)
    # The color of microphone and chest piece is a gain of each band, which this takes out.
    standard = layers.Reshape((FRAMES, ENVELOPES.bands, 1))((flat - mean) / (deviation + EPSILON))
    logits, features = [], [layers.Flatten()(deviation)]
    for member in members:
        inner = keras.Model(member.input, [member.output, member.get_layer("embedding").output])
        logit, embedding = inner(standard)
        logits.append(logit)
        features.append(embedding)
    average = layers.Average()(logits) if len(logits) > 1 else logits[0]
    return keras.Model(
        log_power,
        {"logits": average, "features": layers.Concatenate()(features)},
        name="heart_murmur",
    )
