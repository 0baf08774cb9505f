"""The network of pieces: a small transformer, tuned as a whole, with a head for each policy.

References
----------
Devlin J, et al. BERT: pre-training of deep bidirectional transformers. NAACL 2019.
Wang W, et al. MiniLM: deep self-attention distillation. NeurIPS 2020.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from training.tagging.network import EightBitRows, Tagger
from training.tagging.random_field import RandomField
from training.tagging.transformer import HEADS, SIZE, Transformer

LAYERS = 6
INNER = 4 * SIZE
DROPOUT = 0.1
DROPOUT_BEFORE_HEADS = 0.2
# Heads begin at nothing where the transformer already knows much.
FASTER_HEADS = 5.0
WEIGHT_DECAY = 0.01
_EPSILON = 1e-12
_NEVER = -1e9

# From a layer's name and how to make it to the layer: a new one, or a trained one again.
GetLayer: TypeAlias = Callable[[str, Callable[[str], keras.layers.Layer]], keras.layers.Layer]


class Places(keras.layers.Layer):  # type: ignore[misc]
    """Add to each piece what its place in the row says."""

    def __init__(self, longest: int, name: str | None = None) -> None:
        super().__init__(name=name)
        self.table = self.add_weight(shape=(longest, SIZE), name="table")

    def call(self, values: keras.KerasTensor) -> keras.KerasTensor:
        """Return the sum."""
        return values + self.table[: ops.shape(values)[1]][None]


class Attend(keras.layers.Layer):  # type: ignore[misc]
    """Mix the values of a row as queries and keys are alike, each head for itself."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name)
        self.dropout = keras.layers.Dropout(DROPOUT)

    def call(
        self,
        query: keras.KerasTensor,
        key: keras.KerasTensor,
        value: keras.KerasTensor,
        mask: keras.KerasTensor,
        training: bool | None = None,  # noqa: FBT001 - Keras' own
    ) -> keras.KerasTensor:
        """Return the mixed values; where the mask is 0 nothing is taken from."""
        rows, length = ops.shape(query)[0], ops.shape(query)[1]
        by_head = (rows, length, HEADS, SIZE // HEADS)
        query, key, value = (
            ops.transpose(ops.reshape(one, by_head), (0, 2, 1, 3)) for one in (query, key, value)
        )
        likeness = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) / (SIZE / HEADS) ** 0.5
        hidden = (1.0 - ops.cast(mask, "float32"))[:, None, None, :] * _NEVER
        shares = self.dropout(ops.softmax(likeness + hidden), training=training)
        mixed = ops.transpose(ops.matmul(shares, value), (0, 2, 1, 3))
        return ops.reshape(mixed, (rows, length, SIZE))


class GatherWords(keras.layers.Layer):  # type: ignore[misc]
    """Take the first piece of each word."""

    def call(self, values: keras.KerasTensor, first: keras.KerasTensor) -> keras.KerasTensor:
        """Return values of shape (rows, words, size)."""
        shape = ops.shape(values)
        flat = ops.reshape(values, (-1, SIZE))
        return ops.take(flat, first + (ops.arange(shape[0]) * shape[1])[:, None], axis=0)


class HeadedAdam(keras.optimizers.AdamW):  # type: ignore[misc]
    """Adam whose rate is higher for the heads; only matrices of the transformer decay."""

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Note which variables are of heads."""
        super().build(variables)
        self.of_heads = [_is_of_head(one) for one in variables]

    def update_step(
        self,
        gradient: keras.KerasTensor,
        variable: keras.Variable,
        learning_rate: keras.KerasTensor,
    ) -> None:
        """Move one variable."""
        is_of_head = self.of_heads[self._get_variable_index(variable)]
        rate = learning_rate * FASTER_HEADS if is_of_head else learning_rate
        super().update_step(gradient, variable, rate)


def _is_of_head(variable: keras.Variable) -> bool:
    return str(variable.path).startswith(("emissions_", "random_field_"))


class PieceTagger(Tagger):
    """A tagger that brings its own optimizer."""

    def make_optimizer(
        self, rate: keras.optimizers.schedules.LearningRateSchedule
    ) -> keras.optimizers.Optimizer:
        """Return the optimizer; its gradient is limited as a whole."""
        optimizer = HeadedAdam(rate, weight_decay=WEIGHT_DECAY, global_clipnorm=1.0)
        kept = [one for one in self.trainable_variables if len(one.shape) < 2 or _is_of_head(one)]
        kept.append(self.get_layer("pieces").embeddings)
        optimizer.exclude_from_weight_decay(var_list=kept)
        return optimizer


def build_piece_tagger(
    transformer: Transformer, heads: Mapping[str, int], seed: int, longest: int
) -> PieceTagger:
    """Return the network for training, with the transformer's weights; heads are new."""
    keras.utils.set_random_seed(seed)
    inputs = _inputs()
    first = keras.Input((None,), dtype="int32", name="first")
    table = transformer.weights["embeddings.word_embeddings.weight"]
    pieces = keras.layers.Embedding(*table.shape, name="pieces")(inputs["input_ids"])
    values = _states(pieces, inputs["attention_mask"], longest, lambda name, make: make(name))
    values = GatherWords(name="words")(values, first)
    values = keras.layers.Dropout(DROPOUT_BEFORE_HEADS, name="drop_words")(values)
    start = keras.initializers.RandomNormal(stddev=0.02, seed=seed)
    outputs = {
        head: RandomField(tags, f"random_field_{head}")(
            keras.layers.Dense(tags, kernel_initializer=start, name=f"emissions_{head}")(values)
        )
        for head, tags in heads.items()
    }
    model = PieceTagger({**inputs, "first": first}, outputs, name="piece_tagger")
    model.heads = tuple(heads)
    _load(model, transformer, longest)
    return model


