"""PDF documents that tests write by themselves."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
A4 = (595, 842)
# The padding of PDF 1.7, algorithm 2.
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


@dataclass(frozen=True)
class Page:
    """A page: its text in lines, its size in points, and what a form field on it holds.

    `square` is a black square of 72 points with its lower left corner there.
    """

    text: str = ""
    size: tuple[int, int] = A4
    field: str = ""
    square: tuple[int, int] | None = None


def pdf(*pages: Page, password: str = "", title: str = "") -> bytes:
    """A PDF document; with a `password` nobody opens it without (PDF 1.7, 7.6)."""
    objects: dict[int, bytes] = {}
    font = 3
    objects[font] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    kids, fields = [], []
    for page in pages:
        number = max(objects) + 1
        kids.append(number)
        content, widget, look = number + 1, number + 2, number + 3
        width, height = page.size
        extra = ""
        if page.field:
            fields.append(widget)
            extra = f"/Annots[{widget} 0 R]"
            objects[widget] = (
                f"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V({page.field})/F 4"
                f"/Rect[72 600 200 620]/AP<</N {look} 0 R>>>>"
            ).encode()
            drawn = f"BT /F1 12 Tf 2 4 Td ({page.field}) Tj ET".encode()
            objects[look] = _stream(drawn, _form(font))
        objects[number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {content} 0 R"
            f"/Resources<</Font<</F1 {font} 0 R>>>>{extra}>>"
        ).encode()
        objects[content] = _stream(_content(page))
    listed = " ".join(f"{number} 0 R" for number in kids)
    form = " ".join(f"{number} 0 R" for number in fields)
    objects[1] = f"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{form}]>>>>".encode()
    objects[2] = f"<</Type/Pages/Kids[{listed}]/Count {len(kids)}>>".encode()
    info = max(objects) + 1
    objects[info] = f"<</Title({title})>>".encode()
    return _write(objects, info, password)


def _form(font: int) -> str:
    return f"/Type/XObject/Subtype/Form/BBox[0 0 128 20]/Resources<</Font<</F1 {font} 0 R>>>>"


def _content(page: Page) -> bytes:
    top = page.size[1] - 72
    lines = [
        f"BT /F1 14 Tf 36 {top - 20 * number} Td ({line}) Tj ET"
        for number, line in enumerate(page.text.split("\n"))
        if line
    ]
    if page.square is not None:
        lines.append(f"0 g {page.square[0]} {page.square[1]} 72 72 re f")
    return "\n".join(lines).encode("latin-1")


def _stream(content: bytes, entries: str = "") -> bytes:
    return f"<<{entries}/Length {len(content)}>>stream\n".encode() + content + b"\nendstream"


def _write(objects: dict[int, bytes], info: int, password: str) -> bytes:
    trailer = f"/Root 1 0 R/Info {info} 0 R"
    if password:
        identifier = hashlib.md5(b"identifier", usedforsecurity=False).digest()
        owner, user = _keys(password, identifier)
        locked = max(objects) + 1
        objects[locked] = (
            f"<</Filter/Standard/V 1/R 2/P -4/O<{owner.hex()}>/U<{user.hex()}>>>".encode()
        )
        trailer += f"/Encrypt {locked} 0 R/ID[<{identifier.hex()}><{identifier.hex()}>]"
    out, places = b"%PDF-1.4\n", {}
    for number in sorted(objects):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    start = len(out)
    count = max(objects) + 1
    entries = [
        f"{places[number]:010d} 00000 n \n" if number in places else "0000000000 65535 f \n"
        for number in range(count)
    ]
    out += f"xref\n0 {count}\n{''.join(entries)}".encode()
    return out + f"trailer\n<</Size {count}{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()


def _keys(password: str, identifier: bytes) -> tuple[bytes, bytes]:
    """Return what proves the owner and the user (PDF 1.7, 7.6.3, revision 2)."""
    padded = (password.encode("latin-1") + _PADDING)[:32]
    owner = _rc4(_md5(padded)[:5], padded)
    key = _md5(padded + owner + (-4 & 0xFFFFFFFF).to_bytes(4, "little") + identifier)[:5]
    return owner, _rc4(key, _PADDING)


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()


def _rc4(key: bytes, content: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def encapsulated_pdf(path: Path, document: bytes, syntax: str = "", **changes: Any) -> Path:
    """Write a DICOM object with a document in it."""
    attributes: dict[str, Any] = {
        "SOPClassUID": ENCAPSULATED_PDF,
        "SOPInstanceUID": "1.2.3.4",
        "PatientName": "Muster^Erika",
        "PatientID": "E1",
        "PatientBirthDate": "19700203",
        "PatientSex": "F",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": "1.2.3.1",
        "StudyDate": "20260102",
        "StudyDescription": "Laboratory",
        "SeriesNumber": "4",
        "InstanceNumber": "1",
        "Modality": "DOC",
        "DocumentTitle": "Lipid panel",
        "MIMETypeOfEncapsulatedDocument": "application/pdf",
        "EncapsulatedDocumentLength": len(document),
        "EncapsulatedDocument": document + b"\0" * (len(document) % 2),
    }
    dataset = Dataset()
    for keyword, value in (attributes | changes).items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax or ExplicitVRLittleEndian)
    dataset.save_as(path, enforce_file_format=True)
    return path
