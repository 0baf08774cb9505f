"""Findings of an audio model: window by window, then for the recording."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.finding import Finding, OutOfDistribution, SegmentFindings
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.calibration import findings_from_logits
from meddx_desktop.inference.gates import QUALITY_GATE, ClosedGate, distribution_gates
from meddx_desktop.inference.manifest import OutputRole
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.onnx_session import arrange_axes, output_of, session_for
from meddx_desktop.inference.out_of_distribution import feature_distances, judge
from meddx_desktop.inference.quality import failed_limits, measure_audio
from meddx_desktop.inference.ticking import call_with_ticks
from meddx_desktop.preprocessing.audio import AudioOperation, prepare_audio
from meddx_desktop.preprocessing.audio_blocks import AudioBlock, plan_blocks
from meddx_desktop.preprocessing.breath_statistics import BreathStatistics

BATCH = 32
STATISTICS_AXES = ("batch", "feature")
AUDIO_AXES = {2: ("batch", "time"), 4: ("batch", "time", "frequency", "channel")}

Samples: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recording that is read piece by piece.

    `read(start, stop)` returns samples of shape (channels, stop - start) in [-1, 1].
    """

    sample_count: int
    sampling_frequency: int
    read: Callable[[int, int], Samples]


@dataclass(frozen=True, slots=True, eq=False)
class RecordingOutcome:
    """What the model says about a recording.

    `findings` and `segments` are empty when a gate in `closed` refused it. `logits` has shape
    (windows, classes); it is None when the network did not run.
    """

    findings: tuple[Finding, ...] = ()
    segments: tuple[SegmentFindings, ...] = ()
    logits: Samples | None = None
    out_of_distribution: OutOfDistribution | None = None
    closed: tuple[ClosedGate, ...] = ()


def audio_operations(package: ModelPackage) -> tuple[AudioOperation, ...]:
    """Return the declared operations of an audio model."""
    return tuple(
        step for step in package.manifest.preprocessing if isinstance(step, AudioOperation)
    )


def plan_recording(package: ModelPackage, recording: Recording) -> tuple[AudioBlock, ...]:
    """Return the blocks in which the model takes a recording."""
    return plan_blocks(
        recording.sample_count, recording.sampling_frequency, audio_operations(package)
    )


def prepare_samples(package: ModelPackage, samples: Samples, sampling_frequency: int) -> Samples:
    """Return the network's input for samples of shape (channels, samples), window by window."""
    tensor = prepare_audio(samples, sampling_frequency, audio_operations(package))
    return arrange_axes(tensor, axes_of(package, tensor.ndim), package.manifest.inputs[0])


def axes_of(package: ModelPackage, dimensions: int) -> tuple[str, ...]:
    """Return the axes of a batch of prepared windows that has this many dimensions."""
    operations = audio_operations(package)
    is_described = bool(operations) and isinstance(operations[-1], BreathStatistics)
    return STATISTICS_AXES if is_described else AUDIO_AXES[dimensions]


def classify_recording(
    package: ModelPackage,
    recording: Recording,
    progress: ReportProgress,
    *,
    ignore_gates: bool = False,
) -> RecordingOutcome:
    """Assess a recording block by block.

    Parameters
    ----------
    ignore_gates : run the model on what its quality or distribution gate refuses.
    """
    blocks = plan_recording(package, recording)
    closed = quality_gates(package, recording, progress)
    if closed and not ignore_gates:
        return RecordingOutcome(closed=closed)
    parts = list(_run_blocks(package, recording, blocks, progress))
    logits = np.concatenate([part.logits for part in parts])
    distribution = _distribution(package, parts)
    closed += distribution_gates(distribution)
    if closed and not ignore_gates:
        return RecordingOutcome(logits=logits, out_of_distribution=distribution, closed=closed)
    times = [window for block in blocks for window in block.windows]
    segments = tuple(
        SegmentFindings(start, end, findings_from_logits(row, package.manifest))
        for (start, end), row in zip(times, logits, strict=True)
    )
    findings = findings_from_logits(logits.mean(axis=0), package.manifest)
    return RecordingOutcome(findings, segments, logits, distribution, closed)


def quality_gates(
    package: ModelPackage, recording: Recording, progress: ReportProgress
) -> tuple[ClosedGate, ...]:
    """Return the quality limits that a recording breaks; of several blocks the median counts."""
    limits = package.manifest.quality
    if not limits:
        return ()
    wanted = [limit.measure for limit in limits]
    blocks = plan_recording(package, recording)
    rows = []
    for done, block in enumerate(blocks):
        tick = partial(progress, done, len(blocks), "quality")
        tick()
        measure = partial(_measure, recording, block, wanted)
        rows.append(call_with_ticks(measure, tick))
    measured = {name: float(np.median([row[name] for row in rows])) for name in rows[0]}
    return tuple(
        ClosedGate(QUALITY_GATE, limit.answer) for limit in failed_limits(limits, measured)
    )


def _measure(recording: Recording, block: AudioBlock, wanted: Sequence[str]) -> dict[str, float]:
    mono = recording.read(block.start, block.stop).mean(axis=0, dtype=np.float32)
    return measure_audio(mono, recording.sampling_frequency, wanted)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    logits: Samples
    distances: NDArray[np.float64] | None


def _run_blocks(
    package: ModelPackage,
    recording: Recording,
    blocks: tuple[AudioBlock, ...],
    progress: ReportProgress,
) -> Iterator[_Part]:
    total = sum(len(block.windows) for block in blocks)
    done = 0
    for block in blocks:
        tick = partial(progress, done, total, package.manifest.name)
        tick()
        tensor = call_with_ticks(partial(prepare_block, package, recording, block), tick)
        yield run_windows(package, tensor, tick)
        done += len(block.windows)


def prepare_block(package: ModelPackage, recording: Recording, block: AudioBlock) -> Samples:
    """Return the network's input for one block of a recording."""
    samples = recording.read(block.start, block.stop)
    return prepare_samples(package, samples, recording.sampling_frequency)


def run_windows(package: ModelPackage, tensor: Samples, tick: Callable[[], None]) -> _Part:
    """Return logits (windows, classes) and distances from the training data, batch by batch."""
    manifest = package.manifest
    session = session_for(package)
    gate = manifest.out_of_distribution
    size = BATCH if manifest.inputs[0].shape[0] is None else 1
    logits, distances = [], []
    for start in range(0, len(tensor), size):
        batch = tensor[start : start + size]
        outputs = session.run({manifest.inputs[0].name: batch}, tick=tick)
        part = output_of(manifest, outputs, OutputRole.LOGITS)
        if part is None:
            raise ValueError("an audio classification model needs a logits output")
        logits.append(part.reshape(len(batch), -1))
        features = output_of(manifest, outputs, OutputRole.FEATURES)
        if gate is not None and gate.parameters is not None and features is not None:
            distances.append(feature_distances(package, features))
    return _Part(np.concatenate(logits), np.concatenate(distances) if distances else None)


def _distribution(package: ModelPackage, parts: list[_Part]) -> OutOfDistribution | None:
    gate = package.manifest.out_of_distribution
    distances = [part.distances for part in parts if part.distances is not None]
    if gate is None or not distances:
        return None
    return judge(gate, float(np.median(np.concatenate(distances))))
