"""PDF documents as case items, on their own or inside a DICOM object: pages, and a text record."""

from dataclasses import replace
from pathlib import Path

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.readers import refusals
from meddx_desktop.readers.attributes import first_item, integer, text
from meddx_desktop.readers.dicom_file import DicomFile, looks_like_dicom, open_dicom, quiet_pydicom
from meddx_desktop.readers.dicom_patient import read_patient
from meddx_desktop.readers.pdf_file import PdfShape, page_texts, read_shape
from meddx_desktop.readers.record_text import RecordOrigin, make_record

ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
_MODALITY = "DOC"
_STEP = "Reading the document"
_TEXT_LAYER = (
    "This text was taken out of a PDF, whose pages decide: tables and columns may have come into "
    "another order, and what was filled into a form may be missing."
)


class PdfReader:
    """Reads a PDF file as a series of pages; they are drawn when they are looked at."""

    name = "PDF"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Say whether the content starts like a PDF."""
        return head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-")

    def read(self, path: Path, progress: ReportProgress) -> ImageSeries:
        """Return the pages."""
        progress(0, 1, _STEP)
        shape = read_shape(path)
        progress(1, 1, _STEP)
        return _pages(path, shape, shape.title)


class EncapsulatedPdfReader:
    """Reads the PDF inside a DICOM object, with the patient and study of the object."""

    name = "DICOM encapsulated PDF"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Say whether this is an encapsulated PDF; references to one do not count."""
        if not (looks_like_dicom(head) and ENCAPSULATED_PDF.encode("ascii") in head):
            return False
        try:
            return text(_file(path).dataset, "SOPClassUID") == ENCAPSULATED_PDF
        except RefusedFileError:
            return False

    def read(self, path: Path, progress: ReportProgress) -> ImageSeries:
        """Return the pages."""
        progress(0, 1, _STEP)
        file = _file(path)
        media_type = text(file.dataset, "MIMETypeOfEncapsulatedDocument")
        if media_type is not None and media_type.lower() != "application/pdf":
            raise refusals.damaged(path, "the document in it is no PDF")
        shape = read_shape(path)
        progress(1, 1, _STEP)
        return _encapsulated(file, shape)


def _file(path: Path) -> DicomFile:
    with quiet_pydicom():
        return open_dicom(path)


def _pages(path: Path, shape: PdfShape, title: str | None) -> ImageSeries:
    return ImageSeries(
        source=Source(path, (path,), shape.warnings),
        frames=tuple(Frame(path, index) for index in range(shape.pages)),
        rows=shape.rows,
        columns=shape.columns,
        modality=_MODALITY,
        photometric_interpretation="RGB",
        is_color=True,
        bits_stored=8,
        is_signed=False,
        series_description=title,
        is_document=True,
    )


def _encapsulated(file: DicomFile, shape: PdfShape) -> ImageSeries:
    """Return the pages with what the object says (PS3.3 A.45.1)."""
    dataset = file.dataset
    concept = first_item(dataset, "ConceptNameCodeSequence")
    title = text(dataset, "DocumentTitle") or text(concept, "CodeMeaning")
    path = file.path
    pages = _pages(path, shape, title or text(dataset, "SeriesDescription") or shape.title)
    uid, number = text(dataset, "SOPInstanceUID"), integer(dataset, "InstanceNumber")
    return replace(
        pages,
        source=replace(pages.source, warnings=(*file.notes, *shape.warnings)),
        frames=tuple(
            Frame(path, index, sop_instance_uid=uid, instance_number=number)
            for index in range(shape.pages)
        ),
        patient=read_patient(dataset),
        study_date=text(dataset, "StudyDate"),
        study_description=text(dataset, "StudyDescription"),
        series_number=integer(dataset, "SeriesNumber"),
        study_instance_uid=text(dataset, "StudyInstanceUID"),
        series_instance_uid=text(dataset, "SeriesInstanceUID"),
        sop_class_uid=text(dataset, "SOPClassUID"),
        transfer_syntax_uid=file.transfer_syntax_uid,
    )


def read_text_layer(pages: ImageSeries, progress: ReportProgress) -> TextRecord | None:
    """Return the text of a document as a record, None where its pages are pictures only.

    Raises
    ------
    RefusedFileError : damaged, or with more text than a record may have.
    """
    path, count = pages.frames[0].path, len(pages.frames)
    lines: list[str] = []
    without_text = 0
    for number, written in enumerate(page_texts(path), start=1):
        progress(number, count, "Reading the text of the document")
        without_text += not written.strip()
        lines += [f"[Page {number} of {count}]", written.strip(), ""]
    if without_text == count:
        return None
    warnings = [_TEXT_LAYER]
    if without_text:
        what = "page holds" if without_text == 1 else "pages hold"
        warnings.append(f"{without_text} {what} no text; look at the pages themselves.")
    origin = RecordOrigin(path, "text of a PDF", "utf-8", tuple(warnings), pages.patient)
    return make_record("\n".join(lines), origin)


PDF_READER = PdfReader()
ENCAPSULATED_PDF_READER = EncapsulatedPdfReader()
