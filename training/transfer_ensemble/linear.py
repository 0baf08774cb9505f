"""The member without training of its own: a logistic regression on frozen ImageNet features.

It is less exact than the tuned members where they were trained, and drifts less elsewhere, so a
share of it makes the whole steadier (Wortsman 2022, robust fine-tuning).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.metrics import Scores
from training.transfer_ensemble.heads import Head, IndependentFindings
from training.transfer_ensemble.network import set_linear_weights
from training.transfer_ensemble.pictures import Labels

Features = NDArray[np.floating]


def frozen_blocks(member: keras.Model) -> keras.Model:
    """Return the network from an image to what the linear member weighs."""
    return keras.Model(member.input, member.output["pooled"], name="frozen_blocks")


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Weights (features, classes) and biases (classes,) over raw features."""

    weights: Scores
    biases: Scores

    def scores(self, features: Features) -> Scores:
        """Return scores (n, classes)."""
        return np.asarray(features @ self.weights + self.biases, np.float64)


def fit_linear(features: Features, labels: Labels, head: Head, strength: float) -> Linear:
    """Fit a logistic regression; `strength` is the inverse of the regularization."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-6
    standard = np.asarray((features - mean) / deviation, np.float32)
    if isinstance(head, IndependentFindings):
        fits = [_fit(standard, column, strength) for column in labels.T]
        coefficients = np.concatenate([fit[0] for fit in fits])
        intercepts = np.concatenate([fit[1] for fit in fits])
    else:
        classes = np.argmax(labels, axis=1).astype(np.int64)
        coefficients, intercepts = _fit(standard, classes, strength)
    weights = np.asarray((coefficients / deviation).T, np.float64)
    return Linear(weights, np.asarray(intercepts - mean @ weights, np.float64))


def _fit(standard: Features, target: Labels, strength: float) -> tuple[Scores, Scores]:
    if len(np.unique(target)) < 2:
        # A class that the part lacks is as good as never.
        return np.zeros((1, standard.shape[1])), np.zeros(1)
    fitted = LogisticRegression(C=strength, max_iter=1000, tol=1e-3).fit(standard, target)
    return fitted.coef_, fitted.intercept_


def fit_linear_member(
    member: keras.Model,
    features: Sequence[Features],
    labels: Labels,
    fold: NDArray[np.int64],
    how: tuple[Head, float],
) -> Scores:
    """Set the head from all pictures; return scores of each from a head that never saw it.

    `features` are of the unchanged pictures first, then of augmented copies; `how` is the kind of
    head and the strength of `fit_linear`.
    """

    def fit(chosen: NDArray[np.bool_]) -> Linear:
        stacked = np.concatenate([part[chosen] for part in features])
        return fit_linear(stacked, np.tile(labels[chosen], (len(features), 1)), *how)

    held_out = np.empty(labels.shape)
    for number in np.unique(fold):
        is_unseen = fold == number
        held_out[is_unseen] = fit(~is_unseen).scores(features[0][is_unseen])
    whole = fit(np.ones(len(labels), np.bool_))
    set_linear_weights(member, whole.weights, whole.biases)
    return held_out
