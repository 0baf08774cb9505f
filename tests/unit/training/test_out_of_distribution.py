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


def test_a_known_kind_is_refused_though_it_lies_where_training_is_wide() -> None:
    """Along the widest direction of training, so that a plain Gaussian lets half of it pass."""
    generator = np.random.default_rng(0)
    scales = np.r_[8.0, np.ones(29)]
    features, others = generator.normal(size=(2, 2000, 30)) * scales
    shift = np.zeros(30)
    shift[:6] = [8, 1.5, 1.5, 1.5, 1.5, 1.5]
    other_kind = generator.normal(size=(500, 30)) * scales + shift
    unseen = generator.normal(size=(500, 30)) * scales + shift
    refused = []
    for negatives in ((), (other_kind,)):
        fitted = fit_mahalanobis(features, kept=4, negatives=negatives)
        limit = choose_limit(fitted.distances(others), 0.05)
        refused.append(float((fitted.distances(unseen) > limit).mean()))
    assert refused[1] > 0.6 > refused[0]


def test_features_that_never_vary_break_nothing() -> None:
    features = np.c_[correlated(500, 0), np.zeros(500)]
    others = features + np.array([0, 4.0, 0, 0.5])
    fitted = fit_mahalanobis(features, kept=2, negatives=(others,))
    assert fitted.projection is not None
    assert fitted.projection.shape == (4, 3)
    assert np.isfinite(fitted.distances(others)).all()
    assert np.median(fitted.distances(others)) > np.median(fitted.distances(features))


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
