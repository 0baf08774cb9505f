"""Every model that fits answers: with findings, or with the reason for its silence."""

import json
from dataclasses import replace

import imagecodecs
import numpy as np
import pytest
import soundfile

from meddx_desktop.analysis import analyze
from meddx_desktop.analysis.analyze import AnalyzeOptions, analyze_item
from meddx_desktop.analysis.evidence_request import EvidenceRequest
from meddx_desktop.analysis.explain import explain_finding
from meddx_desktop.analysis.json_lines import analyze_to_line
from meddx_desktop.analysis.refused_line import refused_line
from meddx_desktop.case.case import RefusedFile
from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.explanation import Heatmap, TextHighlights, TimeHighlights
from meddx_desktop.case.finding import AnalysisStatus
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.source import Patient
from meddx_desktop.command_line.findings_text import describe_finding
from meddx_desktop.inference.consents import record_consent
from meddx_desktop.inference.package_files import package_digest_of
from meddx_desktop.inference.signatures import Trust
from meddx_desktop.readers import open_path
from tests.unit.conftest import finding

IMAGE, AUDIO, TEXT = (f"test-{kind}-classification" for kind in ("image", "audio", "text"))
TAGGER = "test-text-tagging"
CONCEPT = CodedConcept("T-0", "99MEDDX", "Brightness")


@pytest.fixture(autouse=True)
def site_models(packages, monkeypatch):
    """The only models are those that a test writes."""
    monkeypatch.setenv("MEDDX_MODEL_DIR", str(packages.root))


@pytest.fixture
def ultrasound(write_dicom, tmp_path):
    pixels = np.full((32, 32), 40, np.uint8)
    pixels[:8, 24:] = 255
    return open_path(write_dicom(tmp_path / "us.dcm", pixels, Modality="US"), ignore_progress)


@pytest.fixture
def tomogram(write_dicom, tmp_path):
    return open_path(
        write_dicom(tmp_path / "ct.dcm", np.full((32, 32), 9, np.uint16)), ignore_progress
    )


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.8 * np.sin(np.arange(6000) * 0.3), 2000, subtype="PCM_16")
    return open_path(path, ignore_progress)


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("The patient has a high fever, and no cough today.", encoding="utf-8")
    return open_path(path, ignore_progress)


def _analyze(item, model: str | None = None, **options):
    """Return the answers of the models that the tests wrote."""
    named = {"models": (model,)} if model else {}
    found = list(analyze_item(item, AnalyzeOptions(**named, **options), ignore_progress))
    return [answer for answer in found if answer.model_id.startswith("test-")]


def test_a_model_that_fits_reports_every_finding_with_frames(packages, ultrasound):
    package = packages.image()
    (answer,) = _analyze(ultrasound)
    assert answer.status is AnalysisStatus.ASSESSED
    assert [finding.concept for finding in answer.findings] == [CONCEPT]
    assert [frame.index for frame in answer.frames] == [0]
    assert answer.limitations == package.manifest.label.known_risks_and_limitations
    assert answer.intended_population == "Phantoms"
    assert answer.is_signature_trusted


def test_another_modality_is_not_assessed_unless_the_person_insists(
    packages, tomogram, monkeypatch
):
    monkeypatch.setattr(analyze, "model_folders", lambda: (packages.root,))
    packages.image()
    (answer,) = _analyze(tomogram)
    assert answer.status is AnalysisStatus.NOT_ASSESSED
    assert answer.reason_code == "modality"
    assert "CT" in answer.reason
    assert "US" in answer.reason
    (insisted,) = _analyze(tomogram, IMAGE, ignore_gates=True)
    assert insisted.status is AnalysisStatus.ASSESSED
    assert insisted.ignored_gates == (answer.reason,)


def test_models_of_other_modalities_are_silent_where_one_reads_the_picture(
    packages, tomogram, ultrasound, monkeypatch
):
    monkeypatch.setattr(analyze, "model_folders", lambda: (packages.root,))
    packages.image()
    assert [answer.model_id for answer in _analyze(ultrasound)] == [IMAGE]
    packages.image(id="test-image-ct", accepts={"modalities": ["CT"]})
    assert [answer.model_id for answer in _analyze(ultrasound)] == [IMAGE]
    assert [answer.model_id for answer in _analyze(tomogram)] == ["test-image-ct"]
    packages.image(id="test-image-knee", accepts={"modalities": ["CT"], "body_parts": ["KNEE"]})
    head = replace(tomogram, body_part="HEAD")
    assert [answer.model_id for answer in _analyze(head)] == ["test-image-ct"]


