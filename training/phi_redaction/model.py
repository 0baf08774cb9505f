"""The network: words, characters, shapes, names and patterns into two directions of LSTM."""

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.text import SHAPE_FEATURES
from training.half_precision_rows import HalfPrecisionRows
from training.phi_redaction.dataset import TAGS
from training.phi_redaction.knowledge import ALPHABET, KINDS, NAME_LISTS, WORD_LENGTH, Knowledge
from training.tagging.network import ForgetWords, GatherRows, LearnedWords
from training.tagging.random_field import RandomField

CHARACTER_SIZE = 16
CHARACTER_FILTERS = {2: 16, 3: 32, 4: 24}
# Chosen on the held-out texts of the folds.
RECALL_BIAS = 1.0
FEATURES = {"shape": SHAPE_FEATURES, "names": 4 * len(NAME_LISTS), "patterns": 4 * len(KINDS)}


@dataclass(frozen=True, slots=True)
class Size:
    """How large the network is and how much of it is dropped while training."""

    units: int = 80
    learned_size: int = 24
    dropout: float = 0.4
    word_dropout: float = 0.15


SIZE = Size()


class Tagger(keras.Model):  # type: ignore[misc]
    """A network whose loss is that of its random field."""

    def compute_loss(
        self,
        x: object = None,
        y: keras.KerasTensor = None,
        y_pred: keras.KerasTensor = None,
        sample_weight: keras.KerasTensor = None,
        training: bool = True,  # noqa: FBT001, FBT002 - Keras' own signature
    ) -> keras.KerasTensor:
        """Return the negative log-likelihood of the tags `y`."""
        return self.get_layer("random_field").negative_log_likelihood(y_pred, y)


def build_inputs() -> dict[str, keras.KerasTensor]:
    """Return the symbolic inputs in the order of the package."""
    return {
        "words": keras.Input((None,), dtype="int32", name="words"),
        "characters": keras.Input((WORD_LENGTH,), dtype="int32", name="characters"),
        "spelling": keras.Input((None,), dtype="int32", name="spelling"),
        **{name: keras.Input((None, count), name=name) for name, count in FEATURES.items()},
    }


def build_tagger(knowledge: Knowledge, seed: int) -> Tagger:
    """Return the network for training, which masks padding."""
    keras.utils.set_random_seed(seed)
    inputs = build_inputs()
    mask = inputs["words"] > 0
    words = ForgetWords(SIZE.word_dropout, "forget_words")(inputs["words"])
    fixed = keras.layers.Embedding(
        *knowledge.vectors.shape,
        embeddings_initializer=keras.initializers.Constant(knowledge.vectors),
        trainable=False,
        name="fixed_vectors",
    )(words)
    learned = keras.layers.Embedding(
        knowledge.learned_words + 2, SIZE.learned_size, name="learned_vectors"
    )(LearnedWords(knowledge.learned_words, "learned_words")(words))
    spelled = GatherRows(name="gather_spelling")(_spell(inputs["characters"]), inputs["spelling"])
    given = [inputs[name] for name in FEATURES]
    joined = keras.layers.Concatenate(name="token")([fixed, learned, spelled, *given])
    values = keras.layers.Dropout(SIZE.dropout, name="drop_token")(joined)
    lstm = keras.layers.LSTM(SIZE.units, return_sequences=True, name="lstm")
    values = keras.layers.Bidirectional(lstm, name="context")(values, mask=mask)
    values = keras.layers.Dropout(SIZE.dropout, name="drop_context")(values)
    emissions = keras.layers.Dense(len(TAGS), name="emissions")(values)
    return Tagger(inputs, RandomField(len(TAGS))(emissions), name="tagger")


def _spell(characters: keras.KerasTensor) -> keras.KerasTensor:
    embedded = keras.layers.Embedding(len(ALPHABET) + 2, CHARACTER_SIZE, name="character_vectors")(
        characters
    )
    pooled = []
    for width, filters in CHARACTER_FILTERS.items():
        convolved = keras.layers.Conv1D(
            filters, width, padding="same", activation="relu", name=f"characters_{width}"
        )(embedded)
        pooled.append(keras.layers.GlobalMaxPooling1D(name=f"pooled_{width}")(convolved))
    return keras.layers.Concatenate(name="spelled")(pooled)


def build_export(tagger: Tagger, vectors: NDArray[np.float32]) -> keras.Model:
    """Return the network without a mask and with its fixed table in half precision."""
    inputs = build_inputs()
    layer = tagger.get_layer
    embedded = layer("character_vectors")(inputs["characters"])
    pooled = [
        layer(f"pooled_{width}")(layer(f"characters_{width}")(embedded))
        for width in CHARACTER_FILTERS
    ]
    spelled = GatherRows()(keras.layers.Concatenate()(pooled), inputs["spelling"])
    fixed = HalfPrecisionRows(vectors, "fixed_rows")(inputs["words"])
    number = layer("learned_words").learned
    learned = layer("learned_vectors")(LearnedWords(number)(inputs["words"]))
    given = [inputs[name] for name in FEATURES]
    joined = keras.layers.Concatenate()([fixed, learned, spelled, *given])
    emissions = layer("emissions")(layer("context")(joined))
    return keras.Model(list(inputs.values()), {"emissions": emissions}, name="phi_redaction")


def set_recall_bias(tagger: Tagger) -> None:
    """Lower the weight of "nothing here": a missed name costs more than a word too many."""
    weights, bias = tagger.get_layer("emissions").get_weights()
    bias[0] -= RECALL_BIAS
    tagger.get_layer("emissions").set_weights([weights, bias])
