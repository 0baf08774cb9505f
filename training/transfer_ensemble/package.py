"""The manifest of an ensemble: its declared texts, and what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from meddx_desktop.inference.manifest import (
    ActivationMap,
    Evaluation,
    FindingSpec,
    Isotonic,
    Manifest,
    OperatingPoint,
    OutOfDistribution,
    Output,
    OutputRole,
    Task,
    Temperature,
    Tensor,
)
from training.calibration import (
    EVEN,
    calibrate,
    fit_calibration,
    fit_conformal,
    measure_operating_point,
    threshold_for_sensitivity,
    threshold_for_specificity,
)
from training.export import OPSET
from training.metrics import Predictions, Scores, expected_calibration_error
from training.transfer_ensemble.declaration import FindingGoal, ImageModel
from training.transfer_ensemble.heads import ExclusiveClasses
from training.transfer_ensemble.inference import INPUT_NAME
from training.transfer_ensemble.predictions import PredictionTable

LOGIT_RANGE = (-40.0, 40.0)
AXES = {
    "logits": ("batch", "class"),
    "activation_map": ("batch", "row", "column", "class"),
    "features": ("batch", "feature"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a training has measured: the findings, the finished rows and the gate."""

    findings: tuple[FindingSpec, ...]
    evaluation: tuple[Evaluation, ...]
    gate: OutOfDistribution


def input_tensor(model: ImageModel) -> Tensor:
    """Return the network's input as the manifest declares it."""
    return Tensor(
        name=INPUT_NAME,
        axes=("batch", "row", "column", "channel"),
        shape=(None, model.architecture.size, model.architecture.size, 1),
        dtype="float32",
    )


def build_findings(
    model: ImageModel, held_out: PredictionTable, test: PredictionTable
) -> tuple[FindingSpec, ...]:
    """Calibrate each finding on held-out pictures of known patients, measure on the test part."""
    # Exclusive classes are scaled together within the network, or their findings would disagree.
    is_scaled = isinstance(model.architecture.head, ExclusiveClasses)
    return tuple(
        _build_finding(
            (index, goal),
            _as_it_is(held_out.of(index)) if is_scaled else fit_calibration(held_out.of(index)),
            (held_out.of(index), test.of(index)),
            model.source.reference_group,
        )
        for index, goal in enumerate(model.findings)
    )


def _as_it_is(held_out: Predictions) -> Temperature:
    return Temperature(
        temperature=1.0,
        expected_calibration_error=expected_calibration_error(
            held_out.labels, held_out.probabilities
        ),
        items=len(held_out.labels),
    )


def _build_finding(
    numbered: tuple[int, FindingGoal],
    calibration: Temperature | Isotonic,
    parts: tuple[Predictions, Predictions],
    reference_group: str,
) -> FindingSpec:
    index, goal = numbered
    held_out, test = parts
    known = calibrate(held_out.logits, calibration)
    unseen = calibrate(test.logits, calibration)
    sensitive = threshold_for_sensitivity(held_out.labels, known, goal.sensitivity)
    specific = threshold_for_specificity(held_out.labels, known, goal.specificity)

    def point(name: str, threshold: float) -> OperatingPoint:
        return measure_operating_point(name, threshold, test.labels, unseen, reference_group)

    points = (point("sensitive", sensitive), point("specific", max(sensitive, specific)))
    return FindingSpec(
        concept=goal.concept,
        index=index,
        calibration=calibration,
        operating_points=points,
        # What is more probable than not is never called unlikely.
        words=(min(EVEN, points[0].threshold), max(EVEN, points[1].threshold)),
        is_experimental=goal.is_experimental,
        conformal=fit_conformal(held_out.labels, known, (test.labels, unseen)),
    )


def calibrated(findings: tuple[FindingSpec, ...], table: PredictionTable) -> Scores:
    """Return the calibrated probabilities (n, findings)."""
    columns = [calibrate(table.logits[:, spec.index], spec.calibration) for spec in findings]
    return np.stack(columns, axis=1)


def build_manifest(
    model: ImageModel, measured: Measured, sizes: Mapping[str, tuple[int, ...]]
) -> Manifest:
    """Return the manifest, complete but for files and golden cases.

    `sizes` are those of each output of the network but the batch.
    """
    texts = model.texts
    return Manifest(
        id=texts.model_id,
        version=texts.version,
        name=texts.name,
        summary=texts.summary,
        changelog=dict(texts.changelog),
        authors="The MedDx Desktop authors",
        copyright="Copyright 2026 The MedDx Desktop authors",
        license="Apache-2.0",
        references=texts.references,
        purpose="research" if texts.is_research_only else "findings",
        task=Task.IMAGE_CLASSIFICATION,
        opset=OPSET,
        inputs=(input_tensor(model),),
        outputs=tuple(_output(name, sizes[name]) for name in AXES),
        preprocessing=model.preparation.operations,
        postprocessing=texts.postprocessing,
        accepts=texts.accepts,
        quality=texts.quality,
        findings=measured.findings,
        out_of_distribution=measured.gate,
        explanation=ActivationMap(output="activation_map"),
        label=texts.label,
        evaluation=measured.evaluation,
        files=(),
    )


def _output(name: str, size: tuple[int, ...]) -> Output:
    return Output(
        name=name,
        axes=AXES[name],
        shape=(None, *size),
        dtype="float32",
        value_range=LOGIT_RANGE if name == "logits" else None,
        role=OutputRole(name),
    )
