"""Waveforms in a case: opened, described, and assessed by nobody."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from meddx_desktop.analysis import jobs
from meddx_desktop.analysis.analyze import AnalyzeOptions, analyze_item
from meddx_desktop.analysis.inspect import InspectOptions, inspect_file
from meddx_desktop.analysis.json_lines import analyze_to_line
from meddx_desktop.analysis.open_files import open_paths
from meddx_desktop.analysis.thumbnails import make_thumbnail
from meddx_desktop.case.finding import AnalysisStatus
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.command_line.inspect import describe
from meddx_desktop.inference.gates import facts_of
from meddx_desktop.readers.waveform_sequence import read_stretch
from tests.waveforms import LEADS, resting_ecg


@pytest.fixture
def record(tmp_path: Path) -> WaveformRecord:
    (found,) = open_paths((resting_ecg(tmp_path / "ecg.dcm"),), ignore_progress)
    assert isinstance(found, WaveformRecord)
    return found


def test_no_model_looks_at_an_ecg_even_where_the_person_insists(
    packages: Any, record: WaveformRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDDX_MODEL_DIR", str(packages.root))
    packages.image()
    packages.audio()
    assert list(analyze_item(record, AnalyzeOptions(), ignore_progress)) == []
    for name in ("test-image-classification", "test-audio-classification"):
        named = AnalyzeOptions(models=(name,), ignore_gates=True)
        (answer,) = analyze_item(record, named, ignore_progress)
        assert (answer.status, answer.reason_code) == (AnalysisStatus.NOT_ASSESSED, "kind")
    line = analyze_to_line(record, AnalyzeOptions(), None, ignore_progress)
    assert (line["kind"], line["status"], line["analyses"]) == ("waveform", "not_assessed", [])
    assert line["reason"] == "No model looks at ECGs and other waveforms; read them yourself."


def test_a_job_reads_samples(record: WaveformRecord) -> None:
    stretch = jobs.load_waveform(record, 0, 100, 300, ignore_progress)
    np.testing.assert_array_equal(stretch.values, read_stretch(record, 0, 100, 300).values)
    assert (stretch.start, stretch.stop) == (100, 300)


def test_inspect_says_what_a_waveform_is(record: WaveformRecord) -> None:
    line = inspect_file(record.source.path, InspectOptions(pixels=True), ignore_progress)
    assert (line["kind"], line["status"]) == ("waveform", "no_pixel_data")
    assert line["groups"] == [
        {
            "label": "RHYTHM",
            "sampling_frequency": 500.0,
            "duration_s": 10.0,
            "channels": list(LEADS),
        }
    ]
    assert line["annotations"] == 4
    said = describe(line)
    assert "waveform" in said
    assert "format 12-lead ECG" in said
    assert "RHYTHM 500 Hz 10 s (I II III aVR aVL aVF V1 V2 V3 V4 V5 V6)" in said


def test_the_thumbnail_shows_curves(record: WaveformRecord) -> None:
    picture = make_thumbnail(record, 144, ignore_progress).pixels
    assert picture.shape == (108, 144)
    # Four beats in three seconds: each of the curves has ink in every column.
    for part in np.array_split(picture, 3):
        assert (part < 100).any(axis=0).all()


def test_gates_know_the_modality_and_the_age(record: WaveformRecord) -> None:
    facts = facts_of(record)
    assert facts.modality == "ECG"
    assert facts.age_years == pytest.approx(55.9, abs=0.1)
