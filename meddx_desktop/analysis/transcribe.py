"""Write down what is said in a recording, with the installed speech model."""

from collections.abc import Generator
from typing import Any

from meddx_desktop.analysis.installed_models import check_listing
from meddx_desktop.analysis.model_inputs import recording_of
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, kind_of
from meddx_desktop.case.errors import MedDxError, ModelPackageError, RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.transcript import NOTICE, Transcript, TranscriptSegment
from meddx_desktop.inference.manifest import Task
from meddx_desktop.inference.model_package import ModelPackage, list_packages
from meddx_desktop.inference.speech_to_text import transcribe_recording
from meddx_desktop.resources import model_folders

AUTOMATIC = "auto"


def transcribe_clip(
    clip: AudioClip, language: str, progress: ReportProgress
) -> Generator[TranscriptSegment, None, Transcript]:
    """Yield what is said as soon as it is written; return all of it.

    Parameters
    ----------
    language : a code such as "en", or "auto" to recognize it.

    Raises
    ------
    MedDxError : there is no speech model, or it does not know the language.
    RefusedFileError : the recording cannot be decoded.
    """
    package = speech_package(progress)
    wanted = None if language == AUTOMATIC else language
    return (yield from transcribe_recording(package, recording_of(clip), wanted, progress))


def speech_package(progress: ReportProgress) -> ModelPackage:
    """Return the first speech model whose checks pass.

    Raises
    ------
    MedDxError : there is none.
    """
    problem: ModelPackageError | None = None
    for listing in list_packages(model_folders()):
        package = listing.package
        if package is None or package.manifest.task is not Task.SPEECH_TO_TEXT:
            continue
        checked = check_listing(listing, progress)
        if checked.package is not None:
            return checked.package
        problem = ModelPackageError(checked.problem or "", code=checked.code)
    raise problem or MedDxError(
        "No model for speech is installed. 'meddx models list' shows the installed ones.",
        code="no_speech_model",
    )


def transcribe_to_line(
    item: CaseItem, language: str, progress: ReportProgress
) -> Generator[dict[str, Any], None, dict[str, Any]]:
    """Yield each segment of an item as JSON values; return the item's line.

    What is no recording gives a line with the status "not_assessed".
    """
    if not isinstance(item, AudioClip):
        warning = "Only sound recordings are transcribed; this is none."
        return _line(item, "not_assessed", warnings=[warning])
    try:
        transcript = yield from _segments(item, language, progress)
    except RefusedFileError as error:
        fault = {"code": error.code, "message": error.message}
        return _line(item, "refused", error=fault)
    return _line(item, "analyzed", warnings=list(transcript.warnings)) | {
        **transcript_object(transcript),
        "model_id": transcript.model_id,
        "model_version": transcript.model_version,
    }


def _segments(
    clip: AudioClip, language: str, progress: ReportProgress
) -> Generator[dict[str, Any], None, Transcript]:
    writing = transcribe_clip(clip, language, progress)
    while True:
        try:
            yield segment_object(next(writing))
        except StopIteration as end:
            transcript: Transcript = end.value
            return transcript


def segment_object(segment: TranscriptSegment) -> dict[str, Any]:
    """Return a segment as JSON values."""
    return {
        "start_s": segment.start_s,
        "end_s": segment.end_s,
        "text": segment.text,
        "probability": segment.probability,
    }


def transcript_object(transcript: Transcript) -> dict[str, Any]:
    """Return a transcript as JSON values."""
    return {
        "language": transcript.language,
        "text": transcript.text,
        "segments": [segment_object(segment) for segment in transcript.segments],
    }


def _line(
    item: CaseItem,
    status: str,
    *,
    warnings: list[str] | None = None,
    error: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "path": str(item.source.path),
        "kind": kind_of(item),
        "status": status,
        "error": error,
        "warnings": [*item.source.warnings, *(warnings or [])],
        "notice": NOTICE,
        "language": None,
        "text": "",
        "segments": [],
    }
