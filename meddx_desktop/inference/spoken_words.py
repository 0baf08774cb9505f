"""The words of a phrase with the probability of each."""

from collections.abc import Iterator, Sequence

import numpy as np

from meddx_desktop.case.transcript import TranscriptWord
from meddx_desktop.inference.speech_tokens import SpeechTokens


def words_of(
    tokens: Sequence[int], log_probabilities: Sequence[float], vocabulary: SpeechTokens
) -> tuple[TranscriptWord, ...]:
    """Return the words that text tokens spell; joined they are the phrase's text.

    A word's probability is the geometric mean over its tokens.
    """
    words = []
    for start, stop in _runs(tokens, vocabulary):
        spelled = b"".join(vocabulary.raw(token) for token in tokens[start:stop])
        probability = float(np.exp(np.mean(log_probabilities[start:stop])))
        words.append(TranscriptWord(spelled.decode("utf-8", "replace"), probability))
    return _stripped(words)


def _runs(tokens: Sequence[int], vocabulary: SpeechTokens) -> Iterator[tuple[int, int]]:
    """Yield begin and end of the tokens of each word."""
    start, spelled = 0, b""
    for place, token in enumerate(tokens):
        raw = vocabulary.raw(token)
        if spelled and _begins_word(spelled, raw):
            yield start, place
            start, spelled = place, b""
        spelled += raw
    if spelled:
        yield start, len(tokens)


def _begins_word(spelled: bytes, raw: bytes) -> bool:
    if raw.startswith(b" "):
        return True
    try:
        before, after = spelled.decode()[-1:], raw.decode()[:1]
    except UnicodeDecodeError:
        return False  # in the middle of a character
    return _is_ideographic(before) and _is_ideographic(after)


def _is_ideographic(character: str) -> bool:
    """Whether words of this script follow each other without spaces (Chinese, Japanese)."""
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff"


def _stripped(words: list[TranscriptWord]) -> tuple[TranscriptWord, ...]:
    """Take the spaces from both ends of the phrase, as its text has none there."""
    while words and not words[0].text.strip():
        words.pop(0)
    while words and not words[-1].text.strip():
        words.pop()
    if words:
        words[0] = TranscriptWord(words[0].text.lstrip(), words[0].probability)
        words[-1] = TranscriptWord(words[-1].text.rstrip(), words[-1].probability)
    return tuple(words)
