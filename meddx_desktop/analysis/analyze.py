"""Run the models that fit a case item: gates, network, findings, or the reason for silence."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

from meddx_desktop.analysis.explain import explain_analysis
from meddx_desktop.analysis.installed_models import check_listing, unknown_model
from meddx_desktop.analysis.model_inputs import (
    Region,
    box_of,
    frame_inputs,
    recording_of,
    unread,
)
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, kind_of
from meddx_desktop.case.errors import MedDxError, RefusedFileError
from meddx_desktop.case.finding import Analysis, AnalysisStatus, FrameFindings, SegmentFindings
from meddx_desktop.case.image_series import Extent, ImageSeries, file_of_frame
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.inference.audio_classification import classify_recording
from meddx_desktop.inference.calibration import entity_measures_of
from meddx_desktop.inference.gates import (
    REGION_GATE,
    ClosedGate,
    closed_gates,
    facts_of,
    reads_examination,
    unchecked_limits,
)
from meddx_desktop.inference.image_classification import (
    FrameOutcome,
    classify_frames,
    series_distribution,
    series_findings,
)
from meddx_desktop.inference.manifest import FINDINGS, Manifest, Task
from meddx_desktop.inference.model_package import (
    Declared,
    ModelPackage,
    PackageListing,
    list_packages,
)
from meddx_desktop.inference.speech_to_text import transcript_of
from meddx_desktop.inference.text_classification import classify_text
from meddx_desktop.inference.text_tagging import tag_record
from meddx_desktop.resources import model_folders

_KINDS = {
    Task.IMAGE_CLASSIFICATION: "image",
    Task.TEXT_TAGGING: "text",
    Task.TEXT_CLASSIFICATION: "text",
    Task.AUDIO_CLASSIFICATION: "audio",
    Task.SPEECH_TO_TEXT: "audio",
}
# A transcript is no finding, and it takes minutes: only whoever names it gets it. The same goes for
# models that redact or sort records: names and dates would bury what a record says of health.
_ON_REQUEST = frozenset({Task.SPEECH_TO_TEXT})
_NOUNS = {
    "image": "images",
    "document": "pages of documents",
    "text": "text records",
    "audio": "sound recordings",
    "waveform": "ECGs and other waveforms",
}


@dataclass(frozen=True, slots=True)
class AnalyzeOptions:
    """What the person asked for.

    `models` names models by id, `task` limits them to one task; by default every model made for
    this kind of item runs. `region` is the box that some models need, or "full". `ignore_gates`
    runs a model on what its gates refuse, which the answer then says.
    """

    models: tuple[str, ...] = ()
    task: str | None = None
    explain: bool = False
    ignore_gates: bool = False
    region: Region = None


def analyze_item(
    item: CaseItem, options: AnalyzeOptions, progress: ReportProgress
) -> Generator[Analysis, None, tuple[Analysis, ...]]:
    """Yield one answer for each model, as soon as it is there; return all of them.

    Raises
    ------
    RefusedFileError : the file cannot be decoded, or a series has not been read completely.
    MedDxError : there is no such model or task.
    """
    if isinstance(item, ImageSeries) and item.extent is not Extent.WHOLE:
        raise _incomplete(item)
    answers = []
    for listing in _chosen(item, options):
        checked = check_listing(listing, progress)
        answers.append(_analyze(checked, item, options, progress))
        yield answers[-1]
    return tuple(answers)


def _incomplete(series: ImageSeries) -> RefusedFileError:
    fault = "not all images of this series have been read"
    next_step = "Open its folder again and let the reading come to its end."
    return RefusedFileError(series.source.path, fault, next_step, code="incomplete_series")


def _chosen(item: CaseItem, options: AnalyzeOptions) -> list[PackageListing]:
    task = _task(options.task)
    listings = list_packages(model_folders(), partial(_may_answer, item, options))
    known = {listing.model_id for listing in listings}
    for model_id in options.models:
        if model_id not in known:
            raise unknown_model(model_id)
    if options.models:
        return [listing for listing in listings if listing.model_id in options.models]
    wanted = [
        listing
        for listing in listings
        if listing.package is not None
        and _KINDS.get(listing.package.manifest.task) == kind_of(item)
        and _is_wanted(listing.package.manifest, task)
    ]
    # Where some model reads this modality and body part, the others have nothing to add; where
    # none does, each says why.
    fitting = [listing for listing in wanted if _reads(listing, item)]
    return fitting or wanted


def _reads(listing: PackageListing, item: CaseItem) -> bool:
    package = listing.package
    return package is not None and reads_examination(package.manifest.accepts, facts_of(item))


def _may_answer(item: CaseItem, options: AnalyzeOptions, declared: Declared) -> bool:
    """Return whether a package is worth checking for this item; the checks have the last word."""
    if options.models:
        return declared.model_id in options.models
    kinds = {task.value: kind for task, kind in _KINDS.items()}
    wanted = _task(options.task)
    if kinds.get(declared.task) != kind_of(item):
        return False
    task = Task(declared.task)
    return task is wanted if wanted is not None else _runs_unasked(task, declared.purpose)


def _is_wanted(manifest: Manifest, wanted: Task | None) -> bool:
    if wanted is not None:
        return manifest.task is wanted
    return _runs_unasked(manifest.task, manifest.purpose)


def _runs_unasked(task: Task, purpose: str) -> bool:
    return task not in _ON_REQUEST and purpose == FINDINGS


def no_model_reason(item: CaseItem, options: AnalyzeOptions) -> str:
    """Return why no model has looked at an item."""
    noun = _NOUNS[kind_of(item)]
    if kind_of(item) not in _KINDS.values():
        return f"No model looks at {noun}; read them yourself."
    if isinstance(item, ImageSeries) and item.modality:
        noun += f" (modality {item.modality})"
    task = f" with the task {options.task}" if options.task else ""
    return f"No installed model{task} reads {noun}. 'meddx models list' shows the installed models."


def _task(name: str | None) -> Task | None:
    if name is None:
        return None
    if name not in set(Task):
        tasks = ", ".join(_KINDS)
        raise MedDxError(f"There is no task {name}; choose one of {tasks}.", code="unknown_task")
    return Task(name)


def _analyze(
    listing: PackageListing, item: CaseItem, options: AnalyzeOptions, progress: ReportProgress
) -> Analysis:
    package = listing.package
    if package is None:
        return Analysis(
            listing.model_id,
            "",
            listing.model_id,
            AnalysisStatus.NOT_ASSESSED,
            reason=listing.problem,
            is_signature_trusted=False,
            reason_code=listing.code,
        )
    blank = _blank(package)
    kind = _KINDS.get(package.manifest.task)
    if kind != kind_of(item):
        made_for = _NOUNS.get(kind or "", package.manifest.task.value)
        reason = f"This model is made for {made_for}; the file is not one."
        return replace(blank, reason=reason, reason_code="kind")
    try:
        return _assess(package, item, options, progress)
    except RefusedFileError:
        raise
    except MedDxError as error:
        return replace(blank, reason=error.message, reason_code=error.code)


def _blank(package: ModelPackage) -> Analysis:
    manifest = package.manifest
    return Analysis(
        manifest.id,
        manifest.version,
        manifest.name,
        AnalysisStatus.NOT_ASSESSED,
        limitations=manifest.label.known_risks_and_limitations,
        intended_population=manifest.label.intended_population,
        is_signature_trusted=package.is_trusted,
        entity_measures=entity_measures_of(manifest),
    )


def _assess(
    package: ModelPackage, item: CaseItem, options: AnalyzeOptions, progress: ReportProgress
) -> Analysis:
    blank = _blank(package)
    facts = facts_of(item, has_region=options.region is not None)
    accepts = package.manifest.accepts
    if options.models:
        # Who names the model says what the picture is, where the file does not.
        required = tuple(fact for fact in accepts.requires if fact != "modality")
        accepts = accepts.model_copy(update={"requires": required})
    closed = closed_gates(accepts, facts)
    if closed and not options.ignore_gates:
        return _refused(blank, closed)
    match item:
        case ImageSeries():
            answer = _assess_series(package, item, options, progress)
        case AudioClip() if package.manifest.task is Task.SPEECH_TO_TEXT:
            answer = _write_down(package, item, progress)
        case AudioClip():
            answer = _assess_recording(package, item, options, progress)
        case TextRecord():
            answer = _assess_record(package, item, options, progress)
        case WaveformRecord():
            raise unread(item)
        case _:
            assert_never(item)
    answer = replace(
        answer,
        ignored_gates=(*(gate.sentence for gate in closed), *answer.ignored_gates),
        limitations=(*unchecked_limits(accepts, facts), *answer.limitations),
    )
    if options.explain and answer.status is AnalysisStatus.ASSESSED:
        return replace(
            answer, explanation=explain_analysis(package, item, answer, options.region, progress)
        )
    return answer


def _refused(blank: Analysis, closed: Sequence[ClosedGate]) -> Analysis:
    return replace(
        blank,
        reason=" ".join(gate.sentence for gate in closed),
        reason_code=closed[0].gate,
        needs_region=all(gate.gate == REGION_GATE for gate in closed),
    )


def _assess_series(
    package: ModelPackage, series: ImageSeries, options: AnalyzeOptions, progress: ReportProgress
) -> Analysis:
    indices = tuple(range(len(series.frames)))
    outcomes = list(
        classify_frames(
            package,
            frame_inputs(series, indices, box_of(series, options.region), progress),
            progress,
            total=len(indices),
            ignore_gates=options.ignore_gates,
        )
    )
    blank = replace(_blank(package), out_of_distribution=series_distribution(outcomes))
    closed = _distinct(gate for outcome in outcomes for gate in outcome.closed)
    assessed = [outcome for outcome in outcomes if outcome.findings]
    if not assessed:
        return _refused(blank, closed)
    return replace(
        blank,
        status=AnalysisStatus.ASSESSED,
        findings=series_findings(package, outcomes),
        frames=tuple(
            FrameFindings(outcome.index, file_of_frame(series, outcome.index), outcome.findings)
            for outcome in assessed
        ),
        ignored_gates=tuple(gate.sentence for gate in closed) if options.ignore_gates else (),
        limitations=(*_left_out(outcomes), *blank.limitations),
    )


def _left_out(outcomes: Sequence[FrameOutcome]) -> tuple[str, ...]:
    left_out = sum(not outcome.findings for outcome in outcomes)
    if not left_out:
        return ()
    return (f"{left_out} of {len(outcomes)} frames were left out: a gate of the model closed.",)


def _distinct(gates: "Generator[ClosedGate, None, None]") -> tuple[ClosedGate, ...]:
    """Return one gate of each name and answer; distances differ from frame to frame."""
    return tuple({gate.gate + gate.sentence[:40]: gate for gate in gates}.values())


def _assess_recording(
    package: ModelPackage, clip: AudioClip, options: AnalyzeOptions, progress: ReportProgress
) -> Analysis:
    outcome = classify_recording(
        package, recording_of(clip), progress, ignore_gates=options.ignore_gates
    )
    blank = replace(_blank(package), out_of_distribution=outcome.out_of_distribution)
    if outcome.closed and not options.ignore_gates:
        return _refused(blank, outcome.closed)
    return replace(
        blank,
        status=AnalysisStatus.ASSESSED,
        findings=outcome.findings,
        segments=outcome.segments,
        ignored_gates=tuple(gate.sentence for gate in outcome.closed),
    )


def _write_down(package: ModelPackage, clip: AudioClip, progress: ReportProgress) -> Analysis:
    transcript = transcript_of(package, recording_of(clip), None, progress)
    segments = tuple(SegmentFindings(part.start_s, part.end_s, ()) for part in transcript.segments)
    return replace(
        _blank(package),
        status=AnalysisStatus.ASSESSED,
        segments=segments,
        transcript=transcript,
    )


def _assess_record(
    package: ModelPackage, record: TextRecord, options: AnalyzeOptions, progress: ReportProgress
) -> Analysis:
    if package.manifest.task is Task.TEXT_CLASSIFICATION:
        text = classify_text(package, record, progress, ignore_gates=options.ignore_gates)
        answer = replace(
            _blank(package), findings=text.findings, out_of_distribution=text.out_of_distribution
        )
        closed, has_answer = text.closed, bool(text.findings)
    else:
        tagged = tag_record(package, record, progress, ignore_gates=options.ignore_gates)
        answer = replace(
            _blank(package),
            entities=tagged.entities,
            out_of_distribution=tagged.out_of_distribution,
        )
        closed, has_answer = tagged.closed, tagged.tagged is not None
    if not has_answer:
        return _refused(answer, closed)
    return replace(
        answer,
        status=AnalysisStatus.ASSESSED,
        ignored_gates=tuple(gate.sentence for gate in closed),
    )
