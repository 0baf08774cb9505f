"""Text operations: a record to tokens, chunks and the network's input tensors."""

import gzip
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from meddx_desktop.preprocessing.operation import Operation
from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.token_patterns import TokenPatterns, mark_patterns
from meddx_desktop.preprocessing.tokens import Tokens, tokenize
from meddx_desktop.preprocessing.word_pieces import (
    Pieces,
    WordPiece,
    basic_tokens,
    limit_pieces,
    split_words,
)

Values: TypeAlias = NDArray[np.int32] | NDArray[np.float32]

UNKNOWN = 1
FIRST_WORD = 2
SHAPE_FEATURES = 12
_PLACES = 4  # begin, inside, end, single


class Tokenize(Operation):
    """Split into runs of letters and digits, and single other characters.

    Offsets are code points. The rule is that of the corpora on which taggers are trained:
    "L-dopa" is three tokens, "beta1" is one. `bert` is the rule of `word_piece`, which leaves
    signs such as the degree in their word.
    """

    op: Literal["tokenize"] = "tokenize"
    rule: Literal["words_and_punctuation", "bert"] = "words_and_punctuation"


class SplitChunks(Operation):
    """Pack whole sentences into chunks of at most `maximum_tokens`; longer sentences are cut."""

    op: Literal["split_chunks"] = "split_chunks"
    maximum_tokens: Annotated[int, Field(ge=1)]


class Vocabulary(Operation):
    """Number each token by its line in `file` (one normalized word a line) plus 2.

    1 is an unknown word; 0 stays free for padding in training. Words are compared in Unicode
    form NFKC, in lower case, with every digit as 0.
    """

    op: Literal["vocabulary"] = "vocabulary"
    input: str
    file: str


class Characters(Operation):
    """Spell each distinct token as numbers; `index_input` says which row each token has.

    A character is its place in `alphabet` plus 2, 1 when it is not there, 0 behind the end. A
    token longer than `length` keeps its first and its last half.
    """

    op: Literal["characters"] = "characters"
    input: str
    index_input: str
    alphabet: str
    length: Annotated[int, Field(ge=2)]


class WordShape(Operation):
    """Describe each token by twelve yes-or-no features: case, digits, length, punctuation."""

    op: Literal["word_shape"] = "word_shape"
    input: str


class Gazetteer(Operation):
    """Mark the longest names of each list in `file` as begin, inside, end or single.

    `file` is gzip-compressed text, one `list<TAB>tokens joined by spaces` a line; `lists` orders
    the features, four a list.
    """

    op: Literal["gazetteer"] = "gazetteer"
    input: str
    file: str
    lists: tuple[str, ...]
    maximum_tokens: Annotated[int, Field(ge=1)] = 8


TextOperation: TypeAlias = (
    Tokenize
    | SplitChunks
    | Vocabulary
    | Characters
    | WordShape
    | Gazetteer
    | TokenPatterns
    | WordPiece
)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedText:
    """A record ready for the network.

    `sentences` and `chunks` are half-open ranges of tokens. `by_token` holds arrays whose first
    axis is the record's tokens, `by_word` arrays whose first axis is its distinct tokens.
    `pieces` are None where no operation spells words as pieces.
    """

    tokens: Tokens
    sentences: tuple[tuple[int, int], ...]
    chunks: tuple[tuple[int, int], ...]
    by_token: Mapping[str, Values]
    by_word: Mapping[str, Values]
    pieces: Pieces | None = None


def prepare_text(text: str, operations: Sequence[TextOperation], folder: Path) -> PreparedText:
    """Run the declared operations on a record; files are read from the package's `folder`."""
    is_bert = any(isinstance(step, Tokenize) and step.rule == "bert" for step in operations)
    tokens = basic_tokens(text) if is_bert else tokenize(text)
    sentences = split_sentences(text, tokens)
    return prepare_tokens(tokens, sentences, operations, folder)


def prepare_tokens(
    tokens: Tokens,
    sentences: Sequence[tuple[int, int]],
    operations: Sequence[TextOperation],
    folder: Path,
) -> PreparedText:
    """Run the declared operations on text that is already split, as corpora are."""
    chunks: tuple[tuple[int, int], ...] = tuple(sentences)
    by_token: dict[str, Values] = {}
    by_word: dict[str, Values] = {}
    pieces: Pieces | None = None
    for operation in operations:
        match operation:
            case Tokenize():
                continue
            case SplitChunks():
                chunks = tuple(pack_chunks(sentences, operation.maximum_tokens))
            case Vocabulary() | WordShape() | Gazetteer() | TokenPatterns():
                by_token[operation.input] = _describe(tokens, operation, folder)
            case Characters():
                spelled, index = spell_words(tokens.words, operation)
                by_word[operation.input] = spelled
                by_token[operation.index_input] = index
            case WordPiece():
                pieces = split_words(tokens.words, operation, folder)
                chunks = tuple(limit_pieces(chunks, pieces, operation.maximum_pieces))
            case _:
                assert_never(operation)
    return PreparedText(tokens, tuple(sentences), chunks, by_token, by_word, pieces)


def _describe(
    tokens: Tokens, operation: Vocabulary | WordShape | Gazetteer | TokenPatterns, folder: Path
) -> Values:
    """Return the features of each token, shape (tokens,) or (tokens, features)."""
    match operation:
        case Vocabulary():
            return number_words(tokens.words, folder / operation.file)
        case WordShape():
            return word_shapes(tokens.words)
        case Gazetteer():
            return mark_names(tokens.words, operation, folder)
        case TokenPatterns():
            return mark_patterns(tokens, operation, folder)


