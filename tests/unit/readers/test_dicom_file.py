"""Opening data sets in every encoding, and refusing what is cut off or bloated."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers import dicom_file
from meddx_desktop.readers.attributes import text
from meddx_desktop.readers.dicom_file import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    looks_like_dicom,
    open_dicom,
)

WriteDicom = Callable[..., Path]


def sample(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


@pytest.mark.parametrize(
    ("name", "uid"),
    [
        ("CT_small.dcm", EXPLICIT_LITTLE),
        ("MR_small_implicit.dcm", IMPLICIT_LITTLE),
        ("MR_small_bigendian.dcm", EXPLICIT_BIG),
        ("image_dfl.dcm", DEFLATED),
        ("ExplVR_LitEndNoMeta.dcm", EXPLICIT_LITTLE),
        ("ExplVR_BigEndNoMeta.dcm", EXPLICIT_BIG),
    ],
)
def test_the_encoding_is_found(name: str, uid: str) -> None:
    file = open_dicom(sample(name))
    assert file.transfer_syntax_uid == uid
    assert len(file.dataset) > 10


def test_a_file_without_meta_information_opens_with_a_warning() -> None:
    file = open_dicom(sample("ExplVR_LitEndNoMeta.dcm"))
    assert any("no DICOM meta information" in note for note in file.notes)


def test_a_deflated_file_is_read_like_its_plain_twin(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    path = write_dicom(tmp_path / "plain.dcm", PatientID="7")
    deflated = deflate(path, tmp_path / "deflated.dcm")
    assert text(open_dicom(deflated).dataset, "PatientID") == "7"


def deflate(plain: Path, target: Path, padding: int = 0) -> Path:
    """Rewrite an explicit little endian file as a deflated one, zeros added behind it."""
    content = plain.read_bytes()
    length = struct.unpack_from("<I", content, 140)[0]
    start = 144 + length
    meta = content[:start].replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99")
    grown = len(meta) - start
    uid_length = meta.index(b"1.2.840.10008.1.2.1.99") - 2
    meta = bytearray(meta)
    struct.pack_into("<H", meta, uid_length, 22)
    struct.pack_into("<I", meta, 140, length + grown)
    packer = zlib.compressobj(6, wbits=-zlib.MAX_WBITS)
    body = packer.compress(content[start:])
    for _ in range(padding >> 20):
        body += packer.compress(bytes(1 << 20))
    target.write_bytes(bytes(meta) + body + packer.flush())
    return target


def test_a_deflate_bomb_is_refused(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "plain.dcm")
    bomb = deflate(path, tmp_path / "bomb.dcm", padding=200 << 20)
    assert bomb.stat().st_size < 1 << 20
    with pytest.raises(RefusedFileError, match="unpacks to more than") as caught:
        open_dicom(bomb)
    assert caught.value.code == "too_large"


def test_a_cut_deflated_file_is_refused(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = deflate(write_dicom(tmp_path / "plain.dcm"), tmp_path / "cut.dcm")
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(RefusedFileError) as caught:
        open_dicom(path)
    assert caught.value.code == "truncated_file"


def test_a_cut_header_is_refused_as_truncated(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "cut.dcm", StudyDescription="x" * 60)
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"x" * 60) + 20])
    with pytest.raises(RefusedFileError, match=r"cut\.dcm") as caught:
        open_dicom(path)
    assert caught.value.code == "truncated_file"


def test_a_length_beyond_the_file_allocates_nothing(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    path = write_dicom(tmp_path / "long.dcm")
    content = path.read_bytes()
    at = content.index(b"\x08\x00\x16\x00UI")
    claim = b"\x08\x00\x05\x00UT\0\0\xf0\xff\xff\xff"
    path.write_bytes(content[:at] + claim + content[at:])
    with pytest.raises(RefusedFileError):
        open_dicom(path)


def test_deeply_nested_sequences_are_refused_or_read(tmp_path: Path) -> None:
    item = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    nested = (b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff" + item) * 20_000
    path = tmp_path / "nested.dcm"
    path.write_bytes(bytes(128) + b"DICM" + nested)
    with pytest.raises(RefusedFileError, match="cannot be read"):
        open_dicom(path)


@pytest.mark.parametrize("is_open", [True, False], ids=["undefined length", "defined length"])
def test_a_sequence_of_countless_items_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    monkeypatch.setattr(dicom_file, "_READS_LIMIT", 70_000)
    items = struct.pack("<HHI", 0xFFFE, 0xE000, 0) * 130_000
    length = 0xFFFFFFFF if is_open else len(items)
    sequence = b"\x08\x00\x40\x11SQ\0\0" + struct.pack("<I", length) + items
    path = tmp_path / "countless.dcm"
    path.write_bytes(bytes(128) + b"DICM" + sequence)
    with pytest.raises(RefusedFileError, match="more attributes than can be read") as caught:
        open_dicom(path)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("content", [b"", b"MZ" + bytes(200), b"\x89PNG\r\n\x1a\n" + bytes(200)])
def test_other_content_does_not_look_like_dicom(content: bytes) -> None:
    assert not looks_like_dicom(content)


def test_pixels_are_not_read_while_opening(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "large.dcm", np.ones((512, 512), np.uint16))
    file = open_dicom(path)
    assert "PixelData" not in file.dataset
    assert file.pixel_element is not None
    assert file.pixel_element.length == 512 * 512 * 2
