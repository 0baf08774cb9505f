"""Opens what a person names: files, folders, ZIP archives and DICOMDIRs."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Literal

from meddx_desktop.analysis.marked_series import attach_marks
from meddx_desktop.case.case import CaseItem, OpenSummary, RefusedFile
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_marks import ImageMarks, Segmentation
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers import dicom, read_head, reader_for, unknown_format
from meddx_desktop.readers.dicom_directory import is_dicom_directory, referenced_files
from meddx_desktop.readers.dicom_series import ScannedFile, build_series, group_files, scan_file
from meddx_desktop.readers.found_file import FoundFile
from meddx_desktop.readers.image_marks import read_marks
from meddx_desktop.readers.pdf_document import read_text_layer
from meddx_desktop.readers.refusals import images_missing, unreadable
from meddx_desktop.readers.zip_archive import extract_archive, is_zip

FILES_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class _Found:
    """Files to read together; `opened` is what the person named.

    Files that were found, not named, may be of unknown kinds.
    """

    opened: Path
    files: Iterable[FoundFile]
    is_named: bool


class _Unknown(Enum):
    """A file of a folder that is no record."""

    SKIPPED = "skipped"


@dataclass(slots=True)
class _Gathered:
    """DICOM files that are grouped into series, and what others say about these."""

    scanned: list[ScannedFile] = field(default_factory=list)
    marks: list[ImageMarks] = field(default_factory=list)


@dataclass(slots=True)
class _Tally:
    """What was met on the way."""

    opened: int = 0
    refused: int = 0
    skipped: list[Path] = field(default_factory=list)
    cut_off: list[Path] = field(default_factory=list)

    def count(self, result: CaseItem | RefusedFile) -> None:
        if isinstance(result, RefusedFile):
            self.refused += 1
        else:
            self.opened += 1


def open_paths(
    paths: tuple[Path, ...], progress: ReportProgress
) -> Generator[CaseItem | RefusedFile, None, OpenSummary]:
    """Yield every item and every refusal; loose DICOM files are grouped into series together."""
    tally = _Tally()
    for result in _open_all(paths, tally, progress):
        tally.count(result)
        yield result
    return OpenSummary(tally.opened, tally.refused, tuple(tally.skipped), tuple(tally.cut_off))


def _open_all(
    paths: tuple[Path, ...], tally: _Tally, progress: ReportProgress
) -> Iterator[CaseItem | RefusedFile]:
    loose: list[FoundFile] = []
    for path in paths:
        yield from _open_container(path, loose, tally, progress)
    if loose:
        opened = loose[0].path if len(loose) == 1 else loose[0].path.parent
        yield from _open_found(_Found(opened, loose, is_named=True), tally, progress)


def refusal(path: Path, error: RefusedFileError) -> RefusedFile:
    """Return the refusal of a file as a value."""
    return RefusedFile(path, error.code, error.message)


def _open_container(
    path: Path, loose: list[FoundFile], tally: _Tally, progress: ReportProgress
) -> Iterator[CaseItem | RefusedFile]:
    """Open a folder, archive or DICOMDIR; put any other file with the loose ones."""
    try:
        files = files_in(path, progress, tally.cut_off.append)
        if files is None:
            loose.append(FoundFile(path, path))
            return
        yield from _open_found(_Found(path, files, is_named=False), tally, progress)
    except RefusedFileError as error:
        yield refusal(path, error)


def files_in(
    path: Path, progress: ReportProgress, on_limit: Callable[[Path], None]
) -> Iterable[FoundFile] | None:
    """Return the files of a folder, archive or DICOMDIR, None for any other file.

    `on_limit` is told of a folder with more files than are looked at.

    Raises
    ------
    RefusedFileError : it is missing, unreadable or damaged.
    """
    if path.is_dir():
        return _as_found(walk_folder(path, progress, on_limit))
    head = read_head(path)
    if is_dicom_directory(head):
        return _as_found(referenced_files(path))
    if is_zip(head) and reader_for(path, head) is None:
        return extract_archive(path, progress)
    return None


def _as_found(paths: Iterable[Path]) -> Iterator[FoundFile]:
    return (FoundFile(path, path) for path in paths)


def walk_folder(
    folder: Path, progress: ReportProgress, on_limit: Callable[[Path], None]
) -> Iterator[Path]:
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
            if count > FILES_LIMIT:
                on_limit(folder)
                return
            progress(count, 0, "Looking through the folder")
            yield path


def _is_inside(path: Path, root: Path) -> bool:
    if path.is_symlink():
        return path.is_file() and path.resolve().is_relative_to(root)
    return path.is_file()


def _open_found(
    found: _Found, tally: _Tally, progress: ReportProgress
) -> Iterator[CaseItem | RefusedFile]:
    """Read other files at once, DICOM files after all headers are known."""
    gathered = _Gathered()
    shown: dict[Path, Path] = {}
    for number, file in enumerate(found.files):
        progress(number, 0, "Reading headers")
        shown[file.path] = file.shown
        try:
            result = _open_file(file, found, gathered, progress)
        except RefusedFileError as error:
            yield refusal(file.shown, error)
        except OSError as error:
            yield refusal(file.shown, unreadable(file.path, error))
        else:
            if result is _Unknown.SKIPPED:
                tally.skipped.append(file.shown)
            elif result is not None:
                yield _traceable(result, found.opened, shown)
                for one in _text_layer(result, progress):
                    yield _traceable(one, found.opened, shown)
    for one in _open_series(gathered, found, progress):
        yield _traceable(one, found.opened, shown)


def _open_file(
    file: FoundFile, found: _Found, gathered: _Gathered, progress: ReportProgress
) -> CaseItem | Literal[_Unknown.SKIPPED] | None:
    """Return the item of a file that stands alone; gather what belongs to series."""
    head = read_head(file.path)
    if is_dicom_directory(head):
        return None
    marks = read_marks(file.path, head)
    if marks is not None:
        gathered.marks.append(marks)
        # A segmentation is also a series of masks of its own.
        if not isinstance(marks, Segmentation):
            return None
    reader = reader_for(file.path, head)
    if reader is dicom.READER:
        gathered.scanned.append(scan_file(file.path))
        return None
    if reader is not None:
        return reader.read(file.path, progress)
    if found.is_named:
        raise unknown_format(file.path)
    return _Unknown.SKIPPED


def _text_layer(item: CaseItem, progress: ReportProgress) -> Iterator[CaseItem | RefusedFile]:
    """Yield the text of a document as a record beside its pages."""
    if not (isinstance(item, ImageSeries) and item.is_document):
        return
    try:
        record = read_text_layer(item, progress)
    except RefusedFileError as error:
        yield refusal(item.source.path, error)
    else:
        if record is not None:
            yield record


def _traceable(
    result: CaseItem | RefusedFile, opened: Path, shown: dict[Path, Path]
) -> CaseItem | RefusedFile:
    """Name the members of an archive instead of their copies, which vanish."""
    if isinstance(result, RefusedFile):
        return replace(result, path=shown[result.path])
    source = result.source
    paths = tuple(shown[path] for path in source.paths)
    if paths == source.paths:
        return result
    return replace(result, source=replace(source, path=opened, paths=paths))


def _open_series(
    gathered: _Gathered, found: _Found, progress: ReportProgress
) -> Iterator[CaseItem | RefusedFile]:
    groups = group_files(gathered.scanned)
    attached: set[Path] = set()
    for number, group in enumerate(groups):
        progress(number, len(groups), "Opening series")
        opened = group[0].path if found.is_named and len(group) == 1 else found.opened
        try:
            series = attach_marks(build_series(group, opened), gathered.marks)
            attached.update(marks.path for marks in series.marks)
            yield series
        except RefusedFileError as error:
            yield refusal(group[0].path, error)
        except OSError as error:
            yield refusal(group[0].path, unreadable(group[0].path, error))
    for marks in gathered.marks:
        if marks.path not in attached and not isinstance(marks, Segmentation):
            yield refusal(marks.path, images_missing(marks.path))
