"""Opens what a person names: files, folders, ZIP archives and DICOMDIRs."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from meddx_desktop.analysis.series_gathering import SeriesGathering, refusal
from meddx_desktop.case.case import CaseItem, OpenSummary, RefusedFile, SeriesFound
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_marks import Segmentation
from meddx_desktop.case.image_series import Extent, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers import dicom, read_head, reader_for, unknown_format
from meddx_desktop.readers.dicom_directory import is_dicom_directory, referenced_files
from meddx_desktop.readers.dicom_series import scan_file
from meddx_desktop.readers.found_file import FoundFile
from meddx_desktop.readers.image_marks import read_marks
from meddx_desktop.readers.pdf_document import read_text_layer
from meddx_desktop.readers.refusals import unreadable
from meddx_desktop.readers.zip_archive import extract_archive, is_zip

FILES_LIMIT = 200_000

_Result: TypeAlias = CaseItem | RefusedFile | SeriesFound
_Item = TypeVar("_Item", bound=CaseItem)


@dataclass(frozen=True, slots=True)
class _Found:
    """Files to read together; `opened` is what the person named.

    Files that were found, not named, may be of unknown kinds.
    """

    opened: Path
    files: Iterable[FoundFile]
    is_named: bool
    is_single: bool = False


class _Unknown(Enum):
    """A file of a folder that is no record."""

    SKIPPED = "skipped"


@dataclass(slots=True)
class _Tally:
    """What was met on the way; `series` counts those of DICOM files."""

    series: int = 0
    opened: int = 0
    refused: int = 0
    skipped: list[Path] = field(default_factory=list)
    cut_off: list[Path] = field(default_factory=list)

    def count(self, result: _Result) -> None:
        match result:
            case RefusedFile():
                self.refused += 1
            case SeriesFound(series=series) if series.extent is not Extent.WHOLE:
                pass
            case _:
                self.opened += 1


def open_paths(
    paths: tuple[Path, ...], progress: ReportProgress
) -> Generator[CaseItem | RefusedFile, None, OpenSummary]:
    """Yield every item and every refusal; loose DICOM files are grouped into series together."""
    found = open_growing(paths, progress)
    while True:
        try:
            result = next(found)
        except StopIteration as end:
            summary: OpenSummary = end.value
            return summary
        if not isinstance(result, SeriesFound):
            yield result
        elif result.series.extent is Extent.WHOLE:
            yield result.series


def open_growing(
    paths: tuple[Path, ...], progress: ReportProgress
) -> Generator[CaseItem | RefusedFile | SeriesFound, None, OpenSummary]:
    """Do the same, but show each series first with its first image, while others are looked for."""
    tally = _Tally()
    for result in _open_all(paths, tally, progress):
        tally.count(result)
        yield result
    return OpenSummary(tally.opened, tally.refused, tuple(tally.skipped), tuple(tally.cut_off))


def _open_all(
    paths: tuple[Path, ...], tally: _Tally, progress: ReportProgress
) -> Iterator[_Result]:
    loose: list[FoundFile] = []
    for path in paths:
        yield from _open_container(path, loose, tally, progress)
    if loose:
        opened = loose[0].path if len(loose) == 1 else loose[0].path.parent
        found = _Found(opened, loose, is_named=True, is_single=len(loose) == 1)
        yield from _open_found(found, tally, progress)


def _open_container(
    path: Path, loose: list[FoundFile], tally: _Tally, progress: ReportProgress
) -> Iterator[_Result]:
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


def _open_found(found: _Found, tally: _Tally, progress: ReportProgress) -> Iterator[_Result]:
    """Read other files at once, the series of DICOM files as soon as all headers are known."""
    gathering = SeriesGathering(found.opened, is_named=found.is_named, first_number=tally.series)
    shown: dict[Path, Path] = {}
    for number, file in enumerate(found.files):
        progress(number, 0, "Reading headers")
        shown[file.path] = file.shown
        try:
            result = _open_file(file, found, gathering, progress)
        except RefusedFileError as error:
            yield refusal(file.shown, error)
        except OSError as error:
            yield refusal(file.shown, unreadable(file.path, error))
        else:
            if result is _Unknown.SKIPPED:
                tally.skipped.append(file.shown)
            elif result is not None and not (found.is_single and isinstance(result, SeriesFound)):
                yield _traceable(result, found.opened, shown)
                for layer in _text_layer(result, progress):
                    yield _traceable(layer, found.opened, shown)
    tally.series += gathering.count
    for one in gathering.finish(progress):
        yield _traceable(one, found.opened, shown)


def _open_file(
    file: FoundFile, found: _Found, gathering: SeriesGathering, progress: ReportProgress
) -> CaseItem | SeriesFound | Literal[_Unknown.SKIPPED] | None:
    """Return the item of a file that stands alone, or the series that begins with it."""
    head = read_head(file.path)
    if is_dicom_directory(head):
        return None
    marks = read_marks(file.path, head)
    if marks is not None:
        gathering.add_marks(marks)
        # A segmentation is also a series of masks of its own.
        if not isinstance(marks, Segmentation):
            return None
    reader = reader_for(file.path, head)
    if reader is dicom.READER:
        return gathering.add(scan_file(file.path))
    if reader is not None:
        return reader.read(file.path, progress)
    if found.is_named:
        raise unknown_format(file.path)
    return _Unknown.SKIPPED


def _text_layer(item: _Result, progress: ReportProgress) -> Iterator[_Result]:
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


def _traceable(result: _Result, opened: Path, shown: dict[Path, Path]) -> _Result:
    """Name the members of an archive instead of their copies, which vanish."""
    match result:
        case RefusedFile():
            return replace(result, path=shown[result.path])
        case SeriesFound(series=series):
            return replace(result, series=_named(series, opened, shown))
        case _:
            return _named(result, opened, shown)


def _named(item: _Item, opened: Path, shown: dict[Path, Path]) -> _Item:
    paths = tuple(shown[path] for path in item.source.paths)
    if paths == item.source.paths:
        return item
    return replace(item, source=replace(item.source, path=opened, paths=paths))
