"""DICOM attributes as plain Python values; an unreadable one counts as absent."""

from collections.abc import Iterable
from functools import cache

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag

from meddx_desktop.readers.dicom_file import PARSING_ERRORS

# Shared, as making one takes longer than looking for the attribute.
_NOTHING = Dataset()


@cache
def _tag(keyword: str) -> BaseTag:
    return Tag(keyword)


def value(dataset: Dataset, keyword: str) -> object | None:
    """Return the value of an attribute, None when it is absent, empty or unreadable."""
    tag = _tag(keyword)
    # Most attributes that are asked for are absent, which pydicom finds out slowly by keyword.
    if tag not in dataset:
        return None
    try:
        found: object = dataset[tag].value
    except PARSING_ERRORS:
        return None
    return None if found is None or found == "" or found == b"" else found


def values(dataset: Dataset, keyword: str) -> list[object]:
    """Return all values of an attribute that may have several."""
    found = value(dataset, keyword)
    if found is None:
        return []
    if isinstance(found, str | bytes) or not isinstance(found, Iterable):
        return [found]
    return list(found)


def text(dataset: Dataset, keyword: str) -> str | None:
    """Return the first value as text without padding."""
    found = values(dataset, keyword)
    stripped = str(found[0]).strip(" \0") if found else ""
    return stripped or None


def numbers(dataset: Dataset, keyword: str) -> list[float]:
    """Return all values as finite numbers, or none of them."""
    try:
        found = [float(str(one)) for one in values(dataset, keyword)]
    except ValueError:
        return []
    return found if all(abs(one) < float("inf") for one in found) else []


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return the first value as a number."""
    found = numbers(dataset, keyword)
    return found[0] if found else None


def integer(dataset: Dataset, keyword: str) -> int | None:
    """Return the first value as a whole number."""
    found = number(dataset, keyword)
    return None if found is None else int(found)


def items(dataset: Dataset, keyword: str) -> list[Dataset]:
    """Return the items of a sequence."""
    return [one for one in values(dataset, keyword) if isinstance(one, Dataset)]


def first_item(dataset: Dataset, keyword: str) -> Dataset:
    """Return the first item of a sequence, an empty data set where there is none."""
    found = items(dataset, keyword)
    return found[0] if found else _NOTHING
