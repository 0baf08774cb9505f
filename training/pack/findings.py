"""Calibrate a classifier's findings, choose their operating points, and measure them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from meddx_desktop.inference.manifest import Evaluation, FindingSpec, OperatingPoint, Softmax
from training.calibration import (
    calibrate,
    fit_calibration,
    fit_conformal,
    fit_isotonic,
    measure_operating_point,
    threshold_for_sensitivity,
    threshold_for_specificity,
)
from training.command_line import say
from training.metrics import (
    Predictions,
    expected_calibration_error,
    item_auc,
    patient_auc,
    patient_bootstrap,
)
from training.pack.answers import Answer
from training.pack.draft import Draft, DraftFinding
from training.pack.faults import PackError
from training.pack.labels import CALIBRATION, TEST, LabelledItem, LabelledSet

LEAST_OF_A_CLASS = 5
CHANCE = 0.5


@dataclass(frozen=True, slots=True)
class Goals:
    """What the two operating points reach on the calibration items."""

    sensitivity: float = 0.9
    specificity: float = 0.95


@dataclass(frozen=True, slots=True)
class Measured:
    """The finished findings and the rows of evaluation."""

    findings: tuple[FindingSpec, ...]
    evaluation: tuple[Evaluation, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The items of one split with their answers."""

    items: Sequence[LabelledItem]
    answers: Sequence[Answer]

    def predictions(self, label: str, place: int) -> Predictions:
        """Return one finding's labels, logits and patients."""
        return Predictions(
            np.array([label in item.labels for item in self.items], np.int64),
            np.array([answer.logits[place] for answer in self.answers], np.float64),
            np.array([item.patient for item in self.items], np.str_),
        )


def check_label_names(draft: Draft, labels: LabelledSet) -> None:
    """Refuse labels of which none is a finding; say which are taken for the negative class."""
    wanted = {one.name_in_labels for one in draft.findings if isinstance(one, DraftFinding)}
    present = {label for item in labels.items for label in item.labels}
    missing = sorted(wanted - present)
    if missing:
        raise PackError(
            f"No labelled item shows {', '.join(missing)}; the labels are "
            f"{', '.join(sorted(present)) or 'empty'}. Set `class_name` of the finding to the "
            "label's name."
        )
    others = sorted(present - wanted)
    if others:
        say(f"without any finding: items labelled {', '.join(others)}")


def measure_findings(
    draft: Draft, labels: LabelledSet, calibration: Part, test: Part, goals: Goals
) -> Measured:
    """Return the findings, calibrated on one part and measured on the other."""
    is_exclusive = any(isinstance(step, Softmax) for step in draft.postprocessing)
    # Of three classes and more the app scales all logits; knots over the log odds are exact.
    needs_knots = is_exclusive and len(draft.findings) > 1
    findings, rows = [], []
    for place, finding in enumerate(draft.findings):
        if isinstance(finding, FindingSpec):
            findings.append(finding)
            continue
        known = calibration.predictions(finding.name_in_labels, place)
        unseen = test.predictions(finding.name_in_labels, place)
        _check_counts(finding, known, unseen)
        findings.append(_finding(draft, finding, (known, unseen), goals, needs_knots=needs_knots))
        rows += _evaluation(draft, findings[-1], unseen, has_patients=labels.has_patients)
    return Measured(tuple(findings), tuple(rows))


def _check_counts(finding: DraftFinding, known: Predictions, unseen: Predictions) -> None:
    for split, part in ((CALIBRATION, known), (TEST, unseen)):
        positives = int(part.labels.sum())
        fewest = min(positives, len(part.labels) - positives)
        if fewest < LEAST_OF_A_CLASS:
            raise PackError(
                f"{finding.concept.meaning}: {positives} of {len(part.labels)} {split} items show "
                f"it. Calibration and test need {LEAST_OF_A_CLASS} with and without each."
            )


def _finding(
    draft: Draft,
    finding: DraftFinding,
    parts: tuple[Predictions, Predictions],
    goals: Goals,
    *,
    needs_knots: bool,
) -> FindingSpec:
    known, unseen = parts
    calibration = fit_isotonic(known) if needs_knots else fit_calibration(known)
    before, after = (calibrate(part.logits, calibration) for part in parts)
    sensitive = threshold_for_sensitivity(known.labels, before, goals.sensitivity)
    specific = threshold_for_specificity(known.labels, before, goals.specificity)

    def point(name: str, threshold: float) -> OperatingPoint:
        return measure_operating_point(name, threshold, unseen.labels, after, draft.reference_group)

    points = (point("sensitive", sensitive), point("specific", max(sensitive, specific)))
    return FindingSpec(
        concept=finding.concept,
        index=finding.index,
        calibration=calibration,
        operating_points=points,
        words=(points[0].threshold, points[1].threshold),
        is_experimental=finding.is_experimental,
        conformal=fit_conformal(known.labels, before, (unseen.labels, after)),
    )


def _evaluation(
    draft: Draft, finding: FindingSpec, unseen: Predictions, *, has_patients: bool
) -> list[Evaluation]:
    patients = unseen.patient_count if has_patients else None
    error = expected_calibration_error(unseen.labels, calibrate(unseen.logits, finding.calibration))
    figures = [("AUC per item", item_auc(unseen), patient_bootstrap(unseen, item_auc))]
    # Where every patient shows it once, or none does, there is no figure by patient.
    if has_patients and np.isfinite(patient_auc(unseen)):
        interval = patient_bootstrap(unseen, patient_auc)
        figures.append(("AUC per patient", patient_auc(unseen), interval))
    rows: list[tuple[str, str, float, tuple[float, float] | None, bool]] = [
        (draft.name, metric, value, interval, False) for metric, value, interval in figures
    ]
    rows.append(("Majority", "AUC per item", CHANCE, None, True))
    rows.append((draft.name, "Expected calibration error, 10 bins", error, None, False))
    if figures[0][1] < CHANCE:
        say(f"{finding.concept.meaning}: worse than chance. Is index {finding.index} its logit?")
    for system, metric, value, found, _ in rows:
        say(f"{finding.concept.meaning}, {system}: {metric} {value:.3f} {found or ''}")
    return [
        Evaluation(
            system=system,
            data_set=draft.data_set,
            split=f"test part, {finding.concept.meaning}",
            patients=patients,
            items=len(unseen.labels),
            metric=metric,
            value=value,
            interval=interval,
            is_baseline=is_baseline,
        )
        for system, metric, value, interval, is_baseline in rows
    ]
