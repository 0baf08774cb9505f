"""ZIP archives: their files are copied into the workers' scratch folder, within limits."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers import refusals
from meddx_desktop.resources import scratch_folder

MEMBERS_LIMIT = 20_000
TOTAL_LIMIT = 4 << 30
MEMBER_LIMIT = 1 << 30
# Deflate reaches 1032; films and slices stay far below.
RATIO_LIMIT = 200
_RATIO_APPLIES_FROM = 16 << 20
_BLOCK = 1 << 20
_NAME_LENGTH = 80


def is_zip(head: bytes) -> bool:
    """Say whether this is the start of a ZIP archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def extract_archive(path: Path, progress: ReportProgress) -> Iterator[Path]:
    """Copy the files of an archive one by one and yield each copy.

    Folders inside the archive are not made: every copy has a numbered folder of its own, so no
    name in the archive can lead anywhere. Archives inside the archive stay closed.

    Raises
    ------
    RefusedFileError : damaged, encrypted, or beyond the limits.
    """
    folder = Path(tempfile.mkdtemp(prefix="archive-", dir=scratch_folder()))
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked_members(path, archive)
            for number, member in enumerate(members):
                target = folder / f"{number:05}" / _safe_name(member.filename)
                target.parent.mkdir()
                for _ in _copy(path, archive, member, target):
                    progress(number, len(members), "Unpacking")
                yield target
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise refusals.damaged(path, "the archive cannot be unpacked") from error
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


def _safe_name(written: str) -> str:
    name = PurePosixPath(written.replace("\\", "/")).name
    kept = "".join(one if one.isalnum() or one in "._- " else "_" for one in name).strip(". ")
    return kept[-_NAME_LENGTH:] or "file"


def _copy(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path
) -> Iterator[int]:
    """Copy at most the declared number of bytes; yield after each block how many there are."""
    with archive.open(member) as packed, target.open("wb") as copy:
        written = 0
        while block := packed.read(_BLOCK):
            written += len(block)
            if written > member.file_size:
                raise refusals.damaged(path, "a file in the archive is larger than declared")
            copy.write(block)
            yield written
