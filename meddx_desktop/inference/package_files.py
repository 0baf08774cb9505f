"""The files of a model package on disk: what is there, and how it gets there."""

import hashlib
import lzma
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.inference.manifest import FILE_NAME, File, Manifest
from meddx_desktop.inference.signatures import SIGNATURE_NAME, FileDigest, package_digest, sign

ARCHIVE_SUFFIX = ".mdxpkg"
MAXIMUM_FILES = 1000
MAXIMUM_BYTES = 4 * 1024**3
_MAXIMUM_RATIO = 200
_SMALL_ENOUGH = 1024**2
_BLOCK = 1024**2
# st_mode of the entry in the upper half of the attributes, as Info-ZIP writes it.
_TYPE_MASK, _LINK = 0o170000, 0o120000


def digest_files(folder: Path) -> dict[str, FileDigest]:
    """Return SHA-256 and size of every file under a folder by its path with forward slashes.

    Raises
    ------
    ModelPackageError : there is a link, a special file, or too much of anything.
    """
    found: dict[str, FileDigest] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise refusal(
                folder.name, f"{relative} is a link or a special file", code="unsafe_path"
            )
        if path.is_file():
            total += path.stat().st_size
            if len(found) >= MAXIMUM_FILES or total > MAXIMUM_BYTES:
                raise refusal(folder.name, "it is too large", code="too_large")
            found[relative] = _digest(path)
    return found


def _digest(path: Path) -> FileDigest:
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return FileDigest(sha256, stream.tell())


def package_digest_of(folder: Path) -> str:
    """Return the name under which consent for this exact content is remembered."""
    return package_digest(digest_files(folder))


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Write `package.json` with the list of all files that lie in the folder; return it.

    An older signature is removed, since it would no longer be true.
    """
    (folder / SIGNATURE_NAME).unlink(missing_ok=True)
    (folder / FILE_NAME).unlink(missing_ok=True)
    files = tuple(
        File(path=path, sha256=digest.sha256, size=digest.size)
        for path, digest in digest_files(folder).items()
    )
    complete = manifest.model_copy(update={"files": files})
    text = complete.model_dump_json(indent=1, exclude_none=True) + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8", newline="\n")
    return complete


def sign_package(folder: Path, private_key: Path) -> None:
    """Write the file `signature` over every file of the folder."""
    (folder / SIGNATURE_NAME).unlink(missing_ok=True)
    text = sign(digest_files(folder), private_key)
    (folder / SIGNATURE_NAME).write_text(text, encoding="utf-8", newline="\n")


def write_archive(folder: Path, target: Path) -> None:
    """Zip a package folder; equal files give an equal archive."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in digest_files(folder):
            archive.writestr(
                zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)),
                (folder / path).read_bytes(),
                zipfile.ZIP_DEFLATED,
            )


def unpack_archive(source: Path, folder: Path) -> None:
    """Unpack a package archive into an empty folder.

    Raises
    ------
    ModelPackageError : it is no ZIP archive, a name leads outside, an entry is a link, or it is
        or claims to be too large.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _check_entries(source, entries)
            for entry in entries:
                if not entry.is_dir():
                    _unpack(archive, entry, folder)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise refusal(
            source.name, "it is not a whole ZIP archive", code="damaged_package"
        ) from error
    except (RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise refusal(source.name, "it cannot be unpacked", code="damaged_package") from error


def _check_entries(source: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAXIMUM_FILES or sum(entry.file_size for entry in entries) > MAXIMUM_BYTES:
        raise refusal(source.name, "it is too large", code="too_large")
    names = set()
    for entry in entries:
        if not _is_plain_path(entry.filename.rstrip("/")):
            raise refusal(source.name, "a name in it leads outside", code="unsafe_path")
        if entry.external_attr >> 16 & _TYPE_MASK == _LINK:
            raise refusal(source.name, "it holds a link", code="unsafe_path")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusal(source.name, "it is packed in an unusual way", code="damaged_package")
        # Windows and macOS file systems do not tell these names apart.
        if entry.filename.casefold() in names:
            raise refusal(source.name, "it holds a name twice", code="unsafe_path")
        names.add(entry.filename.casefold())
        if entry.file_size > max(_SMALL_ENOUGH, _MAXIMUM_RATIO * entry.compress_size):
            raise refusal(source.name, "it claims an absurd size", code="too_large")


def _is_plain_path(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        bool(name)
        and not path.is_absolute()
        and not any(part in ("..", ".") for part in name.split("/"))
        and not any(character in name for character in '\\:\0\n<>|?*"')
    )


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    target = folder.joinpath(*PurePosixPath(entry.filename).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    remaining = entry.file_size
    with archive.open(entry) as packed, target.open("xb") as unpacked:
        while block := packed.read(min(_BLOCK, remaining + 1)):
            remaining -= len(block)
            if remaining < 0:
                raise zipfile.BadZipFile("an entry is larger than it says")
            unpacked.write(block)


def refusal(name: str, fault: str, *, code: str, next_step: str = "") -> ModelPackageError:
    """Return the error that names the package, its fault and the next step."""
    step = next_step or "Ask the model's author for a new package."
    # A package that is being installed lies in a hidden folder.
    return ModelPackageError(f"Model package {name.lstrip('.')}: {fault}. {step}", code=code)
