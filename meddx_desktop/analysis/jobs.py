"""The jobs that the window and the command line order, imported only where they run.

The window names a job by a function of this module; what the job needs (decoders, ONNX Runtime) is
imported inside the function, that is, in the worker. So the main process stays small and its
window is there before any of it is loaded. Values that come back are nouns of `case`, arrays and
the plain dataclasses below.
"""

import dataclasses
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.analysis.evidence_request import EvidenceRequest
from meddx_desktop.analysis.volume_request import PlaneRequest, VolumePart
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, OpenSummary, RefusedFile, SeriesFound
from meddx_desktop.case.dicom_attribute import DicomAttribute
from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.case.explanation import Explanation
from meddx_desktop.case.export import ExportedFile, PictureFormat
from meddx_desktop.case.finding import Analysis
from meddx_desktop.case.image_series import Box, FramePixels, FramePreview, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.transcript import Transcript, TranscriptSegment
from meddx_desktop.case.waveform_record import WaveformRecord, WaveformStretch
from meddx_desktop.rendering.picture import Appearance
from meddx_desktop.rendering.waveform import PeakBlock, PeakPyramid
from meddx_desktop.resources import model_folders
from meddx_desktop.store.image_keys import ImagesKey, Place
from meddx_desktop.store.kept_measurements import KeptMeasurements, Unreadable

MODEL_CARD = "MODEL_CARD.md"


@dataclass(frozen=True, slots=True, eq=False)
class SpectrogramPicture:
    """Levels of shape (frequencies, columns), uint8, lowest frequency (0 Hz) first."""

    levels: NDArray[np.uint8]
    start_s: float
    end_s: float
    highest_hz: float


def prepare_opening() -> None:
    """Import what opening and decoding need, before any file is open."""
    from meddx_desktop.analysis import audio_views, frames, open_files, thumbnails, volumes

    del audio_views, frames, open_files, thumbnails, volumes


def prepare_reading() -> None:
    """Import what reading headers needs, before any file is open."""
    from meddx_desktop.analysis import open_files

    del open_files


def prepare_analysis() -> None:
    """Import what inference needs, before any file is open."""
    from meddx_desktop.analysis import analyze, explain

    del analyze, explain


def open_paths(
    paths: tuple[Path, ...], progress: ReportProgress
) -> Generator[CaseItem | RefusedFile, None, OpenSummary]:
    """Open files, folders and archives; yields what was found and what was refused."""
    from meddx_desktop.analysis import open_files

    return (yield from open_files.open_paths(paths, progress))


def open_growing(
    paths: tuple[Path, ...], progress: ReportProgress
) -> Generator[CaseItem | RefusedFile | SeriesFound, None, OpenSummary]:
    """Open the same for the window: the first image of a series comes before the rest is read."""
    from meddx_desktop.analysis import open_files

    return (yield from open_files.open_growing(paths, progress))


def load_frames(
    series: ImageSeries, indices: tuple[int, ...], progress: ReportProgress
) -> Generator[FramePixels, None, None]:
    """Decode frames of a series, in the order wanted."""
    from meddx_desktop.analysis import frames

    yield from frames.load_frames(series, indices, progress)


def load_waveform(
    record: WaveformRecord, group: int, start: int, stop: int, progress: ReportProgress
) -> WaveformStretch:
    """Decode samples of one group of a waveform."""
    from meddx_desktop.readers import waveform_sequence

    progress(0, 1, "Reading the waveform")
    return waveform_sequence.read_stretch(record, group, start, stop)


def load_with_preview(
    series: ImageSeries, index: int, reduce: int, progress: ReportProgress
) -> Generator[FramePreview | FramePixels, None, None]:
    """Decode one frame, first at a fraction of its size where that is quick."""
    from meddx_desktop.analysis import frames

    yield from frames.load_with_preview(series, index, reduce, progress)


def list_attributes(path: Path, progress: ReportProgress) -> tuple[DicomAttribute, ...]:
    """Return the header of a DICOM file, line by line."""
    from meddx_desktop.readers import dicom_attributes

    progress(0, 1, "Reading the header")
    return dicom_attributes.list_attributes(path)


