"""Fit the gate that refuses inputs unlike the training data."""

import json

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf

from meddx_desktop.inference.manifest import OutOfDistributionNegatives
from meddx_desktop.inference.out_of_distribution import Mahalanobis
from training.metrics import roc_auc


def mahalanobis_file(fitted: Mahalanobis) -> bytes:
    """Return the parameter file that the manifest names."""
    record = {"mean": fitted.mean.tolist(), "precision": fitted.precision.tolist()}
    if fitted.projection is not None:
        record["projection"] = fitted.projection.tolist()
    return json.dumps(record).encode()


def fit_mahalanobis(features: NDArray[np.floating], kept: int | None = None) -> Mahalanobis:
    """Fit a Gaussian to training features, with Ledoit and Wolf's shrinkage (2004).

    With `kept` the features are first projected on that many principal directions. Numbers are
    rounded to float32, which is what the package stores.
    """
    values = np.asarray(features, np.float64)
    projection = None
    if kept is not None and kept < values.shape[1]:
        _, _, directions = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
        projection = directions[:kept].T.astype(np.float32).astype(np.float64)
        values = values @ projection
    fitted = LedoitWolf().fit(values)
    return Mahalanobis(
        np.asarray(fitted.location_, np.float32).astype(np.float64),
        np.asarray(fitted.precision_, np.float32).astype(np.float64),
        projection,
    )


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
