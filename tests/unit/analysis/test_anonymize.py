"""Redacted texts: what is replaced, where they are written, what is refused."""

from meddx_desktop.analysis.anonymize import anonymize_to_line, redact
from meddx_desktop.case.finding import Entity
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers import open_path

NOTE = "Patient: Magdalena Oyelaran, MRN: KX-992817, seen on 12 June 2024. She takes levodopa."


def _entity(start, end, entity_type="name"):
    return Entity(start, end, NOTE[start:end], entity_type, 0.9)


def test_marked_places_become_their_types_and_overlaps_leak_nothing():
    assert redact("Ann is well", (_entity(0, 3),)) == "[NAME] is well"
    assert redact("Ann Lee!", (_entity(4, 7), _entity(0, 5, "date"))) == "[DATE]!"
    assert redact("All is well", ()) == "All is well"


def test_a_record_is_written_under_a_number_and_its_source_stays(tmp_path):
    source, output = tmp_path / "Oyelaran.txt", tmp_path / "out"
    source.write_text(NOTE, encoding="utf-8")
    output.mkdir()
    item = open_path(source, ignore_progress)
    first, second = (anonymize_to_line(item, output, ignore_progress) for _ in range(2))
    assert first["status"] == "anonymized"
    assert first["output"].endswith("text-0001.txt")
    assert second["output"].endswith("text-0002.txt")
    written = (output / "text-0001.txt").read_text(encoding="utf-8")
    assert not any(word in written for word in ("Magdalena", "Oyelaran", "KX-992817", "June"))
    assert written.endswith("She takes levodopa.")
    assert source.read_text(encoding="utf-8") == NOTE


def test_a_text_that_the_model_refuses_is_not_written(tmp_path):
    source = tmp_path / "letter.txt"
    source.write_text("Die Wundheilung verläuft gut, die Entlassung ist für Freitag geplant.")
    line = anonymize_to_line(open_path(source, ignore_progress), tmp_path, ignore_progress)
    assert line["status"] == "refused"
    assert "Nothing was written." in line["error"]["message"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.txt"]


def test_a_picture_is_refused(tmp_path, write_dicom):
    path = write_dicom(tmp_path / "slice.dcm")
    line = anonymize_to_line(open_path(path, ignore_progress), tmp_path, ignore_progress)
    assert line["error"]["code"] == "not_text"
    assert "not DICOM" in line["error"]["message"]
