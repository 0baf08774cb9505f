"""Texts of our own with places known: clinical queries, notes, headers, and harmless look-alikes.

The grammar is data (`grammar.txt`); this module fills its `<KIND>` and `@KIND`. The templates were
written after reading the development part of ASQ-PHI, but hold none of its texts.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from training.phi_redaction.dataset import AnnotatedText, Place
from training.phi_redaction.drawing import Lists
from training.phi_redaction.fillers import HARMLESS, PRIVATE

GRAMMAR_FILE = Path(__file__).with_name("grammar.txt")
_PART = re.compile(r"\{([a-z_]+)\}|<([A-Z_]+)>|@([A-Z_]+)")
_LOWERED, _RAISED, _WRAPPED, _UNMARKED = 0.12, 0.03, 0.10, 0.05


@dataclass(frozen=True, slots=True)
class Wording:
    """What fills the places: lists of names, and real sentences without private places."""

    lists: Lists
    sentences: Sequence[str]
    others: Sequence[AnnotatedText]


@lru_cache(maxsize=1)
def read_grammar(file: Path = GRAMMAR_FILE) -> dict[str, tuple[str, ...]]:
    """Return the expansions of each symbol."""
    expansions: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            symbol, _, expansion = line.partition(":")
            expansions.setdefault(symbol, []).append(expansion.strip().replace("\\n", "\n"))
    return {symbol: tuple(choices) for symbol, choices in expansions.items()}


def write_texts(count: int, wording: Wording, seed: int) -> tuple[AnnotatedText, ...]:
    """Return so many texts, the same for the same seed."""
    generator = np.random.default_rng(seed)
    return tuple(
        disturb(_write(f"own{place}", wording, generator), generator) for place in range(count)
    )


def _write(name: str, wording: Wording, generator: np.random.Generator) -> AnnotatedText:
    grammar = read_grammar()
    text, places = "", list[Place]()
    waiting = ["{text}"]
    while waiting:
        part = waiting.pop()
        match = _PART.search(part)
        if match is None:
            text += part
            continue
        text += part[: match.start()]
        waiting.append(part[match.end() :])
        symbol, private, harmless = match.groups()
        if symbol is not None:
            choices = grammar[symbol]
            waiting.append(choices[int(generator.integers(len(choices)))])
        elif private is not None:
            entity_type, fill = PRIVATE[private]
            value = fill(wording.lists, generator)
            places.append(Place(len(text), len(text) + len(value), entity_type))
            text += value
        elif harmless in ("REAL", "OTHER"):
            text, places = _append(text, places, _borrow(harmless, wording, generator))
        else:
            text += HARMLESS[harmless](wording.lists, generator)
    return AnnotatedText(name, text, tuple(places))


def _borrow(kind: str, wording: Wording, generator: np.random.Generator) -> AnnotatedText:
    if kind == "OTHER" and wording.others:
        return wording.others[int(generator.integers(len(wording.others)))]
    if wording.sentences:
        return AnnotatedText("", wording.sentences[int(generator.integers(len(wording.sentences)))])
    return AnnotatedText("", "The examination was normal.")


def _append(text: str, places: list[Place], more: AnnotatedText) -> tuple[str, list[Place]]:
    moved = [
        Place(one.start + len(text), one.end + len(text), one.entity_type) for one in more.places
    ]
    return text + more.text, places + moved


def disturb(text: AnnotatedText, generator: np.random.Generator) -> AnnotatedText:
    """Return the text now and then without capitals, in capitals, wrapped or without its signs."""
    drawn = generator.random()
    if drawn < _LOWERED:
        return change(text, lower)
    if drawn < _LOWERED + _RAISED:
        return change(text, upper)
    if drawn < _LOWERED + _RAISED + _WRAPPED:
        return wrap_lines(text, int(generator.integers(20, 70)))
    if drawn < _LOWERED + _RAISED + _WRAPPED + _UNMARKED:
        return change(text, lambda value: re.sub(r"[,;()]", " ", value))
    return text


def lower(value: str) -> str:
    """Return small letters, the length kept ("İ" has no small letter of one code point)."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in value)


def upper(value: str) -> str:
    """Return capital letters, the length kept."""
    return "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in value)


def change(text: AnnotatedText, function: Callable[[str], str]) -> AnnotatedText:
    """Apply a function that keeps the length."""
    return AnnotatedText(text.name, function(text.text), text.places)


def wrap_lines(text: AnnotatedText, width: int) -> AnnotatedText:
    """Break lines at spaces after about `width` characters."""
    letters, column = list(text.text), 0
    for place, letter in enumerate(letters):
        column += 1
        if letter == "\n":
            column = 0
        elif letter == " " and column >= width:
            letters[place], column = "\n", 0
    return AnnotatedText(text.name, "".join(letters), text.places)
