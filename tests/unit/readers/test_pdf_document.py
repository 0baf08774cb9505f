"""PDF documents: pages, text, and the documents that are refused."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers import open_path, pdf_file
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.readers.pdf_document import read_text_layer
from tests.pdf_files import A4, Page, encapsulated_pdf, pdf

REPORT = (
    Page("LIPID PANEL\nCholesterol 5.2 mmol/l", square=(36, 36)),
    Page("Triglycerides 1.1 mmol/l"),
)


def open_series(path: Path) -> ImageSeries:
    item = open_path(path, ignore_progress)
    assert isinstance(item, ImageSeries)
    return item


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_pages_become_the_frames_of_a_document(tmp_path: Path) -> None:
    series = open_series(write(tmp_path / "report.pdf", pdf(*REPORT, title="Lipids")))
    assert series.is_document
    assert len(series.frames) == 2
    # A4 at 200 dpi.
    assert (series.rows, series.columns) == (2339, 1653)
    assert (series.modality, series.series_description) == ("DOC", "Lipids")
    assert series.pixel_spacing is None


def test_a_page_is_drawn_where_its_content_lies(tmp_path: Path) -> None:
    series = open_series(write(tmp_path / "report.pdf", pdf(*REPORT)))
    values = decode_frame(series, 0).values
    assert values.shape == (2339, 1653, 3)
    assert values.dtype == np.uint8
    # The square stands 0.5 inch from the left and the lower edge and is 1 inch wide.
    is_black = (values == 0).all(axis=2)
    rows, columns = np.nonzero(is_black[1500:])
    assert columns.min() == pytest.approx(100, abs=1)
    assert columns.max() == pytest.approx(299, abs=1)
    assert rows.min() + 1500 == pytest.approx(2339 - 300, abs=1)
    assert rows.max() + 1500 == pytest.approx(2339 - 101, abs=1)
    assert (values[1000] == 255).all()
    assert not (decode_frame(series, 1).values[1500:] == 0).any()


def test_a_preview_is_drawn_small(tmp_path: Path) -> None:
    series = open_series(write(tmp_path / "report.pdf", pdf(*REPORT)))
    assert decode_frame(series, 0, reduce=3).values.shape == (293, 207, 3)


def test_pages_of_other_sizes_are_centered_on_black(tmp_path: Path) -> None:
    landscape = Page(size=(842, 595))
    series = open_series(write(tmp_path / "mixed.pdf", pdf(Page(), landscape)))
    assert (series.rows, series.columns) == (2339, 2339)
    upright, lying = (decode_frame(series, index).values for index in (0, 1))
    for values, size in ((upright, A4), (lying, landscape.size)):
        is_paper = (values == 255).all(axis=2)
        height, width = is_paper.any(axis=1).sum(), is_paper.any(axis=0).sum()
        assert (width, height) == pytest.approx([side * 200 / 72 for side in size], abs=2)
    assert np.unique(upright[:, 0]).tolist() == [0]


@pytest.mark.parametrize(
    ("size", "longest"), [((100, 60), 1600), ((2384, 3370), 4760), ((14000, 100), 16000)]
)
def test_labels_posters_and_strips_are_readable_and_fit(
    tmp_path: Path, size: tuple[int, int], longest: int
) -> None:
    series = open_series(write(tmp_path / "odd.pdf", pdf(Page(size=size))))
    assert max(series.rows, series.columns) == pytest.approx(longest, rel=0.01)
    assert series.rows * series.columns <= 16_100_000


def test_what_was_filled_into_a_form_is_drawn(tmp_path: Path) -> None:
    empty, filled = (
        open_series(write(tmp_path / f"{number}.pdf", pdf(Page(field=field))))
        for number, field in enumerate(("", "Penicillin"))
    )
    assert (decode_frame(empty, 0).values == 255).all()
    rows, _ = np.nonzero((decode_frame(filled, 0).values < 128).all(axis=2))
    assert rows.min() > (842 - 620) * 200 / 72
    assert rows.max() < (842 - 600) * 200 / 72


def test_pages_are_drawn_in_several_threads(tmp_path: Path) -> None:
    pages = [Page(square=(36 * number, 400)) for number in range(8)]
    series = open_series(write(tmp_path / "many.pdf", pdf(*pages)))
    alone = [decode_frame(series, index, reduce=2).values for index in range(8)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda i: decode_frame(series, i, reduce=2).values, range(8)))
    for one, other in zip(alone, found, strict=True):
        np.testing.assert_array_equal(one, other)
    assert len({one.tobytes() for one in alone}) == 8


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, ""]
)
@pytest.mark.parametrize("title", ["Lipids", "Lipids!"], ids=["even", "odd"])
def test_a_document_is_found_in_its_dicom_object(tmp_path: Path, syntax: str, title: str) -> None:
    plain = pdf(*REPORT, title=title)
    path = encapsulated_pdf(tmp_path / "a.dcm", plain, syntax)
    series = open_series(path)
    assert pdf_file.document_bytes(path) == plain
    assert series.is_document
    assert len(series.frames) == 2
    assert series.source.warnings == ()
    alone = open_series(write(tmp_path / "a.pdf", plain))
    np.testing.assert_array_equal(decode_frame(series, 0).values, decode_frame(alone, 0).values)


def test_a_dicom_document_knows_patient_and_study(tmp_path: Path) -> None:
    series = open_series(encapsulated_pdf(tmp_path / "a.dcm", pdf(*REPORT)))
    assert series.patient.name == "Muster^Erika"
    assert series.patient.age_years == pytest.approx(55.9, abs=0.1)
    assert (series.study_date, series.series_description) == ("20260102", "Lipid panel")
    assert series.frames[1].sop_instance_uid == "1.2.3.4"
    assert series.sop_class_uid == "1.2.840.10008.5.1.4.1.1.104.1"


def test_the_text_of_a_document_becomes_a_record_with_page_marks(tmp_path: Path) -> None:
    series = open_series(encapsulated_pdf(tmp_path / "a.dcm", pdf(*REPORT, Page())))
    record = read_text_layer(series, ignore_progress)
    assert record is not None
    assert record.text.split("\n") == [
        "[Page 1 of 3]", "LIPID PANEL", "Cholesterol 5.2 mmol/l", "",
        "[Page 2 of 3]", "Triglycerides 1.1 mmol/l", "",
        "[Page 3 of 3]", "", "",
    ]  # fmt: skip
    assert record.patient == series.patient
    assert any("pages decide" in warning for warning in record.source.warnings)
    assert any("1 page holds no text" in warning for warning in record.source.warnings)


def test_pages_that_are_pictures_give_no_record(tmp_path: Path) -> None:
    series = open_series(write(tmp_path / "scan.pdf", pdf(Page(square=(72, 72)))))
    assert read_text_layer(series, ignore_progress) is None


def refusal_of(path: Path) -> RefusedFileError:
    with pytest.raises(RefusedFileError) as caught:
        open_path(path, ignore_progress)
    assert path.name in caught.value.message
    return caught.value


def test_a_document_with_a_password_is_refused(tmp_path: Path) -> None:
    locked = pdf(*REPORT, password="secret")  # noqa: S106 - of this document only
    for path in (
        write(tmp_path / "locked.pdf", locked),
        encapsulated_pdf(tmp_path / "locked.dcm", locked),
    ):
        error = refusal_of(path)
        assert error.code == "encrypted"
        assert "Save a copy without the password" in error.message


def test_a_damaged_document_is_refused(tmp_path: Path) -> None:
    damaged = b"%PDF-1.4\n" + bytes(range(256)) * 8
    assert refusal_of(write(tmp_path / "a.pdf", damaged)).code == "damaged_file"
    assert refusal_of(encapsulated_pdf(tmp_path / "a.dcm", damaged)).code == "damaged_file"
    assert refusal_of(write(tmp_path / "none.pdf", pdf())).code == "damaged_file"


def test_a_dicom_object_without_its_document_is_refused(tmp_path: Path) -> None:
    path = encapsulated_pdf(tmp_path / "a.dcm", pdf(*REPORT), EncapsulatedDocument=None)
    assert "lacks its document" in refusal_of(path).message
    other = encapsulated_pdf(
        tmp_path / "b.dcm", pdf(*REPORT), MIMETypeOfEncapsulatedDocument="text/xml"
    )
    assert "no PDF" in refusal_of(other).message


def test_documents_with_too_many_pages_or_bytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from meddx_desktop.readers import encapsulated_document

    monkeypatch.setattr(pdf_file, "PAGES_LIMIT", 1)
    path = write(tmp_path / "long.pdf", pdf(*REPORT))
    assert "2 pages, more than the 1" in refusal_of(path).message
    monkeypatch.setattr(encapsulated_document, "_DOCUMENT_LIMIT", 100)
    large = write(tmp_path / "large.pdf", pdf(*REPORT, title="other"))
    assert refusal_of(large).code == "too_large"


def test_a_document_whose_end_is_missing_says_so(tmp_path: Path) -> None:
    whole = pdf(*REPORT)
    series = open_series(write(tmp_path / "cut.pdf", whole[: whole.index(b"startxref")]))
    assert any("may be missing" in warning for warning in series.source.warnings)


def test_a_document_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", pdf(*REPORT))
    series = open_series(path)
    write(path, pdf(Page("another")))
    with pytest.raises(RefusedFileError, match="changed since"):
        decode_frame(series, 1)
