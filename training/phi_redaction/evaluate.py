"""What share of the private places is covered, and how many harmless texts are marked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import (
    Evaluation,
    PostprocessingOperation,
    SupportMarks,
    ViterbiDecode,
)
from meddx_desktop.inference.random_field import RandomField
from meddx_desktop.inference.text_tagging import (
    TaggedText,
    decode_chunks,
    mention_log_odds,
    refine_emissions,
    spans_of_tags,
)
from training.metrics import Predictions, wilson_interval
from training.phi_redaction.dataset import ENTITY_TYPES, TAGS, AnnotatedText, EncodedTexts, Place
from training.phi_redaction.knowledge import pattern_kinds

FIELD_FILE = "crf.json"
POSTPROCESSING: tuple[PostprocessingOperation, ...] = (
    SupportMarks(input="patterns", entity_types=pattern_kinds(), support=4.0),
    ViterbiDecode(tags=TAGS, parameters=FIELD_FILE),
)
REPEATS = 1000


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that the tagger has found, with the log odds of its tags."""

    place: Place
    log_odds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Strict precision, recall and F1 with the 95 % interval of F1."""

    precision: float
    recall: float
    f1: float
    interval: tuple[float, float]
    mentions: int


def decode(emissions: NDArray[np.float32], encoded: EncodedTexts, field: RandomField) -> TaggedText:
    """Decode emissions of shape (tokens, tags) with the app's own operations."""
    prepared = encoded.corpus.prepared
    return decode_chunks(
        refine_emissions(emissions, prepared, POSTPROCESSING, field), prepared, field
    )


def mentions_of(encoded: EncodedTexts, tagged: TaggedText) -> list[tuple[Mention, ...]]:
    """Return what was found in each text, in code points of the text."""
    tokens = encoded.corpus.prepared.tokens
    firsts = np.array([start for start, _ in encoded.corpus.ranges])
    found = []
    for (low, high), offset in zip(encoded.ranges, encoded.offsets, strict=True):
        inside = slice(*np.searchsorted(firsts, [low, high]))
        here = []
        for start, end in encoded.corpus.ranges[inside]:
            for first, last, kind in spans_of_tags(tagged.tags[start:end], TAGS):
                place = np.arange(start + first, start + last)
                odds = mention_log_odds(tagged.marginals[place, tagged.tags[place]])
                left, right = int(tokens.starts[place[0]]), int(tokens.ends[place[-1]])
                here.append(Mention(Place(left - offset, right - offset, kind), odds))
        found.append(tuple(here))
    return found


def is_covered(text: str, place: Place, found: Sequence[Place]) -> bool:
    """Return whether every visible character of a private place is marked, as whatever type."""
    return all(
        text[at].isspace() or any(one.start <= at < one.end for one in found)
        for at in range(place.start, place.end)
    )


def covered_by_label(
    texts: Sequence[AnnotatedText], found: Sequence[Sequence[Place]]
) -> dict[str, NDArray[np.bool_]]:
    """Return for each of the set's labels which of its places are fully covered."""
    answers: dict[str, list[bool]] = {}
    for one, places in zip(texts, found, strict=True):
        for place, label in zip(one.places, one.labels, strict=True):
            answers.setdefault(label, []).append(is_covered(one.text, place, places))
    return {label: np.array(values) for label, values in sorted(answers.items())}


def harmless_marked(
    texts: Sequence[AnnotatedText], found: Sequence[Sequence[Place]]
) -> NDArray[np.bool_]:
    """Return for each harmless text whether anything in it is marked."""
    pairs = zip(texts, found, strict=True)
    return np.array([bool(places) for one, places in pairs if one.is_harmless], bool)


def characters_f1(
    texts: Sequence[AnnotatedText], found: Sequence[Sequence[Place]]
) -> tuple[float, float]:
    """Return precision and recall over characters, types left aside."""
    right = given = wanted = 0
    for one, places in zip(texts, found, strict=True):
        truth, answer = (np.zeros(len(one.text), bool) for _ in range(2))
        for place in one.places:
            truth[place.start : place.end] = True
        for place in places:
            answer[place.start : place.end] = True
        right += int((truth & answer).sum())
        given += int(answer.sum())
        wanted += int(truth.sum())
    return right / max(1, given), right / max(1, wanted)


