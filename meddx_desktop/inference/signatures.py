"""Ed25519 signatures over every file of a model package.

The signed bytes are, in UTF-8: the line ``MedDx model package 1``, then one line for each file of
the folder except `signature` itself, sorted by the code points of its path::

    <SHA-256 in lower-case hex> <size in bytes> <path with forward slashes>

Every line ends in one line feed. A path therefore may not hold a line feed; the manifest allows
only letters, digits and ``._-/``. The package's digest is the SHA-256 of these bytes.
`package.json` is one of the files, so the signature covers the manifest too.

The file `signature` is JSON: `key_id` (the first 16 hex digits of the SHA-256 of the raw public
key), `public_key` and `signature` (both base64). The enclosed key shows that a package is in one
piece; only a key from `key_folders` makes it trusted.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.resources import key_folders

SIGNATURE_NAME = "signature"
_FIRST_LINE = "MedDx model package 1\n"
_MAXIMUM_SIGNATURE_BYTES = 4096


class Trust(StrEnum):
    """What the signature says."""

    TRUSTED = "trusted"
    FOREIGN = "foreign"
    UNSIGNED = "unsigned"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class FileDigest:
    """SHA-256 in hex and size in bytes of one file."""

    sha256: str
    size: int


def canonical_bytes(digests: Mapping[str, FileDigest]) -> bytes:
    """Return the bytes that are signed; see the module's first paragraph."""
    lines = [
        f"{digest.sha256} {digest.size} {path}\n"
        for path, digest in sorted(digests.items())
        if path != SIGNATURE_NAME
    ]
    return (_FIRST_LINE + "".join(lines)).encode()


def package_digest(digests: Mapping[str, FileDigest]) -> str:
    """Return the SHA-256 of the signed bytes: the name under which consent is remembered."""
    return hashlib.sha256(canonical_bytes(digests)).hexdigest()


def sign(digests: Mapping[str, FileDigest], private_key: Path) -> str:
    """Return the content of the file `signature` for these files.

    Parameters
    ----------
    private_key : an unencrypted PEM file with an Ed25519 key.
    """
    key = load_pem_private_key(private_key.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise MedDxError(f"{private_key.name} is not an Ed25519 key. Name another key file.")
    raw = _raw(key.public_key())
    signed = {
        "key_id": key_id_of(raw),
        "public_key": base64.b64encode(raw).decode(),
        "signature": base64.b64encode(key.sign(canonical_bytes(digests))).decode(),
    }
    return json.dumps(signed, indent=1) + "\n"


def check_signature(folder: Path, digests: Mapping[str, FileDigest]) -> Trust:
    """Return what the signature of an unpacked package is worth."""
    if SIGNATURE_NAME not in digests:
        return Trust.UNSIGNED
    try:
        raw, signature = _read(folder / SIGNATURE_NAME)
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, canonical_bytes(digests))
    except (InvalidSignature, ValueError, KeyError, TypeError, binascii.Error):
        return Trust.INVALID
    return Trust.TRUSTED if raw in trusted_keys() else Trust.FOREIGN


def _read(path: Path) -> tuple[bytes, bytes]:
    if path.stat().st_size > _MAXIMUM_SIGNATURE_BYTES:
        raise ValueError("the signature file is too large")
    content = json.loads(path.read_text(encoding="utf-8"))
    raw = base64.b64decode(content["public_key"], validate=True)
    if content["key_id"] != key_id_of(raw):
        raise ValueError("the key does not belong to its name")
    return raw, base64.b64decode(content["signature"], validate=True)


def trusted_keys() -> frozenset[bytes]:
    """Return the raw public keys of the product and of the site's administrator."""
    return frozenset(raw for _, raw in _keys() if raw is not None)


def unusable_keys() -> tuple[Path, ...]:
    """Return the files in the key folders that hold no Ed25519 public key; they trust nobody."""
    return tuple(path for path, raw in _keys() if raw is None)


def _keys() -> Iterator[tuple[Path, bytes | None]]:
    for folder in key_folders():
        for path in sorted(folder.glob("*.pub")) if folder.is_dir() else ():
            yield path, _read_key(path)


def _read_key(path: Path) -> bytes | None:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm):
        return None
    return _raw(key) if isinstance(key, Ed25519PublicKey) else None


def key_id_of(raw_public_key: bytes) -> str:
    """Return the short name of a key."""
    return hashlib.sha256(raw_public_key).hexdigest()[:16]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
