"""Every bundled model package keeps the same promises; a new folder is tested unasked."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from meddx_desktop.analysis.analyze import AnalyzeOptions, analyze_item
from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.analysis.json_lines import analysis_object
from meddx_desktop.case.case import kind_of
from meddx_desktop.case.finding import AnalysisStatus, Word
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.calibration import finding_for
from meddx_desktop.inference.manifest import FILE_NAME, GoldenCase, Task
from meddx_desktop.inference.model_package import (
    ModelPackage,
    further_networks,
    identity_metadata,
    load_package,
)
from meddx_desktop.inference.onnx_file import read_onnx_facts
from meddx_desktop.inference.package_schema import package_schema
from meddx_desktop.inference.signatures import Trust
from meddx_desktop.readers import open_path
from meddx_desktop.resources import resources_folder

FOLDERS = sorted(path.parent for path in (resources_folder() / "models").glob(f"*/{FILE_NAME}"))
MEBIBYTE = 1024**2

pytestmark = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@pytest.fixture
def package(folder: Path) -> ModelPackage:
    return load_package(folder)


def _analyze_golden(package: ModelPackage, case: GoldenCase, *, explain: bool = False):
    item = open_path(package.folder / case.input, ignore_progress)
    options = AnalyzeOptions(
        models=(package.manifest.id,),
        explain=explain,
        ignore_gates=True,
        region=Box(*case.region) if case.region else "full",
    )
    (answer,) = analyze_item(item, options, ignore_progress)
    return item, answer


def test_it_is_trusted_and_lies_in_a_folder_of_its_name(package):
    assert package.trust is Trust.TRUSTED
    assert package.manifest.id == package.folder.name


def test_its_manifest_keeps_the_published_schema(folder):
    content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    faults = jsonschema.Draft202012Validator(package_schema()).iter_errors(content)
    assert [fault.message for fault in faults] == []


def test_its_golden_cases_come_out_as_computed_by_its_author(package):
    cases = package.manifest.golden
    assert 3 <= len(cases) <= 10
    for case in cases:
        check_golden(package, case)


def test_every_label_attribute_is_filled(package):
    for name, value in package.manifest.label.model_dump().items():
        values = [value] if isinstance(value, str) else value
        assert values, name
        assert all(text.strip() for text in values), name


def test_every_finding_has_an_operating_point_with_its_interval_and_group(package):
    for spec in package.manifest.findings:
        assert spec.concept.meaning
        assert spec.calibration.items > 0
        for point in spec.operating_points:
            assert point.positives > 0
            assert point.negatives > 0
            assert point.reference_group.strip()
            for value, (low, high) in (
                (point.sensitivity, point.sensitivity_interval),
                (point.specificity, point.specificity_interval),
            ):
                assert low <= value <= high
                assert low < high


def test_it_reports_something(package):
    manifest = package.manifest
    assert manifest.findings or manifest.entities or manifest.speech
    assert (manifest.task is Task.TEXT_TAGGING) == bool(manifest.entities)
    for spec in manifest.entities:
        assert spec.entity_type == spec.entity_type.lower()


def test_its_figures_stand_beside_baselines_on_the_same_split(package):
    rows = package.manifest.evaluation
    own = {(row.data_set, row.split, row.metric) for row in rows if not row.is_baseline}
    baselines = {(row.data_set, row.split, row.metric) for row in rows if row.is_baseline}
    assert own & baselines
    assert all(row.items > 0 for row in rows)


def test_it_can_say_that_an_input_is_not_for_it(package):
    accepts = package.manifest.accepts
    assert accepts.modalities or accepts.languages or accepts.minimum_duration_s
    manifest = package.manifest
    assert manifest.out_of_distribution is not None or manifest.quality or manifest.speech


def test_its_network_carries_its_identity(package):
    for part in further_networks(package):
        assert not read_onnx_facts(package.read(part.manifest.model)).has_external_data
    facts = read_onnx_facts(package.read(package.manifest.model))
    assert identity_metadata(package.manifest).items() <= facts.metadata.items()
    assert not facts.has_external_data


def test_it_is_small_enough_to_be_shipped(package):
    files = {file.path: file.size for file in package.manifest.files}
    assert files[package.manifest.model] <= 64 * MEBIBYTE
    assert sum(files.values()) <= 80 * MEBIBYTE
    golden = [size for path, size in files.items() if path.startswith("golden/")]
    assert sum(golden) <= 8 * MEBIBYTE
    assert {"MODEL_CARD.md", "LICENSE"} <= files.keys()


def test_every_finding_is_reported_on_every_golden_input(package):
    for case in package.manifest.golden:
        item, answer = _analyze_golden(package, case)
        assert answer.status is AnalysisStatus.ASSESSED, answer.reason
        concepts = [spec.concept.value for spec in package.manifest.findings]
        assert [finding.concept.value for finding in answer.findings] == concepts
        for part in (*answer.frames, *answer.segments):
            assert [finding.concept.value for finding in part.findings] == concepts
        line = analysis_object(item, answer)
        assert json.loads(json.dumps(line, allow_nan=False)) == line
        if kind_of(item) == "audio" and concepts:
            assert answer.segments
        assert (answer.transcript is not None) == (package.manifest.speech is not None)


def test_the_word_of_a_finding_never_contradicts_whether_it_is_positive(package):
    for spec in package.manifest.findings:
        threshold = spec.operating_points[0].threshold
        around = np.nextafter(threshold, [0, 1])
        for probability in (*np.linspace(0, 1, 201), threshold, *around, *spec.words):
            finding = finding_for(float(probability), spec)
            contradiction = Word.UNLIKELY if finding.is_positive else Word.LIKELY
            assert finding.word is not contradiction, probability


def test_it_explains_itself(package):
    if package.manifest.speech is not None:
        pytest.skip("a transcript is compared with the recording itself, segment by segment")
    assert package.manifest.explanation is not None
    answers = [
        _analyze_golden(package, case, explain=True)[1] for case in package.manifest.golden[:2]
    ]
    assert any(answer.explanation is not None for answer in answers)
