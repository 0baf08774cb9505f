"""The two architectures from which the project started; every model is measured beside one."""

import keras

REFERENCE_EPOCHS = 10
REFERENCE_BATCH = 32


def reference_cnn() -> keras.Model:
    """Return three convolutions with pooling and two dense layers over 224 x 224 x 3 pictures.

    The output "probability" is a sigmoid; train with Adam and binary cross-entropy, 10 epochs of
    batches of 32.
    """
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((224, 224, 3), name="image"),
            *(
                layer
                for filters in (32, 64, 128)
                for layer in (
                    layers.Conv2D(filters, 3, activation="relu"),
                    layers.MaxPooling2D(2),
                )
            ),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dense(1, activation="sigmoid", name="probability"),
        ],
        name="reference_cnn",
    )


def reference_lstm(vocabulary: int = 10_000, tokens: int = 100) -> keras.Model:
    """Return an embedding of 64, an LSTM of 64 units and a sigmoid over `tokens` token numbers."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((tokens,), dtype="int32", name="tokens"),
            layers.Embedding(vocabulary, 64),
            layers.LSTM(64),
            layers.Dense(1, activation="sigmoid", name="probability"),
        ],
        name="reference_lstm",
    )


def compile_reference(
    model: keras.Model, optimizer: keras.optimizers.Optimizer | None = None
) -> None:
    """Set Adam (or another optimizer) and binary cross-entropy."""
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3) if optimizer is None else optimizer,
        loss="binary_crossentropy",
    )
