"""Golden cases: what a package must compute from its own input files, on every computer.

The expected file is JSON: `tensors` (the prepared input by name) and `outputs` (of the first
frame, block or batch), each with `shape`, `mean`, `standard_deviation` and `values` (all of them
in order, or `SAMPLES` spread evenly over a larger array), `findings` (concept code and probability)
and `entities`; of speech also `segments` (text and probability). Numbers are compared with the
tolerances of the manifest, never as hashes, because processors differ in the last digits.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from meddx_desktop.analysis.model_inputs import box_of, frame_inputs, recording_of, unread
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.case.finding import Entity, Finding
from meddx_desktop.case.image_series import Box, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.inference.audio_classification import (
    audio_operations,
    classify_recording,
    plan_recording,
    prepare_block,
)
from meddx_desktop.inference.image_classification import (
    classify_frames,
    prepare_frame,
    series_findings,
)
from meddx_desktop.inference.manifest import GoldenCase, Task
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.mono_sound import MonoSound
from meddx_desktop.inference.onnx_session import Tensors, session_for
from meddx_desktop.inference.package_files import refusal
from meddx_desktop.inference.record import Record
from meddx_desktop.inference.speech_decoding import prepare_window
from meddx_desktop.inference.speech_to_text import transcript_of
from meddx_desktop.inference.speech_tokens import speech_of
from meddx_desktop.inference.text_classification import classify_text
from meddx_desktop.inference.text_tagging import (
    batch_inputs,
    equal_length_batches,
    prepare_record,
    tag_record,
)
from meddx_desktop.inference.voice_activity import voice_probabilities
from meddx_desktop.preprocessing.audio import Resample
from meddx_desktop.readers import open_path

SAMPLES = 64
WHOLE = 4096
_CHECKED_WINDOWS = 8
_BEGINNING_S = 30

Region = tuple[int, int, int, int]
Computed = dict[str, Any]


class GoldenMismatchError(ModelPackageError):
    """The package computes something else than its author did."""

    code = "golden_mismatch"


class ExpectedArray(Record):
    """What an array must be like."""

    shape: list[int]
    mean: float
    standard_deviation: float
    values: list[float]


class ExpectedFinding(Record):
    """A finding's concept code and probability."""

    value: str
    probability: float


class ExpectedEntity(Record):
    """A mention's place, type and probability."""

    start: int
    end: int
    type: str
    probability: float


class ExpectedSegment(Record):
    """What was said in a stretch of speech, and its probability."""

    text: str
    probability: float


class Expected(Record):
    """The expected file."""

    tensors: dict[str, ExpectedArray]
    outputs: dict[str, ExpectedArray]
    findings: list[ExpectedFinding]
    entities: list[ExpectedEntity]
    segments: list[ExpectedSegment] = Field(default_factory=list)


def compute_golden(package: ModelPackage, input_path: Path, region: Region | None = None) -> str:
    """Return the text of the expected file for an input, computed from the file itself."""
    return json.dumps(_compute(package, input_path, region), indent=1) + "\n"


def check_golden(package: ModelPackage, case: GoldenCase) -> None:
    """Recompute a golden case from its file.

    Raises
    ------
    GoldenMismatchError : something differs by more than the declared tolerance.
    ModelPackageError : the expected file is broken.
    """
    expected = _read_expected(package, case)
    package.read(case.input)
    computed = _compute(package, package.folder / case.input, case.region)
    fault = next(_differences(expected, computed, case), None)
    if fault is not None:
        raise GoldenMismatchError(
            f"{package.manifest.name} {package.manifest.version} does not compute on this computer "
            f"what its author computed for {case.input}: {fault}. It will not be run; install the "
            "package again or report this with the output of 'meddx doctor'."
        )


def _read_expected(package: ModelPackage, case: GoldenCase) -> Computed:
    try:
        return Expected.model_validate_json(package.read(case.expected)).model_dump()
    except ValidationError as error:
        raise refusal(
            package.folder.name, f"{case.expected} is broken", code="invalid_golden"
        ) from error


def _compute(package: ModelPackage, path: Path, region: Region | None) -> Computed:
    item = open_path(path, ignore_progress)
    match item:
        case ImageSeries():
            inputs, answer = _image(package, item, region)
        case AudioClip() if package.manifest.task is Task.SPEECH_TO_TEXT:
            return _speech(package, item)
        case AudioClip():
            inputs, answer = _audio(package, item)
        case TextRecord():
            inputs, answer = _text(package, item)
        case WaveformRecord():
            raise unread(item)
        case _:
            assert_never(item)
    outputs = session_for(package).run(inputs) if inputs else {}
    return {
        "tensors": {name: summarize(values) for name, values in inputs.items()},
        "outputs": {name: summarize(values) for name, values in outputs.items()},
        **answer,
    }


def _image(
    package: ModelPackage, series: ImageSeries, region: Region | None
) -> tuple[Tensors, Computed]:
    box = box_of(series, Box(*region) if region else None)
    indices = tuple(range(len(series.frames)))
    frames = list(frame_inputs(series, indices, box, ignore_progress))
    tensor = prepare_frame(package, frames[0][1])
    outcomes = list(classify_frames(package, frames, ignore_progress, ignore_gates=True))
    findings = series_findings(package, outcomes)
    return {package.manifest.inputs[0].name: tensor}, _answer(findings)


