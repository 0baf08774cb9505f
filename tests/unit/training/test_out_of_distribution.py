"""The gate lets its own kind in and keeps others out."""

import json

import numpy as np
import pytest

from training.out_of_distribution import (
    choose_limit,
    fit_mahalanobis,
    mahalanobis_file,
    rate_negatives,
)


def correlated(count: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    mixing = np.array([[2.0, 0, 0], [1.5, 0.5, 0], [0, 0, 0.1]])
    return generator.normal(size=(count, 3)) @ mixing.T + [1, -2, 3]


def test_distance_is_measured_in_deviations_along_each_direction() -> None:
    fitted = fit_mahalanobis(correlated(5000, 0))
    near, far = fitted.distances(np.array([[3.0, -0.5, 3.0], [3.0, -3.5, 3.0]]))
    assert near < 1.5
    assert far > 5


def test_most_of_the_same_kind_is_inside() -> None:
    fitted = fit_mahalanobis(correlated(2000, 0))
    limit = choose_limit(fitted.distances(correlated(2000, 1)), 0.05)
    assert (fitted.distances(correlated(2000, 2)) > limit).mean() == pytest.approx(0.05, abs=0.02)


def test_negatives_are_rated() -> None:
    fitted = fit_mahalanobis(correlated(2000, 0))
    inside = fitted.distances(correlated(500, 1))
    outside = fitted.distances(correlated(400, 2) + np.array([0, 5, 0]))
    rated = rate_negatives("Shifted", inside, outside, choose_limit(inside))
    assert (rated.name, rated.items) == ("Shifted", 400)
    assert rated.auroc > 0.95
    assert rated.refused > 0.9


def test_projection_keeps_the_wide_directions() -> None:
    features = correlated(1000, 0)
    fitted = fit_mahalanobis(features, kept=2)
    assert fitted.projection is not None
    assert fitted.projection.shape == (3, 2)
    assert fitted.distances(features).std() > 0


def test_file_holds_what_the_app_reads() -> None:
    fitted = fit_mahalanobis(correlated(100, 0), kept=2)
    content = json.loads(mahalanobis_file(fitted))
    assert np.asarray(content["precision"]).shape == (2, 2)
    assert content["mean"] == fitted.mean.tolist()
    assert np.asarray(content["projection"]).shape == (3, 2)
