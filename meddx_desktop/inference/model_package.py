"""Model packages: loaded only when every check has passed, listed with the reason otherwise."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.inference.consents import read_consents
from meddx_desktop.inference.manifest import (
    FILE_NAME,
    FINDINGS,
    ActivationMap,
    Label,
    Manifest,
    OutputRole,
    ViterbiDecode,
)
from meddx_desktop.inference.network_check import check_network
from meddx_desktop.inference.onnx_file import DamagedNetworkError, read_onnx_facts
from meddx_desktop.inference.package_files import digest_files, refusal
from meddx_desktop.inference.signatures import (
    SIGNATURE_NAME,
    FileDigest,
    Trust,
    check_signature,
    package_digest,
)
from meddx_desktop.inference.speech import Network
from meddx_desktop.preprocessing.text import Gazetteer, Vocabulary
from meddx_desktop.preprocessing.word_pieces import WordPiece

_MAXIMUM_MANIFEST_BYTES = 4 * 1024**2
_WITH_FILE = (Vocabulary, Gazetteer, WordPiece)


@dataclass(frozen=True, slots=True, eq=False)
class ModelPackage:
    """A package whose checks have passed; `digest` names its exact content."""

    folder: Path
    manifest: Manifest
    trust: Trust
    digest: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelPackage) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def is_trusted(self) -> bool:
        """Whether the product's or the administrator's key has signed it."""
        return self.trust is Trust.TRUSTED

    def read(self, path: str) -> bytes:
        """Return a file of the package, compared once more with its hash.

        Raises
        ------
        ModelPackageError : the file has changed since the package was loaded.
        """
        content = (self.folder / path).read_bytes()
        listed = {file.path: file.sha256 for file in self.manifest.files}
        if listed.get(path) != hashlib.sha256(content).hexdigest():
            raise refusal(self.folder.name, f"{path} has changed", code="damaged_package")
        return content


@dataclass(frozen=True, slots=True)
class PackageListing:
    """A folder that holds a package: either the package or the reason why it never runs.

    `model_id` is the folder's name where the manifest cannot be believed.
    """

    folder: Path
    model_id: str
    trust: Trust
    package: ModelPackage | None = None
    problem: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a package says of itself before anything of it has been checked."""

    model_id: str
    task: str
    purpose: str = FINDINGS


def _declared(folder: Path) -> Declared | None:
    try:
        content = _read_json(folder)
    except ModelPackageError:
        return None
    model_id, task = content.get("id"), content.get("task")
    if not isinstance(model_id, str) or not isinstance(task, str):
        return None
    return Declared(model_id, task, str(content.get("purpose", FINDINGS)))


def list_packages(
    folders: Iterable[Path], is_wanted: Callable[[Declared], bool] | None = None
) -> tuple[PackageListing, ...]:
    """Check the packages in these folders, in order; an id counts once, the first wins.

    Parameters
    ----------
    is_wanted : leaves out packages by what they declare, before the checks that cost time; one
        that declares nothing readable is always checked, and so listed with its fault.
    """
    found: dict[str, PackageListing] = {}
    for folder in _package_folders(folders):
        declared = _declared(folder) if is_wanted is not None else None
        if is_wanted is not None and declared is not None and not is_wanted(declared):
            continue
        listing = _list(folder)
        if listing.model_id in found:
            reason = f"{folder.name}: another package with the id {listing.model_id} comes first."
            listing = PackageListing(
                folder, str(folder), listing.trust, None, reason, "duplicate_id"
            )
        found[listing.model_id] = listing
    return tuple(found.values())


