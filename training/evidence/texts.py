"""Evidence in texts: each case is a note, or one mention with the words around it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from meddx_desktop.case.explanation import WeightedSpan
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.text_explanation import (
    Score,
    explain_mention,
    explain_record,
    hide_words,
    score_mention,
    score_record,
)
from meddx_desktop.inference.text_tagging import tag_record
from training.evidence.curves import Case, Kept


def note_cases(package: ModelPackage, told: Sequence[tuple[str, int]]) -> list[Case]:
    """Return the cases of notes, each with the place of the finding that it has."""
    cases = []
    for text, place in told:
        record, spec = _record(text), package.manifest.findings[place]
        spans = explain_record(package, record, spec, ignore_progress).spans
        cases.append(_case(text, spans, score_record(package, record, spec)))
    return cases


def mention_cases(finder: ModelPackage, package: ModelPackage, texts: Sequence[str]) -> list[Case]:
    """Return the cases of the first mention that `finder` sees in each text.

    The words of the mention itself stay: that it needs them is no news.
    """
    cases = []
    for text in texts:
        record = _record(text)
        found = tag_record(finder, record, ignore_progress, ignore_gates=True).entities
        if not found:
            continue
        entity = found[0]
        spans = explain_mention(package, record, entity, ignore_progress).spans
        start, end = spans[0].start, spans[-1].end
        around = [
            WeightedSpan(span.start - start, span.end - start, span.weight)
            for span in spans
            if span.end <= entity.start or span.start >= entity.end
        ]
        if around:
            score = score_mention(package, record, entity, int(start))
            cases.append(_case(text[int(start) : int(end)], around, score))
    return cases


def _case(text: str, spans: Sequence[WeightedSpan], score: Score) -> Case:
    ranges = [(int(span.start), int(span.end)) for span in spans]

    def score_kept(kept: Kept) -> float:
        hidden = [one for one, is_kept in zip(ranges, kept.tolist(), strict=True) if not is_kept]
        return score(hide_words(text, hidden))

    return Case(np.array([span.weight for span in spans]), score_kept)


def _record(text: str) -> TextRecord:
    path = Path("text")
    return TextRecord(Source(path, (path,)), text, "plain text", "utf-8", "en")