def test_who_names_a_model_says_what_a_picture_without_a_modality_is(
    packages, ultrasound, monkeypatch
):
    monkeypatch.setattr(analyze, "model_folders", lambda: (packages.root,))
    packages.image(accepts={"modalities": ["US"], "requires": ["modality"]})
    film = replace(ultrasound, modality="OT")
    (silent,) = _analyze(film)
    assert (silent.status, silent.reason_code) == (AnalysisStatus.NOT_ASSESSED, "modality")
    (answer,) = _analyze(film, IMAGE)
    assert answer.status is AnalysisStatus.ASSESSED
    expected = "The file does not say its modality; this model is made for US."
    assert answer.limitations[0] == expected


def test_a_model_that_needs_a_region_asks_for_it(packages, ultrasound):
    packages.image(accepts={"modalities": ["US"], "region": "required"})
    (answer,) = _analyze(ultrasound)
    assert answer.needs_region
    assert answer.findings == ()
    (whole,) = _analyze(ultrasound, region="full")
    (corner,) = _analyze(ultrasound, region=Box(24, 0, 32, 8))
    assert corner.findings[0].probability > 0.9 > whole.findings[0].probability


@pytest.mark.parametrize(
    ("box", "fault"),
    [
        (Box(5, 5, 5, 9), "is empty."),
        (Box(-1, 0, 5, 5), "does not lie in the image."),
        (Box(0, 0, 33, 5), "does not lie in the image."),
    ],
)
def test_a_region_outside_the_image_is_not_assessed_and_its_file_is_not_refused(
    packages, ultrasound, box, fault
):
    packages.image()
    (answer,) = _analyze(ultrasound, region=box)
    assert (answer.status, answer.reason_code) == (AnalysisStatus.NOT_ASSESSED, "unusable_region")
    assert answer.reason == (
        f"The region {fault} Choose a box within the 32 columns and 32 rows of the image."
    )
    options = AnalyzeOptions(models=(IMAGE,), region=box)
    line = analyze_to_line(ultrasound, options, None, ignore_progress)
    assert (line["status"], line["error"], line["reason"]) == ("not_assessed", None, None)


def test_a_limit_that_the_file_leaves_open_is_said_with_the_answer(packages, ultrasound):
    packages.image(accepts={"modalities": ["US"], "age_years": (0, 1), "body_parts": ["LIVER"]})
    (answer,) = _analyze(ultrasound)
    assert answer.status is AnalysisStatus.ASSESSED
    assert answer.limitations == (
        "The file does not say its body part; this model is made for LIVER.",
        "The file does not say the patient's age; this model is made for ages from 0 to 1 years.",
        "It was made for tests.",
    )
    infant = replace(ultrasound, body_part="LIVER", patient=Patient(age_years=0.5))
    assert _analyze(infant)[0].limitations == ("It was made for tests.",)


def test_a_model_of_another_kind_says_so_when_it_is_named(packages, sound):
    packages.image()
    assert _analyze(sound) == []
    (answer,) = _analyze(sound, IMAGE)
    assert answer.reason_code == "kind"
    assert "made for images" in answer.reason


def test_only_models_of_the_named_task_run(packages, ultrasound):
    packages.image()
    assert _analyze(ultrasound, task="text-tagging") == []
    assert len(_analyze(ultrasound, task="image-classification")) == 1
    with pytest.raises(MedDxError) as caught:
        _analyze(ultrasound, task="palmistry")
    assert caught.value.code == "unknown_task"


def test_the_line_of_an_item_for_which_there_is_no_model_says_why(
    packages, tomogram, sound, monkeypatch
):
    monkeypatch.setattr(analyze, "model_folders", lambda: (packages.root,))
    packages.image()
    line = analyze_to_line(sound, AnalyzeOptions(), None, ignore_progress)
    assert (line["status"], line["analyses"]) == ("not_assessed", [])
    assert line["reason"].startswith("No installed model reads sound recordings. ")
    line = analyze_to_line(tomogram, AnalyzeOptions(task="text-tagging"), None, ignore_progress)
    assert line["reason"].startswith(
        "No installed model with the task text-tagging reads images (modality CT). "
    )


def test_an_unknown_model_is_said(ultrasound):
    with pytest.raises(MedDxError) as caught:
        _analyze(ultrasound, "no-such-model")
    assert caught.value.code == "unknown_model"


def test_a_broken_model_answers_with_its_problem_when_it_is_named(packages, ultrasound):
    folder = packages.image_folder()
    (folder / "LICENSE").write_text("added")
    assert _analyze(ultrasound) == []
    (answer,) = _analyze(ultrasound, IMAGE)
    assert answer.status is AnalysisStatus.NOT_ASSESSED
    assert answer.reason_code == "invalid_signature"


