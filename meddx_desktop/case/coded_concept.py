"""A coded concept, as DICOM and FHIR understand it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodedConcept:
    """A meaning with its code in a published scheme.

    References
    ----------
    DICOM PS3.3 8.8, Standard attribute sets for code sequences.
    """

    value: str
    scheme_designator: str
    meaning: str
