"""The line of an image in an archive names the archive and the inner name, never the copy."""

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from meddx_desktop.analysis.analyze import AnalyzeOptions
from meddx_desktop.analysis.json_lines import analyze_to_line
from meddx_desktop.analysis.open_files import open_paths
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress

WriteDicom = Callable[..., Path]
OPTIONS = AnalyzeOptions(models=("test-image-classification",))


@pytest.fixture
def zipped(
    tmp_path: Path, write_dicom: WriteDicom, packages: Any, monkeypatch: pytest.MonkeyPatch
) -> ImageSeries:
    packages.image()
    monkeypatch.setenv("MEDDX_MODEL_DIR", str(packages.root))
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    pixels = np.full((32, 32), 40, np.uint8)
    pixels[:8, 24:] = 255
    image = write_dicom(tmp_path / "us.dcm", pixels, Modality="US")
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(image, "inner/us.dcm")
    (series,) = open_paths((path,), ignore_progress)
    assert isinstance(series, ImageSeries)
    return series


def test_frames_and_inputs_are_named_as_the_person_knows_them(
    zipped: ImageSeries, tmp_path: Path
) -> None:
    line = analyze_to_line(zipped, OPTIONS, None, ignore_progress)
    inner = str(tmp_path / "a.zip" / "inner" / "us.dcm")
    assert line["status"] == "analyzed"
    assert (line["path"], line["paths"]) == (str(tmp_path / "a.zip"), [inner])
    assert [frame["path"] for frame in line["analyses"][0]["frames"]] == [inner]


def test_a_copy_that_is_gone_is_refused_under_its_inner_name(
    zipped: ImageSeries, tmp_path: Path
) -> None:
    zipped.frames[0].path.unlink()
    line = analyze_to_line(zipped, OPTIONS, None, ignore_progress)
    assert line["status"] == "refused"
    assert line["paths"] == [str(tmp_path / "a.zip" / "inner" / "us.dcm")]
    assert "us.dcm" in line["error"]["message"]
