"""Patterns over tokens: what they match, what they leave, and that their time is bounded."""

import json
import time
from pathlib import Path

import pytest

from meddx_desktop.preprocessing.text import prepare_text
from meddx_desktop.preprocessing.token_patterns import (
    PLACES,
    CompiledPattern,
    Pattern,
    TokenPatterns,
    find_patterns,
    load_patterns,
)
from meddx_desktop.preprocessing.tokens import tokenize

SHIPPED = Path(__file__).parents[3] / "training" / "phi_redaction" / "patterns.json"


def found(text, kind):
    tokens = tokenize(text)
    spans = find_patterns(tokens, load_patterns(SHIPPED)).get(kind, set())
    return {text[tokens.starts[start] : tokens.ends[end - 1]] for start, end in spans}


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("seen on 04/17/2022 at noon", "date", "04/17/2022"),
        ("seen on 2022-04-17", "date", "2022-04-17"),
        ("on April 17th, 2022.", "date", "April 17th, 2022"),
        ("on 3rd of May 2021", "date", "3rd of May 2021"),
        ("since Sept 2019", "date", "Sept 2019"),
        ("mail to j.doe-smith@mail.example.org today", "contact", "j.doe-smith@mail.example.org"),
        ("call (555) 010-7788 now", "contact", "(555) 010-7788"),
        ("tel. 555-010-7788", "contact", "555-010-7788"),
        ("see https://portal.example.com", "contact", "https://portal.example.com"),
        ("SSN 000-12-3456", "identifier", "000-12-3456"),
        ("MRN: #QX-204417", "identifier", "#QX-204417"),
        ("medical record number 5520918", "identifier", "5520918"),
        ("insurance ID AB-99-1234", "identifier", "AB-99-1234"),
    ],
)
def test_what_is_written_for_a_person_is_marked(text, kind, expected):
    assert expected in found(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Blood pressure 120/80, pulse 72, temperature 37.5, 40 mg twice daily for 10 days.",
        "Diagnosed in 2017 with stage 3 CKD; HbA1c 7.2 %, EF 45 %, L4-L5 disc, T2-weighted MRI.",
        "The CHA2DS2-VASc score is 4; the DAPA-HF trial and the 2023 ACC/AHA guidelines agree.",
        "He may take 5 tablets and march on; a ratio of 1:2 at 6-12 months.",
    ],
)
def test_doses_years_and_scores_are_no_dates_contacts_or_identifiers(text):
    assert not any(found(text, kind) for kind in ("date", "contact", "identifier"))


def test_a_joined_pattern_does_not_reach_over_a_space():
    assert not found("He came at 4. smith@home .com was seen", "contact")


def test_matches_become_begin_inside_end_and_single(tmp_path):
    patterns = [{"kind": "x", "match": "a b? c"}, {"kind": "x", "match": "d"}]
    (tmp_path / "p.json").write_text(json.dumps({"patterns": patterns}), encoding="utf-8")
    operation = TokenPatterns(input="marks", file="p.json", kinds=("none", "x"))
    marks = prepare_text("a b c d a c e", (operation,), tmp_path).by_token["marks"]
    assert marks.shape == (7, 2 * PLACES)
    assert not marks[:, :PLACES].any()
    assert marks[:, PLACES:].argmax(axis=1).tolist()[:6] == [0, 1, 2, 3, 0, 2]
    assert not marks[6].any()


def test_a_pattern_that_could_match_nothing_or_is_too_long_is_refused():
    with pytest.raises(ValueError, match="match something"):
        CompiledPattern(Pattern(kind="x", match="a? b?"), {})
    with pytest.raises(ValueError, match="at most"):
        CompiledPattern(Pattern(kind="x", match=" ".join("a" * 25)), {})


def test_optional_elements_cost_no_exponential_time():
    pattern = CompiledPattern(Pattern(kind="x", match=" ".join(["a?"] * 22) + " b"), {})
    tokens = tokenize("a " * 2000)
    start = time.process_time()
    assert find_patterns(tokens, (pattern,)) == {"x": set()}
    assert time.process_time() - start < 5