def _audio(package: ModelPackage, clip: AudioClip) -> tuple[Tensors, Computed]:
    recording = recording_of(clip)
    block = plan_recording(package, recording)[0]
    tensor = prepare_block(package, recording, block)
    free = package.manifest.inputs[0].shape[0] is None
    outcome = classify_recording(package, recording, ignore_progress, ignore_gates=True)
    shown = tensor[: _CHECKED_WINDOWS if free else 1]
    return {package.manifest.inputs[0].name: shown}, _answer(outcome.findings)


def _speech(package: ModelPackage, clip: AudioClip) -> Computed:
    """Return the beginning's picture, all voice probabilities, and what is written with times."""
    recording, settings = recording_of(clip), speech_of(package).voice_activity
    (operation,) = [step for step in audio_operations(package) if isinstance(step, Resample)]
    sound = MonoSound(recording, operation)
    beginning = sound.read(0, min(sound.sample_count, _BEGINNING_S * operation.sampling_frequency))
    pieces = voice_probabilities(package, settings, sound, ignore_progress)
    segments = transcript_of(package, recording, None, ignore_progress).segments
    outputs = {
        "voice_probability": np.concatenate(list(pieces)),
        "start_s": np.array([segment.start_s for segment in segments]),
        "end_s": np.array([segment.end_s for segment in segments]),
    }
    return {
        "tensors": {package.manifest.inputs[0].name: summarize(prepare_window(package, beginning))},
        "outputs": {name: summarize(values) for name, values in outputs.items()},
        **_answer(()),
        "segments": [
            {"text": segment.text, "probability": _number(segment.probability)}
            for segment in segments
        ],
    }


def _text(package: ModelPackage, record: TextRecord) -> tuple[Tensors, Computed]:
    if package.manifest.task is Task.TEXT_CLASSIFICATION:
        text = classify_text(package, record, ignore_progress, ignore_gates=True)
        return text.first_inputs, _answer(text.findings)
    tagged = tag_record(package, record, ignore_progress, ignore_gates=True)
    prepared = prepare_record(package, record.text)
    batch = next(equal_length_batches(prepared.chunks), None)
    if batch is None:
        return {}, _answer((), tagged.entities)
    place = np.array([np.arange(start, end) for start, end in batch])
    return batch_inputs(package, prepared, place), _answer((), tagged.entities)


def _answer(findings: tuple[Finding, ...], entities: tuple[Entity, ...] = ()) -> Computed:
    return {
        "findings": [
            {"value": finding.concept.value, "probability": _number(finding.probability)}
            for finding in findings
        ],
        "entities": [
            {
                "start": entity.start,
                "end": entity.end,
                "type": entity.entity_type,
                "probability": _number(entity.probability),
            }
            for entity in entities
        ],
    }


def summarize(values: NDArray[np.generic]) -> Computed:
    """Return an array's shape, mean, deviation and its values or `SAMPLES` of them."""
    numbers = np.asarray(values, np.float64).reshape(-1)
    if numbers.size > WHOLE:
        chosen = numbers[np.linspace(0, numbers.size - 1, SAMPLES).astype(np.int64)]
    else:
        chosen = numbers
    return {
        "shape": list(values.shape),
        "mean": _number(float(numbers.mean())) if numbers.size else 0.0,
        "standard_deviation": _number(float(numbers.std())) if numbers.size else 0.0,
        "values": [_number(value) for value in chosen.tolist()],
    }


def _number(value: float) -> float:
    """Round to what float32 can tell apart, which keeps the files small."""
    return float(f"{value:.7g}")


def _differences(expected: Computed, computed: Computed, case: GoldenCase) -> Iterator[str]:
    for kind in ("tensors", "outputs"):
        yield from _array_differences(expected[kind], computed[kind], case)
    for kind in ("findings", "entities", "segments"):
        wanted, got = expected.get(kind, []), computed.get(kind, [])
        if [_identity(entry) for entry in wanted] != [_identity(entry) for entry in got]:
            yield f"its {kind} are others"
            continue
        yield from _unequal(
            kind,
            [entry["probability"] for entry in wanted],
            [entry["probability"] for entry in got],
            case,
        )


def _identity(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "probability"}


def _array_differences(
    expected: Mapping[str, Computed], computed: Mapping[str, Computed], case: GoldenCase
) -> Iterator[str]:
    if sorted(expected) != sorted(computed):
        yield f"expected {', '.join(sorted(expected))}"
        return
    for name, wanted in expected.items():
        got = computed[name]
        if wanted["shape"] != got["shape"]:
            yield f"{name} has shape {got['shape']}, expected {wanted['shape']}"
            continue
        for part in ("values", "mean", "standard_deviation"):
            yield from _unequal(f"{part} of {name}", wanted[part], got[part], case)


def _unequal(what: str, expected: Any, computed: Any, case: GoldenCase) -> Iterator[str]:  # noqa: ANN401 - numbers or lists of them
    wanted, got = np.asarray(expected, np.float64), np.asarray(computed, np.float64)
    if wanted.shape != got.shape:
        yield f"{what}: {got.size} values, expected {wanted.size}"
        return
    allowed = case.absolute_tolerance + case.relative_tolerance * np.abs(wanted)
    excess = np.abs(wanted - got)
    if not bool(np.all(excess <= allowed)):
        yield f"{what} differs by {float(excess.max()):.3g}"
