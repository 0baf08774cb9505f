"""The evidence behind one finding, by the recipe that its model declares."""

from typing import assert_never

from meddx_desktop.analysis.evidence_request import EvidenceRequest
from meddx_desktop.analysis.installed_models import find_package
from meddx_desktop.analysis.model_inputs import Region, box_of, frame_inputs, recording_of, unread
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.explanation import Explanation
from meddx_desktop.case.finding import Analysis, Entity, Finding
from meddx_desktop.case.image_series import Box, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.inference.explanations import explain_frame
from meddx_desktop.inference.manifest import FindingSpec, Task
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.text_explanation import explain_mention, explain_record
from meddx_desktop.inference.text_tagging import tag_record
from meddx_desktop.inference.time_explanation import explain_recording


def explain_finding(
    item: CaseItem, request: EvidenceRequest, progress: ReportProgress
) -> Explanation:
    """Compute the evidence for a finding or, with `request.span`, for a mention in a record.

    Raises
    ------
    MedDxError : the model reports no such finding, or declares no evidence.
    """
    package = find_package(request.model_id, progress)
    match item:
        case ImageSeries():
            spec = _spec(package, request.concept)
            box = box_of(item, request.box)
            return _explain_series(package, item, (spec, request.frame_index, box), progress)
        case AudioClip():
            spec = _spec(package, request.concept)
            return explain_recording(package, recording_of(item), spec, progress)
        case TextRecord():
            return _explain_text(package, item, request, progress)
        case WaveformRecord():
            raise unread(item)
        case _:
            assert_never(item)


def _explain_series(
    package: ModelPackage,
    series: ImageSeries,
    what: tuple[FindingSpec, int, Box | None],
    progress: ReportProgress,
) -> Explanation:
    spec, index, box = what
    _, image = next(iter(frame_inputs(series, (index,), box, progress)))
    return explain_frame(package, image, spec, index, progress)


def _explain_text(
    package: ModelPackage, record: TextRecord, request: EvidenceRequest, progress: ReportProgress
) -> Explanation:
    if package.manifest.task is Task.TEXT_CLASSIFICATION:
        return explain_record(package, record, _spec(package, request.concept), progress)
    entities = tag_record(package, record, progress, ignore_gates=True).entities
    wanted = [entity for entity in entities if _is_wanted(entity, request)]
    if not wanted:
        raise _no_finding(package)
    return explain_mention(package, record, max(wanted, key=_probability), progress)


def _is_wanted(entity: Entity, request: EvidenceRequest) -> bool:
    if request.span is not None:
        return (entity.start, entity.end) == request.span
    return entity.entity_type == request.concept.value


def _probability(finding: Entity | Finding) -> float:
    return finding.probability


def _spec(package: ModelPackage, concept: CodedConcept) -> FindingSpec:
    for spec in package.manifest.findings:
        if (spec.concept.value, spec.concept.scheme) == (concept.value, concept.scheme_designator):
            return spec
    raise _no_finding(package)


def _no_finding(package: ModelPackage) -> MedDxError:
    return MedDxError(
        f"{package.manifest.name} reports no such finding. Analyze the item again.",
        code="unknown_finding",
    )


def explain_analysis(
    package: ModelPackage,
    item: CaseItem,
    analysis: Analysis,
    region: Region,
    progress: ReportProgress,
) -> Explanation | None:
    """Return the evidence for the most probable finding of an analysis.

    None when the model declares none, or found no mention.
    """
    if package.manifest.explanation is None:
        return None
    match item:
        case ImageSeries():
            spec, finding = _strongest(package, analysis)
            place = package.manifest.findings.index(spec)
            frame = max(analysis.frames, key=lambda one: one.findings[place].probability)
            what = (_spec(package, finding.concept), frame.index, box_of(item, region))
            return _explain_series(package, item, what, progress)
        case AudioClip():
            return explain_recording(
                package, recording_of(item), _strongest(package, analysis)[0], progress
            )
        case TextRecord() if analysis.findings:
            return explain_record(package, item, _strongest(package, analysis)[0], progress)
        case TextRecord() if analysis.entities:
            entity = max(analysis.entities, key=_probability)
            return explain_mention(package, item, entity, progress)
        case TextRecord() | WaveformRecord():
            return None
        case _:
            assert_never(item)


def _strongest(package: ModelPackage, analysis: Analysis) -> tuple[FindingSpec, Finding]:
    """Return the most probable finding, positive ones first."""
    return max(
        zip(package.manifest.findings, analysis.findings, strict=True),
        key=lambda pair: (pair[1].is_positive, pair[1].probability),
    )
