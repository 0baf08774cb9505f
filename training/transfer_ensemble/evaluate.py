"""Measure an ensemble beside its baselines, on patients that it never saw, and under changes."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation, FindingSpec
from meddx_desktop.preprocessing.image import Resize, resize
from training.calibration import calibrate
from training.command_line import TrainingOptions, say
from training.image_augmentation import compress_jpeg, warp
from training.image_baselines import (
    fit_logistic,
    frozen_features,
    kept_logits,
    logistic_logits,
    majority_logits,
    reference_cnn_logits,
    reference_file,
    thumbnails,
)
from training.metrics import (
    Labels,
    Predictions,
    Scores,
    expected_calibration_error,
    patient_bootstrap,
)
from training.reference_models import REFERENCE_EPOCHS
from training.transfer_ensemble.declaration import ImageModel, Metric
from training.transfer_ensemble.heads import finding_labels
from training.transfer_ensemble.pictures import Pictures, Values
from training.transfer_ensemble.predictions import PredictionTable

THUMBNAIL_STRENGTH = 0.01
FLOOR_STRENGTH = 0.001
REFERENCE = "reference_cnn"
FLOOR = "Frozen EfficientNet-Lite0 and logistic regression"

# Gives the logits (n, findings) of pictures.
System = Callable[[Values], Scores]


def fit_floor(model: ImageModel, known: Pictures, options: TrainingOptions) -> System:
    """Fit the frozen floor on the same patients: one logistic regression a finding."""
    features = frozen_features(known.values, options.work / "floor-known.npy")
    truth = finding_labels(model.architecture.head, known.labels)
    fits = [fit_logistic(features, labels, FLOOR_STRENGTH) for labels in truth.T]

    def logits(values: Values) -> Scores:
        others = frozen_features(values)
        return np.stack([fit(others) for fit in fits], axis=1)

    return logits


def baseline_tables(
    model: ImageModel, parts: tuple[Pictures, Pictures], floor: System, options: TrainingOptions
) -> dict[str, PredictionTable]:
    """Train every baseline on the same patients; return their predictions of the test part.

    `parts` are the pictures to learn from and those of the test.

    The reference network takes part where the model asks for it or an earlier run left its
    logits, but not in trial runs.
    """
    known, test = parts
    head = model.architecture.head
    truth, wanted = finding_labels(head, known.labels), finding_labels(head, test.labels)
    small = thumbnails(known.values)
    others = thumbnails(test.values)
    systems: dict[str, Scores] = {
        "Majority": _each_finding(partial(majority_logits, count=len(test.labels)), truth),
        "Linear thumbnail 24 x 24": _each_finding(
            lambda labels: logistic_logits(small, labels, others, THUMBNAIL_STRENGTH), truth
        ),
        FLOOR: floor(test.values),
    }
    tables = {
        name: PredictionTable(wanted, logits, test.patients) for name, logits in systems.items()
    }
    has_reference = model.needs_reference or reference_file(options).is_file()
    if has_reference and options.limit is None:
        logits = reference_logits(model, known, test, options)
        # One sigmoid: the reference network answers the first finding alone.
        tables[REFERENCE] = PredictionTable(wanted[:, :1], logits[:, None], test.patients)
    return tables


def _each_finding(compute: Callable[[Labels], Scores], truth: Labels) -> Scores:
    return np.stack([compute(labels) for labels in truth.T], axis=1)


def reference_logits(
    model: ImageModel, known: Pictures, test: Pictures, options: TrainingOptions
) -> Scores:
    """Return the reference network's logits (n,) for the first finding, trained where needed."""

    def train() -> Scores:
        labels = finding_labels(model.architecture.head, known.labels)[:, 0]
        epochs = options.epochs or REFERENCE_EPOCHS
        return reference_cnn_logits(known.values, labels, test.values, options.optimizer, epochs)

    return kept_logits(reference_file(options), train)


def metric_rows(
    model: ImageModel, system: str, table: PredictionTable, *, is_baseline: bool
) -> list[Evaluation]:
    """Return every metric of every finding with intervals over patients."""
    return [
        _row(model, system, table, finding, metric).model_copy(update={"is_baseline": is_baseline})
        for finding in table.findings
        for metric in model.source.metrics
    ]


def _row(
    model: ImageModel, system: str, table: PredictionTable, finding: int, metric: Metric
) -> Evaluation:
    predictions, source = table.of(finding), model.source
    row = Evaluation(
        system=system,
        data_set=source.data_set,
        split=source.test_split,
        patients=predictions.patient_count if source.has_patients else None,
        items=predictions.patient_count if metric.is_per_patient else len(predictions.labels),
        metric=model.metric_name(finding, metric),
        value=metric.statistic(predictions),
        interval=patient_bootstrap(predictions, metric.statistic),
    )
    say(f"{system}: {row.metric} {row.value:.4f} {row.interval}")
    return row


