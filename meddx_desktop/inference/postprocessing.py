"""The closed list of operations on a network's outputs, as the manifest declares them."""

from typing import Annotated, Literal

from pydantic import Field

from meddx_desktop.inference.record import Fraction, Record, RelativePath


class Sigmoid(Record):
    """Independent findings: probability = sigmoid(logit)."""

    op: Literal["sigmoid"] = "sigmoid"


class Softmax(Record):
    """Exclusive findings: probabilities sum to one over the logits."""

    op: Literal["softmax"] = "softmax"


class MeanOverWindows(Record):
    """The recording's logits are the mean over its windows."""

    op: Literal["mean_over_windows"] = "mean_over_windows"


class MaximumOverFrames(Record):
    """The series' probability is the maximum over its frames."""

    op: Literal["maximum_over_frames"] = "maximum_over_frames"


class MeanOverFrames(Record):
    """The series' logits are the mean over its frames."""

    op: Literal["mean_over_frames"] = "mean_over_frames"


class ShareEmissions(Record):
    """Emissions of one word within `sentences` before and after draw closer to their mean.

    New = (1 - `weight`) x own + `weight` x mean, for words of at least `minimum_characters` that
    are not numbers; the same letters in the same case are the same word.
    """

    op: Literal["share_emissions"] = "share_emissions"
    weight: Fraction
    sentences: Annotated[int, Field(ge=0)]
    minimum_characters: Annotated[int, Field(ge=1)]


class ExpandAbbreviations(Record):
    """Short forms follow the long form that the record gives them: "deep vein thrombosis (DVT)".

    Where the long form is a mention, the emission of the beginning tag of its type grows by
    `support` at every place of the short form within `sentences` before and after; where it is
    none at all, that of the tag O grows by `doubt`.
    """

    op: Literal["expand_abbreviations"] = "expand_abbreviations"
    support: Annotated[float, Field(ge=0)]
    doubt: Annotated[float, Field(ge=0)]
    sentences: Annotated[int, Field(ge=0)]


class SupportMarks(Record):
    """What a marking operation of the preprocessing has found for certain becomes a mention.

    `input` names its features (begin, inside, end, single for each kind). For each kind whose
    place in them `entity_types` gives, the emission of the beginning tag grows by `support` where
    a match begins, that of the inside tag where it goes on.
    """

    op: Literal["support_marks"] = "support_marks"
    input: str
    entity_types: dict[str, Annotated[int, Field(ge=0)]]
    support: Annotated[float, Field(ge=0)]


class ViterbiDecode(Record):
    """The best tag path of a linear-chain conditional random field.

    `parameters` is a JSON file with `transitions` (tags x tags, from row to column), `start` and
    `end` (one a tag); `tags` are IOB2 labels in the order of the emissions' last axis. A
    mention's probability is the product of its tags' marginals raised to 1/length.
    """

    op: Literal["viterbi_decode"] = "viterbi_decode"
    tags: tuple[str, ...]
    parameters: RelativePath


PostprocessingOperation = Annotated[
    Sigmoid
    | Softmax
    | MeanOverWindows
    | MaximumOverFrames
    | MeanOverFrames
    | ShareEmissions
    | ExpandAbbreviations
    | SupportMarks
    | ViterbiDecode,
    Field(discriminator="op"),
]
