"""Text operations: a record to tokens and the network's input tensors."""

from typing import Literal, TypeAlias

from meddx_desktop.preprocessing.operation import Operation


class Tokenize(Operation):
    """Split into tokens with a closed set of rules; offsets are code points."""

    op: Literal["tokenize"] = "tokenize"
    rule: Literal["words_and_punctuation"] = "words_and_punctuation"


TextOperation: TypeAlias = Tokenize
