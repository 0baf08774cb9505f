"""The normalization forgives spelling, not words."""

import pytest

from training.speech_to_text.word_errors import edit_distance, error_rate, normalize


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It isn't [noise] raining.", "it is not raining"),
        ("fourteen fifty-five", "1455"),
        ("the forty-two line Bible", "The 42-line bible"),
        ("in the fifteenth century", "in the 15th century"),
        ("three hundred and two", "300 and 2"),
        ("one thousand two hundred", "1,200"),
        ("counselled the grey neighbour", "counseled the gray neighbor"),
        ("Um, café’s", "cafe's"),
        ("the twenty first", "the 21st"),
    ],
)
def test_the_same_words_are_equal(one, other):
    assert normalize(one) == normalize(other)


@pytest.mark.parametrize(
    ("one", "other"), [("no pain", "pain"), ("15 mg", "50 mg"), ("form", "forms"), ("two", "to")]
)
def test_other_words_stay_other_words(one, other):
    assert normalize(one) != normalize(other)


def test_errors_are_substitutions_insertions_and_deletions():
    assert edit_distance(["a", "b", "c", "d"], ["a", "x", "c"]) == 2
    assert edit_distance([], ["a"]) == 1
    assert edit_distance(["a", "b"], ["a", "b"]) == 0


def test_the_rate_weighs_words_and_its_interval_holds_it():
    rate = error_rate([1, 0, 0, 2], [10, 10, 20, 10])
    assert (rate.value, rate.words, rate.clips) == (0.06, 50, 4)
    assert rate.interval[0] <= 0.06 <= rate.interval[1]
    assert rate.interval[0] < rate.interval[1]
