"""Calibration recovers what was done to the logits, in the very formulae that the app applies."""

import numpy as np
import pytest

from meddx_desktop.inference.calibration import calibrated_probabilities
from meddx_desktop.inference.manifest import Concept, FindingSpec, Isotonic, Temperature
from training.calibration import (
    calibrate,
    fit_calibration,
    fit_conformal,
    fit_isotonic,
    fit_temperature,
    measure_operating_point,
    threshold_for_sensitivity,
    threshold_for_specificity,
)
from training.metrics import Predictions, expected_calibration_error, sigmoid


def overconfident(count: int = 4000, seed: int = 0) -> Predictions:
    generator = np.random.default_rng(seed)
    true_logits = generator.normal(-1, 1.5, count)
    labels = (generator.random(count) < sigmoid(true_logits)).astype(np.int64)
    return Predictions(labels, 3 * true_logits + 2, (np.arange(count) // 4).astype(np.str_))


def test_temperature_and_bias_are_recovered() -> None:
    fitted = fit_temperature(overconfident(20_000))
    assert fitted.temperature == pytest.approx(3, rel=0.05)
    assert fitted.bias == pytest.approx(-2, abs=0.15)
    assert fitted.expected_calibration_error < 0.02


@pytest.mark.parametrize("fit", [fit_temperature, fit_isotonic])
def test_the_app_computes_the_same_probabilities(fit) -> None:
    predictions = overconfident(500)
    calibration = fit(predictions)
    probabilities = calibrate(predictions.logits, calibration)
    point = measure_operating_point("p", 0.5, predictions.labels, probabilities, "these items")
    spec = FindingSpec(
        concept=Concept(value="1", scheme="SCT", meaning="Finding"),
        index=0,
        calibration=calibration,
        operating_points=(point,),
        words=(0.5, 0.9),
    )
    in_app = calibrated_probabilities(predictions.logits[:, None], spec)
    assert in_app == pytest.approx(probabilities, abs=1e-9)


def test_isotonic_regression_repairs_what_no_temperature_can() -> None:
    generator = np.random.default_rng(1)
    logits = generator.uniform(-4, 4, 6000)
    frequency = np.where(logits < 0, 0.1, 0.6)
    labels = (generator.random(6000) < frequency).astype(np.int64)
    predictions = Predictions(labels, logits, np.arange(6000).astype(np.str_))
    fitted = fit_calibration(predictions)
    assert isinstance(fitted, Isotonic)
    assert expected_calibration_error(labels, calibrate(logits, fitted)) < 0.02


def test_plain_overconfidence_is_left_to_temperature() -> None:
    assert isinstance(fit_calibration(overconfident()), Temperature)


def test_isotonic_calibration_never_claims_certainty() -> None:
    labels = np.repeat([0, 1], 50)
    predictions = Predictions(labels, labels * 2.0 - 1, np.arange(100).astype(np.str_))
    probabilities = calibrate(np.array([-100.0, 100.0]), fit_isotonic(predictions))
    assert 0 < probabilities[0] < 0.05
    assert 0.95 < probabilities[1] < 1


def test_threshold_reaches_the_sensitivity_and_no_higher_one_does() -> None:
    labels = np.array([1, 1, 1, 1, 0, 0])
    probabilities = np.array([0.9, 0.8, 0.6, 0.3, 0.7, 0.1])
    assert threshold_for_sensitivity(labels, probabilities, 0.75) == 0.6
    assert threshold_for_specificity(labels, probabilities, 0.5) == 0.3
    assert threshold_for_specificity(labels, probabilities, 1.0) == 0.8


def test_operating_point_keeps_the_item_on_the_threshold() -> None:
    labels, probabilities = np.array([1, 0]), np.array([2 / 3, 1 / 3])
    point = measure_operating_point("p", 2 / 3, labels, probabilities, "two items")
    assert point.sensitivity == 1.0
    assert point.specificity == 1.0
    assert point.threshold <= 2 / 3


def test_conformal_sets_cover_what_they_promise() -> None:
    known, unseen = overconfident(2000, seed=2), overconfident(2000, seed=3)
    calibration = fit_temperature(known)
    conformal = fit_conformal(
        known.labels,
        calibrate(known.logits, calibration),
        (unseen.labels, calibrate(unseen.logits, calibration)),
    )
    assert conformal.measured_coverage == pytest.approx(0.9, abs=0.03)
