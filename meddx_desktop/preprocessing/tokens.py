"""Tokens of a record with their exact places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """Words with their half-open code-point ranges, both of shape (tokens,)."""

    words: tuple[str, ...]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.words)


def tokenize(text: str) -> Tokens:
    """Split into runs of letters and digits, and every other visible character by itself."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    places = np.array(spans, np.int64).reshape(len(spans), 2)
    words = tuple(text[start:end] for start, end in spans)
    return Tokens(words, places[:, 0].copy(), places[:, 1].copy())


def tokens_of_words(words: Sequence[str]) -> Tokens:
    """Return given words as tokens of the text that joins them with single spaces."""
    lengths = np.array([len(word) for word in words], np.int64)
    ends = np.cumsum(lengths + 1) - 1
    return Tokens(tuple(words), ends - lengths, ends)
