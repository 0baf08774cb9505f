"""Sentences of a record whose line breaks may mean anything or nothing."""

import re

from meddx_desktop.preprocessing.tokens import Tokens

_WRAPPED_LINE = 50
_ABBREVIATIONS = frozenset(
    ("dr", "mr", "mrs", "ms", "prof", "st", "vs", "fig", "figs", "approx", "al", "eg", "ie", "cf")
)
_CLOSERS = frozenset("\"')]}”’»")
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*•·‣–—>#]+[ \t]|\(?[0-9]{1,2}[.)][ \t]|[A-Za-z][.)][ \t])")
_HEADING = re.compile(r"[ \t]*[A-Za-z][^\n.:;!?]{0,40}:")


def split_sentences(text: str, tokens: Tokens) -> tuple[tuple[int, int], ...]:
    """Return the sentences as half-open ranges of tokens that cover all tokens.

    A line break ends a sentence after a short line, after closing punctuation, and before a list
    item, a heading or an empty line; else the line was only wrapped.
    """
    sentences = []
    start = 0
    for place in range(1, len(tokens)):
        if _is_boundary(text, tokens, place):
            sentences.append((start, place))
            start = place
    if len(tokens):
        sentences.append((start, len(tokens)))
    return tuple(sentences)


def _is_boundary(text: str, tokens: Tokens, place: int) -> bool:
    gap_start, gap_end = int(tokens.ends[place - 1]), int(tokens.starts[place])
    if gap_start == gap_end:
        return False
    gap = text[gap_start:gap_end]
    if "\n" in gap:
        return gap.count("\n") > 1 or _line_ends(text, gap_start, gap_end)
    return _ends_with_punctuation(tokens.words, place) and _starts_sentence(tokens.words[place])


def _line_ends(text: str, gap_start: int, gap_end: int) -> bool:
    line_start = text.rfind("\n", max(0, gap_start - 2 * _WRAPPED_LINE), gap_start) + 1
    line_start = line_start or max(0, gap_start - 2 * _WRAPPED_LINE)
    if gap_start - line_start < _WRAPPED_LINE or text[gap_start - 1] in ".:;!?":
        return True
    following = text[text.rfind("\n", gap_start, gap_end) + 1 : gap_end + _WRAPPED_LINE]
    return bool(_LIST_ITEM.match(following) or _HEADING.match(following))


def _ends_with_punctuation(words: tuple[str, ...], place: int) -> bool:
    last = place - 1
    while last > 0 and words[last] in _CLOSERS:
        last -= 1
    if words[last] in "!?":
        return True
    if words[last] != "." or last == 0:
        return False
    before = words[last - 1]
    is_initial = len(before) == 1 and before.isalpha() and before.isupper()
    return not is_initial and before.lower() not in _ABBREVIATIONS


def _starts_sentence(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit() or not word[0].isalnum()
