"""Tokens of a speech decoder: their text, the special ones, and which may not be written."""

import json
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.speech import Speech

SECONDS_PER_TIME_TOKEN = 0.02
_CJK_FIRST, _CJK_LAST = "\u3400", "\u9fff"


@lru_cache(maxsize=1)
def byte_of_character() -> dict[str, int]:
    """Return the byte that each character of the byte alphabet stands for.

    Printable characters of Latin-1 stand for themselves, the other bytes for code points from
    256 on (Radford 2019, byte-level pair encoding).
    """
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {
        chr(256 + place): byte for place, byte in enumerate(others)
    }


class SpeechTokens:
    """The vocabulary of a decoder; special tokens follow the end-of-text token."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        numbers = {token: number for number, token in enumerate(tokens)}
        self.end = numbers["<|endoftext|>"]
        self.start = numbers["<|startoftranscript|>"]
        self.before = numbers["<|startofprev|>"]
        self.transcribe = numbers["<|transcribe|>"]
        self.no_speech = numbers["<|nospeech|>"]
        self.no_times = numbers["<|notimestamps|>"]
        self.first_time = numbers["<|0.00|>"]
        self._numbers = numbers

    def language(self, code: str) -> int:
        """Return the token of a language; KeyError where there is none."""
        return self._numbers[f"<|{code}|>"]

    def is_text(self, token: int) -> bool:
        """Whether a token is written."""
        return token < self.end

    def raw(self, token: int) -> bytes:
        """Return the bytes of a text token."""
        table = byte_of_character()
        return bytes(table[character] for character in self.tokens[token])

    def text(self, tokens: list[int]) -> str:
        """Return what tokens say; special ones say nothing, broken characters become U+FFFD."""
        joined = b"".join(self.raw(token) for token in tokens if self.is_text(token))
        return joined.decode("utf-8", "replace").strip()

    def outside_character_set(self, codec: str) -> list[int]:
        """Return the tokens with a CJK ideograph that a character set lacks."""
        return [
            token
            for token in range(self.end)
            if lacks_ideograph(self.raw(token).decode("utf-8", "ignore"), codec)
        ]


def lacks_ideograph(text: str, codec: str) -> bool:
    """Whether a text holds an ideograph that the character set lacks."""
    return any(
        _CJK_FIRST <= character <= _CJK_LAST and not character.encode(codec, "ignore")
        for character in text
    )


@lru_cache(maxsize=2)
def read_tokens(package: ModelPackage, vocabulary: str) -> SpeechTokens:
    """Return the vocabulary of a package."""
    return SpeechTokens(json.loads(package.read(vocabulary)))


@lru_cache(maxsize=8)
def unwritable(package: ModelPackage, language: str) -> NDArray[np.int64]:
    """Return the tokens that are never written in this language, times excepted."""
    speech = speech_of(package)
    vocabulary = read_tokens(package, speech.vocabulary)
    special = range(vocabulary.end + 1, vocabulary.first_time)
    found = [*speech.suppressed, *special]
    codec = speech.limited_scripts.get(language)
    if codec is not None:
        found += vocabulary.outside_character_set(codec)
    return np.array(sorted(set(found)), np.int64)


def speech_of(package: ModelPackage) -> Speech:
    """Return the package's block for speech; the schema has made sure that it is there."""
    speech = package.manifest.speech
    if speech is None:
        raise ValueError("not a package for speech to text")
    return speech
