"""Ages in the unit that a clinician would use."""

import pytest

from meddx_desktop.case.age import age_in_words


@pytest.mark.parametrize(
    ("years", "words"),
    [
        (100.0, "100 years"),
        (2.99, "2 years"),
        (2.0, "2 years"),
        (1.99, "23 months"),
        (1 / 6, "2 months"),
        (59 / 365.25, "59 days"),
        (1 / 365.25, "1 day"),
        (0.0, "0 days"),
    ],
)
def test_an_age_is_in_years_months_or_days(years: float, words: str) -> None:
    assert age_in_words(years) == words