def fill_volume(part: VolumePart, progress: ReportProgress) -> int:
    """Decode slices into a volume that the worker keeps; returns how many it has."""
    from meddx_desktop.analysis import volumes

    return volumes.fill_volume(part, progress)


def load_planes(
    request: PlaneRequest, progress: ReportProgress
) -> Generator[FramePixels, None, None]:
    """Compute planes through a volume that the worker keeps."""
    from meddx_desktop.analysis import volumes

    yield from volumes.load_planes(request, progress)


def make_thumbnail(item: CaseItem, size: int, progress: ReportProgress) -> NDArray[np.uint8]:
    """Return a small picture of an item, gray or RGB."""
    from meddx_desktop.analysis import thumbnails

    return thumbnails.make_thumbnail(item, size, progress).pixels


def analyze_item(
    item: CaseItem,
    models: tuple[str, ...],
    region: Box | Literal["full"] | None,
    progress: ReportProgress,
) -> Generator[Analysis, None, None]:
    """Run the models that fit an item, or the named ones."""
    from meddx_desktop.analysis import analyze

    options = analyze.AnalyzeOptions(models=models, region=region)
    yield from analyze.analyze_item(item, options, progress)


def load_peaks(
    clip: AudioClip, progress: ReportProgress
) -> Generator[PeakBlock, None, PeakPyramid]:
    """Build the outline of a recording; parts are yielded from the beginning on."""
    from meddx_desktop.analysis import audio_views

    return (yield from audio_views.load_peaks(clip, progress))


def load_spectrogram(
    clip: AudioClip, start_s: float, end_s: float, columns: int, progress: ReportProgress
) -> SpectrogramPicture:
    """Compute the spectrogram of a stretch of a recording."""
    from meddx_desktop.analysis import audio_views

    computed = audio_views.load_spectrogram(clip, start_s, end_s, columns, progress)
    highest_hz = float(computed.frequencies_hz[-1])
    return SpectrogramPicture(computed.levels, start_s, end_s, highest_hz)


def stream_playback(
    clip: AudioClip,
    start_s: float,
    end_s: float,
    sampling_frequency: int,
    progress: ReportProgress,
) -> Generator[bytes, None, None]:
    """Decode a stretch for the loudspeaker, as 16-bit mono blocks."""
    from meddx_desktop.analysis import audio_views

    yield from audio_views.stream_playback(clip, start_s, end_s, sampling_frequency, progress)


def export_images(
    series: ImageSeries,
    indices: tuple[int, ...],
    file_format: PictureFormat,
    how: Appearance,
    progress: ReportProgress,
) -> Generator[ExportedFile, None, None]:
    """Render frames and encode them as files."""
    from meddx_desktop.analysis import export_images as export

    yield from export.export_images(series, indices, file_format, how, progress)


def explain_finding(
    item: CaseItem, request: EvidenceRequest, progress: ReportProgress
) -> Explanation:
    """Compute the evidence for one finding."""
    from meddx_desktop.analysis import explain

    return explain.explain_finding(item, request, progress)


def find_places(images: tuple[ImagesKey, ...], progress: ReportProgress) -> tuple[Place, ...]:
    """Return where the measurements of images are kept, with the keys that open them."""
    from meddx_desktop.analysis import kept_measurements

    return kept_measurements.find_places(images, progress)


def open_kept(
    place: Place, sealed: tuple[bytes, ...], progress: ReportProgress
) -> tuple[KeptMeasurements | Unreadable, ...]:
    """Open what was kept at a place; a file that does not open gives the reason."""
    from meddx_desktop.analysis import kept_measurements

    return kept_measurements.open_kept(place, sealed, progress)


@dataclass(frozen=True, slots=True)
class LineRequest:
    """What `meddx analyze` was asked to do with each input; fields as in `AnalyzeOptions`."""

    models: tuple[str, ...] = ()
    task: str | None = None
    explain: bool = False
    ignore_gates: bool = False
    region: Box | Literal["full"] | None = None
    output: Path | None = None


def analyze_to_line(
    item: CaseItem, request: LineRequest, progress: ReportProgress
) -> dict[str, Any]:
    """Return the JSON line of one input, with explanations written to the output folder."""
    from meddx_desktop.analysis import analyze, json_lines

    options = analyze.AnalyzeOptions(
        models=request.models,
        task=request.task,
        explain=request.explain,
        ignore_gates=request.ignore_gates,
        region=request.region,
    )
    return json_lines.analyze_to_line(item, options, request.output, progress)


