"""Where a document lies: a file of its own, or the value of an attribute of a DICOM file."""

from dataclasses import dataclass
from pathlib import Path

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from meddx_desktop.readers import refusals
from meddx_desktop.readers.attributes import integer
from meddx_desktop.readers.dicom_file import (
    DEFLATED,
    DicomFile,
    inflated_dataset,
    looks_like_dicom,
    open_dicom,
    quiet_pydicom,
)

_DOCUMENT_LIMIT = 256 << 20
_HEAD_LENGTH = 8192


@dataclass(frozen=True, slots=True)
class _Place:
    """Bytes of a file, or of its inflated content."""

    offset: int
    length: int
    is_deflated: bool = False


def document_bytes(path: Path) -> bytes:
    """Return a document as it was before DICOM took it in.

    Raises
    ------
    RefusedFileError : there is none, or it is too large.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_LENGTH)
    place = _place(path) if looks_like_dicom(head) else _Place(0, path.stat().st_size)
    if place.length > _DOCUMENT_LIMIT:
        fault = f"the document is larger than {_DOCUMENT_LIMIT >> 20} MiB"
        raise refusals.too_large(path, fault)
    if place.is_deflated:
        return inflated_dataset(path)[place.offset : place.offset + place.length]
    with path.open("rb") as file:
        file.seek(place.offset)
        return file.read(place.length)


def _place(path: Path) -> _Place:
    """Find the document (PS3.3 C.24.2); its value may be longer by what makes it even."""
    with quiet_pydicom():
        file = open_dicom(path)
        element = _raw_element(file)
        if element is None or not element.length:
            raise refusals.damaged(path, "this DICOM object lacks its document")
        declared = integer(file.dataset, "EncapsulatedDocumentLength") or element.length
    length = declared if 0 < declared <= element.length else element.length
    return _Place(element.value_tell, length, file.transfer_syntax_uid == DEFLATED)


def _raw_element(file: DicomFile) -> RawDataElement | None:
    dataset: Dataset = file.dataset
    if "EncapsulatedDocument" not in dataset:
        return None
    # A large value is left in the file; pydicom would look for it by a name that it was not given.
    found = dataset.get_item("EncapsulatedDocument", keep_deferred=True)
    return found if isinstance(found, RawDataElement) else None
