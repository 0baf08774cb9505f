"""The member without training of its own: a logistic regression on frozen ImageNet features."""

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.metrics import Labels, Scores
from training.progress_bar import ProgressBar

CHUNK = 64

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Weights (features, classes) and biases (classes,) over raw features."""

    weights: Scores
    biases: Scores

    def scores(self, features: Features) -> Scores:
        """Return scores (n, classes)."""
        return np.asarray(features @ self.weights + self.biases, np.float64)


def fit_linear(features: Features, labels: Labels, strength: float) -> Linear:
    """Fit one logistic regression a class; `strength` is the inverse of the regularization."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-6
    standard = ((features - mean) / deviation).astype(np.float64)
    weights, biases = [], []
    for label in labels.T:
        # A class that the part lacks is as good as never.
        if len(np.unique(label)) < 2:
            weights.append(np.zeros(features.shape[1]))
            biases.append(0.0)
            continue
        fitted = LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(standard, label)
        weights.append(fitted.coef_[0] / deviation)
        biases.append(float(fitted.intercept_[0] - mean @ weights[-1]))
    return Linear(np.stack(weights, axis=1), np.array(biases))


def frozen_features(frozen: keras.Model, stem: NDArray[np.floating]) -> Features:
    """Return the features (n, features) from stem features (n, rows, columns, channels)."""
    show, parts = ProgressBar(), []
    for start in range(0, len(stem), CHUNK):
        part = stem[start : start + CHUNK].astype(np.float32)
        parts.append(np.asarray(frozen.predict_on_batch(part)))
        show(min(start + CHUNK, len(stem)), len(stem), "frozen features")
    return np.concatenate(parts)
