"""From what the network scores to the logits of the findings that a package reports."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

import keras
import numpy as np
from numpy.typing import NDArray

from training.metrics import Scores

Labels: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class IndependentFindings:
    """One score a finding, which is its logit; any of them may be present together."""

    count: int


@dataclass(frozen=True, slots=True)
class ExclusiveClasses:
    """Scores of classes of which one is true; a finding is a group of classes.

    A finding's logit is log(sum of its classes' probabilities / sum of the others'), so the
    probabilities of all findings agree with each other.
    """

    count: int
    findings: tuple[tuple[int, ...], ...]

    def rest(self, finding: int) -> tuple[int, ...]:
        """Return the classes that do not belong to a finding."""
        return tuple(c for c in range(self.count) if c not in self.findings[finding])


Head: TypeAlias = IndependentFindings | ExclusiveClasses


def finding_labels(head: Head, labels: Labels) -> Labels:
    """Return labels (n, findings) from those of the classes (n, classes)."""
    match head:
        case IndependentFindings():
            return labels
        case ExclusiveClasses():
            groups = [labels[:, list(group)].sum(axis=1) for group in head.findings]
            return np.stack(groups, axis=1)
        case _:
            assert_never(head)


def finding_scores(head: Head, scores: Scores) -> Scores:
    """Return the findings' logits (n, findings) from the classes' scores (n, classes)."""
    match head:
        case IndependentFindings():
            return scores
        case ExclusiveClasses():
            logits = [
                _log_sum(scores[:, list(group)]) - _log_sum(scores[:, list(head.rest(finding))])
                for finding, group in enumerate(head.findings)
            ]
            return np.stack(logits, axis=1)
        case _:
            assert_never(head)


def _log_sum(scores: Scores) -> Scores:
    return np.asarray(np.logaddexp.reduce(scores, axis=1))


def strata_of(head: Head, labels: Labels) -> Labels:
    """Return one number an item, by which folds are balanced: the class, or the first finding."""
    match head:
        case IndependentFindings():
            return labels[:, 0]
        case ExclusiveClasses():
            return np.asarray(np.argmax(labels, axis=1), np.int64)
        case _:
            assert_never(head)


def smoothed(head: Head, labels: Labels, smoothing: float) -> Scores:
    """Return training targets moved towards ignorance by the share `smoothing`."""
    choices = 2 if isinstance(head, IndependentFindings) else head.count
    return np.asarray(labels * (1 - smoothing) + smoothing / choices, np.float64)


def loss_of(head: Head) -> keras.losses.Loss:
    """Return the loss of the raw scores."""
    if isinstance(head, IndependentFindings):
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return keras.losses.CategoricalCrossentropy(from_logits=True)


def to_findings(
    head: Head, scores: keras.KerasTensor, maps: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return logits (batch, findings) and maps (batch, rows, columns, findings), in the graph.

    The map of a group of classes is the sum of theirs, each weighted with the derivative of the
    finding's logit: what a place adds to it.
    """
    if isinstance(head, IndependentFindings):
        return scores, maps
    ops = keras.ops
    logits, own_maps = [], []
    for finding, group in enumerate(head.findings):
        weights: list[keras.KerasTensor] = [None] * head.count
        sums = []
        for classes, sign in ((group, 1.0), (head.rest(finding), -1.0)):
            part = ops.concatenate([scores[:, c : c + 1] for c in classes], axis=1)
            highest = ops.max(part, axis=1, keepdims=True)
            exponents = ops.exp(part - highest)
            total = ops.sum(exponents, axis=1, keepdims=True)
            sums.append(highest + ops.log(total))
            for place, c in enumerate(classes):
                weights[c] = sign * exponents[:, place : place + 1] / total
        logits.append(sums[0] - sums[1])
        weight = ops.concatenate(weights, axis=1)[:, None, None, :]
        own_maps.append(ops.sum(maps * weight, axis=-1, keepdims=True))
    return ops.concatenate(logits, axis=1), ops.concatenate(own_maps, axis=-1)
