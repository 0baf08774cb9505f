"""Mentions with exact places, whole within their sentence, behind their gates."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from meddx_desktop.case.errors import JobCancelled
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import Section, TextRecord
from meddx_desktop.inference.manifest import EntitySpec, Isotonic, Temperature
from meddx_desktop.inference.text_tagging import (
    TOKENS_PER_BATCH,
    equal_length_batches,
    mention_log_odds,
    mention_probability,
    spans_of_tags,
    tag_record,
    tag_text,
)

LABELS = ("O", "B-Disease", "I-Disease", "B-Chemical", "I-Chemical")
SPEC = EntitySpec(
    tag="Disease", entity_type="disease", precision=1, recall=1, f1=1, reference_group="test"
)


def record(text: str) -> TextRecord:
    path = Path("record.txt")
    return TextRecord(Source(path, (path,)), text, "plain text", "utf-8", "en")


def test_a_mention_has_its_exact_place_and_assertion(packages):
    text = "💊 The patient has no fever."
    (entity,) = tag_text(packages.tagger(), record(text), ignore_progress)
    assert text[entity.start : entity.end] == entity.text == "fever"
    assert entity.entity_type == "disease"
    assert entity.assertion.negated
    assert 0 < entity.probability < 1


def test_a_mention_in_a_standard_heading_is_not_the_patients(packages):
    text = "FEVER HISTORY: The patient has fever.\nFEVER: The patient has fever."
    sections = (Section("FEVER HISTORY", 0, 37, is_standard=True), Section("FEVER", 38, 66))
    headed = replace(record(text), sections=sections)
    package = packages.tagger()
    everywhere = [entity.start for entity in tag_text(package, record(text), ignore_progress)]
    assert everywhere == [0, 31, 38, 61]
    assert [entity.start for entity in tag_text(package, headed, ignore_progress)] == [31, 38, 61]


def test_every_token_gets_the_emissions_of_its_own_chunk(packages):
    text = "The patient has fever. " * 40 + "Fever. " * 7
    outcome = tag_record(packages.tagger(), record(text), ignore_progress)
    assert [entity.start for entity in outcome.entities[:40]] == [23 * n + 16 for n in range(40)]
    np.testing.assert_allclose(outcome.tagged.marginals.sum(axis=1), 1)


def test_a_record_of_unknown_words_is_refused_unless_the_person_insists(packages):
    gate = {
        "method": "token_rate",
        "limit": 0.5,
        "false_refusals": 0.05,
        "false_refusals_items": 10,
    }
    package = packages.tagger(out_of_distribution=gate)
    strange = record("lorem ipsum dolor has fever sit amet consectetur")
    refused = tag_record(package, strange, ignore_progress)
    assert refused.entities == ()
    assert [gate.gate for gate in refused.closed] == ["out_of_distribution"]
    assert refused.out_of_distribution.value == pytest.approx(6 / 8)
    insisted = tag_record(package, strange, ignore_progress, ignore_gates=True)
    assert [entity.text for entity in insisted.entities] == ["fever"]


def test_a_table_of_numbers_is_refused(packages):
    limit = {"measure": "letter_fraction", "minimum": 0.5, "answer": "Mostly numbers."}
    package = packages.tagger(quality=[limit])
    outcome = tag_record(package, record("12 34 56 | 78 90 has fever 11 22"), ignore_progress)
    assert [gate.sentence for gate in outcome.closed] == ["Mostly numbers."]


def test_an_empty_record_has_no_mentions(packages):
    assert tag_text(packages.tagger(), record("\n "), ignore_progress) == ()


def test_tagging_stops_when_the_person_stops_it(packages):
    def stop(done: int, total: int, step: str) -> None:
        raise JobCancelled

    before = threading.active_count()
    with pytest.raises(JobCancelled):
        tag_text(packages.tagger(), record("The patient has fever."), stop)
    assert threading.active_count() <= before + 1


def test_an_inside_tag_without_its_beginning_begins_a_mention():
    tags = np.array([0, 2, 2, 1, 2, 4, 0, 1])
    assert list(spans_of_tags(tags, LABELS)) == [
        (1, 3, "Disease"),
        (3, 5, "Disease"),
        (5, 6, "Chemical"),
        (7, 8, "Disease"),
    ]


def test_batches_hold_chunks_of_one_length_and_a_bounded_number_of_tokens():
    chunks = [(start, start + 40) for start in range(0, 40 * 300, 40)] + [(12000, 12007)]
    batches = list(equal_length_batches(chunks))
    assert sorted(chunk for batch in batches for chunk in batch) == chunks
    for batch in batches:
        assert len({end - start for start, end in batch}) == 1
        assert sum(end - start for start, end in batch) <= TOKENS_PER_BATCH


def test_the_raw_probability_is_the_geometric_mean_of_the_marginals():
    assert mention_probability(np.array([0.9, 0.4]), SPEC) == pytest.approx(0.6)
    assert mention_log_odds(np.array([1.0, 1.0])) < 25


def test_calibration_acts_on_the_log_odds():
    marginals = np.array([0.9])
    log_odds = mention_log_odds(marginals)
    temperature = Temperature(temperature=2, bias=-1, expected_calibration_error=0, items=9)
    softened = mention_probability(marginals, SPEC.model_copy(update={"calibration": temperature}))
    assert softened == pytest.approx(1 / (1 + np.exp(-(log_odds - 1) / 2)))
    isotonic = Isotonic(
        inputs=(0.0, 4.0), outputs=(0.5, 0.7), expected_calibration_error=0, items=9
    )
    stepped = mention_probability(marginals, SPEC.model_copy(update={"calibration": isotonic}))
    assert stepped == pytest.approx(0.5 + 0.2 * log_odds / 4)
