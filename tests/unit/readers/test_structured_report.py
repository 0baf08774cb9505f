from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file
from pydicom.sequence import Sequence

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.readers import open_path, read_head, reader_for
from meddx_desktop.readers.structured_report import READER
from tests.structured_reports import code, content, report

WriteDicom = Callable[..., Path]


def opened(path: Path) -> TextRecord:
    record = open_path(path, ignore_progress)
    assert isinstance(record, TextRecord)
    return record


def test_the_tree_becomes_lines_indented_by_depth(write_dicom: WriteDicom, tmp_path: Path) -> None:
    record = opened(write_dicom(tmp_path / "sr.dcm", **report()))
    assert record.text == (
        "Chest radiograph report\n"
        "Date: 2026-01-02\n"
        "Status: complete, verified\n"
        "\n"
        "\n"
        "Findings:\n"
        "  Finding: A nodule in the right upper lobe.\n"
        "  Diameter: 8 mm\n"
        "Impression: Solitary nodule"
    )
    assert record.record_format == "DICOM structured report"
    assert record.patient.age_years == 84
    assert [section.title for section in record.sections] == ["Findings"]


def test_references_and_places_are_named(write_dicom: WriteDicom, tmp_path: Path) -> None:
    nameless = content("SCOORD", "x", GraphicType="CIRCLE")
    del nameless.ConceptNameCodeSequence
    again = content("", "x", ReferencedContentItemIdentifier=[1, 2])
    date = content("DATE", "Examined", Date="20251231")
    attributes = report(ContentSequence=Sequence([nameless, again, date]))
    record = opened(write_dicom(tmp_path / "sr.dcm", **attributes))
    assert record.text.endswith("[circle marked on an image]\n[see item 1.2]\nExamined: 20251231")


def test_an_unverified_report_says_so(write_dicom: WriteDicom, tmp_path: Path) -> None:
    attributes = report(VerificationFlag="UNVERIFIED", CompletionFlag="PARTIAL")
    record = opened(write_dicom(tmp_path / "sr.dcm", **attributes))
    assert record.source.warnings == (
        "the report is marked as partial",
        "nobody has verified the report",
    )


def test_unicode_names_and_texts_are_read(write_dicom: WriteDicom, tmp_path: Path) -> None:
    attributes = report(
        SpecificCharacterSet="ISO_IR 192",
        ContentSequence=Sequence([content("TEXT", "所見", TextValue="右肺に結節 8 mm")]),
    )
    assert "所見: 右肺に結節 8 mm" in opened(write_dicom(tmp_path / "sr.dcm", **attributes)).text


def test_an_empty_report_is_refused(write_dicom: WriteDicom, tmp_path: Path) -> None:
    attributes = report()
    del attributes["ContentSequence"]
    with pytest.raises(RefusedFileError, match="empty structured report"):
        opened(write_dicom(tmp_path / "sr.dcm", **attributes))


def test_a_tree_that_is_too_deep_ends_without_harm(write_dicom: WriteDicom, tmp_path: Path) -> None:
    item = content("TEXT", "Innermost", TextValue="never shown")
    for depth in range(60):
        item = content("CONTAINER", f"Level {depth}", ContentSequence=Sequence([item]))
    record = opened(write_dicom(tmp_path / "sr.dcm", **report(ContentSequence=Sequence([item]))))
    assert "Level 59" in record.text
    assert "never shown" not in record.text


def test_an_image_that_refers_to_a_report_stays_an_image() -> None:
    found = get_testdata_file("CT_small.dcm", download=False)
    assert found is not None
    path = Path(found)
    head = read_head(path)
    assert reader_for(path, head + b"1.2.840.10008.5.1.4.1.1.88.11") is not READER


def test_codes_without_meaning_show_their_value(write_dicom: WriteDicom, tmp_path: Path) -> None:
    bare = code("")
    del bare[0].CodeMeaning
    item = content("CODE", "Impression", ConceptCodeSequence=bare)
    record = opened(write_dicom(tmp_path / "sr.dcm", **report(ContentSequence=Sequence([item]))))
    assert record.text.endswith("Impression: 1")
