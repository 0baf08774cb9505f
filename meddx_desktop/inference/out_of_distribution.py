"""How unlike the training data an input is."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.finding import OutOfDistribution
from meddx_desktop.inference.manifest import OutOfDistribution as Gate
from meddx_desktop.inference.model_package import ModelPackage

Distances: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Mahalanobis:
    """Mean and precision of the training features, after an optional projection."""

    mean: NDArray[np.float64]
    precision: NDArray[np.float64]
    projection: NDArray[np.float64] | None

    def distances(self, features: NDArray[np.floating]) -> Distances:
        """Return the distance of each row of features of shape (n, features)."""
        values = np.asarray(features, np.float64)
        if self.projection is not None:
            values = values @ self.projection
        offset = values - self.mean
        squared = np.einsum("ij,jk,ik->i", offset, self.precision, offset)
        return np.asarray(np.sqrt(np.maximum(0.0, squared)), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class NearestNeighbors:
    """Training features of length one; the distance is to the k-th nearest (Sun 2022)."""

    vectors: NDArray[np.float64]
    k: int

    def distances(self, features: NDArray[np.floating]) -> Distances:
        """Return the distance of each row of features of shape (n, features)."""
        values = np.asarray(features, np.float64)
        length = np.linalg.norm(values, axis=1, keepdims=True)
        values = values / np.maximum(length, 1e-12)
        squared = np.maximum(0.0, 2.0 - 2.0 * values @ self.vectors.T)
        nearest = np.partition(squared, self.k - 1, axis=1)[:, self.k - 1]
        return np.asarray(np.sqrt(nearest), np.float64)


def pool_features(features: NDArray[np.floating]) -> NDArray[np.float64]:
    """Average over every axis between the first and the last; returns (n, features)."""
    values = np.asarray(features, np.float64)
    pooled = values.reshape(values.shape[0], -1, values.shape[-1]).mean(axis=1)
    return np.asarray(pooled, np.float64)


def token_rate(unknown: int, total: int) -> float:
    """Return the share of unknown tokens; a record without tokens is all unknown."""
    return unknown / total if total else 1.0


def feature_distances(package: ModelPackage, features: NDArray[np.floating]) -> Distances:
    """Return the distance of each item of a `features` output of shape (n, ..., features)."""
    gate = package.manifest.out_of_distribution
    if gate is None or gate.parameters is None:
        raise ValueError("the model declares no distance over its features")
    statistics = _statistics(package, gate)
    return statistics.distances(pool_features(features))


def judge(gate: Gate, distance: float) -> OutOfDistribution:
    """Compare a distance with the declared limit."""
    return OutOfDistribution(float(distance), gate.limit, bool(distance <= gate.limit))


@lru_cache(maxsize=8)
def _statistics(package: ModelPackage, gate: Gate) -> Mahalanobis | NearestNeighbors:
    content = json.loads(package.read(gate.parameters or ""))
    if gate.method == "knn":
        return NearestNeighbors(np.asarray(content["vectors"], np.float64), int(content["k"]))
    projection = content.get("projection")
    return Mahalanobis(
        np.asarray(content["mean"], np.float64),
        np.asarray(content["precision"], np.float64),
        None if projection is None else np.asarray(projection, np.float64),
    )
