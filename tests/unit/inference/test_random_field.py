"""Viterbi and marginals against the enumeration of every path."""

from itertools import pairwise, product

import numpy as np
import pytest

from meddx_desktop.inference.random_field import (
    RandomField,
    best_paths,
    read_random_field,
    tag_marginals,
)

TAGS = 3


def random_field(seed: int) -> tuple[RandomField, np.random.Generator]:
    generator = np.random.default_rng(seed)
    field = RandomField(
        generator.normal(size=(TAGS, TAGS)),
        generator.normal(size=TAGS),
        generator.normal(size=TAGS),
    )
    return field, generator


def weight(path: tuple[int, ...], emissions: np.ndarray, field: RandomField) -> float:
    total = field.start[path[0]] + field.end[path[-1]]
    total += sum(emissions[place, tag] for place, tag in enumerate(path))
    return float(total + sum(field.transitions[a, b] for a, b in pairwise(path)))


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_the_best_path_is_that_of_enumeration(length):
    for seed in range(10):
        field, generator = random_field(seed)
        emissions = generator.normal(size=(2, length, TAGS))
        for row in range(2):
            best = max(
                product(range(TAGS), repeat=length),
                key=lambda path, row=row: weight(path, emissions[row], field),
            )
            assert tuple(best_paths(emissions, field)[row]) == best


@pytest.mark.parametrize("length", [1, 2, 4])
def test_marginals_are_those_of_enumeration(length):
    field, generator = random_field(7)
    emissions = generator.normal(size=(1, length, TAGS))
    paths = list(product(range(TAGS), repeat=length))
    weights = np.exp([weight(path, emissions[0], field) for path in paths])
    expected = np.zeros((length, TAGS))
    for path, value in zip(paths, weights / weights.sum(), strict=True):
        expected[np.arange(length), path] += value
    np.testing.assert_allclose(tag_marginals(emissions, field)[0], expected, atol=1e-9)


def test_marginals_sum_to_one_even_for_large_emissions():
    field, generator = random_field(3)
    emissions = generator.normal(size=(4, 60, TAGS)) * 80
    np.testing.assert_allclose(tag_marginals(emissions, field).sum(axis=2), 1, atol=1e-9)


def test_a_forbidden_transition_is_never_taken():
    field, generator = random_field(1)
    field.transitions[0, 2] = -1e4
    paths = best_paths(generator.normal(size=(20, 12, TAGS)), field)
    assert not any((a, b) == (0, 2) for path in paths for a, b in pairwise(path))


def test_a_field_survives_its_file():
    field, _ = random_field(2)
    again = read_random_field(field.to_json())
    np.testing.assert_array_equal(again.transitions, field.transitions)
    np.testing.assert_array_equal(again.end, field.end)
