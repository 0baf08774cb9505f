"""Decoding of a linear-chain conditional random field in numpy."""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RandomField:
    """Weights of the tags: `transitions` from row to column, `start` and `end`."""

    transitions: Weights
    start: Weights
    end: Weights

    def to_json(self) -> bytes:
        """Return the parameter file that the manifest names."""
        record = {
            "transitions": self.transitions.tolist(),
            "start": self.start.tolist(),
            "end": self.end.tolist(),
        }
        return json.dumps(record).encode()


def read_random_field(content: bytes) -> RandomField:
    """Read a parameter file."""
    record = json.loads(content)
    return RandomField(
        np.asarray(record["transitions"], np.float64),
        np.asarray(record["start"], np.float64),
        np.asarray(record["end"], np.float64),
    )


def best_paths(emissions: NDArray[np.floating], field: RandomField) -> NDArray[np.int64]:
    """Return the best tags, shape (batch, tokens), for emissions (batch, tokens, tags).

    References
    ----------
    Viterbi: Error bounds for convolutional codes, IEEE Trans. Inf. Theory 13 (1967) 260.
    """
    scores = np.asarray(emissions, np.float64)
    batch, length, _ = scores.shape
    best = field.start + scores[:, 0]
    came_from = []
    for place in range(1, length):
        through = best[:, :, None] + field.transitions
        came_from.append(through.argmax(axis=1))
        best = through.max(axis=1) + scores[:, place]
    paths = np.empty((batch, length), np.int64)
    paths[:, -1] = (best + field.end).argmax(axis=1)
    rows = np.arange(batch)
    for place in range(length - 1, 0, -1):
        paths[:, place - 1] = came_from[place - 1][rows, paths[:, place]]
    return paths


def tag_marginals(emissions: NDArray[np.floating], field: RandomField) -> NDArray[np.float64]:
    """Return each tag's probability, shape (batch, tokens, tags), by forward and backward sums.

    References
    ----------
    Lafferty, McCallum, Pereira: Conditional random fields, ICML 2001.
    """
    scores = np.asarray(emissions, np.float64)
    length = scores.shape[1]
    forward = np.empty_like(scores)
    backward = np.empty_like(scores)
    forward[:, 0] = field.start + scores[:, 0]
    backward[:, -1] = field.end
    for place in range(1, length):
        through = forward[:, place - 1, :, None] + field.transitions
        forward[:, place] = _log_sum(through, 1) + scores[:, place]
    for place in range(length - 2, -1, -1):
        following = (backward[:, place + 1] + scores[:, place + 1])[:, None, :]
        backward[:, place] = _log_sum(field.transitions + following, 2)
    total = forward + backward
    return np.asarray(np.exp(total - _log_sum(total, 2)[..., None]))


def _log_sum(values: Weights, axis: int) -> Weights:
    top = values.max(axis=axis, keepdims=True)
    total = np.log(np.exp(values - top).sum(axis=axis, keepdims=True)) + top
    return np.asarray(total.squeeze(axis))
