"""Findings of an audio model: window by window, then for the recording."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.finding import Finding, OutOfDistribution, SegmentFindings
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.calibration import findings_from_logits
from meddx_desktop.inference.gates import ClosedGate
from meddx_desktop.inference.image_classification import QUALITY_GATE, distribution_gates
from meddx_desktop.inference.manifest import OutputRole
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.onnx_session import arrange_axes, output_of, session_for
from meddx_desktop.inference.out_of_distribution import feature_distances, judge
from meddx_desktop.inference.quality import failed_limits, measure_audio
from meddx_desktop.inference.ticking import Tick, call_with_ticks
from meddx_desktop.preprocessing.audio import (
    AudioOperation,
    CutWindows,
    Resample,
    prepare_audio,
    window_starts,
)

BATCH = 32
AUDIO_AXES = {2: ("batch", "time"), 4: ("batch", "time", "frequency", "channel")}

Samples: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class RecordingOutcome:
    """What the model says about a recording.

    `findings` and `segments` are empty when a gate in `closed` refused it. `logits` has shape
    (windows, classes).
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


def prepare_recording(package: ModelPackage, samples: Samples, sampling_frequency: int) -> Samples:
    """Return the network's input for a recording of shape (channels, samples), window by window."""
    tensor = prepare_audio(samples, sampling_frequency, audio_operations(package))
    return arrange_axes(tensor, AUDIO_AXES[tensor.ndim], package.manifest.inputs[0])


def window_times(
    package: ModelPackage, sample_count: int, sampling_frequency: int
) -> tuple[tuple[float, float], ...]:
    """Return start and end of each window in seconds of the recording."""
    duration = sample_count / sampling_frequency
    rate, count = sampling_frequency, sample_count
    for operation in audio_operations(package):
        if isinstance(operation, Resample):
            count = ceil(count * operation.sampling_frequency / rate)
            rate = operation.sampling_frequency
        if isinstance(operation, CutWindows):
            starts = window_starts(count, rate, operation)
            return tuple(
                (start / rate, min(duration, start / rate + operation.duration_s))
                for start in starts
            )
    return ((0.0, duration),)


def classify_recording(
    package: ModelPackage,
    samples: Samples,
    sampling_frequency: int,
    progress: ReportProgress,
    *,
    ignore_gates: bool = False,
) -> RecordingOutcome:
    """Assess a recording.

    Parameters
    ----------
    samples : shape (channels, samples) in [-1, 1].
    sampling_frequency : hertz.
    ignore_gates : run the model on what its quality or distribution gate refuses.
    """
    tick = partial(progress, 0, 0, package.manifest.name)
    closed = call_with_ticks(partial(quality_gates, package, samples, sampling_frequency), tick)
    if closed and not ignore_gates:
        return RecordingOutcome(closed=closed)
    tensor = call_with_ticks(partial(prepare_recording, package, samples, sampling_frequency), tick)
    logits, features = run_windows(package, tensor, progress)
    gate = package.manifest.out_of_distribution
    distribution = None
    if gate is not None and features is not None:
        distribution = judge(gate, float(np.median(feature_distances(package, features))))
    closed += distribution_gates(distribution)
    if closed and not ignore_gates:
        return RecordingOutcome(logits=logits, out_of_distribution=distribution, closed=closed)
    times = window_times(package, samples.shape[-1], sampling_frequency)
    segments = tuple(
        SegmentFindings(start, end, findings_from_logits(row, package.manifest))
        for (start, end), row in zip(times, logits, strict=True)
    )
    findings = findings_from_logits(logits.mean(axis=0), package.manifest)
    return RecordingOutcome(findings, segments, logits, distribution, closed)


def quality_gates(
    package: ModelPackage, samples: Samples, sampling_frequency: int
) -> tuple[ClosedGate, ...]:
    """Return the quality limits that a recording breaks."""
    limits = package.manifest.quality
    mono = samples.mean(axis=0, dtype=np.float32)
    measured = measure_audio(mono, sampling_frequency, (limit.measure for limit in limits))
    return tuple(
        ClosedGate(QUALITY_GATE, limit.answer) for limit in failed_limits(limits, measured)
    )


def run_windows(
    package: ModelPackage, tensor: Samples, progress: ReportProgress
) -> tuple[Samples, Samples | None]:
    """Return logits of shape (windows, classes) and the `features` output, batch by batch."""
    manifest = package.manifest
    session = session_for(package)
    logits, features = [], []
    for batch, tick in _batches(package, tensor, progress):
        outputs = session.run({manifest.inputs[0].name: batch}, tick=tick)
        part = output_of(manifest, outputs, OutputRole.LOGITS)
        if part is None:
            raise ValueError("an audio classification model needs a logits output")
        logits.append(part.reshape(len(batch), -1))
        feature = output_of(manifest, outputs, OutputRole.FEATURES)
        if feature is not None:
            features.append(feature)
    return np.concatenate(logits), np.concatenate(features) if features else None


def _batches(
    package: ModelPackage, tensor: Samples, progress: ReportProgress
) -> Iterator[tuple[Samples, Tick]]:
    size = BATCH if package.manifest.inputs[0].shape[0] is None else 1
    for start in range(0, len(tensor), size):
        tick = partial(progress, start, len(tensor), package.manifest.name)
        tick()
        yield tensor[start : start + size], tick
