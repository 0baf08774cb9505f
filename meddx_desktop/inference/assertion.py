"""What a record says about a mention: negated, historical, hypothetical, of the family, uncertain.

The rules are data (`resources/rules/assertion.json`); the method is ConText's.

References
----------
Chapman et al., J Biomed Inform 34 (2001) 301 (NegEx); Harkema et al., J Biomed Inform 42 (2009)
839 (ConText).
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from meddx_desktop.case.finding import Assertion, Entity
from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.tokens import Tokens, tokenize
from meddx_desktop.resources import resources_folder

_HEADING = re.compile(
    r"(?:^|(?<=[.;:!?])|(?<=  ))[ \t]*(?:[0-9]{1,2}[.)][ \t]*)?"
    r"([A-Z][A-Za-z/&,' -]{1,60}?)[ \t]*(?::|-[ \t])",
    re.MULTILINE,
)
_TITLE_LINE = re.compile(r"^[ \t]*([A-Z][A-Za-z/&,' -]{1,60}?)[ \t]*$", re.MULTILINE)


# Tokens between a phrase and what it acts on; keeps the time linear where no sentence ends.
_REACH = 60


@dataclass(frozen=True, slots=True)
class Phrase:
    """One rule of a category.

    `role`: `forward` acts on what follows, `forward_to_comma` only up to the next comma,
    `backward` on what precedes, `terminate` ends the reach of the others, and `pseudo` looks
    like a rule but is none. "$" as a word is the end of a sentence.
    """

    words: tuple[str, ...]
    category: str
    role: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Phrases by their first word, the longest first, and section titles by category.

    `problem_list` names lasting diseases, which problem lists hold without a word beside them.
    """

    by_first: Mapping[str, tuple[Phrase, ...]]
    sections: Mapping[str, frozenset[str]]
    problem_list: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A phrase found in a sentence, as a half-open range of tokens."""

    start: int
    end: int
    phrase: Phrase


def assert_entities(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Return the entities with what the record says about each.

    Triggers act within their sentence, up to the next termination term; section titles act up to
    the next title. Time grows linearly with the text.
    """
    if not entities:
        return ()
    rules = read_rules(resources_folder() / "rules" / "assertion.json")
    tokens = tokenize(text)
    starts = tokens.starts.tolist()
    words = [word.lower() for word in tokens.words]
    of_sections = _section_categories(text, rules)
    asserted: dict[Entity, set[str]] = {}
    by_sentence = _group_by_sentence(text, tokens, starts, entities)
    for (start, end), inside in by_sentence.items():
        triggers = tuple(find_triggers(words, start, end, rules))
        places = [trigger.start for trigger in triggers]
        for entity in inside:
            first = bisect_right(starts, entity.start) - 1
            last = bisect_left(starts, entity.end)
            nearest = bisect_left(places, first - _REACH), bisect_right(places, last + _REACH)
            near = triggers[slice(*nearest)]
            asserted[entity] = _categories(words, near, first, last) | of_sections(entity.start)
            if _is_problem_alone(words, (start, end), (first, last), rules):
                # Under a title the title decides; without one the item is from a list of problems.
                asserted[entity] |= set() if of_sections.holds(entity.start) else {"historical"}
    return tuple(
        replace(entity, assertion=Assertion(**dict.fromkeys(sorted(asserted[entity]), True)))
        for entity in entities
    )


def _is_problem_alone(
    words: Sequence[str], sentence: tuple[int, int], mention: tuple[int, int], rules: Rules
) -> bool:
    """Return whether a lasting disease is all that a sentence says, as in a list of problems."""
    around = (*words[sentence[0] : mention[0]], *words[mention[1] : sentence[1]])
    is_alone = not any(any(map(str.isalpha, word)) for word in around)
    return is_alone and tuple(words[slice(*mention)]) in rules.problem_list


def _group_by_sentence(
    text: str, tokens: Tokens, starts: list[int], entities: Sequence[Entity]
) -> dict[tuple[int, int], list[Entity]]:
    sentences = split_sentences(text, tokens)
    first_tokens = [start for start, _ in sentences]
    grouped = defaultdict(list)
    for entity in entities:
        token = max(0, bisect_right(starts, entity.start) - 1)
        grouped[sentences[bisect_right(first_tokens, token) - 1]].append(entity)
    return grouped


