"""What a person does with model packages: list, show, test, verify, install, remove."""

import dataclasses
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.analysis.installed_models import (
    ensure_golden,
    find_listing,
    find_package,
    installed_packages,
)
from meddx_desktop.case.errors import MedDxError, ModelPackageError
from meddx_desktop.case.finding import EntityMeasure
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.calibration import entity_measures_of
from meddx_desktop.inference.consents import read_consents, record_consent
from meddx_desktop.inference.model_package import ModelPackage, PackageListing, load_package
from meddx_desktop.inference.package_files import (
    digest_files,
    package_digest_of,
    refusal,
    unpack_archive,
)
from meddx_desktop.resources import resources_folder, user_folder


@dataclass(frozen=True, slots=True)
class ModelListing:
    """A package as a person sees it in a list; with `problem` it never runs.

    `trust` is trusted, foreign, unsigned or invalid. Everything that comes from the manifest is
    None or empty where the manifest cannot be believed.
    """

    model_id: str
    folder: Path
    trust: str
    version: str | None = None
    name: str | None = None
    task: str | None = None
    summary: str | None = None
    modalities: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    entity_types: tuple[str, ...] = ()
    entity_measures: tuple[EntityMeasure, ...] = ()
    region: str = "none"
    intended_use: str = ""
    intended_population: str = ""
    is_bundled: bool = False
    problem: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """Whether one golden case of a model came out as its author computed it."""

    model_id: str
    model_version: str
    case: str
    passed: bool
    detail: str = ""


def list_models(progress: ReportProgress) -> tuple[ModelListing, ...]:
    """Return every installed package, also those that never run."""
    return tuple(_listing(found) for found in installed_packages(progress))


def show_model(model_id: str, progress: ReportProgress) -> dict[str, Any]:
    """Return the whole manifest of a model with its folder and trust, ready for JSON."""
    package = find_package(model_id, progress)
    return {
        **package.manifest.model_dump(mode="json"),
        "folder": str(package.folder),
        "trust": package.trust.value,
        "digest": package.digest,
    }


def test_model(model_id: str, progress: ReportProgress) -> Generator[GoldenResult, None, None]:
    """Compute every golden case of a model again, whatever was computed before."""
    listing = find_listing(model_id, progress)
    package = listing.package
    if package is None and listing.code == "golden_mismatch":
        package = load_package(listing.folder)
    if package is None:
        raise ModelPackageError(listing.problem or "", code=listing.code)
    cases = package.manifest.golden
    for done, case in enumerate(cases):
        progress(done, len(cases), f"Checking {package.manifest.name}")
        fault = ""
        try:
            check_golden(package, case)
        except MedDxError as error:
            fault = error.message
        yield GoldenResult(
            model_id, package.manifest.version, case.input, passed=not fault, detail=fault
        )


def verify_model(model_id: str, progress: ReportProgress) -> ModelListing:
    """Check a package's signature, hashes, schema, network and golden cases."""
    return _listing(find_listing(model_id, progress))


def install_package(path: Path, progress: ReportProgress, *, consent: bool = False) -> ModelListing:
    """Install a package file or folder for this person after every check.

    Parameters
    ----------
    consent : the person agreed to run a package that no trusted key has signed. This is
        remembered for this exact content, and said wherever the model speaks.

    Raises
    ------
    ModelPackageError : a check failed; `code` is "consent_required" when only consent is missing.
    """
    models = user_folder() / "models"
    models.mkdir(parents=True, exist_ok=True)
    with _fresh_folder(models / f".{path.stem or 'package'}") as folder:
        progress(0, 3, "Unpacking")
        _place(path, folder)
        package = _check(folder, progress, consent=consent)
        _refuse_bundled(package)
        progress(2, 3, "Installing")
        _take_place(folder, models / package.manifest.id)
    if not package.is_trusted:
        name = f"{package.manifest.id} {package.manifest.version}"
        record_consent(package.digest, name, package.trust)
    return verify_model(package.manifest.id, progress)


@contextmanager
def _fresh_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside the models that is gone afterwards.

    Beside them, because a sandboxed worker may rename only within one folder; with a leading dot,
    because listings pass it over.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_place(folder: Path, target: Path) -> None:
    older = target.with_name(f".older-{target.name}")
    shutil.rmtree(older, ignore_errors=True)
    if target.exists():
        target.replace(older)
    folder.replace(target)
    shutil.rmtree(older, ignore_errors=True)


def _place(path: Path, folder: Path) -> None:
    if path.is_dir():
        digest_files(path)
        shutil.copytree(path, folder, dirs_exist_ok=True)
    elif path.is_file():
        unpack_archive(path, folder)
    else:
        raise refusal(
            path.name, "there is no such file", code="missing", next_step="Check the name."
        )


def _check(folder: Path, progress: ReportProgress, *, consent: bool) -> ModelPackage:
    progress(1, 3, "Checking")
    agreed = {package_digest_of(folder)} if consent else set()
    package = load_package(folder, consents=read_consents() | agreed)
    ensure_golden(package, progress)
    return package


def _refuse_bundled(package: ModelPackage) -> None:
    if (resources_folder() / "models" / package.manifest.id).exists():
        raise refusal(
            package.manifest.id,
            "a model with this id is part of the product",
            code="duplicate_id",
            next_step="Give the new model another id.",
        )


def remove_model(model_id: str, progress: ReportProgress) -> ModelListing:
    """Delete a model that this person installed; return what it was.

    Raises
    ------
    MedDxError : there is no such model, or it belongs to the product or the site.
    """
    listing = find_listing(model_id, progress)
    if listing.folder.parent != user_folder() / "models":
        raise MedDxError(
            f"{model_id} is part of the product or of this site and cannot be removed here.",
            code="not_removable",
        )
    gone = listing.folder.with_name(f".removed-{listing.folder.name}")
    listing.folder.replace(gone)
    shutil.rmtree(gone)
    return _listing(listing)


def _listing(found: PackageListing) -> ModelListing:
    is_bundled = found.folder.parent == resources_folder() / "models"
    if found.package is None:
        return ModelListing(
            found.model_id,
            found.folder,
            found.trust.value,
            is_bundled=is_bundled,
            problem=found.problem,
            code=found.code,
        )
    manifest = found.package.manifest
    return ModelListing(
        manifest.id,
        found.folder,
        found.trust.value,
        version=manifest.version,
        name=manifest.name,
        task=manifest.task.value,
        summary=manifest.summary,
        modalities=manifest.accepts.modalities,
        findings=tuple(spec.concept.meaning for spec in manifest.findings),
        entity_types=tuple(spec.entity_type for spec in manifest.entities),
        entity_measures=entity_measures_of(manifest),
        region=manifest.accepts.region,
        intended_use=manifest.label.intended_use,
        intended_population=manifest.label.intended_population,
        is_bundled=is_bundled,
    )


def listing_object(listing: ModelListing) -> dict[str, Any]:
    """Return a listing as JSON values."""
    values = dataclasses.asdict(listing)
    return {"id": values.pop("model_id"), **values, "folder": str(listing.folder)}
