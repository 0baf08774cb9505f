"""Mention figures with intervals: exact first and last token and type, or any overlap."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation, PostprocessingOperation
from meddx_desktop.inference.random_field import RandomField
from meddx_desktop.inference.text_tagging import (
    TaggedText,
    decode_chunks,
    mention_log_odds,
    refine_emissions,
)
from training.metrics import Predictions
from training.tagging.corpora import Corpus
from training.tagging.encoding import EncodedCorpus
from training.tagging.sentences import Sentence, Span, documents_of, has_kind, spans_of_labels

REPEATS = 1000

Found: TypeAlias = Sequence[frozenset[Span]]
Counter: TypeAlias = Callable[[frozenset[Span], frozenset[Span]], tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and F1 with the 95 % interval of F1."""

    precision: float
    recall: float
    f1: float
    interval: tuple[float, float]
    mentions: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure was taken, and the document of each sentence."""

    data_set: str
    split: str
    documents: NDArray[np.int64]
    is_document_known: bool = False

    @property
    def count(self) -> int | None:
        """The number of documents where the files name them."""
        return len(np.unique(self.documents)) if self.is_document_known else None


def place_of(data_set: str, split: str, sentences: Sequence[Sentence]) -> Place:
    """Return the place of figures on these sentences."""
    is_known = bool(sentences) and sentences[0].document is not None
    return Place(data_set, split, documents_of(sentences), is_known)


def spans_by_sentence(
    ranges: Sequence[tuple[int, int]], tags: NDArray[np.integer], labels: Sequence[str]
) -> list[frozenset[Span]]:
    """Return the mentions of each sentence from tag numbers of shape (tokens,)."""
    return [
        frozenset(spans_of_labels([labels[tag] for tag in tags[start:end]]))
        for start, end in ranges
    ]


def chosen_kinds(found: Found, names: Mapping[str, str]) -> Found:
    """Return the mentions of the kinds in `names`, under the names given there."""
    return [
        frozenset((start, end, names[kind]) for start, end, kind in one if kind in names)
        for one in found
    ]


def count_exact(truth: frozenset[Span], answer: frozenset[Span]) -> tuple[int, int, int, int]:
    """Return right answers, answers, mentions met and mentions; a match is exact."""
    right = len(truth & answer)
    return right, len(answer), right, len(truth)


def count_overlaps(truth: frozenset[Span], answer: frozenset[Span]) -> tuple[int, int, int, int]:
    """Return right answers, answers, mentions met and mentions; one shared token is a match."""

    def meet(one: frozenset[Span], other: frozenset[Span]) -> int:
        return sum(any(a[2] == b[2] and a[0] < b[1] and b[0] < a[1] for b in other) for a in one)

    return meet(answer, truth), len(answer), meet(truth, answer), len(truth)


def f1(counts: NDArray[np.integer]) -> float:
    """Return F1 of (right, answers, met, mentions) counts, summed over the first axis."""
    right, answers, met, mentions = counts.reshape(-1, 4).sum(axis=0)
    precision, recall = right / max(1, answers), met / max(1, mentions)
    return float(2 * precision * recall / max(1e-12, precision + recall))


def measure(
    gold: Found, found: Found, documents: NDArray[np.int64], count: Counter = count_exact
) -> Figures:
    """Return the figures; the interval draws documents with replacement."""
    counts = np.array([count(*pair) for pair in zip(gold, found, strict=True)], np.int64)
    _, index = np.unique(documents, return_inverse=True)
    by_document = np.stack([np.bincount(index, counts[:, column]) for column in range(4)], axis=1)
    generator = np.random.default_rng(0)
    values = [
        f1(by_document[generator.integers(0, len(by_document), len(by_document))])
        for _ in range(REPEATS)
    ]
    low, high = np.percentile(values, [2.5, 97.5])
    right, answers, met, mentions = counts.sum(axis=0)
    return Figures(
        float(right / max(1, answers)),
        float(met / max(1, mentions)),
        f1(counts),
        (float(low), float(high)),
        int(mentions),
    )


def row_of(
    system: str, place: Place, metric: str, figures: Figures, *, is_baseline: bool
) -> Evaluation:
    """Return one row of the card."""
    return Evaluation(
        system=system,
        data_set=place.data_set,
        split=place.split,
        patients=None,
        items=figures.mentions,
        metric=metric,
        value=round(figures.f1, 4),
        interval=(round(figures.interval[0], 4), round(figures.interval[1], 4)),
        is_baseline=is_baseline,
    )


def decode(
    emissions: NDArray[np.float32],
    corpus: EncodedCorpus,
    field: RandomField,
    operations: Sequence[PostprocessingOperation],
) -> TaggedText:
    """Refine and decode emissions of shape (tokens, tags), each document by itself as the app does.

    The operations are the app's own.
    """
    parts = []
    for inside, prepared in corpus.parts():
        refined = refine_emissions(emissions[inside], prepared, operations, field)
        parts.append(decode_chunks(refined, prepared, field))
    return TaggedText(
        corpus.prepared,
        np.concatenate([part.emissions for part in parts]),
        np.concatenate([part.tags for part in parts]),
        np.concatenate([part.marginals for part in parts]),
    )


def mention_predictions(
    corpus: EncodedCorpus,
    decoded: TaggedText,
    names: tuple[Sequence[str], Mapping[str, str]],
    place: Place,
) -> dict[str, Predictions]:
    """Return for each entity type the log odds of each found mention, and whether it is right.

    Parameters
    ----------
    names : the label of each tag number, and the entity type of each kind of mention.
    """
    labels, type_of = names
    gold = chosen_kinds(spans_by_sentence(corpus.ranges, corpus.tags, labels), type_of)
    found = spans_by_sentence(corpus.ranges, decoded.tags, labels)
    rows: dict[str, list[tuple[bool, float, str]]] = {one: [] for one in type_of.values()}
    for sentence, (start, _) in enumerate(corpus.ranges):
        for first, last, kind in sorted(found[sentence]):
            if kind in type_of:
                inside = np.arange(start + first, start + last)
                odds = mention_log_odds(decoded.marginals[inside, decoded.tags[inside]])
                is_right = (first, last, type_of[kind]) in gold[sentence]
                rows[type_of[kind]].append((is_right, odds, str(place.documents[sentence])))
    return {kind: join_predictions(found_rows) for kind, found_rows in rows.items()}


def join_predictions(rows: Sequence[tuple[bool, float, str]]) -> Predictions:
    """Return (label, log odds, document) rows as arrays."""
    labels, logits, documents = zip(*rows, strict=True) if rows else ((), (), ())
    return Predictions(
        np.array(labels, np.int64), np.array(logits, float), np.array(documents, np.str_)
    )


def sentence_predictions(
    sentences: Sequence[Sentence], decoded: TaggedText, corpus: Corpus, kinds: Sequence[str]
) -> Predictions:
    """Return whether each sentence mentions a kind, and the largest log odds of its tokens."""
    columns = [corpus.tags.index(f"B-{kind}") for kind in kinds]
    likeliest = [
        decoded.marginals[start:end, columns].sum(axis=1).max()
        for start, end in decoded.prepared.sentences
    ]
    clipped = np.clip(likeliest, 1e-9, 1 - 1e-9)
    return Predictions(
        has_kind(sentences, kinds),
        np.log(clipped) - np.log1p(-clipped),
        documents_of(sentences).astype(np.str_),
    )


def confusion(gold: Found, found: Found, kinds: Sequence[str]) -> NDArray[np.int64]:
    """Count mentions by true and given kind, "none" last.

    An answer belongs to the true mention with which it shares most tokens.
    """
    names = {kind: place for place, kind in enumerate(kinds)}
    table = np.zeros((len(kinds) + 1, len(kinds) + 1), np.int64)
    for truth, answer in zip(gold, found, strict=True):
        free = set(answer)
        for start, end, kind in sorted(truth):
            near = max(free, key=lambda one: min(end, one[1]) - max(start, one[0]), default=None)
            if near is None or min(end, near[1]) <= max(start, near[0]):
                table[names[kind], -1] += 1
            else:
                table[names[kind], names[near[2]]] += 1
                free.remove(near)
        for _, _, kind in free:
            table[-1, names[kind]] += 1
    return table
