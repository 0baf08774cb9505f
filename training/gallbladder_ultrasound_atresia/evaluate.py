"""Measure the ensemble beside its baselines, on patients that it never saw, and under changes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation, OutOfDistribution
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from meddx_desktop.preprocessing.image import Resize, resize
from training.command_line import say
from training.gallbladder_ultrasound_atresia.dataset import Pictures
from training.gallbladder_ultrasound_atresia.negatives import read_negatives
from training.gallbladder_ultrasound_atresia.train import enlarged
from training.image_augmentation import compress_jpeg, warp
from training.image_baselines import (
    frozen_features,
    logistic_logits,
    majority_logits,
    reference_cnn_logits,
    thumbnails,
)
from training.metrics import (
    Predictions,
    Scores,
    expected_calibration_error,
    item_auc,
    patient_auc,
    patient_bootstrap,
)
from training.out_of_distribution import choose_limit, fit_mahalanobis, rate_negatives

DATA_SET = "Sonographic gallbladder images (Zhou 2021)"
TEST_SPLIT = "test patients, same hospitals"
THUMBNAIL_STRENGTH = 0.01
FLOOR_STRENGTH = 0.001
KEPT_DIRECTIONS = 64
INPUT_NAME = "image"
CHUNK = 16
GATE_PARAMETERS = "out_of_distribution.json"


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """The network's outputs for pictures: logits (n,) and features (n, features)."""

    logits: Scores
    features: NDArray[np.float64]


def session_of(network: bytes) -> onnxruntime.InferenceSession:
    """Return the converted network, ready to run: what is shipped is what is measured."""
    return onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])


def run_network(network: onnxruntime.InferenceSession, values: NDArray[np.float32]) -> Outputs:
    """Run the network over pictures of shape (n, 60, 60)."""
    parts = [
        network.run(["logits", "features"], {INPUT_NAME: enlarged(values[start : start + CHUNK])})
        for start in range(0, len(values), CHUNK)
    ]
    return Outputs(
        np.concatenate([logits[:, 0] for logits, _ in parts]).astype(np.float64),
        np.concatenate([features for _, features in parts]).astype(np.float64),
    )


def baseline_predictions(
    known: Pictures, test: Pictures, work: Path, *, has_reference: bool
) -> dict[str, Predictions]:
    """Train every baseline on the same patients; return their predictions of the test part."""
    floor = frozen_features(known.values, work / "floor-known.npy")
    systems: dict[str, Callable[[], Scores]] = {
        "Majority": partial(majority_logits, known.labels, len(test.labels)),
        "Linear thumbnail 24 x 24": lambda: logistic_logits(
            thumbnails(known.values), known.labels, thumbnails(test.values), THUMBNAIL_STRENGTH
        ),
        "Frozen EfficientNet-Lite0 and logistic regression": lambda: logistic_logits(
            floor,
            known.labels,
            frozen_features(test.values, work / "floor-test.npy"),
            FLOOR_STRENGTH,
        ),
    }
    if has_reference:
        systems["reference_cnn"] = lambda: _cached_reference(known, test, work)
    return {
        name: Predictions(test.labels, compute(), test.patients)
        for name, compute in systems.items()
    }


def _cached_reference(known: Pictures, test: Pictures, work: Path) -> Scores:
    cache = work / "reference-cnn-test.npy"
    if not cache.is_file():
        np.save(cache, reference_cnn_logits(known.values, known.labels, test.values))
    return np.asarray(np.load(cache), np.float64)


def auc_rows(system: str, predictions: Predictions, *, is_baseline: bool) -> list[Evaluation]:
    """Return AUC per image and per patient with intervals over patients."""
    rows = []
    for metric, statistic, items in (
        ("AUC per image", item_auc, len(predictions.labels)),
        ("AUC per patient", patient_auc, predictions.patient_count),
    ):
        row = Evaluation(
            system=system,
            data_set=DATA_SET,
            split=TEST_SPLIT,
            patients=predictions.patient_count,
            items=items,
            metric=metric,
            value=statistic(predictions),
            interval=patient_bootstrap(predictions, statistic),
            is_baseline=is_baseline,
        )
        say(f"{system}: {metric} {row.value:.3f} {row.interval}")
        rows.append(row)
    return rows


