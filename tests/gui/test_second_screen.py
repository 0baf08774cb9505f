"""The images on a second screen, with the two screens that Qt's offscreen platform can have."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pydicom

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SCREENS = [
    {"name": "left", "x": 0, "y": 0, "width": 1600, "height": 1000},
    {"name": "right", "x": 1600, "y": 0, "width": 1200, "height": 1920},
]


def test_images_go_to_the_other_screen_and_nothing_of_the_patient_is_remembered(
    tmp_path: Path, pydicom_file: Callable[[str], Path]
) -> None:
    screens = [{**one, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1} for one in SCREENS]
    configuration = tmp_path / "screens.json"
    facts = {"synchronousWindowSystemEvents": True, "windowFrameMargins": False}
    configuration.write_text(json.dumps({**facts, "screens": screens}), encoding="utf-8")
    file = pydicom_file("CT_small.dcm")
    command = [sys.executable, "-m", "tests.gui.two_screens"]
    ended = subprocess.run(
        [*command, f"offscreen:configfile={configuration}", file],
        cwd=REPOSITORY,
        env={**os.environ, "MEDDX_HOME": str(tmp_path / "home"), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    header = pydicom.dcmread(file, stop_before_pixels=True)
    stored = ended.stdout
    assert json.loads(stored)["recent"] == [str(file)]
    for value in (header.PatientName, header.PatientID, header.StudyInstanceUID):
        assert str(value)
        assert str(value) not in stored
