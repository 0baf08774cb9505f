"""Golden cases hold on this computer, and notice when they do not."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from meddx_desktop.analysis.golden import (
    GoldenMismatchError,
    check_golden,
    compute_golden,
    summarize,
)
from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.inference.manifest import GoldenCase
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.package_files import sign_package, write_manifest

_PIXELS = np.random.default_rng(1).integers(0, 255, (24, 24)).astype(np.uint8)


def _with_golden(package, key: Path, source: Path, region=None):
    """Add a golden case to a package, as the exporter does."""
    folder = package.folder / "golden"
    folder.mkdir(exist_ok=True)
    expected = compute_golden(package, source, region)
    (folder / "expected.json").write_text(expected, encoding="utf-8")
    shutil.copy(source, folder / source.name)
    case = GoldenCase(input=f"golden/{source.name}", expected="golden/expected.json", region=region)
    write_manifest(package.folder, package.manifest.model_copy(update={"golden": (case,) * 3}))
    sign_package(package.folder, key)
    return load_package(package.folder)


def _sound(path: Path) -> Path:
    tone = 0.4 * np.sin(np.arange(6000) * 0.3)
    soundfile.write(path, tone, 2000, subtype="PCM_16")
    return path


def _text(path: Path) -> Path:
    path.write_text("The patient has a fever and no cough. " * 3, encoding="utf-8")
    return path


def test_an_image_is_recomputed_from_its_file(packages, write_dicom, tmp_path):
    source = write_dicom(tmp_path / "one.dcm", _PIXELS, Modality="US")
    package = _with_golden(packages.image(), packages.key, source, (2, 2, 20, 20))
    check_golden(package, package.manifest.golden[0])
    expected = json.loads(package.read("golden/expected.json"))
    assert expected["tensors"]["image"]["shape"] == [1, 16, 16, 1]
    assert len(expected["tensors"]["image"]["values"]) == 256
    assert sorted(expected["outputs"]) == ["features", "logits", "map"]
    assert expected["findings"][0]["value"] == "T-0"


def test_a_recording_is_recomputed_from_its_file(packages, tmp_path):
    package = _with_golden(packages.audio(), packages.key, _sound(tmp_path / "tone.wav"))
    check_golden(package, package.manifest.golden[0])


@pytest.mark.parametrize("kind", ["text", "tagger"])
def test_a_record_is_recomputed_from_its_file(packages, tmp_path, kind):
    model = getattr(packages, kind)()
    package = _with_golden(model, packages.key, _text(tmp_path / "note.txt"))
    check_golden(package, package.manifest.golden[0])


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("outputs", "logits", "values", 0), 9.0),
        (("outputs", "logits", "shape", 0), 2),
        (("tensors", "samples", "values", 3), 0.9),
        (("tensors", "samples", "mean"), 0.5),
        (("findings", 0, "probability"), 0.123),
        (("findings", 0, "value"), "T-9"),
        (("entities",), [{"start": 0, "end": 1, "type": "x", "probability": 1}]),
    ],
)
def test_a_difference_is_noticed(packages, tmp_path, place, value):
    package = _with_golden(packages.audio(), packages.key, _sound(tmp_path / "tone.wav"))
    path = package.folder / "golden" / "expected.json"
    expected = json.loads(path.read_text())
    target = expected
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    path.write_text(json.dumps(expected))
    write_manifest(package.folder, package.manifest)
    sign_package(package.folder, packages.key)
    package = load_package(package.folder)
    with pytest.raises(GoldenMismatchError) as caught:
        check_golden(package, package.manifest.golden[0])
    assert caught.value.code == "golden_mismatch"
    assert "golden/tone.wav" in caught.value.message


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"tensors": {"x": {}}, "outputs": {}, "findings": [], "entities": []}'],
)
def test_a_broken_expected_file_is_the_packages_fault(packages, tmp_path, content):
    package = _with_golden(packages.audio(), packages.key, _sound(tmp_path / "tone.wav"))
    (package.folder / "golden" / "expected.json").write_text(content)
    write_manifest(package.folder, package.manifest)
    sign_package(package.folder, packages.key)
    package = load_package(package.folder)
    with pytest.raises(ModelPackageError, match=r"expected\.json is broken") as caught:
        check_golden(package, package.manifest.golden[0])
    assert caught.value.code == "invalid_golden"


def test_the_tolerance_is_the_manifests(packages, tmp_path):
    package = _with_golden(packages.audio(), packages.key, _sound(tmp_path / "tone.wav"))
    expected = json.loads(package.read("golden/expected.json"))
    expected["findings"][0]["probability"] += 0.01
    (package.folder / "golden" / "expected.json").write_text(json.dumps(expected))
    for tolerance, is_fine in ((0.001, False), (0.02, True)):
        case = package.manifest.golden[0].model_copy(update={"absolute_tolerance": tolerance})
        manifest = package.manifest.model_copy(update={"golden": (case,) * 3})
        write_manifest(package.folder, manifest)
        sign_package(package.folder, packages.key)
        loaded = load_package(package.folder)
        if is_fine:
            check_golden(loaded, case)
        else:
            with pytest.raises(GoldenMismatchError, match="findings differs"):
                check_golden(loaded, case)


def test_large_arrays_are_sampled():
    values = np.arange(10_000, dtype=np.float32)
    summary = summarize(values)
    assert len(summary["values"]) == 64
    assert summary["values"][0] == 0
    assert summary["values"][-1] == 9999
    assert summary["mean"] == pytest.approx(4999.5)
