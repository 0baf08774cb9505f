"""A fixed table of a network, kept in half precision."""

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray


class HalfPrecisionRows(keras.layers.Layer):  # type: ignore[misc]
    """A fixed table kept in half precision, which is all its values have."""

    def __init__(self, table: NDArray[np.float32], name: str) -> None:
        super().__init__(name=name, trainable=False)
        self.table = table.astype(np.float16)

    def call(self, index: keras.KerasTensor) -> keras.KerasTensor:
        """Return the rows in single precision."""
        return ops.cast(ops.take(ops.convert_to_tensor(self.table), index, axis=0), "float32")
