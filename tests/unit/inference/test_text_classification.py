"""Records get findings; hidden words show which of them count."""

from pathlib import Path

import pytest

from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.inference.text_classification import classify_text
from meddx_desktop.inference.text_explanation import explain_mention, explain_record
from meddx_desktop.inference.text_tagging import tag_text


def _record(text: str) -> TextRecord:
    path = Path("record.txt")
    return TextRecord(Source(path, (path,)), text, "plain text", "utf-8", "en")


def _probability(package, text: str) -> float:
    return classify_text(package, _record(text), ignore_progress).findings[0].probability


def test_words_decide(packages):
    package = packages.text()
    assert _probability(package, "The patient has fever.") == pytest.approx(0.8808, abs=1e-3)
    assert _probability(package, "The patient has cough.") == pytest.approx(0.1192, abs=1e-3)


def test_chunks_are_weighted_by_their_length(packages):
    outcome = classify_text(
        packages.text(), _record("Fever " * 20 + "cough " * 10), ignore_progress
    )
    assert outcome.logits[0] == pytest.approx((20 * (20 * 4 - 2) + 10 * -2) / 30, abs=1e-3)


def test_a_record_without_words_is_not_assessed(packages):
    outcome = classify_text(packages.text(), _record(" \n "), ignore_progress, ignore_gates=True)
    assert outcome.findings == ()
    assert outcome.closed[0].sentence == "The record holds no words."


def test_a_record_of_unknown_words_is_not_assessed(packages):
    gate = {
        "method": "token_rate",
        "limit": 0.5,
        "false_refusals": 0.05,
        "false_refusals_items": 10,
    }
    package = packages.text(out_of_distribution=gate)
    strange = classify_text(package, _record("lorem ipsum dolor"), ignore_progress)
    assert strange.findings == ()
    assert strange.out_of_distribution.value == 1
    assert classify_text(package, _record("the patient has fever"), ignore_progress).findings


def test_the_word_that_counts_has_the_weight(packages):
    package = packages.text()
    text = "The patient has fever."
    evidence = explain_record(package, _record(text), package.manifest.findings[0], ignore_progress)
    weights = {text[int(span.start) : int(span.end)]: span.weight for span in evidence.spans}
    assert weights == {"The": 0, "patient": 0, "has": 0, "fever": 1, ".": 0}


def test_the_words_that_make_a_mention_have_the_weight(packages):
    package = packages.tagger()
    text = "Seen in the ward. The patient, a farmer of sixty years, has fever and no cough. " * 3
    entities = tag_text(package, _record(text), ignore_progress)
    assert [entity.text for entity in entities] == ["fever"] * 3
    evidence = explain_mention(package, _record(text), entities[1], ignore_progress)
    assert evidence.concept.value == "disease"
    weights = [(text[int(s.start) : int(s.end)], s.weight) for s in evidence.spans if s.weight]
    assert {word for word, _ in weights} == {"fever", "has"}
    assert dict(weights)["fever"] == 1
    assert any(span.start <= entities[1].start < span.end for span in evidence.spans)
