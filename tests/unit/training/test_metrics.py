"""Measures against scikit-learn, statsmodels' published values and hand-counted cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from training.metrics import (
    Predictions,
    average_precision,
    expected_calibration_error,
    item_auc,
    patient_auc,
    patient_bootstrap,
    roc_auc,
    roc_points,
    sensitivity_specificity,
    sigmoid,
    wilson_interval,
)


def scored(count: int, seed: int, decimals: int = 1) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, count)
    labels[:2] = 0, 1
    return labels, np.round(generator.normal(labels, 1.5), decimals)


@given(st.integers(4, 200), st.integers(0, 10_000))
def test_auc_with_ties_agrees_with_scikit_learn(count: int, seed: int) -> None:
    labels, scores = scored(count, seed)
    assert roc_auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))


@given(st.integers(4, 200), st.integers(0, 10_000))
def test_average_precision_with_ties_agrees_with_scikit_learn(count: int, seed: int) -> None:
    labels, scores = scored(count, seed)
    expected = average_precision_score(labels, scores)
    assert average_precision(labels, scores) == pytest.approx(expected)


def test_roc_points_agree_with_scikit_learn() -> None:
    labels, scores = scored(150, 3)
    expected = roc_curve(labels, scores, drop_intermediate=False)
    for got, want in zip(roc_points(labels, scores), expected, strict=True):
        assert got == pytest.approx(want)


def test_auc_of_one_class_is_not_a_number() -> None:
    assert np.isnan(roc_auc(np.ones(3, np.int64), np.arange(3.0)))


def test_wilson_interval_has_the_published_value() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I: 15 of 148.
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_wilson_interval_of_nothing_is_everything() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_interval_holds_the_rate(successes: int, total: int) -> None:
    successes = min(successes, total)
    low, high = wilson_interval(successes, total)
    assert 0 <= low <= successes / total + 1e-12
    assert successes / total - 1e-12 <= high <= 1


def test_calibration_error_is_the_mean_gap() -> None:
    labels = np.array([0, 1, 1, 1])
    probabilities = np.array([0.1, 0.1, 0.9, 0.9])
    # Two in the first bin with frequency 0.5, two in the last with frequency 1.
    assert expected_calibration_error(labels, probabilities) == pytest.approx(0.25)


def test_threshold_itself_is_positive() -> None:
    labels, probabilities = np.array([0, 0, 1, 1]), np.array([0.2, 0.5, 0.5, 0.7])
    assert sensitivity_specificity(labels, probabilities, 0.5) == (1.0, 0.5)


def test_patient_has_mean_logit_and_highest_label() -> None:
    items = Predictions(np.array([0, 1, 0]), np.array([-1.0, 3.0, -2.0]), np.array(["b", "b", "a"]))
    patients = items.by_patient()
    assert patients.patients.tolist() == ["a", "b"]
    assert patients.labels.tolist() == [0, 1]
    assert patients.logits.tolist() == [-2.0, 1.0]


def test_interval_over_patients_is_wider_than_over_items() -> None:
    generator = np.random.default_rng(0)
    labels = np.repeat(generator.integers(0, 2, 40), 10)
    logits = np.repeat(generator.normal(0, 1, 40), 10) + labels
    by_patient = Predictions(labels, logits, np.repeat(np.arange(40), 10).astype(np.str_))
    by_item = Predictions(labels, logits, np.arange(400).astype(np.str_))
    wide = patient_bootstrap(by_patient, item_auc, 200)
    narrow = patient_bootstrap(by_item, item_auc, 200)
    assert wide[1] - wide[0] > 1.5 * (narrow[1] - narrow[0])
    assert wide[0] <= item_auc(by_patient) <= wide[1]


def test_bootstrap_counts_a_patient_drawn_twice_as_two() -> None:
    items = Predictions(np.array([0, 1]), np.array([0.0, 1.0]), np.array(["a", "b"]))
    counts = []
    patient_bootstrap(items, lambda drawn: float(counts.append(drawn.patient_count) or 1.0), 20)
    assert set(counts) == {2}


def test_patient_auc_averages_over_pictures() -> None:
    labels = np.array([1, 1, 0, 0])
    logits = np.array([3.0, -1.0, 0.5, 0.4])
    predictions = Predictions(labels, logits, np.array(["p", "p", "n", "n"]))
    assert item_auc(predictions) == 0.5
    assert patient_auc(predictions) == 1.0


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
