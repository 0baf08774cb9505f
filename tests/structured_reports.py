"""Structured reports that tests write by themselves."""

from typing import Any

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

BASIC_TEXT_SR = "1.2.840.10008.5.1.4.1.1.88.11"


def code(meaning: str, value: str = "1", scheme: str = "99TEST") -> Sequence:
    """A code sequence of one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


def content(kind: str, name: str, **values: Any) -> Dataset:
    """A content item."""
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", kind
    item.ConceptNameCodeSequence = code(name)
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def measured(number: str, unit: str) -> Sequence:
    """A measured value with its unit."""
    item = Dataset()
    item.NumericValue = number
    item.MeasurementUnitsCodeSequence = code(unit, unit, "UCUM")
    return Sequence([item])


def report(**changes: Any) -> dict[str, Any]:
    """The attributes of a small verified report on a chest film."""
    findings = content(
        "CONTAINER",
        "Findings",
        ContentSequence=Sequence(
            [
                content("TEXT", "Finding", TextValue="A nodule in the right upper lobe."),
                content("NUM", "Diameter", MeasuredValueSequence=measured("8", "mm")),
            ]
        ),
    )
    impression = content("CODE", "Impression", ConceptCodeSequence=code("Solitary nodule"))
    attributes = {
        "SOPClassUID": BASIC_TEXT_SR,
        "Modality": "SR",
        "PatientName": "Phantom^Test",
        "PatientAge": "084Y",
        "ContentDate": "20260102",
        "CompletionFlag": "COMPLETE",
        "VerificationFlag": "VERIFIED",
        "ValueType": "CONTAINER",
        "ConceptNameCodeSequence": code("Chest radiograph report"),
        "ContentSequence": Sequence([findings, impression]),
    }
    return attributes | changes
