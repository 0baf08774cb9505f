"""Each gate refuses what the manifest excludes and names the fact and the limit."""

from pathlib import Path

import pytest

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.finding import OutOfDistribution
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.case.source import Patient, Source
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.inference.gates import (
    InputFacts,
    closed_gates,
    distribution_gates,
    facts_of,
    unchecked_limits,
)
from meddx_desktop.inference.manifest import Accepts

_SOURCE = Source(Path("a"), (Path("a"),))

_CASES = [
    ("modality", {"modalities": ("US",)}, {"modality": "us"}, {"modality": "CT"}, ["CT", "US"]),
    (
        "body_part",
        {"body_parts": ("LIVER",)},
        {"body_part": "liver"},
        {"body_part": "HEAD"},
        ["HEAD"],
    ),
    (
        "view_position",
        {"view_positions": ("AP", "PA")},
        {"view_position": "PA"},
        {"view_position": "LL"},
        ["LL", "AP, PA"],
    ),
    ("age", {"age_years": (0, 1)}, {"age_years": 1.0}, {"age_years": 40.0}, ["40", "0 to 1"]),
    ("size", {"minimum_rows": 32}, {"rows": 32}, {"rows": 31}, ["31 rows", "32"]),
    ("size", {"minimum_columns": 32}, {"columns": 32}, {"columns": 3}, ["3 columns", "32"]),
    ("frames", {"maximum_frames": 2}, {"frames": 2}, {"frames": 3}, ["3 frames", "2"]),
    (
        "duration",
        {"minimum_duration_s": 2},
        {"duration_s": 2.0},
        {"duration_s": 1.5},
        ["1.5 s", "2 s"],
    ),
    (
        "duration",
        {"maximum_duration_s": 9},
        {"duration_s": 9.0},
        {"duration_s": 9.5},
        ["9.5 s", "9 s"],
    ),
    (
        "sampling_frequency",
        {"minimum_sampling_frequency": 2000},
        {"sampling_frequency": 2000},
        {"sampling_frequency": 1000},
        ["1000 Hz", "2000 Hz"],
    ),
    ("language", {"languages": ("en",)}, {"language": "en"}, {"language": "zh"}, ["zh", "en"]),
    ("characters", {"minimum_characters": 5}, {"characters": 5}, {"characters": 4}, ["4", "5"]),
]


@pytest.mark.parametrize(("gate", "accepts", "open_fact", "closed_fact", "words"), _CASES)
def test_a_gate_opens_and_closes_at_its_limit(gate, accepts, open_fact, closed_fact, words):
    limits = Accepts.model_validate(accepts)
    assert closed_gates(limits, InputFacts(**open_fact)) == ()
    assert closed_gates(limits, InputFacts()) == (), "an unknown fact closes nothing by itself"
    (closed,) = closed_gates(limits, InputFacts(**closed_fact))
    assert closed.gate == gate
    assert all(word in closed.sentence for word in words)


@pytest.mark.parametrize(
    ("years", "words"), [(100.0, "100 years"), (1.5, "18 months"), (0.05, "18 days")]
)
def test_an_age_is_told_as_a_clinician_would(years, words):
    (closed,) = closed_gates(Accepts(age_years=(3, 4)), InputFacts(age_years=years))
    assert closed.sentence == (
        f"The patient is {words} old; this model is made for ages from 3 to 4 years."
    )


@pytest.mark.parametrize(
    ("accepts", "known", "words"),
    [
        ({"modalities": ("US",)}, {"modality": "US"}, ["its modality", "US"]),
        ({"body_parts": ("LIVER",)}, {"body_part": "LIVER"}, ["its body part", "LIVER"]),
        ({"view_positions": ("AP", "PA")}, {"view_position": "AP"}, ["its view", "AP, PA"]),
        ({"age_years": (0, 1)}, {"age_years": 0.0}, ["the patient's age", "from 0 to 1 years"]),
        ({"languages": ("en",)}, {"language": "en"}, ["its language", "en"]),
    ],
)
def test_a_limit_is_called_unchecked_when_the_file_does_not_say(accepts, known, words):
    limits = Accepts.model_validate(accepts)
    (sentence,) = unchecked_limits(limits, InputFacts())
    assert all(word in sentence for word in ["The file does not say", *words])
    assert unchecked_limits(limits, InputFacts(**known)) == ()
    assert unchecked_limits(Accepts(), InputFacts()) == ()


def test_a_required_fact_is_no_unchecked_limit():
    limits = Accepts(age_years=(0, 1), requires=("age",))
    assert unchecked_limits(limits, InputFacts()) == ()


@pytest.mark.parametrize("fact", ["modality", "body_part", "view_position", "age", "language"])
def test_a_missing_fact_closes_the_gate_when_it_is_required(fact):
    (closed,) = closed_gates(Accepts(requires=(fact,)), InputFacts())
    assert closed.gate == fact
    assert "does not say" in closed.sentence


def test_a_model_that_needs_a_region_says_what_to_do():
    (closed,) = closed_gates(Accepts(region="required"), InputFacts())
    assert closed.gate == "region"
    assert "draw a box" in closed.sentence
    assert closed_gates(Accepts(region="required"), InputFacts(has_region=True)) == ()


def test_all_closed_gates_are_named():
    accepts = Accepts(modalities=("US",), minimum_rows=100)
    closed = closed_gates(accepts, InputFacts(modality="CT", rows=50))
    assert [gate.gate for gate in closed] == ["modality", "size"]


def test_facts_come_from_each_kind_of_item():
    patient = Patient(age_years=3.0)
    series = ImageSeries(
        _SOURCE, (Frame(Path("a")),), 10, 20, "US", "MONOCHROME2", False, 8, False, patient
    )
    assert facts_of(series, has_region=True) == InputFacts(
        modality="US", age_years=3.0, rows=10, columns=20, frames=1, has_region=True
    )
    record = TextRecord(_SOURCE, "héllo", "plain", "utf-8", "en")
    assert facts_of(record) == InputFacts(language="en", characters=5)
    clip = AudioClip(_SOURCE, Path("a"), 2000, 1, 5000, "WAV")
    assert facts_of(clip) == InputFacts(duration_s=2.5, sampling_frequency=2000)


def test_the_distribution_gate_names_distance_and_limit():
    assert distribution_gates(None) == ()
    assert distribution_gates(OutOfDistribution(1.0, 2.0, is_inside=True)) == ()
    (closed,) = distribution_gates(OutOfDistribution(3.5, 2.0, is_inside=False))
    assert "3.5" in closed.sentence
    assert "limit 2" in closed.sentence