def build_spoken(member: Tagger, head: str) -> keras.Model:
    """Return one head's emissions for every piece, for export; the table has eight bits."""
    inputs = _inputs()
    pieces = EightBitRows(np.asarray(member.get_layer("pieces").embeddings))(inputs["input_ids"])
    longest = member.get_layer("places").table.shape[0]
    mask = inputs["attention_mask"]
    values = _states(pieces, mask, longest, lambda name, _: member.get_layer(name))
    emissions = member.get_layer(f"emissions_{head}")(values)
    return keras.Model(list(inputs.values()), {"emissions": emissions}, name="spoken")


def _inputs() -> dict[str, keras.KerasTensor]:
    names = ("input_ids", "attention_mask")
    return {name: keras.Input((None,), dtype="int32", name=name) for name in names}


def _states(
    values: keras.KerasTensor, mask: keras.KerasTensor, longest: int, get: GetLayer
) -> keras.KerasTensor:
    values = get("places", lambda name: Places(longest, name))(values)
    values = get("drop_places", _dropout)(get("places_norm", _norm)(values))
    for number in range(LAYERS):
        values = _layer(values, mask, f"layer_{number}", get)
    return values


def _layer(
    values: keras.KerasTensor, mask: keras.KerasTensor, place: str, get: GetLayer
) -> keras.KerasTensor:
    parts = [get(f"{place}_{part}", _dense)(values) for part in ("query", "key", "value")]
    mixed = get(f"{place}_attend", Attend)(*parts, mask)
    mixed = get(f"{place}_drop_mixed", _dropout)(get(f"{place}_mixed", _dense)(mixed))
    mixed = get(f"{place}_mixed_norm", _norm)(values + mixed)
    inner = get(f"{place}_inner", lambda name: keras.layers.Dense(INNER, name=name))(mixed)
    outer = get(f"{place}_outer", _dense)(_gelu(inner))
    outer = get(f"{place}_drop_outer", _dropout)(outer)
    return get(f"{place}_outer_norm", _norm)(mixed + outer)


def _gelu(values: keras.KerasTensor) -> keras.KerasTensor:
    # In one's own words: what Keras makes of it has no counterpart in ONNX.
    return values * 0.5 * (1.0 + ops.erf(values * 0.5**0.5))


def _dense(name: str) -> keras.layers.Layer:
    return keras.layers.Dense(SIZE, name=name)


def _dropout(name: str) -> keras.layers.Layer:
    return keras.layers.Dropout(DROPOUT, name=name)


def _norm(name: str) -> keras.layers.Layer:
    return keras.layers.LayerNormalization(epsilon=_EPSILON, name=name)


def _load(model: PieceTagger, transformer: Transformer, longest: int) -> None:
    given = transformer.weights
    kind = given["embeddings.token_type_embeddings.weight"][0]
    model.get_layer("pieces").set_weights([given["embeddings.word_embeddings.weight"]])
    # The app's rows are all of the first kind.
    places = given["embeddings.position_embeddings.weight"][:longest] + kind
    model.get_layer("places").set_weights([places])
    _set(model, "places_norm", given, "embeddings.LayerNorm")
    for number in range(LAYERS):
        source, place = f"encoder.layer.{number}.", f"layer_{number}_"
        for part in ("query", "key", "value"):
            _set(model, place + part, given, f"{source}attention.self.{part}")
        _set(model, f"{place}mixed", given, f"{source}attention.output.dense")
        _set(model, f"{place}mixed_norm", given, f"{source}attention.output.LayerNorm")
        _set(model, f"{place}inner", given, f"{source}intermediate.dense")
        _set(model, f"{place}outer", given, f"{source}output.dense")
        _set(model, f"{place}outer_norm", given, f"{source}output.LayerNorm")


def _set(model: PieceTagger, name: str, given: Mapping[str, NDArray[Any]], source: str) -> None:
    weight = given[f"{source}.weight"]
    # Dense layers of the file hold a row for each output.
    turned = weight.T if weight.ndim == 2 else weight
    model.get_layer(name).set_weights([turned, given[f"{source}.bias"]])
