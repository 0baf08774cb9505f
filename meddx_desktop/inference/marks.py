"""Support of a tagger's emissions by what patterns have marked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.postprocessing import SupportMarks
from meddx_desktop.preprocessing.text import PreparedText
from meddx_desktop.preprocessing.token_patterns import PLACES


def support_marks(
    emissions: NDArray[np.float32],
    prepared: PreparedText,
    labels: Sequence[str],
    step: SupportMarks,
) -> NDArray[np.float32]:
    """Return the emissions, shape (tokens, tags), with `support` added where a mark is."""
    supported = emissions.copy()
    marks = prepared.by_token[step.input]
    for entity_type, place in step.entity_types.items():
        begin, inside, end, single = marks[:, PLACES * place : PLACES * (place + 1)].T
        supported[:, labels.index(f"B-{entity_type}")] += step.support * (begin + single)
        supported[:, labels.index(f"I-{entity_type}")] += step.support * (inside + end)
    return supported
