"""BC5CDR as sentences, and batches of several consecutive sentences for the network."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.text import (
    PreparedText,
    TextOperation,
    normalize_word,
    prepare_tokens,
)
from meddx_desktop.preprocessing.tokens import tokens_of_words

TAGS = ("O", "B-Chemical", "I-Chemical", "B-Disease", "I-Disease")
ENTITY_TYPES = {"Chemical": "chemical", "Disease": "disease"}
BLOCK_SENTENCES = 9  # An abstract of BC5CDR has nine sentences on average; the files name none.

Span: TypeAlias = tuple[int, int, str]
Batch: TypeAlias = tuple[dict[str, NDArray[np.generic]], NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with their IOB2 labels."""

    words: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def spans(self) -> frozenset[Span]:
        """The mentions as (first token, token behind, type)."""
        return frozenset(spans_of_labels(self.labels))


def read_sentences(file: Path, limit: int | None = None) -> tuple[Sentence, ...]:
    """Read a CoNLL file: `token<TAB>label`, an empty line between sentences."""
    sentences = []
    for block in file.read_text(encoding="utf-8").strip().split("\n\n")[:limit]:
        rows = [line.split("\t") for line in block.splitlines() if line.strip()]
        if rows:
            words, labels = zip(*((row[0], row[-1]) for row in rows), strict=True)
            sentences.append(Sentence(tuple(words), tuple(labels)))
    return tuple(sentences)


def spans_of_labels(labels: Sequence[str]) -> Iterator[Span]:
    """Yield the mentions of IOB2 labels; an I without its B begins a mention."""
    start, kind = 0, ""
    for place, label in enumerate((*labels, "O")):
        if kind and label != f"I-{kind}":
            yield start, place, kind
            kind = ""
        if label != "O" and not kind:
            start, kind = place, label[2:]


def count_words(sentences: Sequence[Sentence]) -> Counter[str]:
    """Count normalized words."""
    return Counter(normalize_word(word) for sentence in sentences for word in sentence.words)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedCorpus:
    """A corpus as one long prepared text with the tag number of each token."""

    prepared: PreparedText
    tags: NDArray[np.int32]

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The sentences as ranges of tokens."""
        return self.prepared.sentences


def encode(
    sentences: Sequence[Sentence], operations: Sequence[TextOperation], folder: Path
) -> EncodedCorpus:
    """Prepare a corpus with the app's own operations; its tokens and sentences are kept."""
    words = [word for sentence in sentences for word in sentence.words]
    ends = np.cumsum([len(sentence.words) for sentence in sentences])
    ranges = [
        (int(end) - len(sentence.words), int(end))
        for end, sentence in zip(ends, sentences, strict=True)
    ]
    prepared = prepare_tokens(tokens_of_words(words), ranges, operations, folder)
    number = {tag: place for place, tag in enumerate(TAGS)}
    tags = [number.get(label, 0) for sentence in sentences for label in sentence.labels]
    return EncodedCorpus(prepared, np.array(tags, np.int32))


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
