"""Documents of office programs are ZIP archives too; what lies in them are no records."""

import zipfile
from pathlib import Path

from meddx_desktop.case.errors import RefusedFileError

_NEXT_STEP = "Save it as PDF or plain text (.txt) and open that."
_OPEN_XML = (
    ("word/", "a Word document (DOCX)"),
    ("xl/", "an Excel workbook (XLSX)"),
    ("ppt/", "a PowerPoint presentation (PPTX)"),
)
_MEDIA_TYPES = (
    ("application/vnd.oasis.opendocument.text", "an OpenDocument text (ODT)"),
    ("application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet (ODS)"),
    ("application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation (ODP)"),
    ("application/epub+zip", "an electronic book (EPUB)"),
)
_MEDIA_TYPE_LENGTH = 100
_ENCRYPTED = 1


def refuse_document(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that is a document of an office program, by the name of its kind."""
    kind = _kind(archive)
    if kind is not None:
        raise RefusedFileError(path, f"it is {kind}", _NEXT_STEP, code="unsupported_format")


def _kind(archive: zipfile.ZipFile) -> str | None:
    """Name the document (ECMA-376 part 2, 10.1.2; OpenDocument 1.3 part 2, 3.3)."""
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        for folder, kind in _OPEN_XML:
            if any(name.startswith(folder) for name in names):
                return kind
        return "a document of an office program"
    if "mimetype" in names:
        if archive.getinfo("mimetype").flag_bits & _ENCRYPTED:
            return None
        with archive.open("mimetype") as file:
            declared = file.read(_MEDIA_TYPE_LENGTH).decode("ascii", "replace")
        for media_type, kind in _MEDIA_TYPES:
            if declared.startswith(media_type):
                return kind
        return "a document of an office program"
    return "an iWork document" if "Index/Document.iwa" in names else None
