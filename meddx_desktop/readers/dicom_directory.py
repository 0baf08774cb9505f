"""DICOMDIR: the table of contents of a medium (PS3.3 annex F, PS3.10 8)."""

from pathlib import Path

from meddx_desktop.readers import refusals
from meddx_desktop.readers.attributes import items, text, values
from meddx_desktop.readers.dicom_file import open_dicom, quiet_pydicom

_MEDIA_STORAGE_DIRECTORY = b"1.2.840.10008.1.3.10"
_PARTS_LIMIT = 32


def is_dicom_directory(head: bytes) -> bool:
    """Say whether this is the start of a DICOMDIR."""
    return head[128:132] == b"DICM" and _MEDIA_STORAGE_DIRECTORY in head[132:1024]


def referenced_files(path: Path) -> tuple[Path, ...]:
    """Return the files that a DICOMDIR names, in its order, whether or not they are there.

    The links between its records are not followed: they are often wrong, and the records stand in
    order anyway. A name that leads out of the medium is left out.

    Raises
    ------
    RefusedFileError : damaged, or it names no file.
    """
    found: dict[Path, None] = {}
    with quiet_pydicom():
        for record in items(open_dicom(path).dataset, "DirectoryRecordSequence"):
            parts = [str(part).strip() for part in values(record, "ReferencedFileID")]
            is_used = text(record, "RecordInUseFlag") != "0" and 0 < len(parts) <= _PARTS_LIMIT
            if is_used and all(_is_plain(part) for part in parts):
                found[_as_written(path.parent, parts)] = None
    if not found:
        raise refusals.damaged(path, "this DICOMDIR names no file")
    return tuple(found)


def _is_plain(part: str) -> bool:
    return part not in ("", ".", "..") and not set(part) & set("/\\:\0")


def _as_written(root: Path, parts: list[str]) -> Path:
    """Join the parts, in the letter case in which the medium shows them."""
    path = root
    for part in parts:
        exact = path / part
        path = exact if exact.exists() else path / part.lower()
    return path if path.exists() else root.joinpath(*parts)
