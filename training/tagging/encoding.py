"""A corpus as arrays, and batches of several consecutive sentences for the network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.text import (
    PreparedText,
    SplitChunks,
    TextOperation,
    pack_chunks,
    prepare_tokens,
)
from meddx_desktop.preprocessing.tokens import Tokens, tokens_of_words
from meddx_desktop.preprocessing.word_pieces import WordPiece, limit_pieces
from training.tagging.sentences import Sentence

Batch: TypeAlias = tuple[dict[str, NDArray[np.generic]], NDArray[np.int32]]


@dataclass(frozen=True, slots=True, eq=False)
class EncodedCorpus:
    """A corpus as one long prepared text with the tag number of each token.

    `documents` are half-open ranges of sentences, each of which the app would see alone.
    """

    prepared: PreparedText
    tags: NDArray[np.int32]
    documents: tuple[tuple[int, int], ...]

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The sentences as ranges of tokens."""
        return self.prepared.sentences

    def parts(self) -> Iterator[tuple[slice, PreparedText]]:
        """Yield the tokens of each document, and the document as the app would prepare it."""
        starts = [start for start, _ in self.prepared.chunks]
        for first, behind in self.documents:
            begin, end = self.ranges[first][0], self.ranges[behind - 1][1]
            inside = slice(*np.searchsorted(starts, [begin, end]))
            yield (
                slice(begin, end),
                PreparedText(
                    _take(self.prepared.tokens, begin, end),
                    _shift(self.ranges[first:behind], begin),
                    _shift(self.prepared.chunks[inside], begin),
                    {},
                    {},
                ),
            )


def _take(tokens: Tokens, begin: int, end: int) -> Tokens:
    return Tokens(tokens.words[begin:end], tokens.starts[begin:end], tokens.ends[begin:end])


def _shift(ranges: Sequence[tuple[int, int]], begin: int) -> tuple[tuple[int, int], ...]:
    return tuple((start - begin, end - begin) for start, end in ranges)


def encode(
    sentences: Sequence[Sentence],
    tags: Sequence[str],
    operations: Sequence[TextOperation],
    folder: Path,
) -> EncodedCorpus:
    """Prepare a corpus with the app's own operations; its tokens and sentences are kept.

    No chunk holds sentences of two documents.
    """
    words = [word for sentence in sentences for word in sentence.words]
    ends = np.cumsum([len(sentence.words) for sentence in sentences]).tolist()
    ranges = list(zip([0, *ends[:-1]], ends, strict=True))
    edges = [
        place
        for place in range(1, len(sentences))
        if sentences[place].document != sentences[place - 1].document
    ]
    documents = list(zip([0, *edges], [*edges, len(sentences)], strict=True))
    prepared = prepare_tokens(tokens_of_words(words), ranges, operations, folder)
    packing = next(step for step in operations if isinstance(step, SplitChunks))
    chunks = tuple(
        chunk
        for first, behind in documents
        for chunk in _pack(ranges[first:behind], packing.maximum_tokens)
    )
    for step in operations:
        if isinstance(step, WordPiece) and prepared.pieces is not None:
            chunks = tuple(limit_pieces(chunks, prepared.pieces, step.maximum_pieces))
    number = {tag: place for place, tag in enumerate(tags)}
    numbers = [number.get(label, 0) for sentence in sentences for label in sentence.labels]
    return EncodedCorpus(
        replace(prepared, chunks=chunks), np.array(numbers, np.int32), tuple(documents)
    )


def _pack(ranges: Sequence[tuple[int, int]], maximum_tokens: int) -> Iterator[tuple[int, int]]:
    begin = ranges[0][0]
    for start, end in pack_chunks(_shift(ranges, begin), maximum_tokens):
        yield start + begin, end + begin


def draw_chunks(
    ranges: Sequence[tuple[int, int]], maximum_tokens: int, generator: np.random.Generator
) -> list[tuple[int, int]]:
    """Join consecutive sentences to chunks of random length, so that records of any length fit."""
    chunks: list[tuple[int, int]] = []
    start, goal = ranges[0][0], int(generator.integers(1, maximum_tokens + 1))
    for place, (_, end) in enumerate(ranges):
        following = ranges[place + 1][1] if place + 1 < len(ranges) else None
        if following is None or end - start >= goal or following - start > maximum_tokens:
            chunks.extend(
                (cut, min(cut + maximum_tokens, end)) for cut in range(start, end, maximum_tokens)
            )
            start, goal = end, int(generator.integers(1, maximum_tokens + 1))
    return chunks


def draw_batches(
    chunks: Sequence[tuple[int, int]], tokens_per_batch: int, generator: np.random.Generator
) -> list[list[tuple[int, int]]]:
    """Group chunks of like length to batches of about so many tokens, in random order."""
    noisy = sorted(chunks, key=lambda chunk: (chunk[1] - chunk[0]) * generator.uniform(0.9, 1.1))
    batches: list[list[tuple[int, int]]] = [[]]
    longest = 0
    for chunk in noisy:
        longest = max(longest, chunk[1] - chunk[0])
        if batches[-1] and longest * (len(batches[-1]) + 1) > tokens_per_batch:
            batches.append([])
            longest = chunk[1] - chunk[0]
        batches[-1].append(chunk)
    return [batches[place] for place in generator.permutation(len(batches))]


def assemble(corpus: EncodedCorpus, chunks: Sequence[tuple[int, int]], word_input: str) -> Batch:
    """Return the padded inputs and tags of a batch; padding has word 0 and tag -1.

    Only the characters of words that occur in the batch are kept; rows are numbered anew.
    """
    length = max(end - start for start, end in chunks)
    place = np.full((len(chunks), length), -1, np.int64)
    for row, (start, end) in enumerate(chunks):
        place[row, : end - start] = np.arange(start, end)
    is_padding = place < 0
    inputs: dict[str, NDArray[np.generic]] = {}
    for name, values in corpus.prepared.by_token.items():
        taken = values[place]
        taken[is_padding] = 0
        inputs[name] = taken
    used, index = np.unique(inputs[word_input], return_inverse=True)
    inputs[word_input] = index.astype(np.int32).reshape(place.shape)
    inputs |= {name: values[used] for name, values in corpus.prepared.by_word.items()}
    tags = corpus.tags[place]
    tags[is_padding] = -1
    return inputs, tags
