"""From logits to a probability that can be believed, and from there to a word."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.finding import (
    Compatibility,
    ConformalSet,
    EntityMeasure,
    Finding,
    OperatingPoint,
    Word,
)
from meddx_desktop.inference.manifest import (
    Conformal,
    FindingSpec,
    Isotonic,
    Manifest,
    Softmax,
    Temperature,
)
from meddx_desktop.inference.manifest import OperatingPoint as OperatingPointSpec

Logits: TypeAlias = NDArray[np.floating]
Probabilities: TypeAlias = NDArray[np.float64]


def calibrated_probabilities(
    logits: Logits, spec: FindingSpec, *, is_exclusive: bool = False
) -> Probabilities:
    """Return one finding's probabilities of shape (n,) from logits of shape (n, classes).

    With `is_exclusive` (softmax) the probabilities of all classes sum to one before isotonic
    knots are applied, which then take the class's log odds.
    """
    calibration = spec.calibration
    match calibration:
        case Temperature():
            shifted = np.asarray(logits, np.float64).copy()
            shifted[:, spec.index] += calibration.bias
            scaled = shifted / calibration.temperature
            return sigmoid(finding_logits(scaled, spec, is_exclusive=is_exclusive))
        case Isotonic():
            knots = finding_logits(logits, spec, is_exclusive=is_exclusive)
            return np.interp(knots, calibration.inputs, calibration.outputs)
        case _:
            assert_never(calibration)


def finding_logits(
    logits: Logits, spec: FindingSpec, *, is_exclusive: bool = False
) -> Probabilities:
    """Return a finding's logit of shape (n,); for exclusive classes the class's log odds."""
    scores = np.asarray(logits, np.float64)
    if not is_exclusive:
        return np.asarray(scores[:, spec.index], np.float64)
    others = np.delete(scores, spec.index, axis=1)
    return np.asarray(scores[:, spec.index] - np.logaddexp.reduce(others, axis=1), np.float64)


def sigmoid(logits: Logits) -> Probabilities:
    """Return 1 / (1 + exp(-logits)) without overflow."""
    scores = np.asarray(logits, np.float64)
    return np.asarray(np.exp(-np.logaddexp(0.0, -scores)), np.float64)


def findings_from_logits(logits: Logits, manifest: Manifest) -> tuple[Finding, ...]:
    """Return every finding of the model for logits of shape (classes,)."""
    is_exclusive = has_operation(manifest, Softmax)
    return tuple(
        finding_for(
            float(calibrated_probabilities(logits[None], spec, is_exclusive=is_exclusive)[0]), spec
        )
        for spec in manifest.findings
    )


def finding_for(probability: float, spec: FindingSpec, *, is_series: bool = False) -> Finding:
    """Return a calibrated probability as a finding with word and operating point.

    With `is_series` it is that of several frames together.
    """
    point = spec.operating_points[0]
    if is_series and spec.series_operating_point is not None:
        point = spec.series_operating_point
    return Finding(
        concept=concept_of(spec),
        probability=probability,
        is_positive=probability >= point.threshold,
        word=word_for(probability, spec.words),
        operating_point=operating_point_of(point),
        is_experimental=spec.is_experimental,
        conformal=None if spec.conformal is None else conformal_set(probability, spec.conformal),
    )


def conformal_set(probability: float, conformal: Conformal) -> ConformalSet:
    """Return which of present and absent have a probability of at least 1 - quantile.

    References
    ----------
    Vovk V, Gammerman A, Shafer G. Algorithmic learning in a random world. Springer 2005.
    """
    least = 1 - conformal.quantile
    is_present, is_absent = probability >= least, 1 - probability >= least
    compatible_with = {
        (True, True): Compatibility.BOTH,
        (True, False): Compatibility.PRESENT,
        (False, True): Compatibility.ABSENT,
        (False, False): Compatibility.NEITHER,
    }[is_present, is_absent]
    return ConformalSet(
        compatible_with, conformal.coverage_goal, conformal.measured_coverage, conformal.items
    )


def concept_of(spec: FindingSpec) -> CodedConcept:
    """Return the manifest's concept as the case's noun."""
    return CodedConcept(spec.concept.value, spec.concept.scheme, spec.concept.meaning)


def operating_point_of(point: OperatingPointSpec) -> OperatingPoint:
    """Return the manifest's operating point as the case's noun."""
    return OperatingPoint(
        threshold=point.threshold,
        sensitivity=point.sensitivity,
        specificity=point.specificity,
        sensitivity_interval=point.sensitivity_interval,
        specificity_interval=point.specificity_interval,
        reference_group=point.reference_group,
    )


def entity_measures_of(manifest: Manifest) -> tuple[EntityMeasure, ...]:
    """Return what a tagger's types reached, as the case's nouns; each type once.

    Several tags may give one type of mention; they state the same figures.
    """
    measures = (
        EntityMeasure(spec.entity_type, spec.precision, spec.recall, spec.reference_group)
        for spec in manifest.entities
    )
    return tuple(dict.fromkeys(measures))


def word_for(probability: float, words: Sequence[float]) -> Word:
    """Return the word that the manifest assigns to a probability."""
    possible, likely = words
    if probability >= likely:
        return Word.LIKELY
    return Word.POSSIBLE if probability >= possible else Word.UNLIKELY


def has_operation(manifest: Manifest, kind: type) -> bool:
    """Return whether the model's postprocessing names this operation."""
    return any(isinstance(operation, kind) for operation in manifest.postprocessing)
