"""The model packages of this computer, each checked down to its golden cases."""

import json
from functools import lru_cache
from pathlib import Path

import onnxruntime

from meddx_desktop import __version__
from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.case.errors import MedDxError, ModelPackageError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.model_package import ModelPackage, PackageListing, list_packages
from meddx_desktop.resources import model_folders, user_folder

PASSED_NAME = "golden_passed.json"


def installed_packages(progress: ReportProgress) -> tuple[PackageListing, ...]:
    """Return every package in the model folders, with the reason where it may not run.

    Golden cases are computed once for each content, version of the app and of ONNX Runtime.
    """
    listings = list_packages(model_folders())
    return tuple(check_listing(listing, progress) for listing in listings)


def find_package(model_id: str, progress: ReportProgress) -> ModelPackage:
    """Return an installed package by its id.

    Raises
    ------
    ModelPackageError : it is there but a check failed.
    MedDxError : there is no such package; `code` is "unknown_model".
    """
    listing = find_listing(model_id, progress)
    if listing.package is None:
        raise ModelPackageError(listing.problem or "", code=listing.code)
    return listing.package


def find_listing(model_id: str, progress: ReportProgress) -> PackageListing:
    """Return what is known about an installed package.

    Raises
    ------
    MedDxError : there is no such package; `code` is "unknown_model".
    """
    for listing in list_packages(model_folders()):
        if listing.model_id == model_id:
            return check_listing(listing, progress)
    raise unknown_model(model_id)


def unknown_model(model_id: str) -> MedDxError:
    """Return the error for an id that no installed package has."""
    return MedDxError(
        f"There is no model {model_id}. 'meddx models list' shows those that are installed.",
        code="unknown_model",
    )


def check_listing(listing: PackageListing, progress: ReportProgress) -> PackageListing:
    """Return the listing with the last check, the golden cases, made."""
    package = listing.package
    if package is None:
        return listing
    try:
        ensure_golden(package, progress)
    except MedDxError as error:
        return PackageListing(
            listing.folder, listing.model_id, listing.trust, None, error.message, error.code
        )
    return listing


def ensure_golden(package: ModelPackage, progress: ReportProgress) -> None:
    """Compute the golden cases of a package unless this content has passed before.

    Raises
    ------
    MedDxError : a case differs, or its input cannot be read.
    """
    stamp = f"{package.digest} {__version__} {onnxruntime.__version__}"
    if stamp in _passed_here() or stamp in _passed_before():
        return
    for done, case in enumerate(package.manifest.golden):
        progress(done, len(package.manifest.golden), f"Checking {package.manifest.name}")
        check_golden(package, case)
    _passed_here().add(stamp)
    _remember(stamp)


@lru_cache(maxsize=1)
def _passed_here() -> set[str]:
    """Return what this process has checked; a sandboxed worker cannot write it down."""
    return set()


def _passed_path() -> Path:
    return user_folder() / "models" / PASSED_NAME


def _passed_before() -> frozenset[str]:
    try:
        return frozenset(json.loads(_passed_path().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return frozenset()


def _remember(stamp: str) -> None:
    stamps = sorted({*_passed_before(), stamp})
    fresh = _passed_path().with_suffix(".new")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(stamps, indent=1) + "\n", encoding="utf-8")
        fresh.replace(_passed_path())
    except OSError:
        return
