"""Evidence that one click shows."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.image_series import Box


@dataclass(frozen=True, slots=True, eq=False)
class Heatmap:
    """Evidence over a part of a frame.

    `values` has shape (rows, columns) in [-1, 1]; positive supports the finding. It covers `box`
    of the frame evenly and is usually coarser than it. `method` names how it was made.
    """

    concept: CodedConcept
    frame_index: int
    box: Box
    values: NDArray[np.float32]
    method: str

    def __post_init__(self) -> None:
        self.values.setflags(write=False)


@dataclass(frozen=True, slots=True)
class WeightedSpan:
    """A stretch of text (code points) or time (seconds) with its weight in [-1, 1]."""

    start: float
    end: float
    weight: float


@dataclass(frozen=True, slots=True)
class TextHighlights:
    """Evidence over a record, in code points."""

    concept: CodedConcept
    spans: tuple[WeightedSpan, ...]
    method: str


@dataclass(frozen=True, slots=True)
class TimeHighlights:
    """Evidence over a recording, in seconds."""

    concept: CodedConcept
    spans: tuple[WeightedSpan, ...]
    method: str


Explanation: TypeAlias = Heatmap | TextHighlights | TimeHighlights
