"""Pieces of words: the part of a small transformer's vocabulary that medical texts need."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Tensor
from meddx_desktop.preprocessing.text import SplitChunks, TextOperation, Tokenize
from meddx_desktop.preprocessing.word_pieces import (
    WordPiece,
    first_pieces,
    limit_pieces,
    split_words,
)
from training.half_precision import store_eight_bits, store_half
from training.tagging.encoding import Batch, EncodedCorpus, encode
from training.tagging.network import Tagger
from training.tagging.piece_network import build_piece_tagger, build_spoken
from training.tagging.sentences import Sentence
from training.tagging.transformer import Transformer, pieces_of
from training.tagging.word_knowledge import MAXIMUM_TOKENS

PIECES_FILE = "vocab.txt"
MAXIMUM_PIECES = 256
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_TABLE = "embeddings.word_embeddings.weight"
_PIECES: tuple[int | None, ...] = (None, None)

PIECE_INPUTS = tuple(
    Tensor(name=name, axes=("batch", "piece"), shape=_PIECES, dtype="int32")
    for name in ("input_ids", "attention_mask")
)
SPELL = WordPiece(
    input="input_ids",
    mask_input="attention_mask",
    file=PIECES_FILE,
    is_lower_case=True,
    maximum_pieces=MAXIMUM_PIECES,
    # Measured on whole texts: one English word in ten needs more, one German in two.
    familiar_pieces=2,
)
PIECE_OPERATIONS: tuple[TextOperation, ...] = (
    Tokenize(),
    SplitChunks(maximum_tokens=MAXIMUM_TOKENS),
    SPELL,
)


@dataclass(frozen=True, slots=True, eq=False)
class PieceKnowledge:
    """A transformer whose vocabulary is cut down, with the file of its pieces in `folder`."""

    folder: Path
    transformer: Transformer

    operations = PIECE_OPERATIONS
    inputs = PIECE_INPUTS
    output_axis = "piece"

    @property
    def digest(self) -> str:
        """What tells this table of pieces from others."""
        return hashlib.sha256(self.transformer.weights[_TABLE].tobytes()).hexdigest()[:16]

    @property
    def files(self) -> Mapping[str, bytes]:
        """The pieces."""
        return {PIECES_FILE: (self.folder / PIECES_FILE).read_bytes()}

    def encode(self, sentences: Sequence[Sentence], tags: Sequence[str]) -> EncodedCorpus:
        """Prepare sentences with the app's own operations."""
        return encode(sentences, tags, self.operations, self.folder)

    def assemble(self, corpus: EncodedCorpus, chunks: Sequence[tuple[int, int]]) -> Batch:
        """Return pieces, mask and the place of each word's first piece; padding has tag -1."""
        pieces = corpus.prepared.pieces
        if pieces is None:
            raise TypeError("the corpus is not spelled in pieces")
        # Chunks drawn for training may have more pieces than there are places.
        fitting = list(limit_pieces(chunks, pieces, MAXIMUM_PIECES))
        words = max(end - start for start, end in fitting)
        rows = [[n for word in pieces.of_words[a:b] for n in word] for a, b in fitting]
        numbers = np.full((len(rows), max(map(len, rows)) + 2), pieces.padding, np.int32)
        first = np.zeros((len(rows), words), np.int32)
        tags = np.full((len(rows), words), -1, np.int32)
        for row, (start, end) in enumerate(fitting):
            spelled = [pieces.first, *rows[row], pieces.last]
            numbers[row, : len(spelled)] = spelled
            first[row, : end - start] = first_pieces(np.arange(start, end)[None], pieces)[0]
            tags[row, : end - start] = corpus.tags[start:end]
        lengths = np.array([len(one) + 2 for one in rows])[:, None]
        mask = (np.arange(numbers.shape[1]) < lengths).astype(np.int32)
        return {"input_ids": numbers, "attention_mask": mask, "first": first}, tags

    def of_words(
        self, emissions: NDArray[np.float32], inputs: Mapping[str, NDArray[np.generic]]
    ) -> NDArray[np.float32]:
        """Return what the network says about the first piece of each word, as the app takes it."""
        return np.take_along_axis(emissions, inputs["first"][..., None].astype(np.int64), axis=1)

    def build(self, heads: Mapping[str, int], seed: int) -> Tagger:
        """Return the transformer with heads, for training."""
        return build_piece_tagger(self.transformer, heads, seed, MAXIMUM_PIECES)

    def join(self, members: Sequence[Tagger], head: str) -> keras.Model:
        """Return one member's emissions by one head for every piece.

        Raises
        ------
        ValueError : there are several members, whose transformers would not fit into a package.
        """
        (member,) = members
        return build_spoken(member, head)

    def round(self, network: bytes) -> bytes:
        """Return the exported network with its matrices in eight bits, the rest in sixteen."""
        return store_half(store_eight_bits(network))

    def is_unknown(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Return which words have no pieces or too many."""
        return split_words(words, SPELL, self.folder).is_unknown()


def learn_pieces(
    transformer: Transformer, texts: Iterable[Sequence[str]], count: int, folder: Path
) -> PieceKnowledge:
    """Keep the `count` pieces that texts need most, all ASCII characters among them.

    Rarer words fall into smaller pieces. The special pieces come first, the padding as 0.
    """
    names = {number: piece for piece, number in transformer.pieces.items()}
    counts = Counter(
        names[number]
        for words in texts
        for word in words
        for number in pieces_of(word, transformer.pieces)
    )
    plain = [
        one for one in transformer.pieces if one not in SPECIAL and not one.startswith("[unused")
    ]
    single = {one for one in plain if len(one.removeprefix("##")) == 1 and one.isascii()}
    ranked = sorted(set(counts) & set(plain) - single, key=lambda one: (-counts[one], one))
    kept = single | set(ranked[: count - len(single) - len(SPECIAL)])
    pieces = (*SPECIAL, *(one for one in plain if one in kept))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PIECES_FILE).write_text("\n".join(pieces), encoding="utf-8", newline="\n")
    table = transformer.weights[_TABLE][[transformer.pieces[one] for one in pieces]]
    cut = replace(
        transformer,
        weights={**transformer.weights, _TABLE: table},
        pieces={piece: number for number, piece in enumerate(pieces)},
    )
    return PieceKnowledge(folder, cut)
