"""A linear-chain conditional random field as a Keras layer; the app decodes it in numpy."""

from itertools import pairwise

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

_LEVELS = 6  # 2**6 = 64 tokens: no training chunk has more.
_NEVER = -1e4


class RandomField(keras.layers.Layer):  # type: ignore[misc]
    """Holds transitions (from row to column), start and end weights of `tags` tags."""

    def __init__(self, tags: int, name: str = "random_field") -> None:
        super().__init__(name=name)
        self.tags = tags
        self.supports_masking = True  # the loss knows padding by its tag

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.transitions = self.add_weight(shape=(self.tags, self.tags), initializer="zeros")
        self.start = self.add_weight(shape=(self.tags,), initializer="zeros")
        self.end = self.add_weight(shape=(self.tags,), initializer="zeros")

    def call(self, emissions: keras.KerasTensor) -> keras.KerasTensor:
        """Return the emissions as they are; the loss is what uses the weights."""
        return emissions

    def negative_log_likelihood(
        self, emissions: keras.KerasTensor, tags: keras.KerasTensor
    ) -> keras.KerasTensor:
        """Return the mean loss a token; tags have shape (batch, tokens), -1 is padding."""
        is_token = ops.cast(tags >= 0, "float32")
        path = self._path_weight(emissions, ops.maximum(tags, 0), is_token)
        return ops.sum(self._log_partition(emissions, is_token) - path) / ops.sum(is_token)

    def _path_weight(
        self,
        emissions: keras.KerasTensor,
        tags: keras.KerasTensor,
        is_token: keras.KerasTensor,
    ) -> keras.KerasTensor:
        chosen = ops.one_hot(tags, self.tags)
        weight = ops.sum(emissions * chosen * is_token[..., None], axis=(1, 2))
        steps = ops.sum(ops.matmul(chosen[:, :-1], self.transitions) * chosen[:, 1:], axis=-1)
        weight += ops.sum(steps * is_token[:, 1:], axis=1)
        following = ops.concatenate([is_token[:, 1:], ops.zeros_like(is_token[:, :1])], axis=1)
        is_last = is_token - following
        last = ops.sum(chosen * is_last[..., None], axis=1)
        first = ops.matmul(chosen[:, 0], self.start[:, None])[:, 0]
        return weight + first + ops.matmul(last, self.end[:, None])[:, 0]

    def _log_partition(
        self, emissions: keras.KerasTensor, is_token: keras.KerasTensor
    ) -> keras.KerasTensor:
        # Halving the chain instead of walking along it: log2(tokens) steps, each one vectorized.
        identity = ops.where(ops.eye(self.tags) > 0, 0.0, _NEVER)[None, None]
        steps = self.transitions[None, None] + emissions[:, 1:, None, :]
        steps = ops.where(is_token[:, 1:, None, None] > 0, steps, identity)
        one = identity + ops.zeros_like(emissions[:, :1, :1, None])
        steps = ops.concatenate([steps, one], axis=1)
        for _ in range(_LEVELS):
            steps = ops.concatenate([steps, one], axis=1)
            steps = steps[:, : 2 * (ops.shape(steps)[1] // 2)]
            left, right = steps[:, 0::2], steps[:, 1::2]
            steps = ops.logsumexp(left[..., :, :, None] + right[..., None, :, :], axis=3)
        first = self.start + emissions[:, 0]
        return ops.logsumexp(first[:, :, None] + steps[:, 0] + self.end[None, None], axis=(1, 2))


def path_weight_by_hand(
    field: RandomField, emissions: NDArray[np.float32], path: tuple[int, ...]
) -> float:
    """Return one path's weight; for tests against enumeration."""
    transitions, start, end = (np.asarray(w) for w in (field.transitions, field.start, field.end))
    total = float(start[path[0]] + end[path[-1]])
    total += sum(float(emissions[place, tag]) for place, tag in enumerate(path))
    return total + sum(float(transitions[a, b]) for a, b in pairwise(path))
