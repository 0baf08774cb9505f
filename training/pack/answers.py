"""What the network says about labelled files, read and prepared by the app's own code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.analysis.model_inputs import box_of, frame_inputs, recording_of
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import kind_of
from meddx_desktop.case.image_series import Box, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.inference.audio_classification import BATCH, plan_recording, prepare_block
from meddx_desktop.inference.calibration import finding_logits, has_operation
from meddx_desktop.inference.image_classification import prepare_frame
from meddx_desktop.inference.manifest import MaximumOverFrames, OutputRole, Softmax, Task
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.onnx_session import output_of, session_for
from meddx_desktop.inference.out_of_distribution import pool_features, token_rate
from meddx_desktop.inference.text_classification import classify_text
from meddx_desktop.inference.text_tagging import prepare_record, unknown_words
from meddx_desktop.preprocessing.text import Vocabulary
from meddx_desktop.preprocessing.word_pieces import WordPiece
from meddx_desktop.readers import open_path
from training.metrics import Scores
from training.pack.faults import PackError
from training.pack.labels import LabelledItem
from training.progress_bar import ProgressBar

_KINDS = {
    Task.IMAGE_CLASSIFICATION: ImageSeries,
    Task.AUDIO_CLASSIFICATION: AudioClip,
    Task.TEXT_CLASSIFICATION: TextRecord,
    Task.TEXT_TAGGING: TextRecord,
}
Tensors = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One item: a logit for each finding, and what the distribution gate goes by.

    `features` has a row for each frame or window, None where the network gives none;
    `unknown` is the share of unknown words of a record, None without a vocabulary.
    """

    logits: Scores
    features: NDArray[np.float64] | None
    unknown: float | None = None


def answers_to(package: ModelPackage, items: Sequence[LabelledItem]) -> tuple[Answer, ...]:
    """Run the network over items, gates left aside.

    Raises
    ------
    PackError : an item is of another kind than the model reads.
    """
    show = ProgressBar()
    found = []
    for done, item in enumerate(items, 1):
        found.append(_answer(package, item))
        show(done, len(items), "labelled files")
    return tuple(found)


def _answer(package: ModelPackage, item: LabelledItem) -> Answer:
    opened = open_of_kind(package, item)
    match opened:
        case ImageSeries():
            return _summarized(package, list(_frames(package, opened, item)))
        case AudioClip():
            return _summarized(package, list(_windows(package, opened)))
    return _record(package, opened)


def open_of_kind(package: ModelPackage, item: LabelledItem) -> ImageSeries | AudioClip | TextRecord:
    """Open a file that the model can read."""
    opened = open_path(item.path, ignore_progress)
    is_of_kind = isinstance(opened, _KINDS[package.manifest.task])
    if isinstance(opened, WaveformRecord) or kind_of(opened) == "document" or not is_of_kind:
        raise PackError(
            f"{item.path.name} is not what a {package.manifest.task.value} model reads. Take it "
            "out of the labelled folder."
        )
    return opened


def _frames(package: ModelPackage, series: ImageSeries, item: LabelledItem) -> Iterator[Tensors]:
    box = box_of(series, Box(*item.region) if item.region else None)
    session, name = session_for(package), package.manifest.inputs[0].name
    for _, image in frame_inputs(series, tuple(range(len(series.frames))), box, ignore_progress):
        yield session.run({name: prepare_frame(package, image)})


def _windows(package: ModelPackage, clip: AudioClip) -> Iterator[Tensors]:
    session, first = session_for(package), package.manifest.inputs[0]
    recording = recording_of(clip)
    size = BATCH if first.shape[0] is None else 1
    for block in plan_recording(package, recording):
        tensor = prepare_block(package, recording, block)
        for start in range(0, len(tensor), size):
            yield session.run({first.name: tensor[start : start + size]})


def _summarized(package: ModelPackage, outputs: Sequence[Tensors]) -> Answer:
    """Put frames or windows together as the app does for a series or a recording."""
    logits, features = [], []
    for one in outputs:
        part = output_of(package.manifest, one, OutputRole.LOGITS)
        if part is None:
            raise PackError("A classifier needs an output with the role `logits`.")
        logits.append(part.reshape(len(part), -1))
        pooled = output_of(package.manifest, one, OutputRole.FEATURES)
        if pooled is not None:
            features.append(pool_features(pooled))
    rows = np.concatenate(logits)
    if not has_operation(package.manifest, MaximumOverFrames):
        rows = rows.mean(axis=0, keepdims=True)
    scores = _scores(package, rows).max(axis=0)
    return Answer(scores, np.concatenate(features) if features else None)


def _scores(package: ModelPackage, rows: NDArray[np.floating]) -> Scores:
    """Return the logits of the findings, shape (rows, findings)."""
    manifest = package.manifest
    highest = max(spec.index for spec in manifest.findings)
    if highest >= rows.shape[1]:
        raise PackError(f"A finding has index {highest}, but there are {rows.shape[1]} logits.")
    is_exclusive = has_operation(manifest, Softmax)
    columns = [finding_logits(rows, one, is_exclusive=is_exclusive) for one in manifest.findings]
    return np.stack(columns, axis=1)


def _record(package: ModelPackage, record: TextRecord) -> Answer:
    logits = classify_text(package, record, ignore_progress, ignore_gates=True).logits
    if logits is None:
        raise PackError(f"{record.source.path.name} holds no words. Take it out of the folder.")
    return Answer(_scores(package, logits[None])[0], None, unknown_share(package, record))


def unknown_share(package: ModelPackage, record: TextRecord) -> float | None:
    """Return the share of words that the model's vocabulary lacks."""
    steps = package.manifest.preprocessing
    if not any(isinstance(step, Vocabulary | WordPiece) for step in steps):
        return None
    return token_rate(*unknown_words(package, prepare_record(package, record.text)))
