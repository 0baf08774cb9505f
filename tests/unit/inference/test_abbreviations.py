"""Short forms follow the long form that the record gives them."""

import numpy as np
import pytest

from meddx_desktop.inference.abbreviations import (
    expand_abbreviations,
    find_definitions,
    long_form_start,
)
from meddx_desktop.inference.manifest import ExpandAbbreviations
from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.tokens import tokenize

LABELS = ("O", "B-Disease", "I-Disease")
OPERATION = ExpandAbbreviations(support=4, doubt=2, sentences=1)


def definitions_of(text: str) -> list[tuple[str, str]]:
    tokens = tokenize(text)
    found = find_definitions(tokens.words, split_sentences(text, tokens))
    return [(" ".join(tokens.words[d.start : d.end]), tokens.words[d.short]) for d in found]


def changed_tags(text: str, mention: str) -> dict[int, list[float]]:
    tokens = tokenize(text)
    sentences = split_sentences(text, tokens)
    tags = np.zeros(len(tokens), np.int64)
    wanted = mention.split()
    for place in range(len(tokens)):
        if list(tokens.words[place : place + len(wanted)]) == wanted:
            tags[place] = 1
            tags[place + 1 : place + len(wanted)] = 2
    emissions = np.zeros((len(tokens), 3), np.float32)
    after = expand_abbreviations(emissions, tags, LABELS, (tokens.words, sentences), OPERATION)
    return {place: after[place].tolist() for place in range(len(tokens)) if after[place].any()}


@pytest.mark.parametrize(
    ("text", "definition"),
    [
        ("Deep vein thrombosis (DVT) is feared.", ("Deep vein thrombosis", "DVT")),
        ("We gave glyceryl trinitrate (GTN), twice.", ("glyceryl trinitrate", "GTN")),
        ("Non-steroidal drugs (NSDs; two kinds)", ("Non - steroidal drugs", "NSDs")),
    ],
)
def test_a_definition_is_found_where_the_letters_fit(text, definition):
    assert definitions_of(text) == [definition]


@pytest.mark.parametrize(
    "text", ["The dose was low (XYZ) today.", "Aspirin (oral) was given.", "Fever (A) rose."]
)
def test_other_words_in_brackets_are_no_definitions(text):
    assert definitions_of(text) == []


def test_the_first_letter_must_begin_a_word():
    assert long_form_start("VT", ["event", "time"]) is None
    assert long_form_start("VT", ["the", "vein", "thrombus"]) == 1


def test_short_forms_nearby_follow_a_mention():
    text = "Deep vein thrombosis (DVT) came. No DVT later. All was well. DVT is far away."
    tokens = tokenize(text).words
    places = [place for place, word in enumerate(tokens) if word == "DVT"]
    assert changed_tags(text, "Deep vein thrombosis") == {
        places[0]: [0, 4, 0],
        places[1]: [0, 4, 0],
    }


def test_a_short_form_of_something_else_is_doubted():
    text = "Odds ratio (OR) was two. The OR fell."
    assert set(map(tuple, changed_tags(text, "asthma").values())) == {(2, 0, 0)}


def test_a_half_tagged_long_form_decides_only_when_its_end_is_a_mention():
    text = "Renal failure index (RFI) fell."
    assert changed_tags(text, "Renal failure") == {}
