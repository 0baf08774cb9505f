"""ZIP archives: their files are copied into the workers' scratch folder, within limits."""

import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers import refusals
from meddx_desktop.readers.found_file import FoundFile
from meddx_desktop.readers.office_documents import refuse_document
from meddx_desktop.resources import scratch_folder

MEMBERS_LIMIT = 20_000
TOTAL_LIMIT = 4 << 30
MEMBER_LIMIT = 1 << 30
# Deflate reaches 1032; films and slices stay far below.
RATIO_LIMIT = 200
_RATIO_APPLIES_FROM = 16 << 20
_BLOCK = 1 << 20
_NAME_LENGTH = 80
_FAULT = "the archive cannot be unpacked"
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    MemoryError,
    NotImplementedError,
    OverflowError,
    ValueError,
)


def is_zip(head: bytes) -> bool:
    """Say whether this is the start of a ZIP archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def extract_archive(path: Path, progress: ReportProgress) -> Iterator[FoundFile]:
    """Copy the files of an archive one by one and yield each copy.

    Folders inside the archive are not made: every copy has a numbered folder of its own, so no
    name in the archive can lead anywhere. Archives inside the archive stay closed.

    Raises
    ------
    RefusedFileError : damaged, encrypted, an office document, or beyond the limits.
    """
    with _reading(path):
        archive = zipfile.ZipFile(path)
    with archive:
        with _reading(path):
            refuse_document(path, archive)
        members = _checked_members(path, archive)
        names = shown_paths(path, [member.filename for member in members])
        with _writing(path):
            folder = Path(tempfile.mkdtemp(prefix="archive-", dir=scratch_folder()))
        for number, member in enumerate(members):
            target = folder / f"{number:05}" / _safe_name(member.filename)
            for _ in _copy(path, archive, member, target):
                progress(number, len(members), "Unpacking")
            yield FoundFile(target, names[number])


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Decompressors report bad data as errors that no system call gave.
        if error.errno is not None:
            raise refusals.unreadable(path, error) from error
        raise refusals.damaged(path, _FAULT) from error
    except _DAMAGES as error:
        raise refusals.damaged(path, _FAULT) from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        next_step = "Free some disk space and try again."
        fault = "the archive cannot be unpacked onto the disk"
        raise RefusedFileError(path, fault, next_step, code="disk_full") from error


def _checked_members(path: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [one for one in archive.infolist() if not one.is_dir()]
    if len(members) > MEMBERS_LIMIT:
        raise refusals.too_large(path, f"the archive holds {len(members)} files")
    total = sum(one.file_size for one in members)
    if total > TOTAL_LIMIT or any(one.file_size > MEMBER_LIMIT for one in members):
        raise refusals.too_large(path, f"the archive unpacks to {total >> 20} MiB")
    packed = sum(one.compress_size for one in members)
    if total > max(_RATIO_APPLIES_FROM, RATIO_LIMIT * packed):
        fault = (
            f"the archive unpacks to {total >> 20} MiB, {total // max(1, packed)} times its size"
        )
        raise refusals.too_large(path, fault)
    if any(one.flag_bits & 1 for one in members):
        next_step = "Unpack it with its password first, then open the folder."
        raise RefusedFileError(path, "the archive is encrypted", next_step, code="encrypted")
    return members


def shown_paths(archive: Path, members: Sequence[str]) -> list[Path]:
    """Return archive/inner/name of each, none twice, none outside the archive."""
    shown: dict[Path, None] = {}
    for number, member in enumerate(members, start=1):
        path = _shown_path(archive, member)
        while path in shown:
            path = path.with_name(f"{path.name} ({number})")
        shown[path] = None
    return list(shown)


def _shown_path(archive: Path, member: str) -> Path:
    parts = PurePosixPath(member.replace("\\", "/")).parts
    kept = [
        "".join(one if one.isprintable() and one != ":" else "_" for one in part)
        for part in parts
        if part not in ("/", "//", ".", "..")
    ]
    return archive.joinpath(*(kept or ["file"]))


def _safe_name(written: str) -> str:
    name = PurePosixPath(written.replace("\\", "/")).name
    kept = "".join(one if one.isalnum() or one in "._- " else "_" for one in name).strip(". ")
    return kept[-_NAME_LENGTH:] or "file"


def _copy(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path
) -> Iterator[int]:
    """Copy at most the declared number of bytes; yield after each block how many there are."""
    with _writing(path):
        target.parent.mkdir()
        with target.open("wb") as copy, _reading(path), archive.open(member) as packed:
            written = 0
            while block := packed.read(_BLOCK):
                written += len(block)
                if written > member.file_size:
                    raise refusals.damaged(path, "a file in the archive is larger than declared")
                with _writing(path):
                    copy.write(block)
                yield written