@lru_cache(maxsize=2)
def read_rules(file: Path) -> Rules:
    """Read the rule file."""
    record = json.loads(file.read_text(encoding="utf-8"))
    by_first = defaultdict(list)
    for category, roles in record["rules"].items():
        for role, phrases in roles.items():
            for phrase in phrases:
                words = tokenize(phrase).words
                by_first[words[0]].append(Phrase(words, category, role))
    longest_first = {
        first: tuple(sorted(phrases, key=lambda phrase: -len(phrase.words)))
        for first, phrases in by_first.items()
    }
    sections = {category: frozenset(titles) for category, titles in record["sections"].items()}
    problems = frozenset(tokenize(problem).words for problem in record["problem_list"])
    return Rules(longest_first, sections, problems)


def find_triggers(words: Sequence[str], start: int, end: int, rules: Rules) -> Iterator[Trigger]:
    """Yield the phrases of a sentence, for each category the longest at each place."""
    free_from: dict[str, int] = {}
    sentence = (*words[start:end], "$")
    for place in range(start, end):
        found: dict[str, int] = {}
        for phrase in rules.by_first.get(words[place], ()):
            length = len(phrase.words)
            category = phrase.category
            if place < free_from.get(category, start) or length < found.get(category, length):
                continue
            if sentence[place - start : place - start + length] == phrase.words:
                found[category] = length
                yield Trigger(place, place + length, phrase)
        for category, length in found.items():
            free_from[category] = place + length


def _categories(
    words: Sequence[str], triggers: Sequence[Trigger], first: int, last: int
) -> set[str]:
    return {
        trigger.phrase.category
        for trigger in triggers
        if trigger.phrase.role != "terminate"
        and _reaches(trigger, triggers, first, last)
        and not (trigger.phrase.role == "forward_to_comma" and "," in words[trigger.end : first])
    }


def _reaches(trigger: Trigger, triggers: Sequence[Trigger], first: int, last: int) -> bool:
    if trigger.phrase.role == "pseudo":
        # In "no [change in vision]" the words of a pseudo rule belong to the mention.
        return trigger.start < first < trigger.end
    if trigger.phrase.role != "backward":
        # "status post bypass" may be a mention as a whole: the phrase may open it.
        between = (trigger.end, first)
        is_before = trigger.end <= first or trigger.start == first
    else:
        between = (last, trigger.start)
        is_before = trigger.start >= last
    return is_before and not any(
        other.phrase.role == "terminate"
        and other.phrase.category == trigger.phrase.category
        and between[0] <= other.start
        and other.end <= between[1]
        for other in triggers
    )


@dataclass(frozen=True, slots=True)
class _Sections:
    starts: tuple[int, ...]
    categories: tuple[frozenset[str], ...]

    def __call__(self, offset: int) -> frozenset[str]:
        """Return the categories of the title that a place stands under."""
        place = bisect_right(self.starts, offset) - 1
        return self.categories[place] if place >= 0 else frozenset()

    def holds(self, offset: int) -> bool:
        """Return whether a place stands under any title."""
        return bisect_right(self.starts, offset) > 0


def _section_categories(text: str, rules: Rules) -> _Sections:
    headings = {
        match.end(): match[1]
        for pattern in (_HEADING, _TITLE_LINE)
        for match in pattern.finditer(text)
        if pattern is _HEADING or match[1].isupper() or _is_known(match[1], rules)
    }
    ordered = sorted(headings.items())
    return _Sections(
        tuple(offset for offset, _ in ordered),
        tuple(
            frozenset(
                category
                for category, titles in rules.sections.items()
                if _normalize_title(title) in titles
            )
            for _, title in ordered
        ),
    )


def _is_known(title: str, rules: Rules) -> bool:
    return any(_normalize_title(title) in titles for titles in rules.sections.values())


def _normalize_title(title: str) -> str:
    return " ".join(title.lower().split())
