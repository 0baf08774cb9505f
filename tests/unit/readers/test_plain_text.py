"""Plain text records: encodings, refusals, warnings."""

import codecs
import itertools
from pathlib import Path

import pytest

from meddx_desktop.case.errors import JobCancelled, RefusedFileError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.readers.plain_text import PLAIN_TEXT_READER
from meddx_desktop.readers.reader import HEAD_LENGTH

NOTE = (
    "HISTORY OF PRESENT ILLNESS: The patient is a 61-year-old woman who has had a cough for two "
    "weeks.\nIMPRESSION: There is no sign of pneumonia.\n"
)


def read(path: Path) -> TextRecord:
    return PLAIN_TEXT_READER.read(path, ignore_progress)


def written(folder: Path, content: bytes, name: str = "note.txt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("mark", "encoding", "shown"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
        (b"", "utf-16-le", "utf-16-le"),
        (b"", "utf-16-be", "utf-16-be"),
        (b"", "utf-32-le", "utf-32-le"),
        (b"", "utf-32-be", "utf-32-be"),
        (b"", "ascii", "ascii"),
    ],
)
def test_unicode_is_read_with_and_without_a_mark(
    tmp_path: Path, mark: bytes, encoding: str, shown: str
) -> None:
    record = read(written(tmp_path, mark + NOTE.encode(encoding)))
    assert record.text == NOTE
    assert record.encoding == shown
    assert record.language == "en"
    assert [section.title for section in record.sections] == [
        "HISTORY OF PRESENT ILLNESS",
        "IMPRESSION",
    ]
    assert record.source.warnings == ()


def test_all_line_ends_become_line_feeds(tmp_path: Path) -> None:
    record = read(written(tmp_path, b"one\r\ntwo\rthree\nfour\r\n\r\nfive"))
    assert record.text == "one\ntwo\nthree\nfour\n\nfive"


def test_a_record_is_recognized_by_content_whatever_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, NOTE.encode("utf-16-le"), "note.dcm")
    assert PLAIN_TEXT_READER.can_read(path, path.read_bytes()[:HEAD_LENGTH])


def test_a_long_record_cut_in_the_middle_of_a_character_is_still_recognized(
    tmp_path: Path,
) -> None:
    for shift in range(4):
        content = ("x" * shift + "誰" * HEAD_LENGTH).encode()
        path = written(tmp_path, content)
        assert PLAIN_TEXT_READER.can_read(path, content[:HEAD_LENGTH])


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 20,
        b"\x7fELF\x02\x01\x01" + bytes(200),
        b"PK\x03\x04" + bytes(range(128, 256)) * 4,
        b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
        bytes(1000),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
    ],
)
def test_binary_content_is_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    assert not PLAIN_TEXT_READER.can_read(path, content[:HEAD_LENGTH])
    with pytest.raises(RefusedFileError, match=r"note\.txt: .* not text") as refusal:
        read(path)
    assert refusal.value.code == "not_text"


def test_a_note_that_begins_like_a_binary_signature_is_read(tmp_path: Path) -> None:
    content = b"BMI 31, MZ twins, ID3 clinic. The patient is well and has no fever."
    path = written(tmp_path, content)
    assert PLAIN_TEXT_READER.can_read(path, content)
    assert read(path).text == content.decode()


@pytest.mark.parametrize("content", [b"", b" \r\n\t ", codecs.BOM_UTF8])
def test_a_file_without_text_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RefusedFileError) as refusal:
        read(written(tmp_path, content))
    assert refusal.value.code == "empty_file"


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match=r"gone\.txt"):
        read(tmp_path / "gone.txt")


def test_a_file_beyond_the_size_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(17 << 20)
    with pytest.raises(RefusedFileError, match="MiB") as refusal:
        read(path)
    assert refusal.value.code == "too_large"


def test_single_zero_bytes_are_shown_and_reported(tmp_path: Path) -> None:
    record = read(written(tmp_path, NOTE.encode() * 10 + b"\x00end"))
    assert record.text.endswith("�end")
    assert "1 control characters" in record.source.warnings[0]


def test_a_few_broken_bytes_are_replaced_and_reported(tmp_path: Path) -> None:
    content = ("Größe und Gewicht sind für die Patientin normal. " * 40).encode() + b"\xff"
    record = read(written(tmp_path, content))
    assert record.encoding == "utf-8"
    assert record.text.endswith("�")
    assert "1 characters could not be decoded" in record.source.warnings[0]


def test_an_uncertain_encoding_is_reported(tmp_path: Path) -> None:
    record = read(written(tmp_path, b"\xe9 \xe8"))
    assert any("fits best" in warning for warning in record.source.warnings)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("MSH|^~\\&|LAB|HOSPITAL|||20260101||ORU^R01|1|P|2.5\rPID|1||123\r", "HL7"),
        ('{"resourceType": "Patient", "id": "1"}', "FHIR"),
        ('{\n  "id": "1",\n  "resourceType": "Bundle"\n}', "FHIR"),
        ('{"weight": 70}', "JSON"),
        ('<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"/>', "CDA"),
        ('<?xml version="1.0"?><list/>', "XML"),
        ("<!DOCTYPE html><html><body>x</body></html>", "HTML"),
        (r"{\rtf1\ansi The patient is well.}", "RTF"),
    ],
)
def test_a_structured_record_says_that_it_is_shown_as_plain_text(
    tmp_path: Path, content: str, named: str
) -> None:
    record = read(written(tmp_path, content.encode()))
    assert any(named in warning and "plain text" in warning for warning in record.source.warnings)


def test_prose_in_braces_brings_no_warning(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"{see chart} The patient is well.")).source.warnings == ()


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    def stop(done: int, total: int, step: str) -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        PLAIN_TEXT_READER.read(written(tmp_path, NOTE.encode()), stop)


def test_markup_checks_stay_fast_on_long_hostile_starts(tmp_path: Path) -> None:
    hostile = [b"{" * 200_000, b" " * 200_000 + b"x", b"<!-- " * 50_000, b"{" + b'"a' * 100_000]
    steps = itertools.count()
    for content in hostile:
        PLAIN_TEXT_READER.read(written(tmp_path, content), lambda *_: next(steps))
    assert next(steps) >= len(hostile)


@pytest.mark.real_data
def test_real_records_are_english_and_unchanged(shared_data: Path) -> None:
    for path in sorted((shared_data / "text" / "ncbi-disease").glob("*.pubtator.txt")):
        record = read(path)
        assert record.text == path.read_text(encoding="utf-8")
        assert record.language == "en"
        assert record.source.warnings == ()
