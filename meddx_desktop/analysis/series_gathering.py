"""DICOM files on their way to becoming series."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from meddx_desktop.analysis.marked_series import attach_marks
from meddx_desktop.case.case import RefusedFile, SeriesFound
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_marks import ImageMarks, Segmentation
from meddx_desktop.case.image_series import Extent, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.dicom_series import GroupKey, ScannedFile, build_series
from meddx_desktop.readers.refusals import images_missing, unreadable


class SeriesGathering:
    """Groups files into series and hands out the first image of each before the last file is read.

    Parameters
    ----------
    opened : what the person named.
    is_named : whether the files were named themselves and not found in a folder.
    first_number : the number of the first series.
    """

    def __init__(self, opened: Path, *, is_named: bool, first_number: int) -> None:
        self._opened, self._is_named = opened, is_named
        self._first_number = first_number
        self._groups: dict[GroupKey, list[ScannedFile]] = {}
        self._marks: list[ImageMarks] = []

    @property
    def count(self) -> int:
        """How many series there are."""
        return len(self._groups)

    def add_marks(self, marks: ImageMarks) -> None:
        """Take what another object says about images."""
        self._marks.append(marks)

    def add(self, scanned: ScannedFile) -> SeriesFound | None:
        """Take a file; return the beginning of its series if it is the first one of it."""
        group = self._groups.setdefault(scanned.key, [])
        group.append(scanned)
        if len(group) > 1:
            return None
        try:
            first = scanned.series or read_series(scanned.path)
        except (RefusedFileError, OSError):
            # It is refused, with its reason, when all files are known.
            return None
        group[0] = replace(scanned, series=first)
        number = self._first_number + len(self._groups) - 1
        begun = build_series(group, self._opened_as(group))
        return SeriesFound(number, replace(begun, extent=Extent.BEING_READ))

    def finish(self, progress: ReportProgress) -> Iterator[SeriesFound | RefusedFile]:
        """Yield every series whole, or why it is refused, and the marks that concern none."""
        attached: set[Path] = set()
        for number, group in enumerate(self._groups.values()):
            progress(number, len(self._groups), "Opening series")
            whole = self._whole(group)
            if isinstance(whole, RefusedFile):
                yield whole
            else:
                attached.update(marks.path for marks in whole.marks)
                yield SeriesFound(self._first_number + number, whole)
        for marks in self._marks:
            if marks.path not in attached and not isinstance(marks, Segmentation):
                yield refusal(marks.path, images_missing(marks.path))

    def _whole(self, group: list[ScannedFile]) -> ImageSeries | RefusedFile:
        path = group[0].path
        try:
            return attach_marks(build_series(group, self._opened_as(group)), self._marks)
        except RefusedFileError as error:
            return refusal(path, error)
        except OSError as error:
            return refusal(path, unreadable(path, error))

    def _opened_as(self, group: list[ScannedFile]) -> Path:
        return group[0].path if self._is_named and len(group) == 1 else self._opened


def refusal(path: Path, error: RefusedFileError) -> RefusedFile:
    """Return the refusal of a file as a value."""
    return RefusedFile(path, error.code, error.message)
