"""Seals what is kept with a key that only the holder of the images can make."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.store.image_keys import FileKey, ImagesKey, Place, SeriesKey

_SALT = b"MedDx kept measurements"
# 8 MiB and some 20 ms for each guess of the UIDs, which are no random numbers.
_SCRYPT_COST = 2**13
_BLOCK = 2**20
_KEY_BYTES, _NAME_BYTES, _NONCE_BYTES = 32, 16, 12
_MAGIC, _VERSION = b"MedDxKept", 1


class DamagedSealError(Exception):
    """What was sealed has changed, or was sealed with another key."""


class NewerSealError(Exception):
    """A newer version of MedDx sealed it, in a way that this one does not know."""


def find_place(images: ImagesKey, progress: ReportProgress) -> Place:
    """Derive name and key from the UIDs of a series, or from the content of a file.

    Raises
    ------
    OSError : the file cannot be read.
    """
    match images:
        case SeriesKey(patient_id, study, series):
            uids = "\0".join((patient_id, study, series))
            secret = _stretch(uids.encode(errors="surrogatepass"))
        case FileKey():
            secret = _digest(images, progress)
    name = _expand(secret, b"name", _NAME_BYTES).hex()
    return Place(name, _expand(secret, b"key", _KEY_BYTES))


def _stretch(uids: bytes) -> bytes:
    return Scrypt(salt=_SALT, length=_KEY_BYTES, n=_SCRYPT_COST, r=8, p=1).derive(uids)


def _digest(images: FileKey, progress: ReportProgress) -> bytes:
    digest = Hash(SHA256())
    with images.path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            progress(0, 0, "Reading the file")
    return digest.finalize()


def _expand(secret: bytes, purpose: bytes, length: int) -> bytes:
    return HKDFExpand(SHA256(), length, _SALT + b" " + purpose).derive(secret)


def seal(content: bytes, place: Place) -> bytes:
    """Encrypt content so that it opens only with this place's key and under its name."""
    head = _MAGIC + bytes([_VERSION])
    nonce = os.urandom(_NONCE_BYTES)
    return head + nonce + AESGCM(place.key).encrypt(nonce, content, head + place.name.encode())


def unseal(sealed: bytes, place: Place) -> bytes:
    """Return the content that was sealed for a place.

    Raises
    ------
    DamagedSealError, NewerSealError : it does not open.
    """
    head, body = sealed[: len(_MAGIC) + 1], sealed[len(_MAGIC) + 1 :]
    if head[:-1] == _MAGIC and head[-1] > _VERSION:
        raise NewerSealError
    nonce, text = body[:_NONCE_BYTES], body[_NONCE_BYTES:]
    try:
        return AESGCM(place.key).decrypt(nonce, text, head + place.name.encode())
    except (InvalidTag, ValueError) as error:
        raise DamagedSealError from error
