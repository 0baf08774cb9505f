"""DICOMDIRs and ZIP archives: everything inside is found, nothing outside is touched."""

import os
import resource
import signal
import socket
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers import read_head
from meddx_desktop.readers.dicom_directory import is_dicom_directory, referenced_files
from meddx_desktop.readers.zip_archive import RATIO_LIMIT, extract_archive, is_zip, shown_paths

WriteDicom = Callable[..., Path]


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "private"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder"])
def test_what_is_no_file_is_refused_unopened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    with socket.socket(socket.AF_UNIX) as server:
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            server.bind(str(path))
        else:
            path.mkdir()
        with pytest.raises(RefusedFileError, match="not a file") as caught:
            read_head(path)
    assert caught.value.code == "not_a_file"


def test_a_device_is_refused_unopened() -> None:
    with pytest.raises(RefusedFileError, match="not a file"):
        read_head(Path("/dev/zero"))


def write_directory(path: Path, names: list[list[str]]) -> Path:
    records = []
    for name in names:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = name
        records.append(record)
    dataset = Dataset()
    dataset.DirectoryRecordSequence = records
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path, enforce_file_format=True)
    return path


def test_a_dicomdir_names_its_files(tmp_path: Path) -> None:
    path = write_directory(tmp_path / "DICOMDIR", [["A", "1"], ["A", "2"]])
    assert is_dicom_directory(read_head(path))
    assert referenced_files(path) == (tmp_path / "A" / "1", tmp_path / "A" / "2")


def test_names_that_lead_out_of_the_medium_are_left_out(tmp_path: Path) -> None:
    names = [["..", "secret"], ["/etc", "passwd"], ["A/../..", "x"], ["", "x"], ["GOOD"]]
    path = write_directory(tmp_path / "DICOMDIR", names)
    assert referenced_files(path) == (tmp_path / "GOOD",)


def test_a_medium_shown_in_lower_case_is_found(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "im1").write_bytes(b"x")
    path = write_directory(tmp_path / "dicomdir", [["IMAGES", "IM1"]])
    assert referenced_files(path) == (tmp_path / "images" / "im1",)


def test_an_empty_dicomdir_is_refused(tmp_path: Path) -> None:
    path = write_directory(tmp_path / "DICOMDIR", [])
    with pytest.raises(RefusedFileError, match="names no file"):
        referenced_files(path)


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["DICOMDIR", "DICOMDIR-bigEnd", "DICOMDIR-implicit", "DICOMDIR-nooffset",
             "DICOMDIR-nopatient", "DICOMDIR-reordered"],
)  # fmt: skip
def test_every_variant_of_a_dicomdir_names_31_images(shared_data: Path, name: str) -> None:
    found = referenced_files(shared_data / "dicom-conformance" / "dicomdir_set" / name)
    assert len(found) == 31
    assert sum(path.is_file() for path in found) >= 17


def write_zip(
    path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_members_are_copied_with_their_names(tmp_path: Path, private_folder: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"study/1.dcm": b"one", "study/2.dcm": b"two"})
    assert is_zip(read_head(path))
    found = list(extract_archive(path, ignore_progress))
    assert [one.path.name for one in found] == ["1.dcm", "2.dcm"]
    assert [one.path.read_bytes() for one in found] == [b"one", b"two"]
    assert all(one.path.is_relative_to(private_folder) for one in found)
    assert [one.shown for one in found] == [path / "study" / "1.dcm", path / "study" / "2.dcm"]


def test_a_name_cannot_lead_out_of_the_private_folder(tmp_path: Path, private_folder: Path) -> None:
    names = ["../../evil.txt", "/etc/evil.txt", "..\\..\\evil.txt", "C:\\evil.txt", ".."]
    path = write_zip(tmp_path / "a.zip", dict.fromkeys(names, b"x"))
    found = list(extract_archive(path, ignore_progress))
    copies = [one.path for one in found]
    assert len(copies) == len(names)
    assert all(
        ".." not in one.shown.parts and path in (one.shown, *one.shown.parents) for one in found
    )
    assert all(copy.resolve().is_relative_to(private_folder.resolve()) for copy in copies)
    written = {one for one in tmp_path.rglob("*") if one.is_file()}
    assert written == {path, *copies}


