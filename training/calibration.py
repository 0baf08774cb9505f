"""Fit what turns a logit into a probability that can be believed, and where to draw the line."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from meddx_desktop.inference.manifest import Conformal, Isotonic, OperatingPoint, Temperature
from training.metrics import (
    Labels,
    Predictions,
    Scores,
    expected_calibration_error,
    roc_points,
    sensitivity_specificity,
    sigmoid,
    wilson_interval,
)

FOLDS = 5
# "Likely" means more likely than not, wherever the operating points are.
EVEN = 0.5


def fit_temperature(predictions: Predictions) -> Temperature:
    """Return the temperature and bias with the least log loss (Guo 2017, Platt 1999).

    The expected calibration error is cross-validated over patients.
    """

    def fit(part: Predictions) -> Callable[[Scores], Scores]:
        temperature, bias = _platt(part)
        return lambda logits: sigmoid((logits + bias) / temperature)

    temperature, bias = _platt(predictions)
    return Temperature(
        temperature=round(temperature, 6),
        bias=round(bias, 6),
        expected_calibration_error=_error_over_folds(predictions, fit),
        items=len(predictions.labels),
    )


def fit_isotonic(predictions: Predictions) -> Isotonic:
    """Return the monotone knots over logits; the error is cross-validated over patients."""

    def fit(part: Predictions) -> Callable[[Scores], Scores]:
        inputs, outputs = _isotonic(part)
        return lambda logits: np.interp(logits, inputs, outputs)

    inputs, outputs = _isotonic(predictions)
    return Isotonic(
        inputs=tuple(round(float(value), 6) for value in inputs),
        outputs=tuple(round(float(value), 6) for value in outputs),
        expected_calibration_error=_error_over_folds(predictions, fit),
        items=len(predictions.labels),
    )


def fit_calibration(predictions: Predictions) -> Temperature | Isotonic:
    """Return the form with the smaller cross-validated log loss; a tie goes to temperature."""
    temperature_loss = _loss_over_folds(predictions, is_isotonic=False)
    isotonic_loss = _loss_over_folds(predictions, is_isotonic=True)
    if isotonic_loss < 0.98 * temperature_loss:
        return fit_isotonic(predictions)
    return fit_temperature(predictions)


def calibrate(logits: Scores, calibration: Temperature | Isotonic) -> Scores:
    """Return calibrated probabilities of shape (n,)."""
    match calibration:
        case Temperature():
            return sigmoid((logits + calibration.bias) / calibration.temperature)
        case Isotonic():
            return np.interp(logits, calibration.inputs, calibration.outputs)


def threshold_for_sensitivity(labels: Labels, probabilities: Scores, goal: float) -> float:
    """Return the highest threshold that reaches the sensitivity."""
    _, sensitivity, thresholds = roc_points(labels, probabilities)
    return float(thresholds[int(np.argmax(sensitivity >= goal))])


def threshold_for_specificity(labels: Labels, probabilities: Scores, goal: float) -> float:
    """Return the lowest threshold that reaches the specificity."""
    false_positive_rate, _, thresholds = roc_points(labels, probabilities)
    reached = np.flatnonzero(1 - false_positive_rate >= goal)
    return float(min(1.0, thresholds[reached[-1]]))


def measure_operating_point(
    name: str, threshold: float, labels: Labels, probabilities: Scores, reference_group: str
) -> OperatingPoint:
    """Return the threshold with what it reaches on this group, and Wilson intervals.

    The threshold is rounded down to six places, so that the item on it stays positive.
    """
    threshold = float(np.clip(np.floor(threshold * 1e6) / 1e6, 0, 1))
    sensitivity, specificity = sensitivity_specificity(labels, probabilities, threshold)
    positives, negatives = int((labels == 1).sum()), int((labels == 0).sum())
    return OperatingPoint(
        name=name,
        threshold=threshold,
        sensitivity=sensitivity,
        sensitivity_interval=wilson_interval(round(sensitivity * positives), positives),
        specificity=specificity,
        specificity_interval=wilson_interval(round(specificity * negatives), negatives),
        positives=positives,
        negatives=negatives,
        reference_group=reference_group,
    )


def fit_conformal(
    labels: Labels, probabilities: Scores, measured_on: tuple[Labels, Scores], goal: float = 0.9
) -> Conformal:
    """Return the split-conformal quantile (Vovk 2005) and its coverage on another part."""
    score = 1 - np.where(labels == 1, probabilities, 1 - probabilities)
    n = len(score)
    level = min(1.0, np.ceil((n + 1) * goal) / n)
    quantile = float(np.quantile(score, level, method="higher"))
    other_labels, other = measured_on
    covered = np.where(other_labels == 1, other, 1 - other) >= 1 - quantile
    return Conformal(
        coverage_goal=goal,
        quantile=quantile,
        measured_coverage=float(covered.mean()),
        items=len(other_labels),
    )


def _platt(predictions: Predictions) -> tuple[float, float]:
    logits, labels = predictions.logits, predictions.labels

    def loss(parameters: Scores) -> float:
        scaled = (logits + parameters[1]) / np.exp(parameters[0])
        return float(np.mean(np.logaddexp(0, scaled) - labels * scaled))

    best = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"maxiter": 2000})
    return float(np.exp(best.x[0])), float(best.x[1])


def _isotonic(predictions: Predictions) -> tuple[Scores, Scores]:
    # Clipped away from 0 and 1: no finite sample proves certainty.
    edge = 1 / (len(predictions.labels) + 2)
    model = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip")
    model.fit(predictions.logits, predictions.labels)
    return np.asarray(model.X_thresholds_), np.asarray(model.y_thresholds_)


def _over_folds(
    predictions: Predictions, fit: Callable[[Predictions], Callable[[Scores], Scores]]
) -> Scores:
    _, patient = np.unique(predictions.patients, return_inverse=True)
    fold = np.random.default_rng(0).permutation(patient.max() + 1)[patient] % FOLDS
    held_out = np.empty(len(fold))
    for k in range(FOLDS):
        held_out[fold == k] = fit(predictions.take(fold != k))(predictions.logits[fold == k])
    return held_out


def _error_over_folds(
    predictions: Predictions, fit: Callable[[Predictions], Callable[[Scores], Scores]]
) -> float:
    return expected_calibration_error(predictions.labels, _over_folds(predictions, fit))


def _loss_over_folds(predictions: Predictions, *, is_isotonic: bool) -> float:
    def fit(part: Predictions) -> Callable[[Scores], Scores]:
        if is_isotonic:
            inputs, outputs = _isotonic(part)
            return lambda logits: np.interp(logits, inputs, outputs)
        temperature, bias = _platt(part)
        return lambda logits: sigmoid((logits + bias) / temperature)

    held_out = np.clip(_over_folds(predictions, fit), 1e-6, 1 - 1e-6)
    labels = predictions.labels
    return float(-np.mean(labels * np.log(held_out) + (1 - labels) * np.log(1 - held_out)))
