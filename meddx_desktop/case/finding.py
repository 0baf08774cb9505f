"""What a model says about a case item."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.explanation import Explanation
from meddx_desktop.case.transcript import Transcript


class Word(StrEnum):
    """The word that always goes with a probability."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


class AnalysisStatus(StrEnum):
    """Whether a model spoke."""

    ASSESSED = "assessed"
    NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """The threshold in use and what it reached on the reference group.

    Intervals are 95 % intervals as fractions.
    """

    threshold: float
    sensitivity: float
    specificity: float
    sensitivity_interval: tuple[float, float]
    specificity_interval: tuple[float, float]
    reference_group: str


class Compatibility(StrEnum):
    """Which answers a conformal set holds."""

    PRESENT = "present"
    ABSENT = "absent"
    BOTH = "both"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class ConformalSet:
    """The answers that an input is compatible with, and how often such sets held the truth.

    `measured_coverage` was counted over `items` that had no part in the calibration; it holds for
    all of them together, not for those with or without the finding.
    """

    compatible_with: Compatibility
    coverage_goal: float
    measured_coverage: float
    items: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A concept with its calibrated probability; `is_experimental` findings never alarm.

    `conformal` is None where the model declares no quantile.
    """

    concept: CodedConcept
    probability: float
    is_positive: bool
    word: Word
    operating_point: OperatingPoint
    is_experimental: bool = False
    conformal: ConformalSet | None = None


@dataclass(frozen=True, slots=True)
class FrameFindings:
    """Findings of one frame of a series."""

    index: int
    path: Path
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SegmentFindings:
    """Findings of one stretch of a recording, in seconds."""

    start_s: float
    end_s: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the record says about a mention (ConText axes, Harkema 2009)."""

    negated: bool = False
    historical: bool = False
    hypothetical: bool = False
    family: bool = False
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """A mention in a record; offsets are code points into the text."""

    start: int
    end: int
    text: str
    entity_type: str
    probability: float
    assertion: Assertion = field(default_factory=Assertion)
    codes: tuple[CodedConcept, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityMeasure:
    """How well a tagger finds a type of mention: fractions measured on the reference group."""

    entity_type: str
    precision: float
    recall: float
    reference_group: str


@dataclass(frozen=True, slots=True)
class OutOfDistribution:
    """How unlike the training data an input is; inside while `value` <= `limit`."""

    value: float
    limit: float
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """One model's answer for one case item.

    `reason` says in a sentence why the model was not assessed, `reason_code` is its stable name
    (a gate's or an error's). `ignored_gates` lists the gates that the person overrode.
    `limitations` are the sentences of the label that go on the report. `transcript` is what a
    speech model wrote.
    """

    model_id: str
    model_version: str
    model_name: str
    status: AnalysisStatus
    reason: str | None = None
    out_of_distribution: OutOfDistribution | None = None
    findings: tuple[Finding, ...] = ()
    frames: tuple[FrameFindings, ...] = ()
    segments: tuple[SegmentFindings, ...] = ()
    entities: tuple[Entity, ...] = ()
    explanation: Explanation | None = None
    ignored_gates: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    intended_population: str = ""
    is_signature_trusted: bool = True
    needs_region: bool = False
    reason_code: str | None = None
    transcript: Transcript | None = None
    entity_measures: tuple[EntityMeasure, ...] = ()


MENTION_LIKELY = 0.8
MENTION_POSSIBLE = 0.5


def mention_word(probability: float) -> Word:
    """Return the word for a mention of a record: likely from 80 %, possible from 50 %."""
    if probability >= MENTION_LIKELY:
        return Word.LIKELY
    return Word.POSSIBLE if probability >= MENTION_POSSIBLE else Word.UNLIKELY
