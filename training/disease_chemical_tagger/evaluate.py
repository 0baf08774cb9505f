"""Strict mention figures with intervals: exact first and last token, and type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import (
    Evaluation,
    ExpandAbbreviations,
    PostprocessingOperation,
    ShareEmissions,
    ViterbiDecode,
)
from meddx_desktop.inference.random_field import RandomField
from meddx_desktop.inference.text_tagging import (
    TaggedText,
    decode_chunks,
    mention_log_odds,
    refine_emissions,
)
from training.disease_chemical_tagger.dataset import (
    BLOCK_SENTENCES,
    TAGS,
    EncodedCorpus,
    Span,
    spans_of_labels,
)
from training.metrics import Predictions

KINDS: Mapping[str, tuple[str, ...]] = {
    "disease and chemical": ("Disease", "Chemical"),
    "disease": ("Disease",),
    "chemical": ("Chemical",),
}
REPEATS = 1000
FIELD_FILE = "crf.json"
# Chosen on the development part.
POSTPROCESSING: tuple[PostprocessingOperation, ...] = (
    ShareEmissions(weight=0.5, sentences=7, minimum_characters=3),
    ExpandAbbreviations(support=4, doubt=2, sentences=9),
    ViterbiDecode(tags=TAGS, parameters=FIELD_FILE),
)

Found: TypeAlias = Sequence[frozenset[Span]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and F1 with the 95 % interval of F1."""

    precision: float
    recall: float
    f1: float
    interval: tuple[float, float]
    mentions: int


def spans_by_sentence(
    ranges: Sequence[tuple[int, int]], tags: NDArray[np.integer]
) -> list[frozenset[Span]]:
    """Return the mentions of each sentence from tag numbers of shape (tokens,)."""
    return [
        frozenset(spans_of_labels([TAGS[tag] for tag in tags[start:end]])) for start, end in ranges
    ]


def count_matches(
    gold: Sequence[frozenset[Span]], found: Sequence[frozenset[Span]], kinds: Sequence[str]
) -> NDArray[np.int64]:
    """Return (right, found, gold) a sentence, shape (sentences, 3)."""
    rows = []
    for truth, answer in zip(gold, found, strict=True):
        wanted = {span for span in truth if span[2] in kinds}
        given = {span for span in answer if span[2] in kinds}
        rows.append((len(wanted & given), len(given), len(wanted)))
    return np.array(rows, np.int64).reshape(len(rows), 3)


def f1(counts: NDArray[np.integer]) -> float:
    """Return F1 of (right, found, gold) counts, summed over the first axis."""
    right, found, gold = counts.reshape(-1, 3).sum(axis=0)
    return float(2 * right / max(1, found + gold))


def f1_of_tags(corpus: EncodedCorpus, tags: NDArray[np.integer]) -> float:
    """Return the strict F1 over both types."""
    gold = spans_by_sentence(corpus.ranges, corpus.tags)
    return f1(
        count_matches(gold, spans_by_sentence(corpus.ranges, tags), KINDS["disease and chemical"])
    )


def blocks_of(sentences: int) -> NDArray[np.int64]:
    """Return the block of each sentence; about an abstract, since the files name none."""
    return np.arange(sentences) // BLOCK_SENTENCES


def measure(
    gold: Sequence[frozenset[Span]],
    found: Sequence[frozenset[Span]],
    kinds: Sequence[str],
    seed: int = 0,
) -> Figures:
    """Return the figures; the interval draws blocks of consecutive sentences with replacement."""
    counts = count_matches(gold, found, kinds)
    block = blocks_of(len(counts))
    by_block = np.stack([np.bincount(block, counts[:, column]) for column in range(3)], axis=1)
    generator = np.random.default_rng(seed)
    values = [
        f1(by_block[generator.integers(0, len(by_block), len(by_block))]) for _ in range(REPEATS)
    ]
    low, high = np.percentile(values, [2.5, 97.5])
    right, given, wanted = counts.sum(axis=0)
    return Figures(
        float(right / max(1, given)),
        float(right / max(1, wanted)),
        f1(counts),
        (float(low), float(high)),
        int(wanted),
    )


def evaluation_rows(
    system: str,
    place: tuple[str, str],
    gold: Sequence[frozenset[Span]],
    found: Sequence[frozenset[Span]],
    *,
    is_baseline: bool,
) -> list[Evaluation]:
    """Return the card's rows of one system; `place` is (data set, split)."""
    return [
        row_of(system, place, name, measure(gold, found, kinds), is_baseline=is_baseline)
        for name, kinds in KINDS.items()
    ]


def row_of(
    system: str, place: tuple[str, str], name: str, figures: Figures, *, is_baseline: bool
) -> Evaluation:
    """Return one row of the card."""
    return Evaluation(
        system=system,
        data_set=place[0],
        split=place[1],
        patients=None,
        items=figures.mentions,
        metric=f"strict mention F1, {name}",
        value=round(figures.f1, 4),
        interval=(round(figures.interval[0], 4), round(figures.interval[1], 4)),
        is_baseline=is_baseline,
    )


def decode(emissions: NDArray[np.float32], corpus: EncodedCorpus, field: RandomField) -> TaggedText:
    """Refine and decode emissions of shape (tokens, tags) with the app's own operations."""
    refined = refine_emissions(emissions, corpus.prepared, POSTPROCESSING, field)
    return decode_chunks(refined, corpus.prepared, field)


def mention_predictions(corpus: EncodedCorpus, decoded: TaggedText, kind: str) -> Predictions:
    """Return the log odds of each found mention, and whether it is exactly right."""
    gold = spans_by_sentence(corpus.ranges, corpus.tags)
    found = spans_by_sentence(corpus.ranges, decoded.tags)
    block = blocks_of(len(gold))
    labels, logits, blocks = [], [], []
    for sentence, (start, _) in enumerate(corpus.ranges):
        for span in sorted(found[sentence]):
            if span[2] != kind:
                continue
            place = np.arange(start + span[0], start + span[1])
            labels.append(int(span in gold[sentence]))
            logits.append(mention_log_odds(decoded.marginals[place, decoded.tags[place]]))
            blocks.append(str(block[sentence]))
    return Predictions(np.array(labels, np.int64), np.array(logits, float), np.array(blocks))


def sentence_predictions(corpus: EncodedCorpus, decoded: TaggedText, kind: str) -> Predictions:
    """Return whether each sentence mentions the kind, and the largest log odds of its tokens."""
    column = TAGS.index(f"B-{kind}")
    likeliest = [decoded.marginals[start:end, column].max() for start, end in corpus.ranges]
    clipped = np.clip(likeliest, 1e-9, 1 - 1e-9)
    gold = spans_by_sentence(corpus.ranges, corpus.tags)
    labels = np.array([any(span[2] == kind for span in one) for one in gold], np.int64)
    return Predictions(
        labels, np.log(clipped) - np.log1p(-clipped), blocks_of(len(labels)).astype(np.str_)
    )
