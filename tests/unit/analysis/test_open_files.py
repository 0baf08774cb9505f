"""Files, folders, archives and DICOMDIRs become items, refusals and a summary."""

import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from meddx_desktop.analysis import jobs, open_files
from meddx_desktop.analysis.frames import load_frames
from meddx_desktop.analysis.open_files import open_paths
from meddx_desktop.analysis.thumbnails import make_thumbnail
from meddx_desktop.case.case import CaseItem, OpenSummary, RefusedFile
from meddx_desktop.case.errors import JobCancelled, RefusedFileError
from meddx_desktop.case.image_series import ImageSeries, file_of_frame
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import TextRecord

WriteDicom = Callable[..., Path]


def collect(*paths: Path) -> tuple[list[CaseItem | RefusedFile], OpenSummary]:
    job = open_paths(paths, ignore_progress)
    found: list[CaseItem | RefusedFile] = []
    while True:
        try:
            found.append(next(job))
        except StopIteration as end:
            return found, end.value


def write_stack(folder: Path, write_dicom: WriteDicom, count: int = 4) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        write_dicom(
            folder / f"{count - number}.dcm",
            np.full((4, 6), number, np.uint16),
            InstanceNumber=number + 1,
            ImagePositionPatient=[0, 0, 5 * number],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        )
    return folder


def test_a_folder_becomes_one_ordered_series(tmp_path: Path, write_dicom: WriteDicom) -> None:
    folder = write_stack(tmp_path / "ct", write_dicom)
    found, summary = collect(folder)
    assert summary == OpenSummary(1, 0, ())
    (series,) = found
    assert isinstance(series, ImageSeries)
    assert [frame.position for frame in series.frames] == [(0, 0, z) for z in (0, 5, 10, 15)]
    assert series.source.path == folder
    assert [path.name for path in series.source.paths] == ["4.dcm", "3.dcm", "2.dcm", "1.dcm"]
    assert series.slice_spacing_mm == 5


def test_named_slices_are_one_series_too(tmp_path: Path, write_dicom: WriteDicom) -> None:
    folder = write_stack(tmp_path / "ct", write_dicom)
    found, _ = collect(*sorted(folder.iterdir()))
    assert len(found) == 1


def test_different_kinds_in_a_folder_are_all_found(tmp_path: Path, write_dicom: WriteDicom) -> None:
    folder = write_stack(tmp_path / "case", write_dicom)
    (folder / "note.txt").write_text("Chest pain since Monday.\n", encoding="utf-8")
    (folder / "program").write_bytes(b"\x7fELF" + bytes(300))
    (folder / "broken.dcm").write_bytes((folder / "1.dcm").read_bytes()[:-10])
    (folder / ".hidden").write_bytes(b"x")
    found, summary = collect(folder)
    assert [type(one) for one in found] == [RefusedFile, TextRecord, ImageSeries]
    assert summary == OpenSummary(2, 1, (folder / "program",))
    assert not summary.is_empty


def test_a_named_file_of_unknown_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program"
    path.write_bytes(b"\x7fELF" + bytes(300))
    found, summary = collect(path)
    assert isinstance(found[0], RefusedFile)
    assert found[0].code == "unknown_format"
    assert summary.refused == 1


def test_an_archive_is_opened_like_a_folder(
    tmp_path: Path, write_dicom: WriteDicom, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    folder = write_stack(tmp_path / "ct", write_dicom)
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in folder.iterdir():
            archive.write(one, f"deep/er/{one.name}")
    found, _ = collect(path)
    (series,) = found
    assert isinstance(series, ImageSeries)
    assert series.source.path == path
    inner = path / "deep" / "er"
    assert series.source.paths == tuple(inner / f"{number}.dcm" for number in (4, 3, 2, 1))
    assert [file_of_frame(series, index) for index in range(4)] == list(series.source.paths)
    assert all(frame.path.is_relative_to(private) for frame in series.frames)
    assert [frame.index for frame in load_frames(series, (0, 3), ignore_progress)] == [0, 3]


def test_members_of_an_archive_are_named_by_archive_and_inner_name(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    whole = write_dicom(tmp_path / "whole.dcm").read_bytes()
    path = tmp_path / "case.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes/monday.txt", "Chest pain since Monday.\n")
        archive.writestr("images/one.dcm", whole)
        archive.writestr("images/cut.dcm", whole[:-10])
        archive.writestr("program", b"\x7fELF" + bytes(300))
    (record, refused, series), summary = collect(path)
    assert isinstance(record, TextRecord)
    assert isinstance(refused, RefusedFile)
    assert isinstance(series, ImageSeries)
    assert record.source.path == series.source.path == path
    assert record.source.paths == (path / "notes" / "monday.txt",)
    assert series.source.paths == (path / "images" / "one.dcm",)
    assert refused.path == path / "images" / "cut.dcm"
    assert summary.skipped == (path / "program",)


def test_a_damaged_archive_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(300))
    (refused,), _ = collect(path)
    assert isinstance(refused, RefusedFile)
    assert (refused.path, refused.code) == (path, "damaged_file")


