"""One JSON object for each input of `meddx analyze`: the contract of the command line.

`reason` of a line says why `analyses` is empty: no installed model reads this kind of input, or
the file holds nothing to analyze. It is null where a model answered or the file was refused.

Fields beyond the contract are additions only: `model_name`, `intended_population`,
`limitations`, `signature_trusted`, `ignored_gates`, `needs_region`, `reason_code`,
`entity_measures`, in each mention `word`, and in each finding `experimental`, `conformal` and the
operating point's intervals and reference group.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, assert_never

from meddx_desktop.analysis.analyze import AnalyzeOptions, analyze_item, no_model_reason
from meddx_desktop.analysis.evidence_files import write_explanation
from meddx_desktop.analysis.refused_line import refused_line
from meddx_desktop.analysis.transcribe import transcript_object
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, RefusedFile, kind_of
from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.finding import (
    Analysis,
    AnalysisStatus,
    ConformalSet,
    Entity,
    Finding,
    mention_word,
)
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord

Line = dict[str, Any]


def analyze_to_line(
    item: CaseItem, options: AnalyzeOptions, output: Path | None, progress: ReportProgress
) -> Line:
    """Run the models on an item and return its line; evidence goes into the folder `output`.

    An item whose pixels or samples cannot be decoded gives the line of a refused file.
    """
    try:
        analyses = tuple(analyze_item(item, options, progress))
    except RefusedFileError as error:
        refused = refused_line(RefusedFile(item.source.path, error.code, error.message))
        return refused | {
            "paths": [str(path) for path in item.source.paths],
            "kind": kind_of(item),
            "warnings": list(item.source.warnings),
        }
    reason = None if analyses else no_model_reason(item, options)
    return item_line(item, analyses, output) | {"reason": reason}


def item_line(item: CaseItem, analyses: Sequence[Analysis], output: Path | None = None) -> Line:
    """Return the line of an item that was opened, without a reason where no model answered."""
    assessed = any(analysis.status is AnalysisStatus.ASSESSED for analysis in analyses)
    line: Line = {
        "path": str(item.source.path),
        "paths": [str(path) for path in item.source.paths],
        "kind": kind_of(item),
        "status": "analyzed" if assessed else "not_assessed",
        "error": None,
        "warnings": list(item.source.warnings),
        "analyses": [analysis_object(item, analysis, output) for analysis in analyses],
    }
    if isinstance(item, TextRecord):
        line["text"] = item.text
        line["language"] = item.language
    return line


def analysis_object(item: CaseItem, analysis: Analysis, output: Path | None = None) -> Line:
    """Return one model's answer."""
    distribution = analysis.out_of_distribution
    return {
        "model_id": analysis.model_id,
        "model_version": analysis.model_version,
        "model_name": analysis.model_name,
        "status": analysis.status.value,
        "reason": analysis.reason,
        "reason_code": analysis.reason_code,
        "out_of_distribution": None
        if distribution is None
        else {
            "value": distribution.value,
            "limit": distribution.limit,
            "inside": distribution.is_inside,
        },
        "findings": [finding_object(finding) for finding in analysis.findings],
        **_parts(item, analysis),
        "explanation": write_explanation(item, analysis, output),
        "intended_population": analysis.intended_population,
        "limitations": list(analysis.limitations),
        "signature_trusted": analysis.is_signature_trusted,
        "ignored_gates": list(analysis.ignored_gates),
        "needs_region": analysis.needs_region,
    }


def _parts(item: CaseItem, analysis: Analysis) -> Line:
    """Return what the kind of the item adds: frames, segments or entities."""
    match item:
        case ImageSeries():
            frames = [
                {"index": frame.index, "path": str(frame.path), **_short(frame.findings)}
                for frame in analysis.frames
            ]
            return {"frames": frames}
        case AudioClip():
            segments = [
                {"start_s": part.start_s, "end_s": part.end_s, **_short(part.findings)}
                for part in analysis.segments
            ]
            if analysis.transcript is None:
                return {"segments": segments}
            return {"segments": segments, "transcript": transcript_object(analysis.transcript)}
        case TextRecord():
            return {
                "entities": [entity_object(entity) for entity in analysis.entities],
                "entity_measures": [asdict(measure) for measure in analysis.entity_measures],
            }
        case WaveformRecord():
            return {}
        case _:
            assert_never(item)


def _short(findings: Sequence[Finding]) -> Line:
    return {"findings": [short_finding(finding) for finding in findings]}


def finding_object(finding: Finding) -> Line:
    """Return a finding with its word and operating point."""
    point = finding.operating_point
    return {
        **short_finding(finding),
        "positive": finding.is_positive,
        "word": finding.word.value,
        "experimental": finding.is_experimental,
        "operating_point": {
            "threshold": point.threshold,
            "sensitivity": point.sensitivity,
            "specificity": point.specificity,
            "sensitivity_interval": list(point.sensitivity_interval),
            "specificity_interval": list(point.specificity_interval),
            "reference_group": point.reference_group,
        },
        "conformal": _conformal_object(finding.conformal),
    }


def _conformal_object(conformal: ConformalSet | None) -> Line | None:
    if conformal is None:
        return None
    return asdict(conformal) | {"compatible_with": conformal.compatible_with.value}


def short_finding(finding: Finding) -> Line:
    """Return a finding as frames and segments list it."""
    return {"concept": concept_object(finding.concept), "probability": finding.probability}


def concept_object(concept: CodedConcept) -> Line:
    """Return a coded concept."""
    return {
        "value": concept.value,
        "scheme": concept.scheme_designator,
        "meaning": concept.meaning,
    }


def entity_object(entity: Entity) -> Line:
    """Return a mention with what the record says about it."""
    assertion = entity.assertion
    return {
        "start": entity.start,
        "end": entity.end,
        "text": entity.text,
        "type": entity.entity_type,
        "probability": entity.probability,
        "word": mention_word(entity.probability).value,
        "assertion": {
            "negated": assertion.negated,
            "historical": assertion.historical,
            "hypothetical": assertion.hypothetical,
            "family": assertion.family,
            "uncertain": assertion.uncertain,
        },
        "codes": [concept_object(code) for code in entity.codes],
    }