def test_a_network_without_numbers_leaves_the_other_models_alone(
    packages, ultrasound, not_a_number_network
):
    packages.image(not_a_number_network, id="test-broken")
    packages.image()
    broken, good = sorted(_analyze(ultrasound), key=lambda answer: answer.model_id)
    assert broken.reason_code == "model_output_invalid"
    assert broken.findings == ()
    assert good.status is AnalysisStatus.ASSESSED


def test_an_unsigned_model_is_marked_wherever_it_speaks(unsigned_packages, ultrasound, monkeypatch):
    monkeypatch.setenv("MEDDX_MODEL_DIR", str(unsigned_packages.root))
    folder = unsigned_packages.image_folder()
    record_consent(package_digest_of(folder), IMAGE, Trust.UNSIGNED)
    (answer,) = _analyze(ultrasound)
    assert not answer.is_signature_trusted
    assert answer.status is AnalysisStatus.ASSESSED


def test_a_recording_gets_segments(packages, sound):
    packages.audio()
    (answer,) = _analyze(sound)
    assert answer.findings[0].is_positive
    assert [segment.start_s for segment in answer.segments] == [0, 0.5, 1, 1.5, 2]


def test_a_record_gets_findings(packages, record):
    packages.text()
    (answer,) = _analyze(record)
    assert answer.findings[0].is_positive


def test_evidence_is_added_on_request(packages, ultrasound, sound, record):
    packages.image()
    packages.audio()
    packages.text()
    kinds = [
        type(_analyze(item, explain=True)[0].explanation) for item in (ultrasound, sound, record)
    ]
    assert kinds == [Heatmap, TimeHighlights, TextHighlights]


def test_evidence_for_one_finding_is_computed_on_one_frame_and_box(packages, ultrasound):
    packages.image()
    request = EvidenceRequest(IMAGE, CONCEPT, 0, Box(16, 0, 32, 16))
    heatmap = explain_finding(ultrasound, request, ignore_progress)
    assert heatmap.box == Box(16, 0, 32, 16)
    unknown = EvidenceRequest(IMAGE, CodedConcept("T-9", "99MEDDX", "Nothing"))
    with pytest.raises(MedDxError) as caught:
        explain_finding(ultrasound, unknown, ignore_progress)
    assert caught.value.code == "unknown_finding"


@pytest.mark.parametrize("purpose", ["redaction", "organization", "research"])
def test_models_that_redact_sort_or_are_for_research_run_only_when_named(packages, record, purpose):
    packages.tagger(purpose=purpose)
    assert _analyze(record) == []
    assert [answer.model_id for answer in _analyze(record, TAGGER)] == [TAGGER]
    assert [answer.model_id for answer in _analyze(record, task="text-tagging")] == [TAGGER]


def test_nothing_is_asserted_of_what_is_marked_for_redaction(packages, tmp_path):
    note = tmp_path / "past.txt"
    note.write_text("The patient has no fever today.", encoding="utf-8")
    item = open_path(note, ignore_progress)
    packages.tagger()
    (finding,) = _analyze(item, TAGGER)
    assert finding.entities[0].assertion.negated
    packages.tagger(purpose="redaction", id="test-redaction")
    (marked,) = _analyze(item, "test-redaction")
    assert not marked.entities[0].assertion.negated


def test_mentions_are_found_explained_and_written(packages, record, tmp_path):
    packages.tagger()
    (answer,) = _analyze(record, explain=True)
    (entity,) = answer.entities
    assert record.text[entity.start : entity.end] == "fever"
    assert isinstance(answer.explanation, TextHighlights)
    asked = EvidenceRequest(TAGGER, CodedConcept("disease", "99MEDDX", "Disease"))
    by_type = explain_finding(record, asked, ignore_progress)
    by_place = explain_finding(
        record, replace(asked, span=(entity.start, entity.end)), ignore_progress
    )
    assert by_type == by_place == answer.explanation
    with pytest.raises(MedDxError) as caught:
        explain_finding(record, replace(asked, span=(0, 1)), ignore_progress)
    assert caught.value.code == "unknown_finding"
    line = analyze_to_line(record, AnalyzeOptions(models=(TAGGER,)), tmp_path, ignore_progress)
    (written,) = line["analyses"][0]["entities"]
    assert written.keys() == {
        "start",
        "end",
        "text",
        "type",
        "probability",
        "word",
        "assertion",
        "codes",
    }
    assert written["type"] == "disease"
    (measure,) = answer.entity_measures
    assert measure.entity_type == "disease"
    assert line["analyses"][0]["entity_measures"] == [
        {
            "entity_type": "disease",
            "precision": measure.precision,
            "recall": measure.recall,
            "reference_group": measure.reference_group,
        }
    ]


