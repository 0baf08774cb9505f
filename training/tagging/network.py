"""The network: words, characters, shapes and names into two directions of LSTM, and CRFs.

One network may serve several annotation policies: they share everything up to the context of a
token, and each has emissions and a random field of its own, its head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from meddx_desktop.preprocessing.text import SHAPE_FEATURES
from training.half_precision import eight_bit_grid
from training.tagging.random_field import RandomField

CHARACTER_SIZE = 24
CHARACTER_FILTERS = {2: 24, 3: 40, 4: 40}


@dataclass(frozen=True, slots=True, eq=False)
class NetworkSpec:
    """What the network is built for.

    `vectors` is the fixed word table (words + 2, dimensions); the first `learned_words` numbers
    have a learned vector too. `name_features` is four a list of the gazetteer.
    """

    vectors: NDArray[np.float32]
    learned_words: int
    characters: int
    word_length: int
    name_features: int
    units: int = 128
    learned_size: int = 50
    dropout: float = 0.5
    word_dropout: float = 0.1


class ForgetWords(keras.layers.Layer):  # type: ignore[misc]
    """Replace words by the unknown word at random while training."""

    def __init__(self, rate: float, name: str) -> None:
        super().__init__(name=name)
        self.rate = rate
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(
        self,
        words: keras.KerasTensor,
        training: bool | None = None,  # noqa: FBT001 - Keras' own
    ) -> keras.KerasTensor:
        """Return the word numbers, some of them 1; padding stays."""
        if not training:
            return words
        drawn = keras.random.uniform(ops.shape(words), seed=self.seed_generator)
        return ops.where((drawn < self.rate) & (words > 1), 1, words)


class GatherRows(keras.layers.Layer):  # type: ignore[misc]
    """Give each token the row of its word."""

    def call(self, rows: keras.KerasTensor, index: keras.KerasTensor) -> keras.KerasTensor:
        """Return rows[index]."""
        return ops.take(rows, index, axis=0)


class LearnedWords(keras.layers.Layer):  # type: ignore[misc]
    """Fold the numbers of words that have no learned vector into the unknown word."""

    def __init__(self, learned: int, name: str | None = None) -> None:
        super().__init__(name=name)
        self.learned = learned

    def call(self, words: keras.KerasTensor) -> keras.KerasTensor:
        """Return numbers below `learned` + 2."""
        return ops.where(words < self.learned + 2, words, 1)


class Tagger(keras.Model):  # type: ignore[misc]
    """A network whose loss is that of the random field whose head the batch belongs to."""

    heads: tuple[str, ...] = ()

    def make_optimizer(
        self, rate: keras.optimizers.schedules.LearningRateSchedule
    ) -> keras.optimizers.Optimizer | None:
        """Return an optimizer of the network's own, None where a common one serves it."""
        del rate
        return None

    def field_of(self, head: str) -> RandomField:
        """Return the random field of a head."""
        field: RandomField = self.get_layer(f"random_field_{head}")
        return field

    def keep_head(self, head: str) -> None:
        """Learn from now on by this head alone."""
        for other in self.heads:
            if other != head:
                self.get_layer(f"emissions_{other}").trainable = False
                self.field_of(other).trainable = False
        self.heads = (head,)

    def compute_loss(
        self,
        x: object = None,
        y: Mapping[str, keras.KerasTensor] | None = None,
        y_pred: Mapping[str, keras.KerasTensor] | None = None,
        sample_weight: keras.KerasTensor = None,
        training: bool = True,  # noqa: FBT001, FBT002 - Keras' own signature
    ) -> keras.KerasTensor:
        """Return the negative log-likelihood of the tags `y["tags"]` by head number `y["head"]`.

        The number is given once for each row of the batch.
        """
        if y is None or y_pred is None:
            raise ValueError("a tagger learns from tags")

        def loss_of(head: str) -> keras.KerasTensor:
            field = self.field_of(head)
            # A branch that is not taken must not see the larger tag numbers of another policy.
            tags = ops.minimum(y["tags"], field.tags - 1)
            return field.negative_log_likelihood(y_pred[head], tags)

        branches = [partial(loss_of, head) for head in self.heads]
        if len(branches) == 1:
            return branches[0]()
        return ops.switch(y["head"][0], branches)


def build_inputs(spec: NetworkSpec) -> dict[str, keras.KerasTensor]:
    """Return the symbolic inputs; tokens are the second axis, distinct words a first axis."""
    return {
        "words": keras.Input((None,), dtype="int32", name="words"),
        "characters": keras.Input((spec.word_length,), dtype="int32", name="characters"),
        "spelling": keras.Input((None,), dtype="int32", name="spelling"),
        "shape": keras.Input((None, SHAPE_FEATURES), name="shape"),
        "names": keras.Input((None, spec.name_features), name="names"),
    }


