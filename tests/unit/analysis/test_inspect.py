"""What `inspect` says, checked against the conformance sets with expected pixels."""

import csv
import hashlib
import importlib.util
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file

from meddx_desktop.analysis import open_files
from meddx_desktop.analysis.inspect import InspectOptions, block_means, inspect_paths
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers import open_path
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.rendering.grayscale import present

WriteDicom = Callable[..., Path]
PIXELS = InspectOptions(pixels=True)


def inspect(*paths: Path, options: InspectOptions = PIXELS) -> list[dict[str, Any]]:
    lines = list(inspect_paths(paths, options, ignore_progress))
    assert json.loads(json.dumps(lines)) == lines
    return lines


def load_scorer(folder: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("score", folder / "score.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def conformance(shared_data: Path) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Every file of the conformance set with its expectation and our line."""
    folder = shared_data / "dicom-conformance"
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return list(zip(rows, inspect(*(folder / row["file"] for row in rows)), strict=True))


@pytest.mark.real_data
def test_every_conformance_file_gets_its_expected_result(
    shared_data: Path, conformance: list[tuple[dict[str, str], dict[str, Any]]]
) -> None:
    folder = shared_data / "dicom-conformance"
    judge = load_scorer(folder).judge
    references = json.loads((folder / "refs.json").read_text(encoding="utf-8"))
    failed = []
    for row, line in conformance:
        message = (line["error"] or {}).get("message", "")
        got = line | {"message": message, "warned": bool(line["warnings"])}
        passed, why = judge(row, references, got)
        if not passed:
            failed.append((row["file"], why))
    assert len(conformance) == 76
    assert failed == []


@pytest.mark.real_data
def test_patient_names_are_right_in_unicode(
    conformance: list[tuple[dict[str, str], dict[str, Any]]],
) -> None:
    named = [(row, line) for row, line in conformance if "patient_name" in line]
    for row, line in named:
        assert (line["patient_name"] or "") == row["patient_name_utf8"], row["file"]
    # The header of one file cannot be read at all.
    assert len(named) == 75


@pytest.mark.real_data
def test_frames_are_shown_as_dcmtk_shows_them(shared_data: Path) -> None:
    folder = shared_data / "dicom-conformance"
    references = json.loads((folder / "refs.json").read_text(encoding="utf-8"))
    compared = 0
    for name, reference in references.items():
        # DCMTK draws the overlays of this one into the picture.
        if "render" not in reference or "WithOverlays" in name:
            continue
        series = open_path(folder / name, ignore_progress)
        assert isinstance(series, ImageSeries)
        first = [frame.frame_index for frame in series.frames].index(0)
        grayscale = series.frames[first].grayscale
        if reference["render"]["window"] == "minmax":
            grayscale = replace(grayscale, windows=(), voi_luts=())
        shown = present(decode_frame(series, first).values, grayscale)
        ours, theirs = _means(shown), np.asarray(reference["render"]["grid"])
        assert np.abs(ours - theirs).max() <= 2, name
        compared += 1
    assert compared >= 50


def _means(shown: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    plane = shown.astype(float).mean(axis=-1) if shown.ndim == 3 else shown.astype(float)
    rows, columns = (np.array_split(np.arange(size), min(32, size)) for size in plane.shape)
    return np.array([[plane[np.ix_(row, column)].mean() for column in columns] for row in rows])


def native_samples() -> list[str]:
    """Name pydicom's own files that it decodes without any plug-in."""
    return [
        "CT_small.dcm", "MR_small.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm",
        "MR_small_RLE.dcm", "image_dfl.dcm", "liver_1frame.dcm", "liver_expb_1frame.dcm",
        "rtdose_1frame.dcm", "rtdose_expb_1frame.dcm", "rtdose_rle_1frame.dcm",
        "SC_rgb_rle_16bit_2frame.dcm", "SC_rgb_small_odd.dcm", "SC_rgb_small_odd_big_endian.dcm",
        "examples_palette.dcm", "examples_overlay.dcm",
    ]  # fmt: skip


@pytest.mark.parametrize("name", native_samples())
def test_pydicoms_own_files_have_pydicoms_own_pixels(name: str) -> None:
    path = Path(str(get_testdata_file(name)))
    (line,) = inspect(path)
    expected = dcmread(path).pixel_array
    little = np.ascontiguousarray(expected, expected.dtype.newbyteorder("<"))
    assert line["status"] == "decoded"
    assert line["pixel_sha256"] == hashlib.sha256(little.tobytes()).hexdigest()


def test_every_dicom_test_file_ends_in_one_of_the_known_ways() -> None:
    folder = Path(str(get_testdata_file("CT_small.dcm"))).parent
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    statuses = {}
    for line in inspect(*paths):
        statuses[Path(line["path"]).name] = line["status"]
        if line["status"] == "error":
            assert Path(line["path"]).name in line["error"]["message"]
    assert set(statuses.values()) == {"decoded", "no_pixel_data", "error", "opened"}
    decoded = [name for name, status in statuses.items() if status == "decoded"]
    assert len(decoded) >= 55


def test_a_line_without_pixels_says_what_the_image_is(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    path = write_dicom(tmp_path / "a.dcm", PatientName="Doe^Jane")
    (line,) = inspect(path, options=InspectOptions())
    assert line == {
        "path": str(path),
        "kind": "image",
        "status": "opened",
        "error": None,
        "warnings": [],
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.2",
        "transfer_syntax_uid": "1.2.840.10008.1.2.1",
        "modality": "CT",
        "rows": 4,
        "columns": 6,
        "frames": 1,
        "photometric_interpretation": "MONOCHROME2",
        "patient_name": "Doe^Jane",
    }


def test_a_folder_gives_one_line_for_each_file(tmp_path: Path, write_dicom: WriteDicom) -> None:
    write_dicom(tmp_path / "a.dcm")
    (tmp_path / "b.txt").write_text("No fever, no cough.\n", encoding="utf-8")
    image, record = inspect(tmp_path)
    assert image["status"] == "decoded"
    assert (record["kind"], record["status"]) == ("text", "opened")
    assert record["characters"] == 20


def test_a_missing_path_is_an_error_line(tmp_path: Path) -> None:
    (line,) = inspect(tmp_path / "gone.dcm")
    assert (line["status"], line["error"]["code"]) == ("error", "missing")


def test_members_of_an_archive_are_named_by_their_inner_names(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    whole = write_dicom(tmp_path / "whole.dcm").read_bytes()
    path = tmp_path / "case.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/one.dcm", whole)
        archive.writestr("b/cut.dcm", whole[:-10])
    one, cut = inspect(path)
    assert (one["path"], one["status"]) == (str(path / "a" / "one.dcm"), "decoded")
    assert (cut["path"], cut["status"]) == (str(path / "b" / "cut.dcm"), "error")


def test_a_folder_beyond_the_limit_gets_a_line_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"No fever on day {name}.\n", encoding="utf-8")
    monkeypatch.setattr(open_files, "FILES_LIMIT", 1)
    record, limit = inspect(tmp_path)
    assert record["status"] == "opened"
    assert (limit["path"], limit["error"]["code"]) == (str(tmp_path), "too_many_files")


def test_a_missing_modality_is_null(tmp_path: Path, write_dicom: WriteDicom) -> None:
    (line,) = inspect(write_dicom(tmp_path / "a.dcm", Modality=""))
    assert line["modality"] is None


def test_block_means_cover_uneven_sizes() -> None:
    values = np.arange(17 * 3).reshape(17, 3)
    means = block_means(values)
    assert (len(means), len(means[0])) == (16, 3)
    assert means[0] == [1.5, 2.5, 3.5]
    assert means[15] == [48.0, 49.0, 50.0]


def test_color_is_averaged_before_the_blocks() -> None:
    values = np.zeros((2, 2, 3), np.uint8)
    values[..., 0] = 30
    assert block_means(values) == [[10.0, 10.0], [10.0, 10.0]]