def test_the_line_of_an_image_keeps_the_contract(packages, ultrasound, tmp_path):
    packages.image()
    options = AnalyzeOptions(models=(IMAGE,), explain=True)
    line = analyze_to_line(ultrasound, options, tmp_path / "out", ignore_progress)
    line = json.loads(json.dumps(line))
    assert list(line)[:7] == ["path", "paths", "kind", "status", "error", "warnings", "analyses"]
    assert (line["kind"], line["status"], line["error"]) == ("image", "analyzed", None)
    (answer,) = line["analyses"]
    assert answer["model_id"] == IMAGE
    assert answer["model_version"] == "1.0.0"
    (finding,) = answer["findings"]
    assert finding["concept"] == {"value": "T-0", "scheme": "99MEDDX", "meaning": "Brightness"}
    assert finding["word"] in {"likely", "possible", "unlikely"}
    assert finding["operating_point"]["threshold"] == 0.5
    assert finding["operating_point"]["sensitivity_interval"] == [0.8, 0.95]
    (frame,) = answer["frames"]
    assert frame["path"].endswith("us.dcm")
    assert frame["findings"][0].keys() == {"concept", "probability"}
    evidence = answer["explanation"]
    assert evidence["kind"] == "heatmap"
    with open(evidence["file"], "rb") as stream:  # noqa: PTH123 - the line holds a string
        assert imagecodecs.png_decode(stream.read()).shape == (32, 32, 4)


@pytest.mark.parametrize(("quantile", "said"), [(1.0, "both"), (0.0, "neither")])
def test_the_line_says_which_answers_the_image_is_compatible_with(
    packages, ultrasound, quantile, said
):
    conformal = {
        "coverage_goal": 0.9,
        "quantile": quantile,
        "measured_coverage": 0.91,
        "items": 40,
    }
    packages.image(findings=[finding(conformal=conformal)])
    line = analyze_to_line(ultrasound, AnalyzeOptions(models=(IMAGE,)), None, ignore_progress)
    (answer,) = json.loads(json.dumps(line))["analyses"]
    (one,) = answer["findings"]
    del conformal["quantile"]
    assert one["conformal"] == {"compatible_with": said, **conformal}
    sentence = f"; 90% set: {said} (the truth was in 91% of 40 such sets)"
    assert describe_finding(one).endswith(sentence)


def test_the_line_of_a_record_holds_its_text(packages, record):
    packages.text()
    line = analyze_to_line(record, AnalyzeOptions(models=(TEXT,)), None, ignore_progress)
    assert line["text"] == record.text
    assert line["analyses"][0]["entities"] == []


def test_the_line_of_a_recording_holds_its_segments(packages, sound, tmp_path):
    packages.audio()
    options = AnalyzeOptions(models=(AUDIO,), explain=True)
    line = analyze_to_line(sound, options, tmp_path, ignore_progress)
    (answer,) = line["analyses"]
    assert answer["segments"][0].keys() == {"start_s", "end_s", "findings"}
    assert answer["explanation"]["kind"] == "time_highlights"
    with open(answer["explanation"]["file"], encoding="utf-8") as stream:  # noqa: PTH123 - the line holds a string
        assert json.load(stream)["spans"]


def test_the_line_of_silence_says_not_assessed(packages, tomogram):
    packages.image()
    line = analyze_to_line(tomogram, AnalyzeOptions(models=(IMAGE,)), None, ignore_progress)
    assert line["status"] == "not_assessed"
    assert line["analyses"][0]["reason"]


def test_a_file_that_is_gone_gives_the_line_of_a_refused_one(packages, ultrasound):
    packages.image()
    ultrasound.source.path.unlink()
    line = analyze_to_line(ultrasound, AnalyzeOptions(models=(IMAGE,)), None, ignore_progress)
    assert line["status"] == "refused"
    assert line["kind"] == "image"
    assert line["error"]["code"]
    assert "us.dcm" in line["error"]["message"]


def test_the_line_of_a_refused_file_keeps_the_contract(tmp_path):
    sound = refused_line(RefusedFile(tmp_path / "x.dcm", "no_pixel_data", "It holds no image."))
    assert (sound["status"], sound["reason"]) == ("not_assessed", "It holds no image.")
    line = refused_line(RefusedFile(tmp_path / "x.dcm", "truncated_file", "x.dcm: it is cut."))
    assert line["reason"] is None
    assert line["error"] == {"code": "truncated_file", "message": "x.dcm: it is cut."}
    assert (line["kind"], line["status"], line["analyses"]) == (None, "refused", [])