def pack_chunks(
    sentences: Sequence[tuple[int, int]], maximum_tokens: int
) -> Iterator[tuple[int, int]]:
    """Yield ranges of whole sentences with at most `maximum_tokens` tokens."""
    start = end = 0
    for first, last in sentences:
        if last - start > maximum_tokens and end > start:
            yield start, end
            start = first
        while last - start > maximum_tokens:
            yield start, start + maximum_tokens
            start += maximum_tokens
        end = last
    if end > start:
        yield start, end


_DIGITS_AS_ZERO = str.maketrans("123456789", "000000000")


@lru_cache(maxsize=100_000)
def normalize_word(word: str) -> str:
    """Return the word as vocabularies hold it."""
    plain = word if word.isascii() else unicodedata.normalize("NFKC", word)
    return plain.lower().translate(_DIGITS_AS_ZERO)


@lru_cache(maxsize=4)
def load_vocabulary(file: Path) -> dict[str, int]:
    """Return the number of each word of a vocabulary file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return {word: number for number, word in enumerate(lines, FIRST_WORD)}


def number_words(words: Sequence[str], file: Path) -> NDArray[np.int32]:
    """Return the vocabulary numbers, shape (tokens,)."""
    numbers = load_vocabulary(file)
    return np.array([numbers.get(normalize_word(word), UNKNOWN) for word in words], np.int32)


def spell_words(
    words: Sequence[str], operation: Characters
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the distinct tokens' characters (distinct, length) and each token's row (tokens,)."""
    rows: dict[str, int] = {}
    index = np.array([rows.setdefault(word, len(rows)) for word in words], np.int32)
    places = {character: n for n, character in enumerate(operation.alphabet, FIRST_WORD)}
    spelled = np.zeros((len(rows), operation.length), np.int32)
    head = operation.length // 2
    tail = operation.length - head
    for word, row in rows.items():
        kept = word if len(word) <= operation.length else word[:head] + word[-tail:]
        spelled[row, : len(kept)] = [places.get(character, UNKNOWN) for character in kept]
    return spelled, index


@lru_cache(maxsize=100_000)
def _shape(word: str) -> tuple[float, ...]:
    has_letter = any(character.isalpha() for character in word)
    has_digit = any(character.isdigit() for character in word)
    upper = sum(character.isupper() for character in word)
    features = (
        word.islower(),
        word.istitle() and len(word) > 1,
        word.isupper() and len(word) > 1,
        upper == 1 and len(word) == 1,
        has_letter and 0 < upper < len(word) and not word.istitle(),
        has_digit and not has_letter,
        has_digit and has_letter,
        not has_digit and not has_letter,
        word == "-",
        word in "()[]{}",
        len(word) <= 3,
        len(word) >= 10,
    )
    return tuple(map(float, features))


def word_shapes(words: Sequence[str]) -> NDArray[np.float32]:
    """Return the shape features, shape (tokens, 12)."""
    shapes = [_shape(word) for word in words]
    return np.array(shapes, np.float32).reshape(len(words), SHAPE_FEATURES)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a gazetteer: which lists hold each, and every beginning of one."""

    lists_of: Mapping[str, frozenset[str]]
    beginnings: frozenset[str]


@lru_cache(maxsize=4)
def load_names(file: Path) -> Names:
    """Read a gazetteer file."""
    lists_of: dict[str, frozenset[str]] = {}
    beginnings = set()
    for line in gzip.decompress(file.read_bytes()).decode("utf-8").splitlines():
        name_list, _, name = line.partition("\t")
        lists_of[name] = lists_of.get(name, frozenset()) | {name_list}
        end = name.find(" ")
        while end >= 0:
            beginnings.add(name[:end])
            end = name.find(" ", end + 1)
    return Names(lists_of, frozenset(beginnings))


def normalize_name_token(word: str) -> str:
    """Return the token as gazetteers hold it."""
    return (word if word.isascii() else unicodedata.normalize("NFKC", word)).lower()


def mark_names(words: Sequence[str], operation: Gazetteer, folder: Path) -> NDArray[np.float32]:
    """Return the longest matches of each list, shape (tokens, 4 x lists)."""
    names = load_names(folder / operation.file)
    marks = np.zeros((len(words), len(operation.lists) * _PLACES), np.float32)
    column = {name: _PLACES * place for place, name in enumerate(operation.lists)}
    free_from = dict.fromkeys(operation.lists, 0)
    lowered = [normalize_name_token(word) for word in words]
    for start in range(len(lowered)):
        for name_list, end in _longest(lowered, start, operation.maximum_tokens, names).items():
            if name_list in column and start >= free_from[name_list]:
                _mark(marks[:, column[name_list] : column[name_list] + _PLACES], start, end)
                free_from[name_list] = end
    return marks


def _longest(
    lowered: Sequence[str], start: int, maximum_tokens: int, names: Names
) -> dict[str, int]:
    longest: dict[str, int] = {}
    name = lowered[start]
    end = start + 1
    while True:
        for name_list in names.lists_of.get(name, ()):
            longest[name_list] = end
        if name not in names.beginnings or end == len(lowered) or end - start == maximum_tokens:
            return longest
        name = f"{name} {lowered[end]}"
        end += 1


def _mark(columns: NDArray[np.float32], start: int, end: int) -> None:
    if end - start == 1:
        columns[start, 3] = 1
        return
    columns[start, 0] = 1
    columns[start + 1 : end - 1, 1] = 1
    columns[end - 1, 2] = 1