def test_a_folder_without_records_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert collect(empty) == ([], OpenSummary(0, 0))
    (empty / "program").write_bytes(b"\x7fELF" + bytes(300))
    found, summary = collect(empty)
    assert found == []
    assert summary.is_empty
    assert summary.skipped == (empty / "program",)


def test_a_folder_beyond_the_limit_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"No fever on day {name}.\n", encoding="utf-8")
    monkeypatch.setattr(open_files, "FILES_LIMIT", 2)
    found, summary = collect(tmp_path)
    assert len(found) == 2
    assert summary == OpenSummary(2, 0, cut_off=(tmp_path,))


def test_the_job_returns_the_summary(tmp_path: Path) -> None:
    job = jobs.open_paths((tmp_path,), ignore_progress)
    with pytest.raises(StopIteration) as end:
        next(job)
    assert end.value.value == OpenSummary(0, 0)


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path, write_dicom: WriteDicom) -> None:
    secret = write_dicom(tmp_path / "secret.dcm")
    folder = write_stack(tmp_path / "ct", write_dicom, count=2)
    (folder / "link.dcm").symlink_to(secret)
    (folder / "inside.dcm").symlink_to(folder / "1.dcm")
    os.mkfifo(folder / "pipe")
    (series,), _ = collect(folder)
    assert isinstance(series, ImageSeries)
    assert len(series.frames) == 3


def test_opening_can_be_stopped(tmp_path: Path, write_dicom: WriteDicom) -> None:
    folder = write_stack(tmp_path / "ct", write_dicom)
    seen = []

    def stop(done: int, total: int, step: str) -> None:
        seen.append(step)
        if len(seen) == 3:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        list(open_paths((folder,), stop))


@pytest.mark.real_data
def test_a_dicomdir_opens_what_is_there_and_names_what_is_missing(shared_data: Path) -> None:
    folder = shared_data / "dicom-conformance" / "dicomdir_set"
    found, summary = collect(folder / "DICOMDIR")
    frames = sum(len(one.frames) for one in found if isinstance(one, ImageSeries))
    assert frames + summary.refused == 31
    missing = [one for one in found if isinstance(one, RefusedFile)]
    assert {one.code for one in missing} <= {"missing", "no_pixel_data"}


def test_frames_come_in_the_order_wanted(tmp_path: Path, write_dicom: WriteDicom) -> None:
    (series,), _ = collect(write_stack(tmp_path / "ct", write_dicom, count=12))
    assert isinstance(series, ImageSeries)
    wanted = (5, 6, 4, 7, 3, 0, 11)
    loaded = list(load_frames(series, wanted, ignore_progress))
    assert [frame.index for frame in loaded] == list(wanted)
    assert [int(frame.values[0, 0]) for frame in loaded] == list(wanted)


def test_loading_can_be_stopped_between_frames(tmp_path: Path, write_dicom: WriteDicom) -> None:
    (series,), _ = collect(write_stack(tmp_path / "ct", write_dicom, count=6))
    assert isinstance(series, ImageSeries)

    def stop(done: int, total: int, step: str) -> None:
        if done == 2:
            raise JobCancelled

    job = load_frames(series, tuple(range(6)), stop)
    assert [next(job).index, next(job).index] == [0, 1]
    with pytest.raises(JobCancelled):
        next(job)


def test_a_vanished_slice_is_refused_by_name(tmp_path: Path, write_dicom: WriteDicom) -> None:
    folder = write_stack(tmp_path / "ct", write_dicom)
    (series,), _ = collect(folder)
    assert isinstance(series, ImageSeries)
    (folder / "2.dcm").unlink()
    with pytest.raises(RefusedFileError, match=r"2\.dcm"):
        list(load_frames(series, (0, 1, 2, 3), ignore_progress))


def test_a_thumbnail_fits_and_shows_the_middle_slice(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    pixels = np.tile(np.arange(400, dtype=np.uint16), (200, 1))
    path = write_dicom(tmp_path / "a.dcm", pixels, WindowCenter=200, WindowWidth=400)
    (series,), _ = collect(path)
    assert not isinstance(series, RefusedFile)
    pixels8 = make_thumbnail(series, 64, ignore_progress).pixels
    assert pixels8.shape == (32, 64)
    assert (np.diff(pixels8[0].astype(int)) > 0).all()


def test_the_thumbnail_of_a_record_looks_like_a_page() -> None:
    path = Path("note.txt")
    record = TextRecord(Source(path, (path,)), "one two\n\nthree", "plain text", "utf-8")
    page = make_thumbnail(record, 64, ignore_progress).pixels
    assert page.shape == (64, 48)
    inked = (page < 128).sum(axis=1)
    assert [int(count) for count in inked if count] == [6, 5]
