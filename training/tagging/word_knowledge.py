"""Words, their vectors and the names they make up: what the network of words is built on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Tensor
from meddx_desktop.preprocessing.text import (
    SHAPE_FEATURES,
    Characters,
    Gazetteer,
    SplitChunks,
    TextOperation,
    Tokenize,
    Vocabulary,
    WordShape,
)
from training.half_precision import store_half
from training.tagging.encoding import Batch, EncodedCorpus, assemble, encode
from training.tagging.gate import lacks
from training.tagging.names import MAXIMUM_NAME_TOKENS
from training.tagging.network import NetworkSpec, Tagger, build_ensemble, build_tagger
from training.tagging.sentences import Sentence

NAME_LISTS = ("disease", "drug", "substance")
WORDS_FILE, NAMES_FILE = "words.txt", "names.tsv.gz"
MAXIMUM_TOKENS = 64
WORD_LENGTH = 20
ALPHABET = "".join(map(chr, range(ord("!"), ord("~") + 1))) + "αβγδκμωΔ±°"

OPERATIONS: tuple[TextOperation, ...] = (
    Tokenize(),
    SplitChunks(maximum_tokens=MAXIMUM_TOKENS),
    Vocabulary(input="words", file=WORDS_FILE),
    Characters(input="characters", index_input="spelling", alphabet=ALPHABET, length=WORD_LENGTH),
    WordShape(input="shape"),
    Gazetteer(input="names", file=NAMES_FILE, lists=NAME_LISTS, maximum_tokens=MAXIMUM_NAME_TOKENS),
)

_TOKENS: tuple[int | None, ...] = (None, None)
_TOKEN_AXES = ("batch", "token")
INPUTS = (
    Tensor(name="words", axes=_TOKEN_AXES, shape=_TOKENS, dtype="int32"),
    Tensor(name="characters", axes=("word", "character"), shape=(None, WORD_LENGTH), dtype="int32"),
    Tensor(name="spelling", axes=_TOKEN_AXES, shape=_TOKENS, dtype="int32"),
    Tensor(
        name="shape",
        axes=(*_TOKEN_AXES, "feature"),
        shape=(*_TOKENS, SHAPE_FEATURES),
        dtype="float32",
        value_range=(0.0, 1.0),
    ),
    Tensor(
        name="names",
        axes=(*_TOKEN_AXES, "feature"),
        shape=(*_TOKENS, 4 * len(NAME_LISTS)),
        dtype="float32",
        value_range=(0.0, 1.0),
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class WordKnowledge:
    """Vocabulary, fixed vectors and names of one training, with their files in `folder`."""

    folder: Path
    learned_words: int
    vectors: NDArray[np.float32]

    operations = OPERATIONS
    inputs = INPUTS
    output_axis = "token"

    @property
    def files(self) -> Mapping[str, bytes]:
        """The words and the names."""
        return {name: (self.folder / name).read_bytes() for name in (WORDS_FILE, NAMES_FILE)}

    def encode(self, sentences: Sequence[Sentence], tags: Sequence[str]) -> EncodedCorpus:
        """Prepare sentences with the app's own operations."""
        return encode(sentences, tags, OPERATIONS, self.folder)

    @property
    def digest(self) -> str:
        """What tells these vectors from others: a network knows only those it learned with."""
        return hashlib.sha256(self.vectors.tobytes()).hexdigest()[:16]

    def network_spec(self) -> NetworkSpec:
        """Return what the network is built for."""
        return NetworkSpec(
            vectors=self.vectors,
            learned_words=self.learned_words,
            characters=len(ALPHABET),
            word_length=WORD_LENGTH,
            name_features=4 * len(NAME_LISTS),
        )

    def assemble(self, corpus: EncodedCorpus, chunks: Sequence[tuple[int, int]]) -> Batch:
        """Return the padded inputs and tags of a batch; padding has tag -1."""
        return assemble(corpus, chunks, "spelling")

    def of_words(
        self, emissions: NDArray[np.float32], inputs: Mapping[str, NDArray[np.generic]]
    ) -> NDArray[np.float32]:
        """Return the emissions: the network speaks of words."""
        del inputs
        return emissions

    def build(self, heads: Mapping[str, int], seed: int) -> Tagger:
        """Return the network of words for training."""
        return build_tagger(self.network_spec(), heads, seed)

    def join(self, members: Sequence[Tagger], head: str) -> keras.Model:
        """Return the members' mean emissions by one head as a network for export."""
        return build_ensemble(members, self.network_spec(), head)

    def round(self, network: bytes) -> bytes:
        """Return the exported network with its weights in half precision."""
        return store_half(network)

    def is_unknown(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Return which words the vocabulary lacks."""
        return lacks(self.folder / WORDS_FILE)(words)