def cross_validation_rows(
    model: ImageModel, system: str, table: PredictionTable
) -> list[Evaluation]:
    """Return the figures on the patients of the folds that the members did not see."""
    split = {"split": "cross-validation by patient, one tuned and the linear member"}
    rows = metric_rows(model, system, table, is_baseline=False)
    return [row.model_copy(update=split) for row in rows]


def subgroup_rows(
    model: ImageModel, system: str, table: PredictionTable, test: Pictures
) -> list[Evaluation]:
    """Return the first metric of each finding for each subgroup in which both classes occur."""
    rows = []
    for group in model.source.subgroups:
        belongs = np.array([group.belongs(value) for value in test.attributes[group.attribute]])
        part = table.take(np.flatnonzero(belongs))
        for finding in part.findings:
            if len(np.unique(part.labels[:, finding])) < 2:
                continue
            said = f"{system}, {group.name}"
            row = _row(model, said, part, finding, model.source.metrics[0])
            split = f"{model.source.test_split}, {group.name}"
            rows.append(row.model_copy(update={"system": system, "split": split}))
    return rows


def correction_rows(
    model: ImageModel, system: str, table: PredictionTable, test: Pictures
) -> list[Evaluation]:
    """Return the metrics with the labels of the set that its pictures contradict put right."""
    correction = model.source.correction
    if correction is None:
        return []
    labels = test.labels.copy()
    for place, value in enumerate(test.attributes[correction.attribute]):
        right = correction.labels(value)
        if right is not None:
            labels[place] = right
    count = int((labels != test.labels).any(axis=1).sum())
    truth = finding_labels(model.architecture.head, labels)
    corrected = PredictionTable(truth, table.logits, table.patients)
    split = {"split": f"{model.source.test_split}, {correction.name} ({count} changed)"}
    rows = metric_rows(model, system, corrected, is_baseline=False)
    return [row.model_copy(update=split) for row in rows]


def accuracy_rows(
    model: ImageModel, system: str, table: PredictionTable, findings: tuple[FindingSpec, ...]
) -> list[Evaluation]:
    """Return the share of right answers at the operating point that decides."""
    rows = []
    for spec in findings:
        threshold = spec.operating_points[0].threshold
        logits = calibrate(table.logits[:, spec.index], spec.calibration) - threshold
        metric = Metric("accuracy at the first operating point", item_accuracy)
        decided = PredictionTable(
            table.labels[:, spec.index : spec.index + 1], logits[:, None], table.patients
        )
        row = _row(model, system, decided, 0, metric)
        rows.append(row.model_copy(update={"metric": model.metric_name(spec.index, metric)}))
    return rows


def item_accuracy(predictions: Predictions) -> float:
    """Return the share of items whose logit is on the right side of zero."""
    return float(((predictions.logits >= 0) == (predictions.labels == 1)).mean())


def calibration_rows(
    model: ImageModel, system: str, table: PredictionTable, probabilities: Scores
) -> list[Evaluation]:
    """Return the expected calibration error of each finding on the test part."""
    metric = Metric("Expected calibration error, 10 bins", lambda _: 0.0)
    source = model.source
    return [
        Evaluation(
            system=system,
            data_set=source.data_set,
            split=source.test_split,
            patients=table.of(finding).patient_count if source.has_patients else None,
            items=len(table.labels),
            metric=model.metric_name(finding, metric),
            value=expected_calibration_error(table.labels[:, finding], probabilities[:, finding]),
        )
        for finding in table.findings
    ]


def robustness_rows(
    model: ImageModel, systems: Mapping[str, System], test: Pictures
) -> list[Evaluation]:
    """Return the first metric of each finding of each system under each change."""
    rows = []
    test = test.sample(model.changed_items)
    labels = finding_labels(model.architecture.head, test.labels)
    for change, values in changed_pictures(test.values):
        for system, logits in systems.items():
            table = PredictionTable(labels, logits(values), test.patients)
            for finding in table.findings:
                said = f"{system}, {change}"
                row = _row(model, said, table, finding, model.source.metrics[0])
                told = {
                    "system": system,
                    "split": f"{model.source.test_split}, {change}",
                    "is_baseline": system == FLOOR,
                }
                rows.append(row.model_copy(update=told))
    return rows


def changed_pictures(values: Values) -> Iterator[tuple[str, Values]]:
    """Yield the pictures as other machines, exports and hands would give them."""
    yield "JPEG quality 50", np.stack([compress_jpeg(value, 50) for value in values])
    yield "20 % brighter", np.clip(values * 1.2, 0, 1).astype(np.float32)
    yield "20 % darker", (values * 0.8).astype(np.float32)
    yield "rotated by 10 degrees", _rotated(values, 10)
    yield "rotated by -10 degrees", _rotated(values, -10)
    yield "half resolution", np.stack([_halved(value) for value in values])


def _rotated(values: Values, degrees: float) -> Values:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cosine, -sine, 0], [sine, cosine, 0]])
    return warp(values, values.shape[1], np.tile(turn, (len(values), 1, 1)))


def _halved(value: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = value.shape
    small = resize(value, Resize(rows=rows // 2, columns=columns // 2))
    return resize(small, Resize(rows=rows, columns=columns))
