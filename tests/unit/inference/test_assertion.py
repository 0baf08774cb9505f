"""What a record says about a mention: sentences with traps."""

import json
import re

import pytest

from meddx_desktop.case.finding import Assertion, Entity
from meddx_desktop.inference.assertion import assert_entities


def assertion_of(text: str, mention: str, occurrence: int = 0) -> Assertion:
    starts = [match.start() for match in re.finditer(re.escape(mention), text)]
    start = starts[occurrence]
    entity = Entity(start, start + len(mention), mention, "disease", 0.9)
    return assert_entities(text, (entity,))[0].assertion


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("She denies chest pain, palpitations or syncope.", "syncope"),
        ("There is no evidence of pneumonia.", "pneumonia"),
        ("CT was negative for hemorrhage.", "hemorrhage"),
        ("Pneumonia was ruled out.", "Pneumonia"),
        ("Allergies: none.", "Allergies"),
        ("Lungs are clear without edema.", "edema"),
        ("No history of diabetes.", "diabetes"),
        ("NO SIGN OF PNEUMONIA", "PNEUMONIA"),
        ("Neck: no meningism", "meningism"),
    ],
)
def test_negated_mentions(text, mention):
    assert assertion_of(text, mention).negated


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("No fever, but he has a cough.", "cough"),
        ("Not only anemia was found.", "anemia"),
        ("There is no change in the pneumonia.", "pneumonia"),
        ("He does not smoke. COPD is known.", "COPD"),
        ("Gram negative sepsis was treated.", "sepsis"),
        ("There is no doubt that this is asthma.", "asthma"),
        ("Pneumonia cannot be excluded.", "Pneumonia"),
        ("Fever, no cough.", "Fever"),
        ("A knee injury and normal X-ray.", "injury"),
    ],
)
def test_mentions_that_only_look_negated(text, mention):
    assert not assertion_of(text, mention).negated


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("He has a history of stroke.", "stroke"),
        ("Status post myocardial infarction.", "myocardial infarction"),
        ("Past Medical History:\n1. Hypertension\n2. Gout", "Gout"),
        ("PMH: asthma", "asthma"),
        ("She had pneumonia two years ago.", "pneumonia"),
        ("In the past, she had gout.", "gout"),
        ("Status post recent appendicitis.", "appendicitis"),
        ("Problem list:\nAsthma", "Asthma"),
        ("Hypertension.", "Hypertension"),
        ("- Type 2 diabetes", "Type 2 diabetes"),
    ],
)
def test_historical_mentions(text, mention):
    assert assertion_of(text, mention).historical


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("HISTORY OF PRESENT ILLNESS: cough since Monday.", "cough"),
        ("A three-day history of diarrhea.", "diarrhea"),
        ("A man with a history of gout who presents with fever.", "fever"),
        ("Past Medical History:\nGout\n\nAssessment:\nPneumonia", "Pneumonia"),
        ("Discharge diagnosis:\nHypertension", "Hypertension"),
        ("Abdominal pain.", "Abdominal pain"),
        ("Worsening hypertension.", "hypertension"),
        ("Known gout with pain secondary to cellulitis.", "cellulitis"),
    ],
)
def test_present_mentions_are_not_historical(text, mention):
    assert not assertion_of(text, mention).historical


def test_what_a_relative_has_is_not_the_patients():
    text = "Her mother had breast cancer. She has gout."
    assert assertion_of(text, "breast cancer").family
    assert not assertion_of(text, "gout").family
    assert assertion_of("FAMILY HISTORY:\nStroke, diabetes.", "diabetes").family
    assert not assertion_of("He lives with his daughter and has gout.", "gout").family


def test_what_may_come_is_hypothetical():
    assert assertion_of("Return if fever develops.", "fever").hypothetical
    assert assertion_of("Call the ward if you notice bleeding.", "bleeding").hypothetical
    assert assertion_of("Aspirin as prophylaxis against stroke.", "stroke").hypothetical
    assert assertion_of("He is at risk for falls.", "falls").hypothetical
    assert not assertion_of("He returned to baseline after sepsis.", "sepsis").hypothetical
    assert not assertion_of("He came because pain grew.", "pain").hypothetical


def test_what_is_suspected_is_uncertain_but_what_is_unlikely_is_not_likely():
    assert assertion_of("Possible urinary tract infection.", "urinary tract infection").uncertain
    assert assertion_of("Rule out pulmonary embolism.", "pulmonary embolism").uncertain
    assert assertion_of("Malignancy cannot be excluded.", "Malignancy").uncertain
    assert not assertion_of("Meningitis is unlikely.", "Meningitis").uncertain


def test_several_statements_can_hold_at_once():
    found = assertion_of("No family history of colon cancer; no past stroke.", "stroke")
    assert found.negated
    assert found.historical


def test_a_phrase_acts_only_within_its_sentence():
    assert not assertion_of("He denies pain. Fever was measured.", "Fever").negated
    assert not assertion_of("No pain\nFever\nCough", "Cough").negated


def test_without_mentions_nothing_is_read():
    assert assert_entities("No fever.", ()) == ()


def _rows(shared_data, split):
    lines = (shared_data / "text" / "negex-context" / f"{split}.jsonl").read_text().splitlines()
    return [row for row in map(json.loads, lines) if row["start"] >= 0]


def _assert_row(row):
    text = row["sentence"]
    start, end = row["start"], row["end"]
    # The set writes the concept in capitals; a rule must not learn that mark.
    text = text[:start] + text[start:end].lower() + text[end:]
    return assert_entities(text, (Entity(start, end, text[start:end], "disease", 1.0),))[0]


def _f1(found, truth):
    right = sum(a and b for a, b in zip(found, truth, strict=True))
    return 2 * right / (sum(found) + sum(truth))


@pytest.mark.real_data
@pytest.mark.parametrize(("split", "historical_f1"), [("train", 0.78), ("dev", 0.85)])
def test_assertions_on_clinical_sentences_reach_the_stated_figures(
    shared_data, split, historical_f1
):
    rows = _rows(shared_data, split)
    said = [_assert_row(row).assertion for row in rows]
    negated = [row["negation"] == "Negated" for row in rows]
    historical = [row["temporality"] == "Historical" for row in rows]
    one_line = [
        re.search(r"\b(no|denies|without|not)\b", row["sentence"][: row["start"]].lower())
        is not None
        for row in rows
    ]
    hard = [place for place in range(len(rows)) if one_line[place] != negated[place]]
    assert _f1([one.negated for one in said], negated) >= 0.96
    assert sum(said[place].negated == negated[place] for place in hard) >= 0.75 * len(hard)
    assert _f1([one.historical for one in said], historical) >= historical_f1
