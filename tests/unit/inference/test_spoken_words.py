"""Words of a phrase from byte-level tokens."""

import pytest

from meddx_desktop.inference.speech_tokens import SpeechTokens, byte_of_character
from meddx_desktop.inference.spoken_words import words_of

CHARACTER_OF_BYTE = {byte: character for character, byte in byte_of_character().items()}
SPECIAL = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|startofprev|>",
    "<|transcribe|>",
    "<|nospeech|>",
    "<|notimestamps|>",
    "<|0.00|>",
)


def vocabulary_of(*pieces: bytes) -> SpeechTokens:
    texts = ["".join(CHARACTER_OF_BYTE[byte] for byte in piece) for piece in pieces]
    return SpeechTokens([*texts, *SPECIAL])


def test_tokens_without_a_space_before_them_go_on_with_the_word() -> None:
    vocabulary = vocabulary_of(b" met", b"formin", b" twice", b".")
    words = words_of((0, 1, 2, 3), (-0.2, -0.4, -1.0, -1.0), vocabulary)
    assert [word.text for word in words] == ["metformin", " twice."]
    assert words[0].probability == pytest.approx(0.741, abs=1e-3)
    assert words[1].is_uncertain
    assert not words[0].is_uncertain


def test_a_character_that_is_split_over_tokens_stays_whole() -> None:
    fever, burn = "发".encode(), "烧".encode()
    vocabulary = vocabulary_of(fever[:2], fever[2:], burn)
    words = words_of((0, 1, 2), (0.0, 0.0, 0.0), vocabulary)
    assert [word.text for word in words] == ["发", "烧"]


def test_the_words_joined_are_the_text() -> None:
    vocabulary = vocabulary_of(b" ", b" No", b" fever", b" ")
    tokens = (0, 1, 2, 3)
    joined = "".join(word.text for word in words_of(tokens, (0.0,) * 4, vocabulary))
    assert joined == vocabulary.text(list(tokens)) == "No fever"
    assert words_of((0,), (0.0,), vocabulary) == ()