def test_every_member_has_a_name_of_its_own() -> None:
    archive = Path("a.zip")
    shown = shown_paths(
        archive, ["x/1", "/x/1", "../x/1", "x\\1", "..", "C:/2", "x/1 (2)", "a\x07b"]
    )
    assert shown == [
        archive / "x" / "1",
        archive / "x" / "1 (2)",
        archive / "x" / "1 (3)",
        archive / "x" / "1 (4)",
        archive / "file",
        archive / "C_" / "2",
        archive / "x" / "1 (2) (7)",
        archive / "a_b",
    ]


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path, private_folder: Path) -> None:
    path = write_zip(tmp_path / "bomb.zip", {"zeros": bytes(64 << 20)})
    assert path.stat().st_size * RATIO_LIMIT < 64 << 20
    with pytest.raises(RefusedFileError, match="times its size") as caught:
        list(extract_archive(path, ignore_progress))
    assert caught.value.code == "too_large"
    assert not [one for one in private_folder.rglob("*") if one.is_file()]


def test_a_member_larger_than_declared_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"x": bytes(1000)}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[central + 24 : central + 28] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(RefusedFileError):
        list(extract_archive(path, ignore_progress))


def test_an_encrypted_archive_says_what_to_do(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"x": b"secret"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(RefusedFileError, match="password"):
        list(extract_archive(path, ignore_progress))


@pytest.mark.parametrize("keep", [10, 60, 100])
def test_a_cut_archive_is_refused(tmp_path: Path, keep: int) -> None:
    path = write_zip(tmp_path / "a.zip", {"x": b"content" * 100})
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RefusedFileError, match="cannot be unpacked"):
        list(extract_archive(path, ignore_progress))


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_is_called_damaged_whatever_packed_it(
    tmp_path: Path, compression: int
) -> None:
    content = bytes(range(256)) * 300
    path = write_zip(tmp_path / "a.zip", {"x": content}, compression)
    packed = bytearray(path.read_bytes())
    end = packed.index(b"PK\x01\x02")
    for position in range(45, end):
        packed[position] ^= 0x5A
    path.write_bytes(packed)
    with pytest.raises(RefusedFileError, match="cannot be unpacked") as caught:
        list(extract_archive(path, ignore_progress))
    assert caught.value.code == "damaged_file"


def test_a_full_disk_is_called_so(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"x": bytes(100_000)}, zipfile.ZIP_STORED)
    largest = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, largest[1]))
    try:
        with pytest.raises(RefusedFileError, match="disk space") as caught:
            list(extract_archive(path, ignore_progress))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, largest)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.code == "disk_full"


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, "DOCX"),
        ({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}, "XLSX"),
        ({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<x/>"}, "PPTX"),
        ({"[Content_Types].xml": b"<x/>", "visio/document.xml": b"<x/>"}, "office program"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}, "ODT"),
        ({"mimetype": b"application/epub+zip"}, "EPUB"),
        ({"mimetype": b"application/x-other"}, "office program"),
        ({"Index/Document.iwa": b"x"}, "iWork"),
    ],
)
def test_an_office_document_is_refused_by_name(
    tmp_path: Path, private_folder: Path, members: dict[str, bytes], kind: str
) -> None:
    path = write_zip(tmp_path / "report", members)
    with pytest.raises(RefusedFileError, match=kind) as caught:
        list(extract_archive(path, ignore_progress))
    assert caught.value.code == "unsupported_format"
    assert "plain text" in caught.value.message
    assert not list(private_folder.iterdir())


def test_such_a_name_deeper_in_an_archive_makes_no_document(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"case/mimetype": b"x", "case/[Content_Types].xml": b"x"})
    assert len(list(extract_archive(path, ignore_progress))) == 2