def cross_validation_rows(system: str, predictions: Predictions) -> list[Evaluation]:
    """Return the figures on the patients of the folds that the members did not see."""
    return [
        row.model_copy(
            update={"split": "cross-validation by patient, one tuned and the linear member"}
        )
        for row in auc_rows(system, predictions, is_baseline=False)
    ]


def calibration_row(system: str, test: Predictions, probabilities: Scores) -> Evaluation:
    """Return the expected calibration error on the test part."""
    return Evaluation(
        system=system,
        data_set=DATA_SET,
        split=TEST_SPLIT,
        patients=test.patient_count,
        items=len(test.labels),
        metric="Expected calibration error, 10 bins",
        value=expected_calibration_error(test.labels, probabilities),
    )


def changed_pictures(values: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return the pictures as other machines, exports and hands would give them."""
    return {
        "JPEG quality 50": np.stack([compress_jpeg(value, 50) for value in values]),
        "20 % brighter": np.clip(values * 1.2, 0, 1).astype(np.float32),
        "20 % darker": (values * 0.8).astype(np.float32),
        "rotated by 10 degrees": _rotated(values, 10),
        "rotated by -10 degrees": _rotated(values, -10),
        "half resolution": np.stack([_halved(value) for value in values]),
    }


def _rotated(values: NDArray[np.float32], degrees: float) -> NDArray[np.float32]:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cosine, -sine, 0], [sine, cosine, 0]])
    return warp(values, values.shape[1], np.tile(turn, (len(values), 1, 1)))


def _halved(value: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = value.shape
    small = resize(value, Resize(rows=rows // 2, columns=columns // 2))
    return resize(small, Resize(rows=rows, columns=columns))


def robustness_rows(
    system: str, network: onnxruntime.InferenceSession, test: Pictures
) -> list[Evaluation]:
    """Return the AUC per image under each change."""
    rows = []
    for change, values in changed_pictures(test.values).items():
        logits = run_network(network, values).logits
        predictions = Predictions(test.labels, logits, test.patients)
        row = auc_rows(f"{system}, {change}", predictions, is_baseline=False)[0]
        rows.append(row.model_copy(update={"system": system, "split": f"{TEST_SPLIT}, {change}"}))
    return rows


def measure_gate(
    network: onnxruntime.InferenceSession, data: Path, known: Pictures, test: Pictures
) -> tuple[OutOfDistribution, Mahalanobis]:
    """Fit the gate on known patients; set the limit on half of the test patients.

    False refusals and the AUROC are from the other half, which had no part in it.
    """
    fitted = fit_mahalanobis(run_network(network, known.values).features, KEPT_DIRECTIONS)
    distances = fitted.distances(run_network(network, test.values).features)
    _, patient = np.unique(test.patients, return_inverse=True)
    is_limit_half = np.random.default_rng(0).permutation(patient.max() + 1)[patient] % 2 == 0
    limit = choose_limit(distances[is_limit_half])
    inside = distances[~is_limit_half]
    negatives = tuple(
        rate_negatives(
            name,
            inside,
            fitted.distances(run_network(network, values).features),
            limit,
        )
        for name, values in read_negatives(data, test.values).items()
    )
    gate = OutOfDistribution(
        method="mahalanobis",
        parameters=GATE_PARAMETERS,
        limit=limit,
        false_refusals=float((inside > limit).mean()),
        false_refusals_items=len(inside),
        negatives=negatives,
    )
    for one in negatives:
        say(f"gate, {one.name}: AUROC {one.auroc:.3f}, refused {one.refused:.1%}")
    return gate, fitted
