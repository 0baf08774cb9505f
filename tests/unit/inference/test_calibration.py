"""Calibration never turns the order of two inputs round, and words follow the manifest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.case.finding import Compatibility, Word
from meddx_desktop.inference.calibration import (
    calibrated_probabilities,
    conformal_set,
    finding_for,
    sigmoid,
    word_for,
)
from meddx_desktop.inference.manifest import Conformal, FindingSpec, Isotonic, Temperature

_LOGIT = st.floats(-50, 50)


def _spec(calibration: Temperature | Isotonic, index: int = 0) -> FindingSpec:
    point = {
        "name": "balanced",
        "threshold": 0.5,
        "sensitivity": 0.9,
        "sensitivity_interval": (0.8, 0.95),
        "specificity": 0.8,
        "specificity_interval": (0.7, 0.9),
        "positives": 10,
        "negatives": 10,
        "reference_group": "ten phantoms",
    }
    return FindingSpec.model_validate(
        {
            "concept": {"value": "T", "scheme": "99MEDDX", "meaning": "Test"},
            "index": index,
            "calibration": calibration,
            "operating_points": (point,),
            "words": (0.3, 0.7),
        }
    )


def _temperature(temperature: float, bias: float = 0.0) -> Temperature:
    return Temperature(temperature=temperature, bias=bias, expected_calibration_error=0.0, items=1)


@st.composite
def _isotonic(draw: st.DrawFn) -> Isotonic:
    count = draw(st.integers(1, 8))
    inputs = sorted(draw(st.lists(_LOGIT, min_size=count, max_size=count)))
    outputs = sorted(draw(st.lists(st.floats(0, 1), min_size=count, max_size=count)))
    return Isotonic(
        inputs=tuple(inputs), outputs=tuple(outputs), expected_calibration_error=0.0, items=1
    )


_CALIBRATION = st.one_of(
    st.builds(_temperature, st.floats(0.05, 20), st.floats(-10, 10)), _isotonic()
)


@given(_CALIBRATION, _LOGIT, _LOGIT, st.booleans())
def test_a_higher_logit_never_gives_a_lower_probability(calibration, one, other, is_exclusive):
    spec = _spec(calibration)
    logits = np.array([[min(one, other), 0.5], [max(one, other), 0.5]])
    low, high = calibrated_probabilities(logits, spec, is_exclusive=is_exclusive)
    assert 0 <= low <= high <= 1


@given(st.lists(_LOGIT, min_size=2, max_size=5), st.floats(0.1, 10))
def test_exclusive_probabilities_sum_to_one(logits, temperature):
    rows = np.array([logits])
    total = sum(
        calibrated_probabilities(rows, _spec(_temperature(temperature), i), is_exclusive=True)[0]
        for i in range(len(logits))
    )
    assert total == pytest.approx(1)


def test_temperature_follows_its_formula():
    spec = _spec(_temperature(2.0, bias=1.0))
    probability = calibrated_probabilities(np.array([[3.0]]), spec)[0]
    assert probability == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_isotonic_knots_are_joined_by_lines():
    spec = _spec(
        Isotonic(inputs=(-1, 1), outputs=(0.2, 0.8), expected_calibration_error=0, items=1)
    )
    logits = np.array([[-5.0], [0.0], [0.5], [5.0]])
    np.testing.assert_allclose(calibrated_probabilities(logits, spec), [0.2, 0.5, 0.65, 0.8])


@pytest.mark.parametrize(
    ("inputs", "outputs"), [((1.0, 0.0), (0.1, 0.2)), ((0.0, 1.0), (0.2, 0.1)), ((0.0,), ())]
)
def test_knots_that_fall_or_do_not_match_are_refused(inputs, outputs):
    with pytest.raises(ValueError, match="isotonic"):
        Isotonic(inputs=inputs, outputs=outputs, expected_calibration_error=0, items=1)


def test_the_sigmoid_does_not_overflow():
    np.testing.assert_allclose(sigmoid(np.array([-1e6, 0.0, 1e6])), [0, 0.5, 1])


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, Word.UNLIKELY),
        (0.29, Word.UNLIKELY),
        (0.3, Word.POSSIBLE),
        (0.69, Word.POSSIBLE),
        (0.7, Word.LIKELY),
        (1.0, Word.LIKELY),
    ],
)
def test_words_start_at_their_probability(probability, word):
    assert word_for(probability, (0.3, 0.7)) is word


def test_a_finding_is_positive_from_its_threshold_on():
    spec = _spec(_temperature(1.0))
    assert finding_for(0.5, spec).is_positive
    assert not finding_for(0.4999, spec).is_positive
    assert finding_for(0.5, spec).operating_point.sensitivity_interval == (0.8, 0.95)


def _conformal(quantile: float) -> Conformal:
    return Conformal(coverage_goal=0.9, quantile=quantile, measured_coverage=0.88, items=68)


@pytest.mark.parametrize(
    ("probability", "quantile", "expected"),
    [
        (0.75, 0.25, Compatibility.PRESENT),
        (0.74, 0.25, Compatibility.NEITHER),
        (0.25, 0.25, Compatibility.ABSENT),
        (0.26, 0.25, Compatibility.NEITHER),
        (0.5, 0.7, Compatibility.BOTH),
        (0.71, 0.7, Compatibility.PRESENT),
        (0.29, 0.7, Compatibility.ABSENT),
    ],
)
def test_a_conformal_set_holds_every_answer_that_is_probable_enough(
    probability, quantile, expected
):
    found = conformal_set(probability, _conformal(quantile))
    assert found.compatible_with is expected
    assert (found.measured_coverage, found.items) == (0.88, 68)


def test_a_conformal_set_covers_as_often_as_it_was_fitted_to():
    generator = np.random.default_rng(0)
    probability = generator.uniform(size=4000)
    is_there = generator.uniform(size=4000) < probability
    score = 1 - np.where(is_there, probability, 1 - probability)
    conformal = _conformal(float(np.quantile(score[:2000], 0.9)))
    right = {
        True: {Compatibility.PRESENT, Compatibility.BOTH},
        False: {Compatibility.ABSENT, Compatibility.BOTH},
    }
    pairs = zip(probability[2000:].tolist(), is_there[2000:].tolist(), strict=True)
    covered = [
        conformal_set(one, conformal).compatible_with in right[truth] for one, truth in pairs
    ]
    assert np.mean(covered) == pytest.approx(0.9, abs=0.02)


def test_a_finding_without_a_quantile_has_no_conformal_set():
    spec = _spec(_temperature(1.0))
    assert finding_for(0.5, spec).conformal is None
    with_quantile = spec.model_copy(update={"conformal": _conformal(0.25)})
    assert finding_for(0.9, with_quantile).conformal is not None
