"""Recordings get findings for each window and for the whole."""

import numpy as np
import pytest

from meddx_desktop.case.errors import JobCancelled
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.audio_classification import Recording, classify_recording

_RATE = 2000
_GATE = {
    "method": "mahalanobis",
    "parameters": "distribution.json",
    "limit": 0.2,
    "false_refusals": 0.05,
    "false_refusals_items": 100,
}


def _recording(*levels: float, channels: int = 2) -> Recording:
    """Return a recording that has each level for one second."""
    samples = np.repeat(np.array(levels, np.float32), _RATE)[None].repeat(channels, axis=0)
    return Recording(samples.shape[1], _RATE, lambda start, stop: samples[:, start:stop])


def test_each_window_and_the_recording_get_findings(packages):
    outcome = classify_recording(packages.audio(), _recording(0, 1, 1), ignore_progress)
    assert [(part.start_s, part.end_s) for part in outcome.segments] == [
        (0, 1),
        (0.5, 1.5),
        (1, 2),
        (1.5, 2.5),
        (2, 3),
    ]
    probabilities = [part.findings[0].probability for part in outcome.segments]
    assert probabilities[0] < 0.1
    assert probabilities[-1] > 0.9
    mean = float(np.mean(outcome.logits))
    assert outcome.findings[0].probability == pytest.approx(1 / (1 + np.exp(-mean)), abs=1e-6)


def test_a_long_recording_is_read_in_blocks(packages):
    read = []
    samples = np.random.default_rng(0).normal(0, 0.3, (1, 150 * _RATE)).astype(np.float32)

    def piece(start: int, stop: int) -> np.ndarray:
        read.append(stop - start)
        return samples[:, start:stop]

    recording = Recording(samples.shape[1], _RATE, piece)
    outcome = classify_recording(packages.audio(), recording, ignore_progress)
    assert len(read) >= 2
    assert max(read) <= 61 * _RATE
    assert outcome.segments[0].start_s == 0
    assert outcome.segments[-1].end_s == pytest.approx(150)
    starts = [part.start_s for part in outcome.segments]
    np.testing.assert_allclose(np.diff(starts), 0.5, atol=1e-9)


def test_a_short_recording_is_one_segment_of_its_own_length(packages):
    samples = np.ones((1, _RATE // 2), np.float32)
    recording = Recording(_RATE // 2, _RATE, lambda start, stop: samples[:, start:stop])
    (segment,) = classify_recording(packages.audio(), recording, ignore_progress).segments
    assert (segment.start_s, segment.end_s) == (0, 0.5)


def test_a_quiet_recording_is_refused_with_the_manifests_sentence(packages):
    limit = {"measure": "rms_dbfs", "minimum": -50, "answer": "The recording is almost silent."}
    package = packages.audio(quality=[limit])
    outcome = classify_recording(package, _recording(0.0001), ignore_progress)
    assert outcome.findings == ()
    assert outcome.logits is None
    assert [gate.sentence for gate in outcome.closed] == ["The recording is almost silent."]
    loud = classify_recording(package, _recording(0.5), ignore_progress)
    assert loud.closed == ()
    insisted = classify_recording(package, _recording(0.0001), ignore_progress, ignore_gates=True)
    assert insisted.findings
    assert insisted.closed


def test_the_median_window_decides_about_the_distribution(packages):
    builder = packages.with_json("distribution.json", {"mean": [1.0], "precision": [[1.0]]})
    package = builder.audio(out_of_distribution=_GATE)
    inside = classify_recording(package, _recording(0, 1, 1, 1), ignore_progress)
    assert inside.out_of_distribution.is_inside
    outside = classify_recording(package, _recording(0, 0, 0, 1), ignore_progress)
    assert not outside.out_of_distribution.is_inside
    assert outside.findings == ()
    assert outside.segments == ()


def test_work_stops_between_blocks(packages):
    def stop(done: int, total: int, step: str) -> None:
        if done:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        classify_recording(packages.audio(), _recording(*[1.0] * 130), stop)
