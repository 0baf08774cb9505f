"""What is to be explained."""

from dataclasses import dataclass

from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.image_series import Box


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """Which finding is to be explained, and on which frame and box of an image.

    For a mention in a record `span` holds its code points, start and end; without it the most
    probable mention of the type that `concept.value` names is explained.
    """

    model_id: str
    concept: CodedConcept
    frame_index: int = 0
    box: Box | None = None
    span: tuple[int, int] | None = None
