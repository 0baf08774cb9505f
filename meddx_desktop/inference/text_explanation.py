"""Evidence in a record: what an answer loses when a word is hidden."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.explanation import TextHighlights, WeightedSpan
from meddx_desktop.case.finding import Entity
from meddx_desktop.case.progress import ReportProgress, ignore_progress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.inference.calibration import concept_of, finding_logits, has_operation
from meddx_desktop.inference.explanations import no_explanation, patch_starts, scaled
from meddx_desktop.inference.manifest import FindingSpec, Occlusion, Softmax
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.text_classification import classify_text
from meddx_desktop.inference.text_tagging import prepare_record, tag_record
from meddx_desktop.preprocessing.tokens import tokenize

CONTEXT_TOKENS = 40
# Characters of no medical record: a run of the letter is one unknown word, the mark is one unknown
# sign. A sign is not hidden by the letter, which would merge with the word beside it.
_HIDDEN_LETTER = "\N{CANADIAN SYLLABICS PWOY}"
_HIDDEN_SIGN = "\N{REFERENCE MARK}"

Range: TypeAlias = tuple[int, int]
Score: TypeAlias = Callable[[str], float]


def explain_record(
    package: ModelPackage, record: TextRecord, spec: FindingSpec, progress: ReportProgress
) -> TextHighlights:
    """Return which words carry a finding of a text classification model."""
    highlights = _occlude(package, record.text, score_record(package, record, spec), progress)
    return TextHighlights(concept_of(spec), highlights, "occlusion")


def score_record(package: ModelPackage, record: TextRecord, spec: FindingSpec) -> Score:
    """Return what gives the logit of a finding for changed texts of a record."""
    is_exclusive = has_operation(package.manifest, Softmax)

    def score(text: str) -> float:
        outcome = classify_text(
            package, replace(record, text=text), ignore_progress, ignore_gates=True
        )
        if outcome.logits is None:
            return 0.0
        return float(finding_logits(outcome.logits[None], spec, is_exclusive=is_exclusive)[0])

    return score


def explain_mention(
    package: ModelPackage, record: TextRecord, entity: Entity, progress: ReportProgress
) -> TextHighlights:
    """Return which words around a mention make the tagger see it there.

    The weight of a word is what the mention's probability loses without it, up to
    `CONTEXT_TOKENS` words to either side within the mention's chunk.
    """
    start, end = _surroundings(package, record.text, entity)
    part = record.text[start:end]
    score = score_mention(package, record, entity, start)
    highlights = tuple(
        WeightedSpan(span.start + start, span.end + start, span.weight)
        for span in _occlude(package, part, score, progress)
    )
    meaning = entity.entity_type.capitalize()
    concept = CodedConcept(entity.entity_type, "99MEDDX", meaning)
    return TextHighlights(concept, highlights, "occlusion")


def score_mention(package: ModelPackage, record: TextRecord, entity: Entity, start: int) -> Score:
    """Return what gives a mention's probability for changed texts of the part from `start` on."""
    place = (entity.start - start, entity.end - start)

    def score(text: str) -> float:
        found = tag_record(package, replace(record, text=text), ignore_progress, ignore_gates=True)
        same = [
            mention.probability
            for mention in found.entities
            if mention.entity_type == entity.entity_type
            and mention.start < place[1]
            and place[0] < mention.end
        ]
        return max(same, default=0.0)

    return score


def _surroundings(package: ModelPackage, text: str, entity: Entity) -> Range:
    """Return the characters around a mention that the tagger reads together with it."""
    prepared = prepare_record(package, text)
    tokens = prepared.tokens
    first = int(np.searchsorted(tokens.ends, entity.start, side="right"))
    last = int(np.searchsorted(tokens.starts, entity.end, side="left"))
    for begin, behind in prepared.chunks:
        if begin <= first < behind:
            low, high = max(begin, first - CONTEXT_TOKENS), min(behind, last + CONTEXT_TOKENS)
            return int(tokens.starts[low]), int(tokens.ends[high - 1])
    return entity.start, entity.end


def _occlude(
    package: ModelPackage,
    text: str,
    score: Score,
    progress: ReportProgress,
) -> tuple[WeightedSpan, ...]:
    recipe = package.manifest.explanation
    if not isinstance(recipe, Occlusion) or recipe.over != "text":
        raise no_explanation(package)
    tokens = tokenize(text)
    spans = list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))
    if not spans:
        return ()
    patch = round(recipe.patch)
    starts = patch_starts(len(spans), patch, round(recipe.stride))
    whole = score(text)
    loss_sum, count = np.zeros(len(spans)), np.zeros(len(spans))
    for done, first in enumerate(starts):
        progress(done, len(starts), "occlusion of words")
        hidden = hide_words(text, spans[first : first + patch])
        loss_sum[first : first + patch] += whole - score(hidden)
        count[first : first + patch] += 1
    return tuple(_spans(spans, scaled(loss_sum / np.maximum(count, 1)).tolist()))


def hide_words(text: str, spans: Sequence[Range]) -> str:
    """Return the text with these stretches as unknown words or signs of the same length."""
    for start, end in spans:
        hidden = _HIDDEN_LETTER if text[start].isalnum() else _HIDDEN_SIGN
        text = text[:start] + hidden * (end - start) + text[end:]
    return text


def _spans(spans: list[Range], weights: list[float]) -> Iterator[WeightedSpan]:
    for (start, end), weight in zip(spans, weights, strict=True):
        yield WeightedSpan(start, end, weight)
