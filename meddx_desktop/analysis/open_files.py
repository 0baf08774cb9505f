"""Opens what a person names: files, folders, ZIP archives and DICOMDIRs."""

import os
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from meddx_desktop.case.case import CaseItem, RefusedFile
from meddx_desktop.case.case import OpenSummary as OpenSummary
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers import dicom, read_head, reader_for, unknown_format
from meddx_desktop.readers.dicom_directory import is_dicom_directory, referenced_files
from meddx_desktop.readers.dicom_series import ScannedFile, build_series, group_files, scan_file
from meddx_desktop.readers.refusals import unreadable
from meddx_desktop.readers.zip_archive import extract_archive, is_zip

_FILES_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class _Found:
    """Files to read together; `opened` is what the person named.

    Files that were found, not named, may be of unknown kinds.
    """

    opened: Path
    files: Iterable[Path]
    is_named: bool


def open_paths(
    paths: tuple[Path, ...], progress: ReportProgress
) -> Generator[CaseItem | RefusedFile, None, OpenSummary]:
    """Yield every item and every refusal; loose DICOM files are grouped into series together."""
    opened = refused = 0
    skipped: list[Path] = []
    loose: list[Path] = []
    for path in paths:
        for result in _open_container(path, loose, skipped, progress):
            opened, refused = _count(result, opened, refused)
            yield result
    if loose:
        together = _Found(loose[0] if len(loose) == 1 else loose[0].parent, loose, is_named=True)
        for result in _open_found(together, skipped, progress):
            opened, refused = _count(result, opened, refused)
            yield result
    return OpenSummary(opened, refused, tuple(skipped))


def _count(result: CaseItem | RefusedFile, opened: int, refused: int) -> tuple[int, int]:
    is_refused = isinstance(result, RefusedFile)
    return opened + (not is_refused), refused + is_refused


def refusal(path: Path, error: RefusedFileError) -> RefusedFile:
    """Return the refusal of a file as a value."""
    return RefusedFile(path, error.code, error.message)


def _open_container(
    path: Path, loose: list[Path], skipped: list[Path], progress: ReportProgress
) -> Iterator[CaseItem | RefusedFile]:
    """Open a folder, archive or DICOMDIR; put any other file with the loose ones."""
    try:
        files = files_in(path, progress)
        if files is None:
            loose.append(path)
            return
        yield from _open_found(_Found(path, files, is_named=False), skipped, progress)
    except RefusedFileError as error:
        yield refusal(path, error)


def files_in(path: Path, progress: ReportProgress) -> Iterable[Path] | None:
    """Return the files of a folder, archive or DICOMDIR, None for any other file.

    Raises
    ------
    RefusedFileError : it is missing, unreadable or damaged.
    """
    if path.is_dir():
        return walk_folder(path, progress)
    head = read_head(path)
    if is_dicom_directory(head):
        return referenced_files(path)
    if is_zip(head) and reader_for(path, head) is None:
        return extract_archive(path, progress)
    return None


def walk_folder(folder: Path, progress: ReportProgress) -> Iterator[Path]:
    """Yield the files below a folder in order; links that lead out of it are left alone."""
    root = folder.resolve()
    count = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if name.startswith(".") or not _is_inside(path, root):
                continue
            count += 1
            if count > _FILES_LIMIT:
                return
            progress(count, 0, "Looking through the folder")
            yield path


def _is_inside(path: Path, root: Path) -> bool:
    if path.is_symlink():
        return path.is_file() and path.resolve().is_relative_to(root)
    return path.is_file()


def _open_found(
    found: _Found, skipped: list[Path], progress: ReportProgress
) -> Iterator[CaseItem | RefusedFile]:
    """Read other files at once, DICOM files after all headers are known."""
    scanned: list[ScannedFile] = []
    for number, path in enumerate(found.files):
        progress(number, 0, "Reading headers")
        try:
            head = read_head(path)
            if is_dicom_directory(head):
                continue
            reader = reader_for(path, head)
            if reader is dicom.READER:
                scanned.append(scan_file(path))
            elif reader is not None:
                yield reader.read(path, progress)
            elif found.is_named:
                yield refusal(path, unknown_format(path))
            else:
                skipped.append(path)
        except RefusedFileError as error:
            yield refusal(path, error)
        except OSError as error:
            yield refusal(path, unreadable(path, error))
    yield from _open_series(scanned, found, progress)


def _open_series(
    scanned: list[ScannedFile], found: _Found, progress: ReportProgress
) -> Iterator[CaseItem | RefusedFile]:
    groups = group_files(scanned)
    for number, group in enumerate(groups):
        progress(number, len(groups), "Opening series")
        opened = group[0].path if found.is_named and len(group) == 1 else found.opened
        try:
            yield build_series(group, opened)
        except RefusedFileError as error:
            yield refusal(group[0].path, error)
        except OSError as error:
            yield refusal(group[0].path, unreadable(group[0].path, error))
