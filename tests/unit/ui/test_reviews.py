"""What the doctor says, and taking it back."""

from meddx_desktop.case.finding import Word
from meddx_desktop.ui.reviews import FindingKey, Review, Reviews
from meddx_desktop.ui.verdict import Verdict

KEY = FindingKey(0, "model", "T-1")
OTHER = FindingKey(1, "model", "T-1")


def test_a_finding_is_open_until_somebody_speaks() -> None:
    assert Reviews().of(KEY) == Review(Verdict.OPEN)


def test_the_last_word_counts() -> None:
    reviews = Reviews()
    reviews.set(KEY, Review(Verdict.ACCEPTED))
    reviews.set(OTHER, Review(Verdict.REJECTED))
    reviews.set(KEY, Review(Verdict.CHANGED, Word.UNLIKELY, "seen well"))
    assert reviews.of(KEY) == Review(Verdict.CHANGED, Word.UNLIKELY, "seen well")
    assert reviews.of(OTHER) == Review(Verdict.REJECTED)
