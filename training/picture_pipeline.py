"""Batches of prepared pictures as `tf.data`, the same ones for any number of workers."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.checkpoints import epoch_generator


def epoch_batches(
    pictures: NDArray[np.float32],
    labels: NDArray[np.int64],
    batch_size: int,
    seed: int,
    epoch: int,
) -> tf.data.Dataset:
    """Return one epoch in an order that depends on nothing but seed and epoch.

    Parameters
    ----------
    pictures : (n, rows, columns, channels); they stay in memory once, only indices are shuffled.
    labels : (n,), become float targets of shape (batch, 1).
    """
    order = epoch_generator(seed, epoch).permutation(len(labels))
    values = tf.constant(pictures)
    targets = tf.constant(labels.astype(np.float32)[:, None])

    def take(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.gather(values, index), tf.gather(targets, index)

    batches = tf.data.Dataset.from_tensor_slices(order).batch(batch_size)
    return batches.map(take, num_parallel_calls=1).prefetch(2)