def _package_folders(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from sorted(path.parent for path in folder.glob(f"[!.]*/{FILE_NAME}"))


def _list(folder: Path) -> PackageListing:
    try:
        package = load_package(folder)
    except ModelPackageError as error:
        return PackageListing(folder, folder.name, _trust(folder), None, error.message, error.code)
    return PackageListing(folder, package.manifest.id, package.trust, package)


def _trust(folder: Path) -> Trust:
    try:
        return check_signature(folder, digest_files(folder))
    except ModelPackageError:
        return Trust.INVALID


def load_package(folder: Path, *, consents: frozenset[str] | None = None) -> ModelPackage:
    """Load a package after all checks but the golden cases, which need a reader.

    The order is fixed: signature or consent, hashes, schema, paths, external data, network.

    Parameters
    ----------
    consents : digests of packages that may run without a trusted signature; by default those
        that the person agreed to.

    Raises
    ------
    ModelPackageError : a check failed; `code` says which.
    """
    digests = digest_files(folder)
    known = read_consents() if consents is None else consents
    stamp = tuple(
        (path, (folder / path).stat().st_mtime_ns, digest.sha256)
        for path, digest in digests.items()
    )
    return _load(folder, stamp, package_digest(digests) in known)


@lru_cache(maxsize=64)
def _load(
    folder: Path,
    stamp: tuple[tuple[str, int, str], ...],
    has_consent: bool,  # noqa: FBT001 - part of the cache's key
) -> ModelPackage:
    digests = {
        path: FileDigest(sha256, (folder / path).stat().st_size) for path, _, sha256 in stamp
    }
    digest = package_digest(digests)
    trust = check_signature(folder, digests)
    _check_trust(folder, trust, has_consent=has_consent)
    content = _read_json(folder)
    _check_hashes(folder, content, digests)
    manifest = _check_schema(folder, content)
    _check_paths(folder, manifest)
    package = ModelPackage(folder, manifest, trust, digest)
    for part in (package, *further_networks(package)):
        network = part.read(part.manifest.model)
        _check_onnx(network, part.manifest, folder.name)
        check_network(network, part.manifest, folder.name)
    return package


def _check_trust(folder: Path, trust: Trust, *, has_consent: bool) -> None:
    if trust is Trust.INVALID:
        raise refusal(
            folder.name,
            "its signature does not fit its files, so it was changed or damaged",
            code="invalid_signature",
        )
    if trust is not Trust.TRUSTED and not has_consent:
        signer = (
            "nobody" if trust is Trust.UNSIGNED else "somebody whom this computer does not know"
        )
        raise refusal(
            folder.name,
            f"it is signed by {signer}",
            code="consent_required",
            next_step="Install it again and agree, if you know where it comes from.",
        )


def _read_json(folder: Path) -> dict[str, Any]:
    path = folder / FILE_NAME
    if not path.is_file():
        raise refusal(folder.name, f"it has no {FILE_NAME}", code="invalid_manifest")
    if path.stat().st_size > _MAXIMUM_MANIFEST_BYTES:
        raise refusal(folder.name, f"{FILE_NAME} is too large", code="too_large")
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise refusal(folder.name, f"{FILE_NAME} is not JSON", code="invalid_manifest") from error
    if not isinstance(content, dict):
        raise refusal(folder.name, f"{FILE_NAME} is not an object", code="invalid_manifest")
    return content


def _check_hashes(
    folder: Path, content: Mapping[str, Any], digests: Mapping[str, FileDigest]
) -> None:
    files = content.get("files")
    try:
        listed = {str(entry["path"]): (entry["sha256"], entry["size"]) for entry in files or ()}
    except (TypeError, KeyError) as error:
        raise refusal(
            folder.name, "its list of files is broken", code="invalid_manifest"
        ) from error
    present = {
        path: (digest.sha256, digest.size)
        for path, digest in digests.items()
        if path not in (FILE_NAME, SIGNATURE_NAME)
    }
    for path in sorted({*listed, *present}):
        if path not in present:
            raise refusal(folder.name, f"{path} is missing", code="damaged_package")
        if path not in listed:
            raise refusal(folder.name, f"{path} does not belong to it", code="damaged_package")
        if listed[path] != present[path]:
            raise refusal(folder.name, f"{path} was changed or damaged", code="damaged_package")


def _check_schema(folder: Path, content: Mapping[str, Any]) -> Manifest:
    try:
        # The default stands for a package in the making; here it is one golden case too few.
        whole = {"golden": [], **content}
        return Manifest.model_validate_json(json.dumps(whole), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or FILE_NAME
        raise refusal(
            folder.name,
            f"{FILE_NAME} breaks the schema at {place} ({first['msg']})",
            code="invalid_manifest",
        ) from error


def referenced_paths(manifest: Manifest) -> tuple[str, ...]:
    """Return every file that the manifest names outside its list of files."""
    gate, explanation = manifest.out_of_distribution, manifest.explanation
    named = [manifest.model]
    named += [path for case in manifest.golden for path in (case.input, case.expected)]
    named += [
        step.parameters for step in manifest.postprocessing if isinstance(step, ViterbiDecode)
    ]
    named += [step.file for step in manifest.preprocessing if isinstance(step, _WITH_FILE)]
    if gate is not None and gate.parameters is not None:
        named.append(gate.parameters)
    if isinstance(explanation, ActivationMap) and explanation.weights is not None:
        named.append(explanation.weights)
    if manifest.speech is not None:
        speech = manifest.speech
        named += [speech.vocabulary, speech.decoder.model, speech.voice_activity.network.model]
    return tuple(named)


def _check_paths(folder: Path, manifest: Manifest) -> None:
    listed = {file.path for file in manifest.files}
    root = folder.resolve()
    for path in referenced_paths(manifest):
        if path not in listed:
            raise refusal(
                folder.name, f"it names {path}, which it does not hold", code="unsafe_path"
            )
    for path in listed:
        if not (folder / path).resolve().is_relative_to(root):
            raise refusal(folder.name, f"{path} leads outside", code="unsafe_path")


def further_networks(package: ModelPackage) -> tuple[ModelPackage, ...]:
    """Return the package once for each network beside its first one, see `package_with`."""
    speech = package.manifest.speech
    networks = (speech.decoder, speech.voice_activity.network) if speech else ()
    return tuple(package_with(package, network) for network in networks)


def package_with(package: ModelPackage, network: Network) -> ModelPackage:
    """Return the package as if this further network were its only one."""
    declared = {
        "model": network.model,
        "opset": network.opset,
        "inputs": network.inputs,
        "outputs": network.outputs,
    }
    return replace(package, manifest=package.manifest.model_copy(update=declared))


def _check_onnx(content: bytes, manifest: Manifest, name: str) -> None:
    try:
        facts = read_onnx_facts(content)
    except DamagedNetworkError as error:
        raise refusal(name, f"its network cannot be used: {error}", code="wrong_network") from error
    if facts.has_external_data:
        raise refusal(name, "its network keeps data in other files", code="external_data")
    if facts.opsets.get("", facts.opsets.get("ai.onnx")) != manifest.opset:
        raise refusal(name, "its network has another operator set", code="wrong_network")
    for key, value in identity_metadata(manifest).items():
        if facts.metadata.get(key, value) != value:
            raise refusal(
                name, f"its network belongs to another model ({key})", code="wrong_network"
            )


def identity_metadata(manifest: Manifest) -> dict[str, str]:
    """Return what the ONNX file's `metadata_props` mirror, for viewers such as Netron."""
    return {
        "meddx_id": manifest.id,
        "meddx_version": manifest.version,
        "meddx_name": manifest.name,
        "meddx_label_sha256": label_digest(manifest.label),
    }


def label_digest(label: Label) -> str:
    """Return the SHA-256 of the label as JSON with sorted keys."""
    text = json.dumps(label.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def output_name(manifest: Manifest, role: OutputRole) -> str | None:
    """Return the name of the output with this role."""
    return next((output.name for output in manifest.outputs if output.role is role), None)
