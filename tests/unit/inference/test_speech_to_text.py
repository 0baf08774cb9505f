"""Decoding rules, loops, times and languages, each on tokens made by hand."""

import pytest

from meddx_desktop.inference.speech import ReliabilityLimits
from meddx_desktop.inference.speech_decoding import Decoded, kept_before_loop
from meddx_desktop.inference.speech_to_text import (
    Heard,
    LanguageVote,
    Layout,
    is_reliable,
    phrases_of,
)
from meddx_desktop.inference.speech_tokens import SpeechTokens, lacks_ideograph
from meddx_desktop.inference.voice_activity import Stretch

LIMITS = ReliabilityLimits(
    no_speech=0.6,
    no_speech_short=0.25,
    short_s=2.0,
    mean_log_probability=-0.7,
    voice=0.5,
    repetitions=4,
)
TIMES = [f"<|{number / 50:.2f}|>" for number in range(200)]
SPECIAL = [
    "endoftext",
    "startoftranscript",
    "en",
    "transcribe",
    "startofprev",
    "nospeech",
    "notimestamps",
]
WORDS = ["no", "Ġno", "Ġpain", "Ġin", "å¹", "¿"]


@pytest.fixture
def vocabulary() -> SpeechTokens:
    return SpeechTokens([*WORDS, *(f"<|{name}|>" for name in SPECIAL), *TIMES])


def _time(vocabulary: SpeechTokens, second: float) -> int:
    return vocabulary.first_time + round(second / 0.02)


def test_tokens_become_text_and_special_ones_say_nothing(vocabulary):
    assert vocabulary.text([0, 2, vocabulary.end, vocabulary.first_time]) == "no pain"
    assert vocabulary.text([4, 5]) == "广"
    assert vocabulary.text([4]) == "\ufffd"


def test_traditional_characters_are_told_from_simplified_ones():
    assert lacks_ideograph("廣州", "gb2312")
    assert not lacks_ideograph("广州 abc ♪", "gb2312")


def test_a_repetition_is_found_and_its_first_copy_stays(vocabulary):
    assert kept_before_loop([2, 3, 1, 3, 1, 3, 1, 3, 1], 4, vocabulary) == 3
    assert kept_before_loop([2, 3, 1, 3, 1, 3, 1, 3], 4, vocabulary) is None
    assert kept_before_loop([1, 1, 1, 1], 4, vocabulary) is None


def test_times_between_the_copies_do_not_hide_a_repetition(vocabulary):
    tokens = [2, 3]
    for place in range(4):
        tokens += [_time(vocabulary, place), 0, 1]
    assert kept_before_loop(tokens, 4, vocabulary) == 5


def test_phrases_stand_between_their_times(vocabulary):
    tokens = (
        _time(vocabulary, 0),
        0,
        _time(vocabulary, 1),
        _time(vocabulary, 2),
        2,
        vocabulary.end,
    )
    found = list(phrases_of(Decoded(tokens, (-0.1,) * 6, is_looped=False), vocabulary, 3.0))
    assert [(one.start_s, one.end_s, one.tokens) for one in found] == [
        (0.0, 1.0, (0,)),
        (2.0, 3.0, (2,)),
    ]


def test_without_times_there_is_one_phrase(vocabulary):
    decoded = Decoded((0, 2, vocabulary.end), (-0.1,) * 3, is_looped=False)
    (phrase,) = phrases_of(decoded, vocabulary, 2.5)
    assert (phrase.start_s, phrase.end_s, phrase.tokens) == (0.0, 2.5, (0, 2))


def test_times_of_a_window_lead_back_to_the_recording():
    layout = Layout((Stretch(1000, 3000, 0.9), Stretch(9000, 11000, 0.9)), 500, 1000)
    assert (layout.spoken_s, layout.window_s) == (4.0, 4.5)
    assert layout.times(0.0, 2.0) == (1.0, 3.0)
    assert layout.times(2.3, 4.5) == (9.0, 11.0)
    assert layout.times(0.5, 2.7) == (1.5, 3.0)


def test_text_is_left_out_when_the_decoder_is_unsure():
    assert is_reliable(Heard(5.0, 0.3, -0.2), LIMITS)
    assert not is_reliable(Heard(1.0, 0.3, -0.2), LIMITS)
    assert not is_reliable(Heard(5.0, 0.7, -0.2), LIMITS)
    assert not is_reliable(Heard(5.0, 0.3, -0.8), LIMITS)


def test_the_language_is_weighted_with_time_and_may_stay_unknown():
    vote = LanguageVote(None)
    assert vote.add({"en": 0.4, "cy": 0.6}, 1.0) == "cy"
    assert vote.add({"en": 0.9, "cy": 0.1}, 9.0) == "en"
    assert vote.result(0.5) == "en"
    unsure = LanguageVote(None)
    unsure.add({"en": 0.4, "cy": 0.3, "de": 0.3}, 1.0)
    assert unsure.result(0.5) is None
    assert LanguageVote(None).result(0.5) is None
    given = LanguageVote("zh")
    assert given.add({"en": 1.0}, 1.0) == given.result(0.5) == "zh"
