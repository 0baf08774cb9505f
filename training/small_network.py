"""A small convolutional network for the comparisons of the training guide; it is never shipped."""

import keras


def small_network(side: int = 32) -> keras.Model:
    """Return the reference CNN in small: three convolutions with pooling, two dense layers.

    Takes (n, side, side, 1), gives logits of shape (n, 1).
    """
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((side, side, 1), name="image"),
            *(
                layer
                for filters in (16, 32, 32)
                for layer in (
                    layers.Conv2D(filters, 3, padding="same", activation="relu"),
                    layers.MaxPooling2D(2),
                )
            ),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
            layers.Dense(1, name="logits"),
        ],
        name="small_network",
    )
