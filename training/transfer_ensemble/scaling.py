"""One temperature and a bias a class, so that all findings stay calibrated and agree."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from training.metrics import Scores
from training.transfer_ensemble.pictures import Labels


@dataclass(frozen=True, slots=True, eq=False)
class ClassScaling:
    """Calibrated score = (score + bias of the class) / temperature."""

    temperature: float
    biases: Scores

    def apply(self, scores: Scores) -> Scores:
        """Return calibrated scores of shape (n, classes)."""
        return np.asarray((scores + self.biases) / self.temperature)


def fit_class_scaling(scores: Scores, labels: Labels) -> ClassScaling:
    """Return the scaling with the least log loss of exclusive classes (Guo 2017).

    `scores` and `labels`, of shape (n, classes), are of held-out items. The labels are smoothed as
    if one more item of each class were uncertain (Platt 1999), so that few items that happen to be
    told apart do not make the answers sure of themselves.
    """
    items, classes = scores.shape
    targets = (labels * items + 1) / (items + classes)

    def scaling(parameters: Scores) -> ClassScaling:
        # The last class is the reference: softmax ignores what all have in common.
        biases = np.concatenate([parameters[1:], [0.0]])
        return ClassScaling(float(np.exp(parameters[0])), biases)

    def loss(parameters: Scores) -> float:
        scaled = scaling(parameters).apply(scores)
        own = (scaled * targets).sum(axis=1)
        return float(np.mean(np.logaddexp.reduce(scaled, axis=1) - own))

    best = minimize(loss, np.zeros(classes), method="Nelder-Mead", options={"maxiter": 4000})
    return scaling(best.x)
