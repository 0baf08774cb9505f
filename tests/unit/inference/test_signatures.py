"""Who signed a package, and whether it is still what was signed."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from meddx_desktop.inference.package_files import digest_files
from meddx_desktop.inference.signatures import (
    FileDigest,
    Trust,
    canonical_bytes,
    check_signature,
    key_id_of,
    unusable_keys,
)


def _trust(folder):
    return check_signature(folder, digest_files(folder))


def test_the_signed_bytes_are_sorted_lines_without_the_signature_itself():
    digests = {
        "package.json": FileDigest("b" * 64, 2),
        "signature": FileDigest("c" * 64, 3),
        "golden/a": FileDigest("a" * 64, 1),
    }
    assert canonical_bytes(digests).decode().splitlines() == [
        "MedDx model package 1",
        f"{'a' * 64} 1 golden/a",
        f"{'b' * 64} 2 package.json",
    ]


def test_the_development_key_is_trusted(packages):
    assert _trust(packages.image_folder()) is Trust.TRUSTED


def test_a_package_without_a_signature_is_unsigned(unsigned_packages):
    assert _trust(unsigned_packages.image_folder()) is Trust.UNSIGNED


def test_an_unknown_key_is_foreign_until_the_administrator_adds_it(
    foreign_packages, tmp_path, monkeypatch
):
    folder = foreign_packages.image_folder()
    assert _trust(folder) is Trust.FOREIGN
    keys = tmp_path / "site-keys"
    keys.mkdir()
    private = load_pem_private_key(foreign_packages.key.read_bytes(), None)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (keys / "clinic.pub").write_bytes(pem)
    monkeypatch.setenv("MEDDX_KEY_DIR", str(keys))
    assert _trust(folder) is Trust.TRUSTED


def test_a_key_file_that_is_no_key_is_named_and_trusts_nobody(packages, tmp_path, monkeypatch):
    keys = tmp_path / "site-keys"
    keys.mkdir()
    (keys / "broken.pub").write_text("no key")
    key = generate_private_key(65537, 2048).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (keys / "rsa.pub").write_bytes(pem)
    (keys / "folder.pub").mkdir()
    monkeypatch.setenv("MEDDX_KEY_DIR", str(keys))
    assert _trust(packages.image_folder()) is Trust.TRUSTED
    assert [path.name for path in unusable_keys()] == ["broken.pub", "folder.pub", "rsa.pub"]


@pytest.mark.parametrize("path", ["model.onnx", "package.json"])
def test_one_flipped_bit_makes_the_signature_invalid(packages, path):
    folder = packages.image_folder()
    content = bytearray((folder / path).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / path).write_bytes(bytes(content))
    assert _trust(folder) is Trust.INVALID


def test_an_added_file_makes_the_signature_invalid(packages):
    folder = packages.image_folder()
    (folder / "more.txt").write_text("more")
    assert _trust(folder) is Trust.INVALID


def test_a_removed_file_makes_the_signature_invalid(packages):
    folder = packages.with_json("golden/one.json", 1).image_folder()
    (folder / "golden" / "one.json").unlink()
    assert _trust(folder) is Trust.INVALID


def test_the_trusted_keys_name_on_another_key_is_invalid(packages, foreign_packages):
    trusted = json.loads((packages.image_folder() / "signature").read_text())
    folder = foreign_packages.image_folder()
    forged = json.loads((folder / "signature").read_text()) | {"key_id": trusted["key_id"]}
    (folder / "signature").write_text(json.dumps(forged))
    assert _trust(folder) is Trust.INVALID


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"key_id": 1}', "x" * 5000, '"\\ud800"'])
def test_a_broken_signature_file_is_invalid(packages, content):
    folder = packages.image_folder()
    (folder / "signature").write_text(content)
    assert _trust(folder) is Trust.INVALID


def test_a_key_is_named_by_its_hash():
    assert key_id_of(b"\0" * 32) == "66687aadf862bd77"
