"""WordPiece: words as BERT splits a text, the pieces of each, and rows for a transformer."""

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from meddx_desktop.preprocessing.operation import Operation
from meddx_desktop.preprocessing.tokens import Tokens

Numbers: TypeAlias = NDArray[np.int64]
Chunk: TypeAlias = tuple[int, int]

_ENDS = 2
_IDEOGRAPHS = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class WordPiece(Operation):
    """Spell each word with the longest pieces of `file` (one a line, numbered from 0).

    Each row of `input` is `first`, the pieces of a chunk, `last`, and `padding` up to the longest
    row; `mask_input` is 1 for all but the padding, `type_input`, where named, is 0. Chunks with
    more than `maximum_pieces` are divided between words. What the network says about the first
    piece of a word counts for the word. `is_lower_case` also takes accents away. A word of more
    than `familiar_pieces` pieces counts as unknown where a gate asks for the share of unknown
    words; None: only words that have no pieces at all.

    References
    ----------
    Devlin J, et al. BERT: pre-training of deep bidirectional transformers. NAACL 2019.
    """

    op: Literal["word_piece"] = "word_piece"
    input: str
    mask_input: str
    type_input: str | None = None
    file: str
    is_lower_case: bool
    maximum_pieces: Annotated[int, Field(ge=4)] = 512
    maximum_characters: Annotated[int, Field(ge=1)] = 100
    familiar_pieces: Annotated[int, Field(ge=1)] | None = None
    continuation: str = "##"
    unknown: str = "[UNK]"
    first: str = "[CLS]"
    last: str = "[SEP]"
    padding: str = "[PAD]"


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The numbers of each word's pieces, those of the special pieces, and when a word is known."""

    of_words: tuple[tuple[int, ...], ...]
    unknown: int
    first: int
    last: int
    padding: int
    familiar: int | None = None

    def is_unknown(self) -> NDArray[np.bool_]:
        """Return which words have no pieces of their own, or too many, shape (words,)."""
        most = math.inf if self.familiar is None else self.familiar
        words = self.of_words
        return np.array([one == (self.unknown,) or len(one) > most for one in words], bool)


def basic_tokens(text: str) -> Tokens:
    """Split at white space; punctuation and ideographs stand alone; signs stay in their word.

    This is BERT's rule: "37°C" is one word, "L-dopa" three.
    """
    spans = list(_spans(text))
    places = np.array(spans, np.int64).reshape(len(spans), 2)
    words = tuple(text[start:end] for start, end in spans)
    return Tokens(words, places[:, 0].copy(), places[:, 1].copy())


def _spans(text: str) -> Iterator[Chunk]:
    start = end = -1
    for place, character in enumerate(text):
        kind = _kind(character)
        if kind == "word":
            start = place if start < 0 else start
            end = place + 1
        elif kind != "invisible":
            if start >= 0:
                yield start, end
            start = -1
            if kind == "single":
                yield place, place + 1
    if start >= 0:
        yield start, end


@lru_cache(maxsize=4096)
def _kind(character: str) -> Literal["word", "single", "space", "invisible"]:
    if character.isspace():
        return "space"
    category = unicodedata.category(character)
    if category[0] == "C" or character == "\N{REPLACEMENT CHARACTER}":
        return "invisible"
    is_sign = category[0] == "P" or (character.isascii() and not character.isalnum())
    is_ideograph = any(low <= ord(character) <= high for low, high in _IDEOGRAPHS)
    return "single" if is_sign or is_ideograph else "word"


def split_words(words: Sequence[str], operation: WordPiece, folder: Path) -> Pieces:
    """Return the pieces of each word; the vocabulary is read from the package's `folder`.

    Raises
    ------
    ValueError : the vocabulary lacks one of the special pieces.
    """
    known = load_pieces(folder / operation.file)
    special = (operation.unknown, operation.first, operation.last, operation.padding)
    missing = [piece for piece in special if piece not in known]
    if missing:
        raise ValueError(f"{operation.file} lacks the pieces {', '.join(missing)}")
    limit = operation.maximum_pieces - _ENDS
    spelled = {word: _split(word, operation, known)[:limit] for word in set(words)}
    of_words = tuple(spelled[word] for word in words)
    unknown, first, last, padding = (known[piece] for piece in special)
    return Pieces(of_words, unknown, first, last, padding, operation.familiar_pieces)


@lru_cache(maxsize=4)
def load_pieces(file: Path) -> dict[str, int]:
    """Return the number of each piece of a vocabulary file."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return {line.rstrip("\r"): number for number, line in enumerate(lines)}


def _split(word: str, operation: WordPiece, known: Mapping[str, int]) -> tuple[int, ...]:
    plain = normalize_piece_word(word, is_lower_case=operation.is_lower_case)
    unknown = (known[operation.unknown],)
    if not 0 < len(plain) <= operation.maximum_characters:
        return unknown
    numbers = []
    start = 0
    while start < len(plain):
        before = operation.continuation if start else ""
        ends = range(len(plain), start, -1)
        end = next((end for end in ends if before + plain[start:end] in known), None)
        if end is None:
            return unknown
        numbers.append(known[before + plain[start:end]])
        start = end
    return tuple(numbers)


def normalize_piece_word(word: str, *, is_lower_case: bool) -> str:
    """Return a word without invisible characters, in lower case without accents if wanted."""
    plain = "".join(character for character in word if _kind(character) != "invisible")
    if not is_lower_case:
        return plain
    apart = unicodedata.normalize("NFD", plain)
    return "".join(one for one in apart if unicodedata.category(one) != "Mn").lower()


def limit_pieces(chunks: Iterable[Chunk], pieces: Pieces, maximum_pieces: int) -> Iterator[Chunk]:
    """Yield the chunks, divided between words where they have too many pieces."""
    for start, end in chunks:
        first, count = start, _ENDS
        for place in range(start, end):
            length = len(pieces.of_words[place])
            if count + length > maximum_pieces:
                yield first, place
                first, count = place, _ENDS
            count += length
        yield first, end


def piece_rows(place: Numbers, pieces: Pieces, operation: WordPiece) -> dict[str, Numbers]:
    """Return the inputs of shape (batch, pieces) for words `place` of shape (batch, words)."""
    rows = [
        [pieces.first, *(n for word in row for n in pieces.of_words[word]), pieces.last]
        for row in place.tolist()
    ]
    longest = max(map(len, rows))
    numbers = np.array([row + [pieces.padding] * (longest - len(row)) for row in rows], np.int64)
    is_there = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in rows], np.int64)
    inputs = {operation.input: numbers, operation.mask_input: is_there}
    if operation.type_input is not None:
        inputs[operation.type_input] = np.zeros_like(numbers)
    return inputs


def first_pieces(place: Numbers, pieces: Pieces) -> Numbers:
    """Return where the first piece of each word lies in its row, shape (batch, words)."""
    counts = np.array([[len(pieces.of_words[word]) for word in row] for row in place.tolist()])
    return np.asarray(1 + np.cumsum(counts, axis=1) - counts, np.int64)
