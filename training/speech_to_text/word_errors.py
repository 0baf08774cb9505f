"""Word errors after a normalization that forgives spelling, not words.

The rules follow those that Whisper's authors describe (Radford 2022, appendix C): case, punctuation
and fillers go, contractions are spelled out, number words become digits, British spelling becomes
American.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FILLERS = frozenset({"hmm", "mm", "mhm", "mmm", "uh", "um"})
_SMALL_WORDS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: number for number, word in enumerate(_SMALL_WORDS.split())}
TENS = {word: 10 * number for number, word in enumerate(_TENS_WORDS.split(), 2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6}
IRREGULAR_ORDINALS = {
    "first": "one",
    "second": "two",
    "third": "three",
    "fifth": "five",
    "eighth": "eight",
    "ninth": "nine",
    "twelfth": "twelve",
}
CONTRACTIONS = (
    (r"\bwon't\b", "will not"),
    (r"\bcan't\b", "can not"),
    (r"\blet's\b", "let us"),
    (r"\by'all\b", "you all"),
    (r"\bgonna\b", "going to"),
    (r"\bmr\b", "mister"),
    (r"\bmrs\b", "missus"),
    (r"\bdr\b", "doctor"),
    (r"n't\b", " not"),
    (r"'re\b", " are"),
    (r"'ll\b", " will"),
    (r"'ve\b", " have"),
    (r"'m\b", " am"),
)
# Endings that differ between British and American spelling whatever the word.
SPELLINGS = (
    (r"\b(\w{3,})elled\b", r"\1eled"),
    (r"\b(\w{3,})elling\b", r"\1eling"),
    (r"\b(col|fav|hon|lab|neighb|behavi|rum|hum|vap|od)our(\w*)\b", r"\1or\2"),
    (r"\b(cent|met|theat|fib|lit)re(s?)\b", r"\1er\2"),
    (r"\b(\w{3,})is(e|ed|es|ing|ation)\b(?<!wise)(?<!rise)(?<!raise)", r"\1iz\2"),
    (r"\bgrey\b", "gray"),
)


def normalize(text: str) -> list[str]:
    """Return the words that are compared."""
    text = re.sub(r"[<\[(][^>\])]*[>\])]", " ", text.lower())
    text = re.sub(r"[’`]", "'", text)
    for pattern, replacement in CONTRACTIONS:
        text = re.sub(pattern, replacement, text)
    text = re.sub(r"(\d),(\d)", r"\1\2", text)
    text = re.sub(r"'s\b", " 's", text)
    for pattern, replacement in SPELLINGS:
        text = re.sub(pattern, replacement, text)
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [word.strip("'") or word for word in re.findall(r"[^\W_]+|'s", plain)]
    return join_numbers([word for word in words if word not in FILLERS])


def join_numbers(words: Sequence[str]) -> list[str]:
    """Turn runs of number words into digits; two pairs make a year, as in fourteen fifty-five."""
    written: list[str] = []
    run: list[int] = []
    for word in words:
        base, suffix = _cardinal(word)
        if base is None:
            written += _flush(run)
            written.append(word)
            continue
        _extend(run, base)
        if suffix:
            digits = _flush(run)
            written += [*digits[:-1], digits[-1] + suffix]
    return written + _flush(run)


def _cardinal(word: str) -> tuple[int | None, str]:
    """Return a number word's value and the ending of an ordinal."""
    numbers = SMALL | TENS | SCALES
    if word in numbers:
        return numbers[word], ""
    stem = IRREGULAR_ORDINALS.get(word)
    if stem is None and word.endswith("ieth"):
        stem = word.removesuffix("ieth") + "y"
    elif stem is None and word.endswith("th"):
        stem = word.removesuffix("th")
    if stem not in numbers:
        return None, ""
    return numbers[stem], {"first": "st", "second": "nd", "third": "rd"}.get(word, "th")


def _extend(run: list[int], value: int) -> None:
    """Take the next number word: 40 and 2 are 42, 3 and 100 are 300, 14 and 55 stay apart."""
    if not run:
        run.append(value)
    elif value in SCALES.values():
        counted = run[-1] % (10 * value)
        run[-1] += counted * (value - 1)
    elif (run[-1] and run[-1] % 100 == 0) or (
        run[-1] % 10 == 0 and run[-1] % 100 > 10 and 0 < value < 10
    ):
        run[-1] += value
    else:
        run.append(value)


def _flush(run: list[int]) -> list[str]:
    text = [str(value) for value in run]
    is_year = len(run) == 2 and all(10 <= value < 100 for value in run)
    run.clear()
    return ["".join(text)] if is_year else text


def edit_distance(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Return the least number of substitutions, insertions and deletions."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], place
        for column, other in enumerate(heard, 1):
            cost = min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
            diagonal, row[column] = row[column], cost
    return row[-1]


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Errors over words with a 95 % interval; `clips` were drawn with replacement for it."""

    value: float
    interval: tuple[float, float]
    words: int
    clips: int


def error_rate(
    errors: Sequence[int], words: Sequence[int], draws: int = 2000, seed: int = 0
) -> ErrorRate:
    """Return the errors of all clips over their words."""
    wrong, total = np.asarray(errors), np.asarray(words)
    chosen = np.random.default_rng(seed).integers(0, len(wrong), (draws, len(wrong)))
    rates = wrong[chosen].sum(axis=1) / total[chosen].sum(axis=1)
    low, high = np.quantile(rates, (0.025, 0.975)).tolist()
    return ErrorRate(float(wrong.sum() / total.sum()), (low, high), int(total.sum()), len(wrong))
