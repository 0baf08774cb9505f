"""Frames and series get findings as the manifest declares them."""

import numpy as np
import pytest

from meddx_desktop.case.errors import JobCancelled, MedDxError
from meddx_desktop.case.finding import Word
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.image_classification import (
    BATCH,
    classify_frames,
    prepare_frame,
    series_distribution,
    series_findings,
)

_GATE = {
    "method": "mahalanobis",
    "parameters": "distribution.json",
    "limit": 0.3,
    "false_refusals": 0.05,
    "false_refusals_items": 100,
}


def _classify(package, frames, **options):
    return list(classify_frames(package, enumerate(frames), ignore_progress, **options))


def _gated(packages, **changes):
    parameters = {"mean": [0.5, 0.25], "precision": [[1, 0], [0, 1]]}
    builder = packages.with_json("distribution.json", parameters)
    return builder.image(out_of_distribution=_GATE, **changes)


def test_a_frame_gets_every_finding_with_word_and_operating_point(packages, gray_frame):
    (outcome,) = _classify(packages.image(), [gray_frame(255)])
    (finding,) = outcome.findings
    assert finding.probability == pytest.approx(1 / (1 + np.exp(-5)), abs=1e-5)
    assert finding.is_positive
    assert finding.word is Word.LIKELY
    assert finding.operating_point.reference_group == "ten phantoms"


def test_batches_give_what_single_frames_give(packages, gray_frame):
    package = packages.image()
    frames = [gray_frame(value) for value in range(0, 250, 12)]
    assert len(frames) > 2 * BATCH
    together = _classify(package, frames)
    assert [outcome.index for outcome in together] == list(range(len(frames)))
    for frame, outcome in zip(frames, together, strict=True):
        (alone,) = _classify(package, [frame])
        np.testing.assert_allclose(outcome.logits, alone.logits, atol=1e-4)


def test_only_the_region_counts(packages, gray_frame):
    image = gray_frame(0, box=Box(8, 8, 16, 16))
    pixels = image.stored_values.copy()
    pixels[8:16, 8:16] = 255
    package = packages.image()
    bright = gray_frame(0, box=image.box)
    object.__setattr__(bright, "stored_values", pixels)
    (outcome,) = _classify(package, [bright])
    assert outcome.logits[0] == pytest.approx(5, abs=1e-4)


def test_the_series_takes_the_maximum_over_its_frames(packages, gray_frame):
    package = packages.image()
    outcomes = _classify(package, [gray_frame(0), gray_frame(255), gray_frame(100)])
    (finding,) = series_findings(package, outcomes)
    assert finding.probability == outcomes[1].findings[0].probability


def test_a_series_is_judged_at_its_own_operating_point(packages, gray_frame):
    (spec,) = packages.image().manifest.model_dump(mode="json")["findings"]
    of_series = spec["operating_points"][0] | {"threshold": 0.7, "reference_group": "ten series"}
    package = packages.image(
        id="of-series", findings=[spec | {"series_operating_point": of_series}]
    )
    outcomes = _classify(package, [gray_frame(140), gray_frame(0)])
    (alone,), (together,) = outcomes[0].findings, series_findings(package, outcomes)
    assert alone.probability == together.probability == pytest.approx(0.61, abs=0.1)
    assert alone.is_positive
    assert not together.is_positive
    assert together.operating_point.reference_group == "ten series"
    assert series_findings(package, outcomes[:1]) == outcomes[0].findings


def test_the_series_can_take_the_mean_of_the_logits(packages, gray_frame):
    package = packages.image(postprocessing=[{"op": "sigmoid"}, {"op": "mean_over_frames"}])
    (finding,) = series_findings(package, _classify(package, [gray_frame(0), gray_frame(255)]))
    assert finding.probability == pytest.approx(0.5, abs=1e-4)


def test_a_frame_unlike_the_training_data_gets_no_finding(packages, gray_frame):
    outcomes = _classify(_gated(packages), [gray_frame(128), gray_frame(255)])
    assert [bool(outcome.findings) for outcome in outcomes] == [True, False]
    assert outcomes[1].closed[0].gate == "out_of_distribution"
    inside = series_distribution(outcomes)
    assert inside.is_inside
    assert inside == outcomes[0].out_of_distribution
    assert not series_distribution(outcomes[1:]).is_inside
    assert series_distribution([]) is None


def test_a_person_can_override_the_gates(packages, gray_frame):
    (outcome,) = _classify(_gated(packages), [gray_frame(255)], ignore_gates=True)
    assert outcome.findings
    assert [gate.gate for gate in outcome.closed] == ["out_of_distribution"]


def test_a_flat_frame_fails_the_quality_limit_before_the_network_runs(packages, gray_frame):
    limit = {"measure": "standard_deviation", "minimum": 0.01, "answer": "The picture is blank."}
    package = packages.image(quality=[limit])
    (outcome,) = _classify(package, [gray_frame(100)])
    assert outcome.findings == ()
    assert outcome.logits is None
    assert outcome.closed[0].sentence == "The picture is blank."
    (insisted,) = _classify(package, [gray_frame(100)], ignore_gates=True)
    assert insisted.findings


def test_a_network_of_another_layout_gets_its_axes(packages, gray_frame):
    package = packages.image()
    declared = package.manifest.inputs[0]
    assert prepare_frame(package, gray_frame()).shape == (1, *declared.shape[1:])


def test_findings_are_experimental_when_the_manifest_says_so(packages, gray_frame):
    spec = packages.image().manifest.findings[0].model_dump()
    package = packages.image(id="experimental", findings=[spec | {"is_experimental": True}])
    (outcome,) = _classify(package, [gray_frame()])
    assert outcome.findings[0].is_experimental


def test_work_stops_between_frames(packages, gray_frame):
    calls = []

    def stop(done: int, total: int, step: str) -> None:
        calls.append((done, total, step))
        if done == 3:
            raise JobCancelled

    frames = enumerate(gray_frame() for _ in range(50))
    with pytest.raises(JobCancelled):
        list(classify_frames(packages.image(), frames, stop, total=50))
    assert calls == [(done, 50, "Test model") for done in range(4)]


def test_no_number_never_becomes_a_finding(packages, gray_frame, not_a_number_network):
    with pytest.raises(MedDxError) as caught:
        _classify(packages.image(not_a_number_network), [gray_frame()])
    assert caught.value.code == "model_output_invalid"
