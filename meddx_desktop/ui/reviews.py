"""What the doctor says about each finding, kept in memory until it is signed."""

from dataclasses import dataclass
from typing import NamedTuple

from meddx_desktop.case.finding import Word
from meddx_desktop.ui.verdict import Verdict


class FindingKey(NamedTuple):
    """Which finding of which item is meant."""

    item: int
    model_id: str
    concept: str


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict; a changed finding has the doctor's own word and perhaps a note."""

    verdict: Verdict = Verdict.OPEN
    word: Word | None = None
    note: str = ""


class Reviews:
    """All verdicts of a case."""

    def __init__(self) -> None:
        self._reviews: dict[FindingKey, Review] = {}

    def of(self, key: FindingKey) -> Review:
        """Return the review of a finding; open while nobody spoke."""
        return self._reviews.get(key, Review())

    def set(self, key: FindingKey, review: Review) -> None:
        """Record a review."""
        self._reviews[key] = review