def anonymize_to_line(item: CaseItem, output: Path, progress: ReportProgress) -> dict[str, Any]:
    """Return the JSON line of one input after writing its redacted text into a folder."""
    from meddx_desktop.analysis import anonymize

    return anonymize.anonymize_to_line(item, output, progress)


def transcribe_clip(
    clip: AudioClip, language: str, progress: ReportProgress
) -> Generator[TranscriptSegment, None, Transcript]:
    """Write down what is said; segments are yielded as soon as they are there."""
    from meddx_desktop.analysis import transcribe

    return (yield from transcribe.transcribe_clip(clip, language, progress))


def transcribe_to_line(
    item: CaseItem, language: str, progress: ReportProgress
) -> Generator[dict[str, Any], None, dict[str, Any]]:
    """Yield the segments of one input as JSON values; return its line."""
    from meddx_desktop.analysis import transcribe

    return (yield from transcribe.transcribe_to_line(item, language, progress))


def inspect_paths(
    paths: tuple[Path, ...], progress: ReportProgress, *, pixels: bool
) -> Generator[dict[str, Any], None, None]:
    """Yield the JSON line of every file, with hashes of its pixels where asked for."""
    from meddx_desktop.analysis import inspect

    yield from inspect.inspect_paths(paths, inspect.InspectOptions(pixels=pixels), progress)


def collect_diagnostics(progress: ReportProgress) -> dict[str, Any]:
    """Return versions, device, codecs, folders and disk."""
    from meddx_desktop.analysis import diagnostics

    return diagnostics.collect_diagnostics(progress)


def run_self_test(progress: ReportProgress) -> Generator[dict[str, Any], None, None]:
    """Yield each check of this installation with `check`, `passed` and `detail`."""
    from meddx_desktop.analysis import self_test

    for check in self_test.run_self_test(progress):
        yield {"check": check.name, "passed": check.passed, "detail": check.detail}


def read_model_card(model_id: str, progress: ReportProgress) -> str:
    """Return a model's card in Markdown, as its package holds it.

    Raises
    ------
    ModelPackageError : there is no such model or it has no card.
    """
    progress(0, 1, "Reading the model card")
    for folder in model_folders():
        card = folder / model_id / MODEL_CARD
        if card.is_file():
            return card.read_text(encoding="utf-8")
    raise ModelPackageError(
        f"The model {model_id} has no card. Install its package again, or ask its supplier."
    )


def list_models(progress: ReportProgress) -> tuple[dict[str, Any], ...]:
    """Return every installed package as JSON values, also those that never run."""
    from meddx_desktop.analysis import models

    return tuple(models.listing_object(listing) for listing in models.list_models(progress))


def show_model(model_id: str, progress: ReportProgress) -> dict[str, Any]:
    """Return the whole manifest of a model with its folder and trust."""
    from meddx_desktop.analysis import models

    return models.show_model(model_id, progress)


def test_model(model_id: str, progress: ReportProgress) -> Generator[dict[str, Any], None, None]:
    """Compute every golden case of a model again."""
    from meddx_desktop.analysis import models

    for result in models.test_model(model_id, progress):
        yield dataclasses.asdict(result)


def verify_model(model_id: str, progress: ReportProgress) -> dict[str, Any]:
    """Check a package down to its golden cases."""
    from meddx_desktop.analysis import models

    return models.listing_object(models.verify_model(model_id, progress))


def install_package(path: Path, progress: ReportProgress, *, consent: bool) -> dict[str, Any]:
    """Install a package for this person after every check."""
    from meddx_desktop.analysis import models

    return models.listing_object(models.install_package(path, progress, consent=consent))


def remove_model(model_id: str, progress: ReportProgress) -> dict[str, Any]:
    """Delete a model that this person installed."""
    from meddx_desktop.analysis import models

    return models.listing_object(models.remove_model(model_id, progress))


def probe_path(path: Path, progress: ReportProgress) -> None:
    """Open a file to its end and keep nothing of it; what matters is whether the worker lives."""
    from meddx_desktop.analysis import open_files

    for _ in open_files.open_paths((path,), progress):
        pass
