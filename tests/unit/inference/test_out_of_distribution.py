"""Distances follow their formulae and the limit is part of the inside."""

import numpy as np
import pytest

from meddx_desktop.inference.manifest import OutOfDistribution as Gate
from meddx_desktop.inference.out_of_distribution import (
    feature_distances,
    judge,
    pool_features,
    token_rate,
)


def _gate(**changes: object) -> dict[str, object]:
    return {
        "method": "mahalanobis",
        "parameters": "distribution.json",
        "limit": 2.0,
        "false_refusals": 0.05,
        "false_refusals_items": 100,
    } | changes


def _package(packages, parameters, **changes):
    builder = packages.with_json("distribution.json", parameters)
    return builder.image(out_of_distribution=_gate(**changes))


def test_mahalanobis_distance_is_in_deviations(packages):
    package = _package(packages, {"mean": [1, 2], "precision": [[1, 0], [0, 0.25]]})
    features = np.array([[1.0, 2.0], [2.0, 2.0], [1.0, 6.0]])
    np.testing.assert_allclose(feature_distances(package, features), [0, 1, 2])


def test_features_are_projected_first(packages):
    parameters = {"mean": [0], "precision": [[1]], "projection": [[1], [1]]}
    package = _package(packages, parameters)
    np.testing.assert_allclose(feature_distances(package, np.array([[1.0, 2.0]])), [3])


def test_the_distance_to_the_k_th_neighbor_counts(packages):
    parameters = {"vectors": [[1, 0], [0, 1], [-1, 0]], "k": 2}
    package = _package(packages, parameters, method="knn")
    np.testing.assert_allclose(
        feature_distances(package, np.array([[5.0, 0.0]])), [np.sqrt(2)], atol=1e-7
    )


def test_maps_are_averaged_over_their_places():
    features = np.arange(12, dtype=np.float32).reshape(1, 2, 3, 2)
    np.testing.assert_allclose(pool_features(features), [[5, 6]])


def test_a_model_without_a_gate_has_no_distance(packages):
    with pytest.raises(ValueError, match="declares no distance"):
        feature_distances(packages.image(), np.zeros((1, 2)))


def test_the_limit_is_inside():
    gate = Gate.model_validate(_gate())
    assert judge(gate, 2.0).is_inside
    assert not judge(gate, 2.0001).is_inside
    assert not judge(gate, float("nan")).is_inside


def test_a_record_without_words_is_all_unknown():
    assert token_rate(1, 4) == 0.25
    assert token_rate(0, 0) == 1
