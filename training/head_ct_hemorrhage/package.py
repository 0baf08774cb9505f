"""The manifest: written texts, and what was measured."""

from collections.abc import Mapping

import numpy as np

from meddx_desktop.inference.manifest import (
    ActivationMap,
    Evaluation,
    FindingSpec,
    Manifest,
    MaximumOverFrames,
    OperatingPoint,
    OutOfDistribution,
    Output,
    OutputRole,
    Sigmoid,
    Task,
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
from training.head_ct_hemorrhage import package_texts as texts
from training.head_ct_hemorrhage.dataset import PREPARATION, SIZE, folds_of
from training.head_ct_hemorrhage.evaluate import by_study, predictions_of
from training.metrics import Predictions, Scores
from training.transfer_ensemble.inference import INPUT_NAME
from training.transfer_ensemble.package import AXES, LOGIT_RANGE
from training.transfer_ensemble.pictures import Pictures

SLICE_SENSITIVITY, SLICE_SPECIFICITY, STUDY_SENSITIVITY = 0.85, 0.95, 0.90
INPUT = Tensor(
    name=INPUT_NAME,
    axes=("batch", "row", "column", "channel"),
    shape=(None, SIZE, SIZE, 1),
    dtype="float32",
)


def build_findings(slices: Pictures, scores: Scores) -> tuple[FindingSpec, ...]:
    """Calibrate each finding and set its operating points on scores of unseen patients."""
    return tuple(
        _build_finding(slices, predictions_of(slices, scores, index), index)
        for index in range(len(texts.CONCEPTS))
    )


def _build_finding(slices: Pictures, told: Predictions, index: int) -> FindingSpec:
    calibration = fit_calibration(told)
    known = calibrate(told.logits, calibration)
    sensitive = threshold_for_sensitivity(told.labels, known, SLICE_SENSITIVITY)
    specific = threshold_for_specificity(told.labels, known, SLICE_SPECIFICITY)
    study = by_study(Predictions(told.labels, known, told.patients))
    of_study = max(
        sensitive, threshold_for_sensitivity(study.labels, study.logits, STUDY_SENSITIVITY)
    )

    def point(name: str, threshold: float) -> OperatingPoint:
        return measure_operating_point(name, threshold, told.labels, known, texts.REFERENCE_SLICES)

    points = (point("sensitive", sensitive), point("specific", max(sensitive, specific)))
    whole = measure_operating_point(
        "series", of_study, study.labels, study.logits, texts.REFERENCE_STUDIES
    )
    # Folds with even numbers set the quantile, the others measure the coverage.
    is_even = folds_of(slices) % 2 == 0
    return FindingSpec(
        concept=texts.CONCEPTS[index],
        index=index,
        calibration=calibration,
        operating_points=points,
        series_operating_point=whole,
        words=(points[0].threshold, max(EVEN, points[1].threshold, whole.threshold)),
        is_experimental=index > 0,
        conformal=fit_conformal(
            told.labels[is_even], known[is_even], (told.labels[~is_even], known[~is_even])
        ),
    )


def build_manifest(
    measured: tuple[tuple[FindingSpec, ...], tuple[Evaluation, ...], OutOfDistribution],
    sizes: Mapping[str, tuple[int, ...]],
) -> Manifest:
    """Return the manifest, complete but for files and golden cases.

    `measured` are the findings, the rows and the gate; `sizes` are those of each output of the
    network but the batch.
    """
    findings, rows, gate = measured
    return Manifest(
        id=texts.EDITION.model_id,
        version=texts.EDITION.version,
        name="Head CT: intracranial hemorrhage",
        summary=texts.SUMMARY,
        changelog=texts.EDITION.changelog,
        authors="The MedDx Desktop authors",
        copyright="Copyright 2026 The MedDx Desktop authors",
        license="Apache-2.0",
        references=texts.REFERENCES,
        task=Task.IMAGE_CLASSIFICATION,
        opset=OPSET,
        inputs=(INPUT,),
        outputs=tuple(
            Output(
                name=name,
                axes=AXES[name],
                shape=(None, *sizes[name]),
                dtype="float32",
                value_range=LOGIT_RANGE if name == "logits" else None,
                role=OutputRole(name),
            )
            for name in AXES
        ),
        preprocessing=PREPARATION.operations,
        postprocessing=(Sigmoid(), MaximumOverFrames()),
        accepts=texts.ACCEPTS,
        quality=texts.QUALITY,
        findings=findings,
        out_of_distribution=gate,
        explanation=ActivationMap(output="activation_map"),
        label=texts.EDITION.label,
        evaluation=rows,
        files=(),
    )


def calibrated(finding: FindingSpec, scores: Scores) -> Scores:
    """Return one finding's calibrated probabilities (n,)."""
    return np.asarray(calibrate(scores[:, finding.index], finding.calibration))
