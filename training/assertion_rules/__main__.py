"""`python -m training.assertion_rules --data DIR`: what the rules reach on NegEx's sentences."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.finding import Assertion, Entity
from meddx_desktop.inference.assertion import assert_entities

_ONE_LINE = re.compile(r"\b(no|denies|without|not)\b")
_REPEATS = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence with a marked concept, and what people said of it."""

    report: int
    text: str
    start: int
    end: int
    negation: str
    temporality: str
    experiencer: str

    @property
    def assertion(self) -> Assertion:
        """What the rules say."""
        mention = Entity(self.start, self.end, self.text[self.start : self.end], "disease", 1.0)
        return assert_entities(self.text, (mention,))[0].assertion

    @property
    def is_negated_by_one_line(self) -> bool:
        """What one line says: is there a "no", "denies", "without" or "not" before the concept."""
        return _ONE_LINE.search(self.text[: self.start].lower()) is not None


AXES: dict[str, tuple[Callable[[Row], bool], Callable[[Assertion], bool]]] = {
    "negated": (lambda row: row.negation == "Negated", lambda said: said.negated),
    "historical": (lambda row: row.temporality == "Historical", lambda said: said.historical),
    "hypothetical": (
        lambda row: row.temporality == "Not particular",
        lambda said: said.hypothetical,
    ),
    "family": (lambda row: row.experiencer == "Family member", lambda said: said.family),
}


def read_rows(file: Path) -> tuple[Row, ...]:
    """Read the sentences whose concept is located; its capitals, a mark of the set, are undone."""
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text, start, end = record["sentence"], record["start"], record["end"]
        if start < 0:
            continue
        text = text[:start] + text[start:end].lower() + text[end:]
        said = (record[name] for name in ("negation", "temporality", "experiencer"))
        rows.append(Row(record["report"], text, start, end, *said))
    return tuple(rows)


def f1(counts: NDArray[np.integer]) -> float:
    """Return F1 of (right, said, true) counts, summed over the first axis."""
    right, said, true = counts.reshape(-1, 3).sum(axis=0)
    return float(2 * right / max(1, said + true))


def measure(rows: Sequence[Row], said: Sequence[bool], true: Sequence[bool]) -> str:
    """Return precision, recall and F1; the interval draws whole reports with replacement."""
    reports = sorted({row.report for row in rows})
    counts = np.zeros((len(reports), 3), np.int64)
    for row, answer, truth in zip(rows, said, true, strict=True):
        counts[reports.index(row.report)] += (answer and truth, answer, truth)
    generator = np.random.default_rng(0)
    drawn = generator.integers(0, len(reports), (_REPEATS, len(reports)))
    low, high = np.percentile([f1(counts[one]) for one in drawn], [2.5, 97.5])
    right, given, wanted = counts.sum(axis=0)
    precision, recall = right / max(1, given), right / max(1, wanted)
    return (
        f"F1 {f1(counts):.3f} ({low:.3f} to {high:.3f}), precision {precision:.3f}, "
        f"recall {recall:.3f}, {wanted} of {len(rows)}"
    )


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def main() -> None:
    """Print the figures of each axis and part."""
    parser = argparse.ArgumentParser(prog="python -m training.assertion_rules")
    parser.add_argument("--data", type=Path, required=True, help="folder of negex-context")
    folder = parser.parse_args().data
    for part in ("train", "dev"):
        rows = read_rows(folder / f"{part}.jsonl")
        said = [row.assertion for row in rows]
        for axis, (truth, answer) in AXES.items():
            true = [truth(row) for row in rows]
            say(f"{part}, {axis}: {measure(rows, [answer(one) for one in said], true)}")
        true = [row.negation == "Negated" for row in rows]
        one_line = [row.is_negated_by_one_line for row in rows]
        say(f"{part}, negated, one-line rule: {measure(rows, one_line, true)}")
        hard = [place for place in range(len(rows)) if one_line[place] != true[place]]
        right = sum(said[place].negated == true[place] for place in hard)
        say(f"{part}, of the {len(hard)} that the one-line rule gets wrong: {right} right")


if __name__ == "__main__":
    main()
