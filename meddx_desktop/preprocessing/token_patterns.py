"""Patterns over tokens as data: dates, telephone numbers, record numbers.

A pattern is a list of elements without loops, so that it matches at most as many tokens as it has
elements and its time is bounded whatever the text. Regular expressions promise neither.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from meddx_desktop.preprocessing.operation import Operation
from meddx_desktop.preprocessing.tokens import Tokens

PLACES = 4  # begin, inside, end, single
MAXIMUM_ELEMENTS = 24
_CLASS = re.compile(r"([#@*$])([0-9]{1,2})-([0-9]{1,2})")
_LIST = re.compile(r"<([a-z_]+)>")

Span: TypeAlias = tuple[int, int]


class TokenPatterns(Operation):
    """Mark what the patterns of each kind match as begin, inside, end or single.

    `file` is JSON with `words` (lists by name) and `patterns`; `kinds` orders the features, four a
    kind. Of overlapping matches of a kind the first, and of these the longest, counts.

    A pattern has a `kind`, elements that must come `before` and the elements to `match`, each
    separated by spaces: `#1-2` one to two digits, `@2-5` letters, `$2-5` letters or digits, `*2-5`
    letters or digits with at least one digit, `<month>` a word of that list, anything else the
    token itself in lower case; a question mark behind an element makes it optional. Between the
    matched tokens of a pattern that `is_joined` there is no space.
    """

    op: Literal["token_patterns"] = "token_patterns"
    input: str
    file: str
    kinds: tuple[str, ...]


class Pattern(BaseModel):
    """One line of the pattern file; see `TokenPatterns`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: str
    before: Annotated[str, Field(max_length=200)] = ""
    match: Annotated[str, Field(min_length=1, max_length=200)]
    is_joined: bool = False


class PatternFile(BaseModel):
    """The whole pattern file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    patterns: Annotated[tuple[Pattern, ...], Field(max_length=500)]


class Element:
    """One element of a pattern: which tokens it takes, and whether it may be left out."""

    __slots__ = ("_low", "_sign", "_top", "_words", "is_optional")

    def __init__(self, written: str, lists: Mapping[str, frozenset[str]]) -> None:
        self.is_optional = len(written) > 1 and written.endswith("?")
        core = written[:-1] if self.is_optional else written
        self._sign, self._low, self._top = "", 0, 0
        self._words = frozenset({core})
        if found := _CLASS.fullmatch(core):
            self._sign, self._low, self._top = found[1], int(found[2]), int(found[3])
        elif found := _LIST.fullmatch(core):
            self._words = lists[found[1]]

    def takes(self, word: str) -> bool:
        """Return whether the element takes a token in lower case."""
        if not self._sign:
            return word in self._words
        if not self._low <= len(word) <= self._top:
            return False
        match self._sign:
            case "#":
                return word.isascii() and word.isdigit()
            case "@":
                return word.isalpha()
            case "*":
                return word.isalnum() and any(map(str.isdigit, word))
            case _:
                return word.isalnum()


class CompiledPattern:
    """A pattern ready to be matched."""

    __slots__ = ("before", "is_joined", "kind", "match")

    def __init__(self, pattern: Pattern, lists: Mapping[str, frozenset[str]]) -> None:
        self.kind, self.is_joined = pattern.kind, pattern.is_joined
        self.before = tuple(Element(part, lists) for part in pattern.before.split())
        self.match = tuple(Element(part, lists) for part in pattern.match.split())
        if len(self.before) + len(self.match) > MAXIMUM_ELEMENTS:
            raise ValueError(f"a pattern has at most {MAXIMUM_ELEMENTS} elements")
        if all(element.is_optional for element in self.match):
            raise ValueError("a pattern must match something")

    def may_begin(self, word: str) -> bool:
        """Return whether the pattern can begin with this token."""
        for element in (*self.before, *self.match):
            if element.takes(word):
                return True
            if not element.is_optional:
                return False
        return False

    def spans(self, words: Sequence[str], is_spaced: Sequence[bool], place: int) -> Iterator[Span]:
        """Yield what the pattern matches when its context begins at `place`."""
        for start in _advance(self.before, words, {place}, None):
            ends = _advance(self.match, words, {start}, is_spaced if self.is_joined else None)
            if ends and max(ends) > start:
                yield start, max(ends)


def _advance(
    elements: Sequence[Element],
    words: Sequence[str],
    places: set[int],
    is_spaced: Sequence[bool] | None,
) -> set[int]:
    """Return all places behind the elements; `is_spaced` forbids spaces where it is given."""
    (first,) = places
    for element in elements:
        following = set(places) if element.is_optional else set()
        for place in places:
            if place == len(words) or not element.takes(words[place]):
                continue
            if is_spaced is None or place == first or not is_spaced[place]:
                following.add(place + 1)
        if not following:
            return set()
        places = following
    return places


@lru_cache(maxsize=4)
def load_patterns(file: Path) -> tuple[CompiledPattern, ...]:
    """Read a pattern file."""
    content = PatternFile.model_validate_json(file.read_bytes())
    lists = {name: frozenset(words) for name, words in content.words.items()}
    return tuple(CompiledPattern(pattern, lists) for pattern in content.patterns)


def mark_patterns(tokens: Tokens, operation: TokenPatterns, folder: Path) -> NDArray[np.float32]:
    """Return the matches of each kind, shape (tokens, 4 x kinds)."""
    marks = np.zeros((len(tokens), len(operation.kinds) * PLACES), np.float32)
    column = {kind: PLACES * place for place, kind in enumerate(operation.kinds)}
    for kind, spans in find_patterns(tokens, load_patterns(folder / operation.file)).items():
        if kind not in column:
            continue
        free_from = 0
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= free_from:
                _mark(marks[:, column[kind] : column[kind] + PLACES], start, end)
                free_from = end
    return marks


def find_patterns(tokens: Tokens, patterns: Sequence[CompiledPattern]) -> dict[str, set[Span]]:
    """Return the ranges of tokens that the patterns of each kind match."""
    words = [word.lower() for word in tokens.words]
    is_spaced = [False, *(tokens.starts[1:] > tokens.ends[:-1]).tolist()]
    beginning: dict[str, tuple[CompiledPattern, ...]] = {}
    found: dict[str, set[Span]] = {}
    for place, word in enumerate(words):
        if word not in beginning:
            beginning[word] = tuple(one for one in patterns if one.may_begin(word))
        for pattern in beginning[word]:
            found.setdefault(pattern.kind, set()).update(pattern.spans(words, is_spaced, place))
    return found


def _mark(columns: NDArray[np.float32], start: int, end: int) -> None:
    if end - start == 1:
        columns[start, 3] = 1
        return
    columns[start, 0] = 1
    columns[start + 1 : end - 1, 1] = 1
    columns[end - 1, 2] = 1
