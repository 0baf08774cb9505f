"""Archives are unpacked without ever leaving their folder or filling the disk."""

import lzma
import stat
import zipfile
from pathlib import Path

import pytest

from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.inference import package_files
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.package_files import (
    digest_files,
    unpack_archive,
    write_archive,
)


def _zip(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def _code(source: Path, folder: Path) -> str:
    folder.mkdir()
    with pytest.raises(ModelPackageError) as caught:
        unpack_archive(source, folder)
    assert source.name in caught.value.message
    return caught.value.code


def test_an_archive_gives_the_same_package(packages, tmp_path):
    package = packages.with_json("golden/one.json", 1).image()
    archive = tmp_path / "test-1.0.0.mdxpkg"
    write_archive(package.folder, archive)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    unpack_archive(archive, folder)
    assert load_package(folder).digest == package.digest
    again = tmp_path / "again.mdxpkg"
    write_archive(folder, again)
    assert again.read_bytes() == archive.read_bytes()


@pytest.mark.parametrize(
    "name", ["../escaped", "a/../../escaped", "/escaped", "C:\\escaped", "a\\..\\b", "a:stream"]
)
def test_a_name_that_leads_outside_is_refused(tmp_path, name):
    source = _zip(tmp_path / "bad.mdxpkg", **{name: b"x"})
    assert _code(source, tmp_path / "in") == "unsafe_path"
    assert not list(tmp_path.rglob("*escaped*"))


def test_a_link_is_refused(tmp_path):
    source = tmp_path / "link.mdxpkg"
    with zipfile.ZipFile(source, "w") as archive:
        entry = zipfile.ZipInfo("LICENSE")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert _code(source, tmp_path / "in") == "unsafe_path"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    source = _zip(tmp_path / "bomb.mdxpkg", zeros=b"\0" * 50_000_000)
    assert _code(source, tmp_path / "in") == "too_large"
    assert not list((tmp_path / "in").iterdir())


def test_an_entry_larger_than_it_claims_is_refused(tmp_path):
    source = _zip(tmp_path / "liar.mdxpkg", liar=b"0123456789" * 1000)
    content = source.read_bytes()
    real = (10_000).to_bytes(4, "little")
    assert content.count(real) == 2
    source.write_bytes(content.replace(real, (10).to_bytes(4, "little")))
    assert _code(source, tmp_path / "in") == "damaged_package"


@pytest.mark.parametrize("error", [lzma.LZMAError, NotImplementedError])
def test_whatever_a_decompressor_raises_is_a_damaged_package(tmp_path, monkeypatch, error):
    source = _zip(tmp_path / "odd.mdxpkg", a=b"x")

    def fail(*_):
        raise error

    monkeypatch.setattr(package_files, "_unpack", fail)
    assert _code(source, tmp_path / "in") == "damaged_package"


def test_an_entry_that_needs_a_newer_zip_is_a_damaged_package(tmp_path):
    source = _zip(tmp_path / "newer.mdxpkg", a=b"x")
    content = source.read_bytes()
    directory = content.index(b"PK\x01\x02")
    source.write_bytes(content[: directory + 6] + b"\x64\x00" + content[directory + 8 :])
    assert _code(source, tmp_path / "in") == "damaged_package"


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(package_files, "MAXIMUM_FILES", 3)
    source = _zip(tmp_path / "many.mdxpkg", a=b"", b=b"", c=b"", d=b"")
    assert _code(source, tmp_path / "in") == "too_large"
    for name in "abcd":
        (tmp_path / "in" / name).touch()
    with pytest.raises(ModelPackageError, match="too large"):
        digest_files(tmp_path / "in")


def test_names_that_differ_only_in_case_are_refused(tmp_path):
    source = _zip(tmp_path / "case.mdxpkg", LICENSE=b"", license=b"")
    assert _code(source, tmp_path / "in") == "unsafe_path"


def test_a_damaged_archive_is_refused(packages, tmp_path):
    source = tmp_path / "cut.mdxpkg"
    write_archive(packages.image_folder(), source)
    source.write_bytes(source.read_bytes()[:-100])
    assert _code(source, tmp_path / "in") == "damaged_package"
    source.write_bytes(b"no archive")
    assert _code(source, tmp_path / "other") == "damaged_package"


def test_a_flipped_byte_in_an_archive_is_noticed(packages, tmp_path):
    source = tmp_path / "flipped.mdxpkg"
    write_archive(packages.image_folder(), source)
    content = bytearray(source.read_bytes())
    content[200] ^= 0xFF
    source.write_bytes(bytes(content))
    assert _code(source, tmp_path / "in") == "damaged_package"
