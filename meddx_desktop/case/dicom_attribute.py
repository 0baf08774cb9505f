"""A DICOM header, line by line, for a person to read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DicomAttribute:
    """One attribute; `depth` counts the sequences around it.

    `tag` reads "0010,0010". `value` is text, shortened where it is long, the number of items for a
    sequence and the number of bytes for binary values.
    """

    depth: int
    tag: str
    name: str
    value_representation: str
    value: str
