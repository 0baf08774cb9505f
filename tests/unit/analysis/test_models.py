"""Models are installed after every check, listed with their problems, and removed."""

import json
import shutil

import numpy as np
import pytest

from meddx_desktop.analysis import installed_models, models
from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.case.errors import MedDxError, ModelPackageError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.manifest import GoldenCase
from meddx_desktop.inference.package_files import (
    package_digest_of,
    sign_package,
    write_archive,
    write_manifest,
)
from meddx_desktop.resources import user_folder

ID = "test-image-classification"


@pytest.fixture
def archive(packages, tmp_path):
    path = tmp_path / f"{ID}-1.0.0.mdxpkg"
    write_archive(packages.image_folder(), path)
    return path


def _installed(model_id: str = ID):
    listings = models.list_models(ignore_progress)
    return next((one for one in listings if one.model_id == model_id), None)


def test_a_trusted_archive_is_installed_without_questions(archive):
    listing = models.install_package(archive, ignore_progress)
    assert listing.problem is None
    assert (listing.trust, listing.version, listing.is_bundled) == ("trusted", "1.0.0", False)
    assert listing.findings == ("Brightness",)
    assert _installed() == listing
    folders = [path.name for path in (user_folder() / "models").iterdir() if path.is_dir()]
    assert folders == [ID]


def test_a_folder_is_installed_too(packages):
    models.install_package(packages.image_folder(), ignore_progress)
    assert _installed().problem is None


def test_an_unsigned_package_is_installed_with_consent_and_says_so_ever_after(
    unsigned_packages, tmp_path
):
    path = tmp_path / "stranger-1.0.0.mdxpkg"
    write_archive(unsigned_packages.image_folder(), path)
    with pytest.raises(ModelPackageError) as caught:
        models.install_package(path, ignore_progress)
    assert caught.value.code == "consent_required"
    assert path.stem in caught.value.message
    assert _installed() is None
    assert models.install_package(path, ignore_progress, consent=True).trust == "unsigned"
    assert _installed().problem is None
    consents = json.loads((user_folder() / "models" / "consents.json").read_text())["consents"]
    (consent,) = consents.values()
    assert consent["model"] == f"{ID} 1.0.0"
    assert consent["trust"] == "unsigned"


def test_a_tampered_archive_is_never_installed(packages, tmp_path):
    folder = packages.image_folder()
    (folder / "model.onnx").write_bytes(b"other")
    with pytest.raises(ModelPackageError) as caught:
        models.install_package(folder, ignore_progress, consent=True)
    assert caught.value.code == "invalid_signature"
    assert _installed() is None


def test_a_newer_version_takes_the_place_of_the_older(packages, archive, tmp_path):
    models.install_package(archive, ignore_progress)
    shutil.rmtree(packages.root)
    newer = packages.image_folder(version="1.1.0")
    models.install_package(newer, ignore_progress)
    assert _installed().version == "1.1.0"


def _with_wrong_golden(packages, write_dicom):
    package = packages.image()
    golden = package.folder / "golden"
    golden.mkdir(exist_ok=True)
    write_dicom(golden / "one.dcm", np.zeros((20, 20), np.uint8), Modality="US")
    empty = {"tensors": {}, "outputs": {}, "findings": [], "entities": []}
    (golden / "one.json").write_text(json.dumps(empty))
    case = GoldenCase(input="golden/one.dcm", expected="golden/one.json")
    write_manifest(package.folder, package.manifest.model_copy(update={"golden": (case,) * 3}))
    sign_package(package.folder, packages.key)
    return package.folder


def test_a_package_that_computes_something_else_is_not_installed(packages, write_dicom):
    folder = _with_wrong_golden(packages, write_dicom)
    with pytest.raises(ModelPackageError) as caught:
        models.install_package(folder, ignore_progress)
    assert caught.value.code == "golden_mismatch"


def test_a_package_that_computes_something_else_is_listed_and_never_run(packages, write_dicom):
    folder = _with_wrong_golden(packages, write_dicom)
    shutil.copytree(folder, user_folder() / "models" / ID)
    assert _installed().code == "golden_mismatch"
    with pytest.raises(ModelPackageError, match="will not be run"):
        installed_models.find_package(ID, ignore_progress)
    results = list(models.test_model(ID, ignore_progress))
    assert len(results) == 3
    assert not any(result.passed for result in results)
    assert all("one.dcm" in result.detail for result in results)


def test_golden_cases_are_computed_once_for_each_content(packages, write_dicom, monkeypatch):
    folder = _with_wrong_golden(packages, write_dicom)
    checked = []

    def count(package, case):
        if package.manifest.id == ID:
            checked.append(case.input)
        else:
            check_golden(package, case)

    monkeypatch.setattr(installed_models, "check_golden", count)
    shutil.copytree(folder, user_folder() / "models" / ID)
    assert _installed().problem is None
    digest = package_digest_of(folder)
    passed = installed_models._passed_here()
    passed -= {stamp for stamp in passed if stamp.startswith(digest)}
    assert _installed().problem is None, "the passed case is read from the person's folder"
    assert checked == ["golden/one.dcm"] * 3


def test_a_model_is_removed(archive):
    models.install_package(archive, ignore_progress)
    assert models.remove_model(ID, ignore_progress).version == "1.0.0"
    assert _installed() is None
    with pytest.raises(MedDxError) as caught:
        models.remove_model(ID, ignore_progress)
    assert caught.value.code == "unknown_model"


def test_a_model_of_the_site_is_not_removed(packages, monkeypatch):
    packages.image_folder()
    monkeypatch.setenv("MEDDX_MODEL_DIR", str(packages.root))
    with pytest.raises(MedDxError) as caught:
        models.remove_model(ID, ignore_progress)
    assert caught.value.code == "not_removable"
    assert _installed().problem is None


def test_a_model_is_shown_with_its_whole_manifest(archive):
    models.install_package(archive, ignore_progress)
    shown = models.show_model(ID, ignore_progress)
    assert shown["label"]["intended_population"] == "Phantoms"
    assert shown["trust"] == "trusted"
    assert json.dumps(shown)
    assert models.verify_model(ID, ignore_progress).problem is None


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ModelPackageError, match="no such file"):
        models.install_package(tmp_path / "nothing.mdxpkg", ignore_progress)


def test_a_tagger_is_listed_with_what_its_types_reached(packages):
    package = packages.tagger()
    shutil.copytree(package.folder, user_folder() / "models" / package.manifest.id)
    listing = _installed(package.manifest.id)
    (measure,) = listing.entity_measures
    assert measure.entity_type == "disease"
    written = models.listing_object(listing)["entity_measures"]
    assert written[0]["reference_group"] == measure.reference_group
    assert written[0].keys() == {"entity_type", "precision", "recall", "reference_group"}
