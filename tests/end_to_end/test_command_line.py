"""The program as a person starts it: words in, lines and an exit status out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydicom.data import get_testdata_file

from meddx_desktop.resources import resources_folder
from meddx_desktop.store.kept_files import KeptFiles
from tests.pdf_files import Page, encapsulated_pdf, pdf
from tests.waveforms import resting_ecg


def meddx(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "meddx_desktop", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
    )


def json_lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def ct_file() -> Path:
    return Path(str(get_testdata_file("CT_small.dcm")))


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["models", "--help"], 0),
        (["models"], 2),
        (["analyze"], 2),
        (["analyze", "x.dcm", "--region", "5,5,1,1"], 2),
        (["analyze", "x.dcm", "--jobs", "0"], 2),
        (["analyze", "x.dcm", "--task", "fortune-telling"], 2),
        (["models", "show", "no-such-model"], 2),
        (["inspect"], 2),
        (["inspect", ""], 2),
        ([""], 2),
    ],
)
def test_wrong_usage_is_told_apart_from_help(arguments: list[str], status: int) -> None:
    assert meddx(*arguments).returncode == status


def test_inspect_prints_one_json_line_for_each_file_and_nothing_else(ct_file: Path) -> None:
    done = meddx("inspect", "--json", "--pixels", ct_file)
    (line,) = json_lines(done)
    assert (done.returncode, done.stderr) == (0, "")
    assert (line["status"], line["modality"], line["rows"]) == ("decoded", "CT", 128)
    assert len(line["pixel_sha256"]) == 64


def test_a_document_gives_a_line_for_its_pages_and_one_for_its_text(tmp_path: Path) -> None:
    path = encapsulated_pdf(tmp_path / "letter.dcm", pdf(Page("No fever, no cough.")))
    done = meddx("analyze", "--json", path, resting_ecg(tmp_path / "ecg.dcm"))
    lines = {line["kind"]: line for line in json_lines(done)}
    assert (done.returncode, len(lines)) == (0, 3)
    assert "No fever, no cough." in lines["text"]["text"]
    for kind in ("document", "waveform"):
        assert (lines[kind]["status"], lines[kind]["analyses"]) == ("not_assessed", [])
        assert lines[kind]["reason"].startswith("No model looks at ")


def test_a_refused_file_is_a_line_and_exit_status_three(tmp_path: Path, ct_file: Path) -> None:
    damaged = tmp_path / "cut off.dcm"
    damaged.write_bytes(ct_file.read_bytes()[:600])
    note = tmp_path / "note.txt"
    note.write_text("The patient is well today and denies chest pain.", encoding="utf-8")
    done = meddx("analyze", "--json", damaged, note)
    lines = {Path(line["path"]).name: line for line in json_lines(done)}
    assert done.returncode == 3
    assert lines["cut off.dcm"]["status"] == "refused"
    assert "cut off.dcm" in lines["cut off.dcm"]["error"]["message"]
    assert lines["note.txt"]["kind"] == "text"
    assert lines["note.txt"]["text"].startswith("The patient")


def test_names_in_any_script_are_read(tmp_path: Path, ct_file: Path) -> None:
    folder = tmp_path / "Пациент 患者 é"
    folder.mkdir()
    (folder / "снимок.dcm").write_bytes(ct_file.read_bytes())
    (line,) = json_lines(meddx("inspect", "--json", folder))
    assert line["path"].endswith("снимок.dcm")


def test_speech_is_written_down_and_what_is_no_recording_is_told(ct_file: Path) -> None:
    golden = resources_folder() / "models" / "speech-to-text" / "golden"
    done = meddx("transcribe", "--json", golden / "synthetic-voice-pauses.flac", ct_file)
    lines = {Path(line["path"]).suffix: line for line in json_lines(done)}
    spoken = lines[".flac"]
    assert (done.returncode, done.stderr) == (0, "")
    assert (spoken["status"], spoken["language"], spoken["error"]) == ("analyzed", "en", None)
    assert spoken["text"] == "Good morning. Please sit down and wait a moment."
    assert [segment["text"] for segment in spoken["segments"]] == [
        "Good morning.",
        "Please sit down and wait a moment.",
    ]
    first, second = spoken["segments"]
    assert 0 <= first["start_s"] < first["end_s"] < second["start_s"] < second["end_s"]
    assert "correct it" in spoken["notice"]
    assert (lines[".dcm"]["status"], lines[".dcm"]["text"]) == ("not_assessed", "")


def test_an_unknown_language_is_wrong_usage() -> None:
    noise = resources_folder() / "models" / "speech-to-text" / "golden" / "synthetic-noise.flac"
    done = meddx("transcribe", "--language", "klingon", noise)
    assert done.returncode == 2
    assert "klingon" in done.stderr


def test_an_unknown_model_is_wrong_usage(ct_file: Path) -> None:
    done = meddx("analyze", "--model", "no-such-model", ct_file)
    assert done.returncode == 2
    assert "no-such-model" in done.stderr


def test_the_run_report_counts_what_happened(tmp_path: Path, ct_file: Path) -> None:
    report = tmp_path / "report.json"
    done = meddx("analyze", "--json", "--report", report, ct_file)
    written = json.loads(report.read_text(encoding="utf-8"))
    assert done.returncode == 0
    assert written["inputs"] == 1
    assert written["lines"] == json_lines(done)


def test_doctor_names_versions_device_and_network() -> None:
    done = meddx("doctor", "--json")
    (state,) = json_lines(done)
    assert state["network"] == "none"
    assert state["device"].startswith("CPU")
    assert all(state["pixel_codecs"].values())
    assert str(Path.home()) not in done.stderr


def test_doctor_counts_what_is_kept(own_home: Path) -> None:
    folder = own_home / "measurements"
    (state,) = json_lines(meddx("doctor", "--json"))
    kept = {"is_on": True, "folder": str(folder), "files": 0, "kib": 0}
    assert state["kept_measurements"] == kept
    KeptFiles(folder, "ab").write(bytes(1500))
    (state,) = json_lines(meddx("doctor", "--json"))
    assert state["kept_measurements"] == kept | {"files": 1, "kib": 2}


def test_an_output_that_cannot_be_written_is_said_before_any_work(ct_file: Path) -> None:
    done = meddx("analyze", "--report", "/no/such/folder/report.json", ct_file)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("meddx: ")
    assert "Traceback" not in done.stderr


def test_an_empty_folder_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = meddx("analyze", empty)
    assert done.returncode == 3
    assert "nothing that MedDx reads" in done.stderr
