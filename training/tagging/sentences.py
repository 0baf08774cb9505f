"""Sentences with their labels, from files of labelled tokens and from texts with offsets."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.text import normalize_word
from meddx_desktop.preprocessing.tokens import Tokens, tokenize

BLOCK_SENTENCES = 9  # An abstract of BC5CDR has nine sentences on average; its files name none.

Span: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with their IOB2 labels, and the number of the document where it is known."""

    words: tuple[str, ...]
    labels: tuple[str, ...]
    document: int | None = None

    @property
    def spans(self) -> frozenset[Span]:
        """The mentions as (first token, token behind, type)."""
        return frozenset(spans_of_labels(self.labels))


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its mentions as (start, end, type) in code points."""

    text: str
    mentions: tuple[Span, ...]


def read_sentences(file: Path, limit: int | None = None) -> tuple[Sentence, ...]:
    """Read a CoNLL file: `token<TAB>label`, an empty line between sentences."""
    sentences = []
    for block in file.read_text(encoding="utf-8").strip().split("\n\n")[:limit]:
        rows = [line.split("\t") for line in block.splitlines() if line.strip()]
        if rows:
            words, labels = zip(*((row[0], row[-1]) for row in rows), strict=True)
            sentences.append(Sentence(tuple(words), tuple(labels)))
    return tuple(sentences)


def read_json_lines(file: Path, type_of: Mapping[str, str]) -> Iterator[Document]:
    """Yield documents of `{"text", "entities": [{"start", "end", "label"}]}`, one a line.

    `type_of` gives the type of each label; mentions of other labels are left out.
    """
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        found = (
            (entity["start"], entity["end"], type_of[entity["label"]])
            for entity in record["entities"]
            if entity["label"] in type_of
        )
        yield Document(record["text"], without_nesting(found))


def read_pubtator(file: Path, mention_type: str) -> Iterator[Document]:
    """Yield the documents of a PubTator file, title and abstract joined by a line break.

    A document that the file holds twice comes once.
    """
    for block in dict.fromkeys(file.read_text(encoding="utf-8").strip().split("\n\n")):
        title, abstract, *rows = block.splitlines()
        text = title.split("|t|", 1)[1] + "\n" + abstract.split("|a|", 1)[1]
        found = (row.split("\t") for row in rows)
        spans = ((int(row[1]), int(row[2]), mention_type) for row in found if len(row) > 3)
        yield Document(text, without_nesting(spans))


def without_nesting(mentions: Iterable[Span]) -> tuple[Span, ...]:
    """Return the mentions in the order of the text; of two that overlap the longer one stays."""
    kept: list[Span] = []
    for start, end, kind in sorted(mentions, key=lambda one: (one[0] - one[1], one)):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, kind))
    return tuple(sorted(kept))


def sentences_of(documents: Iterable[Document]) -> Iterator[Sentence]:
    """Split documents into tokens and sentences by the app's own rules; label the tokens.

    A mention that ends inside a token takes the whole token.
    """
    for number, document in enumerate(documents):
        tokens = tokenize(document.text)
        labels = _labels_of(document, tokens)
        for start, end in split_sentences(document.text, tokens):
            first, *others = labels[start:end]
            # No mention goes beyond its sentence: what is left begins anew.
            first = first.replace("I-", "B-", 1) if first.startswith("I-") else first
            yield Sentence(tokens.words[start:end], (first, *others), number)


def _labels_of(document: Document, tokens: Tokens) -> list[str]:
    labels = ["O"] * len(tokens)
    for start, end, kind in document.mentions:
        first = int(np.searchsorted(tokens.ends, start, "right"))
        last = int(np.searchsorted(tokens.starts, end, "left"))
        for place in range(first, last):
            labels[place] = f"{'B' if place == first else 'I'}-{kind}"
    return labels


def spans_of_labels(labels: Sequence[str]) -> Iterator[Span]:
    """Yield the mentions of IOB2 labels; an I without its B begins a mention."""
    start, kind = 0, ""
    for place, label in enumerate((*labels, "O")):
        if kind and label != f"I-{kind}":
            yield start, place, kind
            kind = ""
        if label != "O" and not kind:
            start, kind = place, label[2:]


def count_words(sentences: Iterable[Sentence]) -> Counter[str]:
    """Count normalized words."""
    return Counter(normalize_word(word) for sentence in sentences for word in sentence.words)


def documents_of(sentences: Sequence[Sentence]) -> NDArray[np.int64]:
    """Return the document of each sentence: what intervals draw with replacement.

    Where the file names none, blocks of nine consecutive sentences stand for them.
    """
    numbers = [
        place // BLOCK_SENTENCES if sentence.document is None else sentence.document
        for place, sentence in enumerate(sentences)
    ]
    return np.array(numbers, np.int64)


def has_kind(sentences: Sequence[Sentence], kinds: Sequence[str]) -> NDArray[np.int64]:
    """Return 1 for each sentence with a mention of one of the kinds."""
    return np.array([any(one[2] in kinds for one in s.spans) for s in sentences], np.int64)