def build_tagger(spec: NetworkSpec, heads: Mapping[str, int], seed: int = 0) -> Tagger:
    """Return the network for training, which masks padding; `heads` gives the tags of each."""
    keras.utils.set_random_seed(seed)
    inputs = build_inputs(spec)
    mask = inputs["words"] > 0
    words = ForgetWords(spec.word_dropout, "forget_words")(inputs["words"])
    fixed = _fixed_vectors(spec)(words)
    learned_index = LearnedWords(spec.learned_words, "learned_words")(words)
    learned = keras.layers.Embedding(
        spec.learned_words + 2, spec.learned_size, name="learned_vectors"
    )(learned_index)
    spelled = GatherRows(name="gather_spelling")(
        _spell(inputs["characters"], spec), inputs["spelling"]
    )
    joined = keras.layers.Concatenate(name="token")(
        [fixed, learned, spelled, inputs["shape"], inputs["names"]]
    )
    values = keras.layers.Dropout(spec.dropout, name="drop_token")(joined)
    lstm = keras.layers.LSTM(spec.units, return_sequences=True, name="lstm")
    values = keras.layers.Bidirectional(lstm, name="context")(values, mask=mask)
    values = keras.layers.Dropout(spec.dropout, name="drop_context")(values)
    outputs = {
        head: RandomField(tags, f"random_field_{head}")(
            keras.layers.Dense(tags, name=f"emissions_{head}")(values)
        )
        for head, tags in heads.items()
    }
    model = Tagger(inputs, outputs, name="tagger")
    model.heads = tuple(heads)
    return model


def _fixed_vectors(spec: NetworkSpec) -> keras.layers.Layer:
    return keras.layers.Embedding(
        *spec.vectors.shape,
        embeddings_initializer=keras.initializers.Constant(spec.vectors),
        trainable=False,
        name="fixed_vectors",
    )


def _spell(characters: keras.KerasTensor, spec: NetworkSpec) -> keras.KerasTensor:
    embedded = keras.layers.Embedding(
        spec.characters + 2, CHARACTER_SIZE, name="character_vectors"
    )(characters)
    pooled = []
    for width, filters in CHARACTER_FILTERS.items():
        convolved = keras.layers.Conv1D(
            filters, width, padding="same", activation="relu", name=f"characters_{width}"
        )(embedded)
        pooled.append(keras.layers.GlobalMaxPooling1D(name=f"pooled_{width}")(convolved))
    return keras.layers.Concatenate(name="spelled")(pooled)


class EightBitRows(keras.layers.Layer):  # type: ignore[misc]
    """A table of vectors kept as whole numbers of eight bits and a step for each column."""

    def __init__(self, table: NDArray[np.float32], name: str | None = None) -> None:
        super().__init__(name=name, trainable=False)
        whole, self.scale = eight_bit_grid(table)
        self.table = whole.astype(np.int8)

    def call(self, index: keras.KerasTensor) -> keras.KerasTensor:
        """Return the rows in single precision."""
        rows = ops.take(ops.convert_to_tensor(self.table), index, axis=0)
        return ops.cast(rows, "float32") * self.scale


def build_ensemble(members: Sequence[Tagger], spec: NetworkSpec, head: str) -> keras.Model:
    """Return the members' mean emissions by one head as a network without a mask, for export.

    It is fed chunks of equal length; the inputs are in the order of `build_inputs`. The mean of
    emissions and of transitions is the normalized product of the members' fields. Learned vectors
    are rounded to eight bits.
    """
    inputs = build_inputs(spec)
    fixed = EightBitRows(spec.vectors, "fixed_vectors")(inputs["words"])
    index = LearnedWords(spec.learned_words, "learned_words")(inputs["words"])
    given = [*inputs.values(), fixed, index]
    each = [
        keras.Model(given, _member_emissions(member, inputs, (fixed, index), head), name=name)(
            given
        )
        for name, member in ((f"member_{place}", one) for place, one in enumerate(members))
    ]
    mean = keras.layers.Average(name="mean")(each) if len(each) > 1 else each[0]
    return keras.Model(list(inputs.values()), {"emissions": mean}, name="ensemble")


def _member_emissions(
    member: Tagger,
    inputs: dict[str, keras.KerasTensor],
    words: tuple[keras.KerasTensor, keras.KerasTensor],
    head: str,
) -> keras.KerasTensor:
    layer = member.get_layer
    embedded = layer("character_vectors")(inputs["characters"])
    pooled = [
        layer(f"pooled_{width}")(layer(f"characters_{width}")(embedded))
        for width in CHARACTER_FILTERS
    ]
    spelled = GatherRows()(keras.layers.Concatenate()(pooled), inputs["spelling"])
    fixed, index = words
    learned = EightBitRows(np.asarray(layer("learned_vectors").embeddings))(index)
    joined = keras.layers.Concatenate()([fixed, learned, spelled, inputs["shape"], inputs["names"]])
    return layer(f"emissions_{head}")(layer("context")(joined))
