"""What an abbreviation stands for, where the record itself says so: "deep vein thrombosis (DVT)".

References
----------
Schwartz, Hearst: A simple algorithm for identifying abbreviation definitions in biomedical text,
Pac Symp Biocomput 2003:451.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import ExpandAbbreviations

_SHORTEST, _LONGEST = 2, 8
_CLOSING = frozenset("),;")
_COVERED = 0.5


@dataclass(frozen=True, slots=True)
class Definition:
    """Long form as a half-open range of tokens, the token of its short form, and the sentence."""

    start: int
    end: int
    short: int
    sentence: int


def expand_abbreviations(
    emissions: NDArray[np.float32],
    tags: NDArray[np.int64],
    labels: Sequence[str],
    text: tuple[Sequence[str], Sequence[tuple[int, int]]],
    operation: ExpandAbbreviations,
) -> NDArray[np.float32]:
    """Return emissions in which short forms nearby follow their long form.

    Parameters
    ----------
    emissions, tags : of shape (tokens, tags) and (tokens,), the best tags before.
    labels : the IOB2 label of each tag.
    text : the tokens, and the sentences as half-open ranges of tokens.
    """
    words, sentences = text
    definitions = list(find_definitions(words, sentences))
    sentence = np.repeat(np.arange(len(sentences)), [end - start for start, end in sentences])
    places = defaultdict(list)
    wanted = {words[one.short] for one in definitions}
    for place, word in enumerate(words):
        if word in wanted:
            places[word].append(place)
    changed = emissions.copy()
    for one in definitions:
        effect = _effect(one, tags, labels, operation)
        if effect is not None:
            found = places[words[one.short]]
            inside = sentence[found]
            first = bisect_left(inside, one.sentence - operation.sentences)
            behind = bisect_right(inside, one.sentence + operation.sentences)
            changed[found[first:behind], effect[0]] += effect[1]
    return changed


def _effect(
    one: Definition,
    tags: NDArray[np.int64],
    labels: Sequence[str],
    operation: ExpandAbbreviations,
) -> tuple[int, float] | None:
    long_form = [labels[tag] for tag in tags[one.start : one.end]]
    covered = sum(label != "O" for label in long_form) / len(long_form)
    if covered == 0:
        return labels.index("O"), operation.doubt
    if covered < _COVERED or long_form[-1] == "O":
        return None
    return labels.index(f"B-{long_form[-1][2:]}"), operation.support


def find_definitions(
    words: Sequence[str], sentences: Sequence[tuple[int, int]]
) -> Iterator[Definition]:
    """Yield every "long form (SHORT)" whose letters fit."""
    for sentence, (first, behind) in enumerate(sentences):
        for place in range(first + 1, behind - 2):
            if words[place] != "(" or words[place + 2] not in _CLOSING:
                continue
            short = words[place + 1]
            if not _may_be_short(short):
                continue
            earliest = max(first, place - min(len(short) + 5, 2 * len(short) + 3))
            start = long_form_start(short, words[earliest:place])
            if start is not None:
                yield Definition(earliest + start, place, place + 1, sentence)


def _may_be_short(word: str) -> bool:
    return (
        _SHORTEST <= len(word) <= _LONGEST
        and word[0].isalnum()
        and any(character.isupper() for character in word)
    )


def long_form_start(short: str, before: Sequence[str]) -> int | None:
    """Return the first of the words before that belongs to the long form, or None.

    Every letter of the short form must occur in the long form in order, its first letter at the
    beginning of a word.
    """
    text = " ".join(before).lower()
    place = len(text)
    for number, character in reversed(list(enumerate(short.lower()))):
        place = text.rfind(character, 0, place)
        while number == 0 and place > 0 and text[place - 1].isalnum():
            place = text.rfind(character, 0, place)
        if place < 0:
            return None
    return text.count(" ", 0, place)