def coverage_interval(
    texts: Sequence[AnnotatedText], found: Sequence[Sequence[Place]]
) -> tuple[float, float, float]:
    """Return the covered share with its interval; texts are drawn with replacement."""
    rows = np.array(
        [
            (sum(is_covered(one.text, place, places) for place in one.places), len(one.places))
            for one, places in zip(texts, found, strict=True)
        ]
    )
    generator = np.random.default_rng(0)
    drawn = [rows[generator.integers(0, len(rows), len(rows))].sum(axis=0) for _ in range(REPEATS)]
    low, high = np.percentile([right / max(1, count) for right, count in drawn], [2.5, 97.5])
    right, count = rows.sum(axis=0)
    return float(right / max(1, count)), float(low), float(high)


def strict_figures(
    texts: Sequence[AnnotatedText], found: Sequence[Sequence[Place]], kinds: Sequence[str]
) -> Figures:
    """Return the figures of exact places and types; texts are drawn with replacement."""
    rows = []
    for one, places in zip(texts, found, strict=True):
        wanted = {place for place in one.places if place.entity_type in kinds}
        given = {place for place in places if place.entity_type in kinds}
        rows.append((len(wanted & given), len(given), len(wanted)))
    counts = np.array(rows)
    generator = np.random.default_rng(0)
    values = [_f1(counts[generator.integers(0, len(counts), len(counts))]) for _ in range(REPEATS)]
    low, high = np.percentile(values, [2.5, 97.5])
    right, given_count, wanted_count = counts.sum(axis=0)
    return Figures(
        float(right / max(1, given_count)),
        float(right / max(1, wanted_count)),
        _f1(counts),
        (float(low), float(high)),
        int(wanted_count),
    )


def _f1(counts: NDArray[np.integer]) -> float:
    right, given, wanted = counts.sum(axis=0)
    return float(2 * right / max(1, given + wanted))


def mention_predictions(
    texts: Sequence[AnnotatedText], found: Sequence[Sequence[Mention]], kind: str
) -> Predictions:
    """Return the log odds of each found mention, and whether its place and type are right."""
    labels, logits, names = [], [], []
    for one, mentions in zip(texts, found, strict=True):
        for mention in mentions:
            if mention.place.entity_type == kind:
                labels.append(int(mention.place in one.places))
                logits.append(mention.log_odds)
                names.append(one.name)
    return Predictions(np.array(labels, np.int64), np.array(logits, float), np.array(names))


@dataclass(frozen=True, slots=True)
class Where:
    """What a row of the card speaks of."""

    system: str
    data_set: str
    split: str
    is_baseline: bool = False


def rows_of(
    where: Where, texts: Sequence[AnnotatedText], found: Sequence[Sequence[Place]]
) -> list[Evaluation]:
    """Return the card's rows: coverage, harmless texts marked, characters, strict F1."""
    value, low, high = coverage_interval(texts, found)
    items = sum(len(one.places) for one in texts)
    rows = [_row(where, "private places fully covered", value, (low, high), items)]
    marked = harmless_marked(texts, found)
    if len(marked):
        interval = wilson_interval(int(marked.sum()), len(marked))
        name = "harmless texts with anything marked"
        rows.append(_row(where, name, float(marked.mean()), interval, len(marked)))
    precision, recall = characters_f1(texts, found)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    rows.append(_row(where, "characters, F1", f1, None, items))
    figures = strict_figures(texts, found, ENTITY_TYPES)
    name = "strict mention F1, all types"
    return [*rows, _row(where, name, figures.f1, figures.interval, figures.mentions)]


def label_rows(
    where: Where, texts: Sequence[AnnotatedText], found: Sequence[Sequence[Place]]
) -> list[Evaluation]:
    """Return the covered share by the set's own labels."""
    rows = []
    for label, answers in covered_by_label(texts, found).items():
        interval = wilson_interval(int(answers.sum()), len(answers))
        name = f"fully covered, {label.lower().replace('_', ' ')}"
        rows.append(_row(where, name, float(answers.mean()), interval, len(answers)))
    return rows


def _row(
    where: Where, metric: str, value: float, interval: tuple[float, float] | None, items: int
) -> Evaluation:
    return Evaluation(
        system=where.system,
        data_set=where.data_set,
        split=where.split,
        patients=None,
        items=items,
        metric=metric,
        value=round(value, 4),
        interval=None if interval is None else (round(interval[0], 4), round(interval[1], 4)),
        is_baseline=where.is_baseline,
    )
