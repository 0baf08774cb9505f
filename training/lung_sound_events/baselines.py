"""What the network must beat on the same patients: frequency, and plain logistic regression."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from training.lung_sound_events.dataset import STATISTICS, Cycle, Statistics, labels_of, means_of
from training.lung_sound_events.decision import Labels

STRENGTH = 0.003


def baseline_decisions(known: Sequence[Cycle], test: Sequence[Cycle]) -> dict[str, Labels]:
    """Fit every baseline on the known cycles, classes weighted equally; return decisions."""
    labels = labels_of(known)
    majority = int(np.bincount(labels).argmax())
    contour = len(STATISTICS.percentiles) * STATISTICS.bands
    return {
        "Majority": np.full(len(test), majority),
        "Logistic regression on the contour of the bands": _logistic(
            means_of(known)[:, :contour], labels, means_of(test)[:, :contour]
        ),
        "Logistic regression on all statistics": _logistic(means_of(known), labels, means_of(test)),
    }


def _logistic(values: Statistics, labels: Labels, others: Statistics) -> Labels:
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000)
    fitted = make_pipeline(StandardScaler(), model).fit(values, labels)
    return np.asarray(fitted.predict(others), np.int64)
