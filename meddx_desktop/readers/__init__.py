"""Files to case items; `READERS` lists every format, most specific first."""

from pathlib import Path

from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers import (
    dicom,
    dicom_waveform,
    pdf_document,
    plain_text,
    qt_audio_decoder,
    raster_image,
    refusals,
    structured_report,
    wave_audio,
)
from meddx_desktop.readers.reader import HEAD_LENGTH, Reader

READERS: tuple[Reader, ...] = (
    structured_report.READER,
    pdf_document.ENCAPSULATED_PDF_READER,
    dicom_waveform.DICOM_WAVEFORM_READER,
    dicom.READER,
    raster_image.READER,
    pdf_document.PDF_READER,
    wave_audio.WAVE_AUDIO_READER,
    qt_audio_decoder.QT_AUDIO_READER,
    plain_text.PLAIN_TEXT_READER,
)


def read_head(path: Path) -> bytes:
    """Return the start of a file.

    Raises
    ------
    RefusedFileError : it is missing, empty, no file, or may not be read.
    """
    try:
        # Opening a pipe waits for its writer, opening a device may do anything.
        if not path.is_file() and path.exists():
            raise refusals.not_a_file(path)
        with path.open("rb") as file:
            head = file.read(HEAD_LENGTH)
    except OSError as error:
        raise refusals.unreadable(path, error) from error
    if not head:
        raise RefusedFileError(path, "it is empty", refusals.COPY_AGAIN, code="empty_file")
    return head


def reader_for(path: Path, head: bytes) -> Reader | None:
    """Return the first reader that recognizes the content."""
    return next((reader for reader in READERS if reader.can_read(path, head)), None)


def open_path(path: Path, progress: ReportProgress) -> CaseItem:
    """Read one file, whatever its format.

    Raises
    ------
    RefusedFileError : no reader knows it, or its reader refuses it.
    """
    head = read_head(path)
    reader = reader_for(path, head)
    if reader is None:
        raise unknown_format(path)
    try:
        return reader.read(path, progress)
    except OSError as error:
        raise refusals.unreadable(path, error) from error


def unknown_format(path: Path) -> RefusedFileError:
    """Return the refusal of content that no reader knows."""
    next_step = (
        "Open DICOM objects, PNG, JPEG or TIFF images, PDF documents, text records or sound "
        "recordings."
    )
    return RefusedFileError(path, "its format is not known", next_step, code="unknown_format")
