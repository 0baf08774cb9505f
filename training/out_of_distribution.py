"""Fit the gate that refuses inputs unlike the training data."""

import json
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf
from sklearn.utils.extmath import randomized_svd

from meddx_desktop.inference.manifest import OutOfDistributionNegatives
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from training.metrics import roc_auc

Values: TypeAlias = NDArray[np.float64]

# Directions of features and negatives together, within which the telling ones are looked for.
FINEST = 128
# A feature that hardly varies in training is not stretched without end.
SMALLEST_DEVIATION = 0.1
FARTHEST = 10.0


def mahalanobis_file(fitted: Mahalanobis) -> bytes:
    """Return the parameter file that the manifest names."""
    record = {"mean": fitted.mean.tolist(), "precision": fitted.precision.tolist()}
    if fitted.projection is not None:
        record["projection"] = fitted.projection.tolist()
    return json.dumps(record).encode()


def _stored(values: NDArray[np.floating]) -> Values:
    """Return numbers of seven digits, about what float32 holds, so that the file stays small."""
    return np.asarray(np.char.mod("%.7g", values).astype(np.float64))


def fit_mahalanobis(
    features: NDArray[np.floating],
    kept: int | None = None,
    negatives: Sequence[NDArray[np.floating]] = (),
) -> Mahalanobis:
    """Fit a Gaussian to training features, with Ledoit and Wolf's shrinkage (2004).

    With `kept` the features are first projected on that many principal directions. With
    `negatives`, one array of features for each kind of other input, the direction in which each
    kind differs most is added (Fisher's discriminant); the Gaussian is that of the training
    features alone. Numbers are rounded to what the package stores.
    """
    values = np.asarray(features, np.float64)
    projection = None
    if negatives:
        projection = _telling_directions(values, negatives, kept or 0)
    elif kept is not None and kept < values.shape[1]:
        _, _, directions = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
        projection = directions[:kept].T
    if projection is not None:
        projection = _stored(projection)
        values = values @ projection
    fitted = LedoitWolf().fit(values)
    return Mahalanobis(
        _stored(fitted.location_),
        _stored(fitted.precision_),
        projection,
    )


def _telling_directions(
    values: Values, negatives: Sequence[NDArray[np.floating]], kept: int
) -> Values:
    """Return a projection: `kept` principal directions and one for each kind of negatives.

    Along each of them the training features have a deviation of one.
    """
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    deviation = np.maximum(deviation, SMALLEST_DEVIATION * np.median(deviation) + 1e-9)
    standard = (values - mean) / deviation
    others = [np.clip((each - mean) / deviation, -FARTHEST, FARTHEST) for each in negatives]
    finest = min(FINEST, values.shape[1])
    _, _, rows = randomized_svd(
        np.concatenate([standard, *others]), finest, n_iter=2, random_state=0
    )
    inner = LedoitWolf().fit(standard @ rows.T)
    _, principal = np.linalg.eigh(inner.covariance_)
    directions = [principal[:, ::-1][:, :kept]]
    for each in others:
        outer = LedoitWolf().fit(each @ rows.T)
        scatter = inner.covariance_ + outer.covariance_ + 1e-2 * np.eye(finest)
        directions.append(np.linalg.solve(scatter, outer.location_ - inner.location_)[:, None])
    projection = rows.T @ np.concatenate(directions, axis=1)
    return np.asarray(projection / (standard @ projection).std(axis=0) / deviation[:, None])


def choose_limit(distances: NDArray[np.float64], false_refusals: float = 0.04) -> float:
    """Return the limit that refuses this share of held-out inputs of the right kind."""
    return float(np.quantile(distances, 1 - false_refusals))


def rate_negatives(
    name: str, inside: NDArray[np.float64], negatives: NDArray[np.float64], limit: float
) -> OutOfDistributionNegatives:
    """Return how well the distance tells one named set of negatives from held-out inputs."""
    labels = np.concatenate([np.zeros(len(inside), np.int64), np.ones(len(negatives), np.int64)])
    return OutOfDistributionNegatives(
        name=name,
        items=len(negatives),
        auroc=roc_auc(labels, np.concatenate([inside, negatives])),
        refused=float((negatives > limit).mean()),
    )
