"""Lists to draw from, and letters and digits by chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

LISTS_FOLDER = Path(__file__).with_name("lists")
Draw: TypeAlias = np.random.Generator


@dataclass(frozen=True, slots=True)
class Lists:
    """Names and terms to draw from."""

    given: Sequence[str]
    family: Sequence[str]
    places: Sequence[str]
    hospitals: Sequence[str]
    eponyms: Sequence[str]
    diseases: Sequence[str]
    drugs: Sequence[str]


Fill: TypeAlias = Callable[[Lists, Draw], str]


def read_list(name: str) -> tuple[str, ...]:
    """Return the lines of one of our lists."""
    return tuple((LISTS_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines())


def pick(choices: Sequence[str], draw: Draw) -> str:
    """Return one of them."""
    return choices[int(draw.integers(len(choices)))]


def digits(count: int, draw: Draw) -> str:
    """Return so many random digits."""
    return "".join(map(str, draw.integers(0, 10, count)))


def capitals(count: int, draw: Draw) -> str:
    """Return so many random capital letters."""
    return "".join(chr(65 + int(letter)) for letter in draw.integers(0, 26, count))


def invented(draw: Draw) -> str:
    """Return a name that no list holds."""
    vowels, consonants = "aeiou", "bcdfghjklmnprstvwz"
    word = ""
    for _ in range(int(draw.integers(2, 4))):
        word += pick(consonants, draw) + pick(vowels, draw)
    return (word + pick(["", "n", "r", "s", "k", "ski", "ez", "son", "berg"], draw)).capitalize()
