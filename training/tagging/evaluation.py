"""The rows of a tagger's card: ours and the baselines on the same split, harder texts, others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from meddx_desktop.inference.manifest import Evaluation
from training.metrics import Predictions, item_auc, patient_bootstrap
from training.tagging.baselines import cached_spans, crf_spans, lexicon_spans, reference_logits
from training.tagging.ensemble import Ensemble
from training.tagging.figures import (
    Found,
    Place,
    chosen_kinds,
    count_exact,
    count_overlaps,
    measure,
    place_of,
    row_of,
    spans_by_sentence,
)
from training.tagging.sentences import Document, Sentence, has_kind, sentences_of
from training.tagging.spec import OtherCorpus, TaggerSpec

SYSTEM = "MedDx ensemble"
_STRICT, _OVERLAP = "strict mention F1", "overlap mention F1"
_AUC_REPEATS = 300


@dataclass(frozen=True, slots=True)
class Known:
    """What a baseline learns from, what it is measured on, and where it keeps its answers."""

    known: tuple[Sentence, ...]
    held_out: tuple[Sentence, ...]
    work: Path


def mention_rows(
    spec: TaggerSpec, system: str, place: Place, spans: tuple[Found, Found], *, is_baseline: bool
) -> list[Evaluation]:
    """Return strict F1 of all entity types together and of each, and F1 by overlap."""
    gold, found = (chosen_kinds(one, spec.entity_types) for one in spans)
    together = joined_words(spec.types)
    rows = []
    for name, types in ((together, spec.types), *((one, (one,)) for one in spec.types)):
        wanted = {kind: kind for kind in types}
        pair = chosen_kinds(gold, wanted), chosen_kinds(found, wanted)
        figures = measure(*pair, place.documents)
        rows.append(row_of(system, place, f"{_STRICT}, {name}", figures, is_baseline=is_baseline))
        if len(types) == len(spec.types):
            figures = measure(*pair, place.documents, count_overlaps)
            metric = f"{_OVERLAP}, {name}"
            rows.append(row_of(system, place, metric, figures, is_baseline=is_baseline))
        if len(spec.types) == 1:
            break
    if len(spec.entity_types) < len(spec.corpus.kinds):
        figures = measure(*spans, place.documents)
        metric = f"{_STRICT}, all {len(spec.corpus.kinds)} types of the corpus"
        rows.append(row_of(system, place, metric, figures, is_baseline=is_baseline))
    return rows


def joined_words(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def baseline_rows(spec: TaggerSpec, given: Known, place: Place) -> list[Evaluation]:
    """Return the figures of nothing at all, the lexicon and the linear CRF."""
    gold = [one.spans for one in given.held_out]
    crf = cached_spans(
        given.work / "baseline-crf.json",
        given.held_out,
        lambda: crf_spans(given.known, given.held_out),
    )
    systems: dict[str, Found] = {
        "Majority (no mention at all)": [frozenset() for _ in gold],
        "Lexicon of the training mentions, longest match": lexicon_spans(
            given.known, given.held_out
        ),
        "Linear-chain CRF": crf,
    }
    return [
        row
        for name, found in systems.items()
        for row in mention_rows(spec, name, place, (gold, found), is_baseline=True)
    ]


def spans_found(ensemble: Ensemble, sentences: Sequence[Sentence]) -> tuple[Found, Found]:
    """Return the true mentions of sentences and what the ensemble finds."""
    corpus = ensemble.encode(sentences)
    tags = ensemble.decode(corpus).tags
    found = spans_by_sentence(corpus.ranges, tags, ensemble.spec.corpus.tags)
    return [one.spans for one in sentences], found


def robustness_rows(
    ensemble: Ensemble, place: Place, sentences: Sequence[Sentence], documents: Sequence[Document]
) -> list[Evaluation]:
    """Return the figures without capitals, without line breaks, without both.

    Where the corpus gives no texts with offsets, the line breaks are those between its sentences.
    """
    texts = documents or documents_of_sentences(sentences)
    changes = {
        "all in lower case": (True, False),
        "without line breaks": (False, True),
        "in lower case without line breaks": (True, True),
    }
    rows = []
    for name, (is_lowered, is_joined) in changes.items():
        changed = tuple(
            sentences_of(_change(one, is_lowered=is_lowered, is_joined=is_joined) for one in texts)
        )
        if not documents:
            changed = tuple(replace(one, document=None) for one in changed)
        there = place_of(place.data_set, f"{place.split}, {name}", changed)
        spans = spans_found(ensemble, changed)
        rows += mention_rows(ensemble.spec, SYSTEM, there, spans, is_baseline=False)[:1]
    return rows


def _change(document: Document, *, is_lowered: bool, is_joined: bool) -> Document:
    text = document.text
    if is_lowered:
        # A letter whose small form is longer stays, or the offsets would be wrong.
        text = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return replace(document, text=text.replace("\n", " ") if is_joined else text)


def documents_of_sentences(sentences: Sequence[Sentence]) -> tuple[Document, ...]:
    """Return one text of all sentences, a line each, with its mentions."""
    text, mentions = "", []
    lines = []
    start = 0
    for sentence in sentences:
        ends = np.cumsum([len(word) + 1 for word in sentence.words]) + start - 1
        starts = ends - [len(word) for word in sentence.words]
        mentions += [(int(starts[a]), int(ends[b - 1]), kind) for a, b, kind in sentence.spans]
        lines.append(" ".join(sentence.words))
        start = int(ends[-1]) + 1
    text = "\n".join(lines)
    return (Document(text, tuple(sorted(mentions))),)


def other_rows(ensemble: Ensemble, data: Path) -> list[Evaluation]:
    """Return the figures on corpora of other annotation rules, where they are at hand."""
    rows = []
    for other in ensemble.spec.others:
        folder = data.parent / other.corpus.folder
        if folder.is_dir():
            rows.append(_other_row(ensemble, other, other.corpus.read(folder, other.part)))
    return rows


def _other_row(ensemble: Ensemble, other: OtherCorpus, sentences: Sequence[Sentence]) -> Evaluation:
    split = f"{PARTS[other.part]}, other annotation rules"
    place = place_of(other.corpus.name, split, sentences)
    gold, found = spans_found(ensemble, sentences)
    pair = chosen_kinds(gold, other.truth_names), chosen_kinds(found, other.names)
    name = joined_words(tuple(dict.fromkeys(other.truth_names.values())))
    figures = measure(*pair, place.documents, count_exact)
    return row_of(SYSTEM, place, f"{_STRICT}, {name}", figures, is_baseline=False)


PARTS: Mapping[str, str] = {
    "train": "training part",
    "dev": "development part",
    "test": "official test part",
}


def reference_predictions(spec: TaggerSpec, given: Known, optimizer: str) -> Predictions:
    """Return what the reference LSTM says about whole sentences; it marks no mentions."""
    kinds = spec.kinds_of(spec.sentence_type)
    cache = given.work / "reference-lstm.npy"
    if not cache.is_file():
        np.save(cache, reference_logits(given.known, given.held_out, kinds, optimizer))
    place = place_of("", "", given.held_out)
    return Predictions(
        has_kind(given.held_out, kinds), np.load(cache), place.documents.astype(np.str_)
    )


def sentence_rows(
    spec: TaggerSpec, place: Place, systems: Mapping[str, Predictions]
) -> list[Evaluation]:
    """Return the area under the ROC curve over sentences of each system."""
    return [
        Evaluation(
            system=system,
            data_set=place.data_set,
            split=place.split,
            patients=None,
            items=len(predictions.labels),
            metric=f"AUC, does the sentence mention a {spec.sentence_type}",
            value=round(item_auc(predictions), 4),
            interval=patient_bootstrap(predictions, item_auc, _AUC_REPEATS),
            is_baseline=system != SYSTEM,
        )
        for system, predictions in systems.items()
    ]


def calibration_row(place: Place, error: float, items: int, note: str = "") -> Evaluation:
    """Return the expected calibration error of found mentions with calibrated probabilities."""
    return Evaluation(
        system=SYSTEM,
        data_set=place.data_set,
        split=place.split,
        patients=None,
        items=items,
        metric=f"Expected calibration error of found mentions, 10 bins{note}",
        value=round(error, 4),
    )
