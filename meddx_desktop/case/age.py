"""How old a patient is, in the unit that a clinician would use."""

from enum import StrEnum

_DAYS_PER_YEAR = 365.25


class AgeUnit(StrEnum):
    """The unit of an age in words."""

    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"


def age_in_units(years: float) -> tuple[int, AgeUnit]:
    """Return whole years from two years up, months below that, days below two months."""
    if years >= 2:
        return int(years), AgeUnit.YEARS
    if years >= 1 / 6:
        return int(years * 12), AgeUnit.MONTHS
    return round(years * _DAYS_PER_YEAR), AgeUnit.DAYS


def age_in_words(years: float) -> str:
    """Return an age as in "The patient is 3 months old"."""
    number, unit = age_in_units(years)
    return f"{number} {unit.value.removesuffix('s') if number == 1 else unit.value}"
