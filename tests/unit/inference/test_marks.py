"""Support of emissions by marks."""

import numpy as np

from meddx_desktop.inference.manifest import SupportMarks
from meddx_desktop.inference.marks import support_marks
from meddx_desktop.preprocessing.text import PreparedText
from meddx_desktop.preprocessing.tokens import tokenize

LABELS = ("O", "B-date", "I-date", "B-name", "I-name")


def test_a_mark_supports_the_tags_of_its_own_type_alone():
    marks = np.zeros((4, 8), np.float32)
    marks[0, 4], marks[1, 5], marks[2, 6], marks[3, 7] = 1, 1, 1, 1
    tokens = tokenize("May 5 2021 today")
    prepared = PreparedText(tokens, ((0, 4),), ((0, 4),), {"marks": marks}, {})
    step = SupportMarks(input="marks", entity_types={"date": 1}, support=3)
    emissions = np.zeros((4, 5), np.float32)
    supported = support_marks(emissions, prepared, LABELS, step)
    assert supported[:, 1].tolist() == [3, 0, 0, 3]
    assert supported[:, 2].tolist() == [0, 3, 3, 0]
    assert not supported[:, [0, 3, 4]].any()
    assert not emissions.any()
