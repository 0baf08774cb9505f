"""Documents in a case: pages and text as two items, and no model that looks at a page."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from meddx_desktop.analysis.analyze import AnalyzeOptions, analyze_item
from meddx_desktop.analysis.inspect import InspectOptions, inspect_file
from meddx_desktop.analysis.json_lines import analyze_to_line
from meddx_desktop.analysis.open_files import open_paths
from meddx_desktop.analysis.thumbnails import make_thumbnail
from meddx_desktop.case.case import CaseItem, RefusedFile
from meddx_desktop.case.finding import AnalysisStatus
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.text_record import TextRecord
from tests.pdf_files import Page, encapsulated_pdf, pdf

LETTER = pdf(Page("The patient has a high fever, and no cough today.", square=(36, 600)), Page("x"))


@pytest.fixture(autouse=True)
def site_models(packages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only models are those that a test writes."""
    monkeypatch.setenv("MEDDX_MODEL_DIR", str(packages.root))


def opened(*paths: Path) -> list[CaseItem | RefusedFile]:
    return list(open_paths(paths, ignore_progress))


def test_a_document_opens_as_pages_and_as_a_record(tmp_path: Path) -> None:
    pages, record = opened(encapsulated_pdf(tmp_path / "a.dcm", LETTER))
    assert isinstance(pages, ImageSeries)
    assert isinstance(record, TextRecord)
    assert "high fever" in record.text
    assert record.patient.patient_id == "E1"


def test_documents_in_archives_are_named_by_archive_and_inner_name(tmp_path: Path) -> None:
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("inner/letter.pdf", LETTER)
    found = opened(archive)
    assert [type(one) for one in found] == [ImageSeries, TextRecord]
    for one in found:
        assert not isinstance(one, RefusedFile)
        assert one.source.paths == (archive / "inner" / "letter.pdf",)


def test_a_document_with_a_password_is_refused_once(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    path.write_bytes(pdf(Page("x"), password="secret"))  # noqa: S106 - of this document only
    (refused,) = opened(path)
    assert isinstance(refused, RefusedFile)
    assert refused.code == "encrypted"


def test_no_model_looks_at_a_page_even_where_the_person_insists(
    packages: Any, tmp_path: Path
) -> None:
    packages.image()
    for path in (
        encapsulated_pdf(tmp_path / "a.dcm", LETTER),
        # The modality of the models does not make a page an image.
        encapsulated_pdf(tmp_path / "b.dcm", LETTER, Modality="US"),
    ):
        pages = opened(path)[0]
        assert isinstance(pages, ImageSeries)
        assert list(analyze_item(pages, AnalyzeOptions(), ignore_progress)) == []
        named = AnalyzeOptions(models=("test-image-classification",), ignore_gates=True)
        (answer,) = analyze_item(pages, named, ignore_progress)
        assert answer.status is AnalysisStatus.NOT_ASSESSED
        assert answer.reason_code == "kind"
    line = analyze_to_line(pages, AnalyzeOptions(), None, ignore_progress)
    assert (line["kind"], line["status"], line["analyses"]) == ("document", "not_assessed", [])
    assert line["reason"].startswith("No model looks at pages of documents")


def test_models_for_records_read_the_text_of_a_document(packages: Any, tmp_path: Path) -> None:
    packages.text()
    record = opened(encapsulated_pdf(tmp_path / "a.dcm", LETTER))[1]
    assert isinstance(record, TextRecord)
    answers = list(analyze_item(record, AnalyzeOptions(), ignore_progress))
    assert "test-text-classification" in {one.model_id for one in answers}


def test_the_thumbnail_shows_the_first_page(tmp_path: Path) -> None:
    pages = opened(encapsulated_pdf(tmp_path / "a.dcm", LETTER))[0]
    assert isinstance(pages, ImageSeries)
    picture = make_thumbnail(pages, 144, ignore_progress).pixels
    assert max(picture.shape[:2]) <= 144
    # The square of the first page, an inch wide in 8.27.
    assert 120 < (picture.max(axis=2) < 60).sum() < 200


def test_inspect_says_what_a_document_is(tmp_path: Path) -> None:
    path = encapsulated_pdf(tmp_path / "a.dcm", LETTER)
    line = inspect_file(path, InspectOptions(pixels=True), ignore_progress)
    assert line["kind"] == "document"
    assert line["status"] == "no_pixel_data"
    assert line["pages"] == 2
    assert (line["rows"], line["columns"]) == (2339, 1653)
    assert line["sop_class_uid"] == "1.2.840.10008.5.1.4.1.1.104.1"
    assert line["patient_name"] == "Muster^Erika"
    plain = tmp_path / "a.pdf"
    plain.write_bytes(LETTER)
    assert inspect_file(plain, InspectOptions(pixels=True), ignore_progress)["status"] == "opened"
