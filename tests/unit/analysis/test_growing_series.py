"""A series shows its first image before all headers of its folder are read."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from meddx_desktop.analysis import open_files
from meddx_desktop.analysis.analyze import AnalyzeOptions, analyze_item
from meddx_desktop.analysis.open_files import open_growing, open_paths
from meddx_desktop.case.case import RefusedFile, SeriesFound
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import Extent, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers.dicom_series import scan_file

WriteDicom = Callable[..., Path]
IMPLICIT = "1.2.840.10008.1.2"


def write_series(folder: Path, write_dicom: WriteDicom, uid: str, count: int, **facts: Any) -> None:
    """Write slices whose names run against their places."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        write_dicom(
            folder / f"{uid}-{count - number}.dcm",
            np.full((4, 6), number, np.uint16),
            SeriesInstanceUID=uid,
            InstanceNumber=number + 1,
            ImagePositionPatient=[0, 0, 5 * number],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            **facts,
        )


def grow(*paths: Path) -> list[Any]:
    return list(open_growing(paths, ignore_progress))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", IMPLICIT])
def test_the_first_image_comes_before_the_second_header_is_read(
    tmp_path: Path, write_dicom: WriteDicom, monkeypatch: pytest.MonkeyPatch, syntax: str
) -> None:
    write_series(tmp_path, write_dicom, "1.1", 3, syntax=syntax)
    read: list[str] = []

    def note(path: Path) -> Any:
        read.append(path.name)
        return scan_file(path)

    monkeypatch.setattr(open_files, "scan_file", note)
    found = open_growing((tmp_path,), ignore_progress)
    first = next(found)
    assert isinstance(first, SeriesFound)
    assert read == ["1.1-1.dcm"]
    assert first.series.extent is Extent.BEING_READ
    assert [frame.path.name for frame in first.series.frames] == ["1.1-1.dcm"]
    (whole,) = found
    assert isinstance(whole, SeriesFound)
    assert whole.number == first.number
    assert whole.series.extent is Extent.WHOLE
    assert [frame.instance_number for frame in whole.series.frames] == [1, 2, 3]


def test_the_whole_series_is_the_same_as_without_a_beginning(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    write_series(tmp_path / "a", write_dicom, "1.1", 3)
    write_series(tmp_path / "a", write_dicom, "1.2", 1)
    write_series(tmp_path / "b", write_dicom, "1.3", 2, syntax=IMPLICIT)
    found = grow(tmp_path / "a", tmp_path / "b")
    whole = {one.number: one.series for one in found if one.series.extent is Extent.WHOLE}
    begun = [one.number for one in found if one.series.extent is Extent.BEING_READ]
    assert sorted(begun) == sorted(whole) == [0, 1, 2]
    assert list(open_paths((tmp_path / "a", tmp_path / "b"), ignore_progress)) == [
        whole[number] for number in begun
    ]


def test_one_named_file_is_whole_at_once_and_several_begin(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    write_series(tmp_path, write_dicom, "1.1", 2)
    files = sorted(tmp_path.iterdir())
    (alone,) = grow(files[0])
    assert alone.series.extent is Extent.WHOLE
    assert alone.series.source.path == files[0]
    begun, whole = grow(*files)
    assert begun.series.extent is Extent.BEING_READ
    assert len(whole.series.frames) == 2


def test_members_of_an_archive_keep_their_names(tmp_path: Path, write_dicom: WriteDicom) -> None:
    write_series(tmp_path / "ct", write_dicom, "1.1", 2)
    archive = tmp_path / "ct.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted((tmp_path / "ct").iterdir()):
            packed.write(path, path.name)
    begun, whole = grow(archive)
    assert begun.series.source.paths == (archive / "1.1-1.dcm",)
    assert whole.series.source.paths == (archive / "1.1-2.dcm", archive / "1.1-1.dcm")
    assert begun.series.frames[0].path == whole.series.frames[1].path


def test_a_series_that_cannot_begin_takes_no_number_of_another(
    tmp_path: Path, write_dicom: WriteDicom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        write_series(tmp_path / name, write_dicom, f"1.{name}", 1)
        write_series(tmp_path / name, write_dicom, f"2.{name}", 1)
    reader = "meddx_desktop.analysis.series_gathering.read_series"
    real = open_files.scan_file

    def refuse_first(path: Path) -> ImageSeries:
        if path.name.startswith("1.a"):
            raise RefusedFileError(path, "it is damaged", "Copy it again.")
        from meddx_desktop.readers.dicom import read_series

        return read_series(path)

    monkeypatch.setattr(reader, refuse_first)
    monkeypatch.setattr("meddx_desktop.readers.dicom_series.read_series", refuse_first)
    assert real(tmp_path / "a" / "1.a-1.dcm").series is None
    found = grow(tmp_path / "a", tmp_path / "b")
    numbers = [one.number for one in found if isinstance(one, SeriesFound)]
    assert [numbers.count(number) for number in sorted(set(numbers))] == [2, 2, 2]
    assert [one.path.name for one in found if isinstance(one, RefusedFile)] == ["1.a-1.dcm"]


@pytest.mark.parametrize("extent", [Extent.BEING_READ, Extent.CUT_SHORT])
def test_no_model_sees_a_part_of_a_series(
    tmp_path: Path, write_dicom: WriteDicom, extent: Extent
) -> None:
    write_series(tmp_path, write_dicom, "1.1", 2)
    (whole,) = open_paths((tmp_path,), ignore_progress)
    assert isinstance(whole, ImageSeries)
    part = replace(whole, extent=extent)
    with pytest.raises(RefusedFileError, match="not all images of this series have been read"):
        next(analyze_item(part, AnalyzeOptions(), ignore_progress))
