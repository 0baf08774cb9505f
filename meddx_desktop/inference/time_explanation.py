"""Evidence for an audio finding: what the logit loses when a stretch of time is hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.explanation import TimeHighlights, WeightedSpan
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.audio_classification import (
    Recording,
    Samples,
    audio_operations,
    axes_of,
    plan_recording,
)
from meddx_desktop.inference.calibration import concept_of
from meddx_desktop.inference.explanations import (
    Variants,
    finding_logits_of,
    no_explanation,
    patch_starts,
    scaled,
)
from meddx_desktop.inference.hidden_sound import hide_stretch, quietest_stretch
from meddx_desktop.inference.manifest import FindingSpec, Occlusion
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.ticking import call_with_ticks
from meddx_desktop.preprocessing.audio import AudioOperation, CutWindows, Resample, prepare_audio

EXPLAINED_WINDOWS = 60
FADE_S = 0.01

Operations: TypeAlias = Sequence[AudioOperation]


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """One prepared window, without a batch axis, and the seconds of the recording it shows.

    `samples` are those that the tensor was computed from, at `rate`.
    """

    tensor: Samples
    samples: Samples
    rate: int
    start_s: float
    end_s: float


def explain_recording(
    package: ModelPackage, recording: Recording, spec: FindingSpec, progress: ReportProgress
) -> TimeHighlights:
    """Return which stretches of a recording carry a finding.

    Of a long recording the windows with the highest logits are explained; the rest has no span.
    """
    recipe = _recipe(package)
    windows = _most_telling(package, spec, recording, progress)
    duration_s = recording.sample_count / recording.sampling_frequency
    bins = max(1, int(np.ceil(duration_s / recipe.stride)))
    loss_sum, count = np.zeros(bins), np.zeros(bins)
    for done, window in enumerate(windows):
        progress(done, len(windows), "occlusion over time")
        for start_s, end_s, loss in _occlude(package, spec, window, progress):
            first = int(start_s / recipe.stride)
            last = max(first + 1, int(np.ceil(min(end_s, duration_s) / recipe.stride)))
            loss_sum[first:last] += loss
            count[first:last] += 1
    weights = scaled(loss_sum / np.maximum(count, 1))
    spans = tuple(
        WeightedSpan(
            place * recipe.stride, min(duration_s, (place + 1) * recipe.stride), float(weight)
        )
        for place, weight in enumerate(weights)
        if count[place]
    )
    return TimeHighlights(concept_of(spec), spans, recipe.method)


def _recipe(package: ModelPackage) -> Occlusion:
    recipe = package.manifest.explanation
    if isinstance(recipe, Occlusion) and recipe.over in {"time", "samples"}:
        return recipe
    raise no_explanation(package)


def _most_telling(
    package: ModelPackage, spec: FindingSpec, recording: Recording, progress: ReportProgress
) -> list[_Window]:
    """Return the windows with the highest logits, in the order of time; memory stays flat."""
    kept: list[tuple[float, _Window]] = []
    for windows in _prepared_blocks(package, recording, progress):
        axes = _axes(package, windows[0])
        variants = Variants(axes, len(windows), partial(_tensor, windows))
        logits = finding_logits_of(package, spec, variants, progress)
        kept += zip(logits.tolist(), windows, strict=True)
        kept = sorted(kept, key=lambda pair: -pair[0])[:EXPLAINED_WINDOWS]
    return sorted((window for _, window in kept), key=lambda window: window.start_s)


def _prepared_blocks(
    package: ModelPackage, recording: Recording, progress: ReportProgress
) -> Iterator[list[_Window]]:
    blocks = plan_recording(package, recording)
    sounding, describing = _split_at_windows(audio_operations(package))
    rates = [step.sampling_frequency for step in sounding if isinstance(step, Resample)]
    rate = rates[-1] if rates else recording.sampling_frequency
    for done, block in enumerate(blocks):
        tick = partial(progress, done, len(blocks), "preparing")
        tick()
        samples = recording.read(block.start, block.stop)
        cut = partial(_cut, samples, recording.sampling_frequency, sounding)
        sounds = call_with_ticks(cut, tick)
        tensor = call_with_ticks(partial(prepare_audio, sounds, rate, describing), tick)
        # Copies, so that a kept window does not keep its whole block in memory.
        yield [
            _Window(row.copy(), sound.copy(), rate, start, end)
            for row, sound, (start, end) in zip(tensor, sounds, block.windows, strict=True)
        ]


def _split_at_windows(operations: Operations) -> tuple[Operations, Operations]:
    """Return the operations that end in windows of samples, and those that describe a window."""
    cuts = [place for place, step in enumerate(operations) if isinstance(step, CutWindows)]
    first_after = cuts[-1] + 1 if cuts else 0
    return operations[:first_after], operations[first_after:]


def _cut(samples: Samples, sampling_frequency: int, sounding: Operations) -> Samples:
    """Return windows of shape (windows, samples); without a cut the block is one window."""
    if not sounding:
        return np.asarray(samples.mean(axis=0, keepdims=True), np.float32)
    return prepare_audio(samples, sampling_frequency, sounding)


def _tensor(windows: Sequence[_Window], place: int) -> Samples:
    return windows[place].tensor


def _axes(package: ModelPackage, window: _Window) -> tuple[str, ...]:
    return axes_of(package, window.tensor.ndim + 1)


def _occlude(
    package: ModelPackage, spec: FindingSpec, window: _Window, progress: ReportProgress
) -> Iterator[tuple[float, float, float]]:
    """Yield start and end in seconds of each hidden stretch and the logit's loss."""
    recipe = _recipe(package)
    shown_s = window.end_s - window.start_s
    steps = len(window.samples if recipe.over == "samples" else window.tensor)
    seconds_each = len(window.samples) / window.rate / steps
    patch = max(1, round(recipe.patch / seconds_each))
    starts = patch_starts(steps, patch, round(recipe.stride / seconds_each))
    hide = _hide_samples if recipe.over == "samples" else _hide_steps
    axes = _axes(package, window)
    whole = finding_logits_of(package, spec, Variants(axes, 1, lambda _: window.tensor), progress)
    hiding = partial(hide, package, window, patch)
    variants = Variants(axes, len(starts), lambda place: hiding(starts[place]))
    hidden: NDArray[np.float64] = finding_logits_of(package, spec, variants, progress)
    for start, loss in zip(starts, whole[0] - hidden, strict=True):
        # A recording shorter than a window was repeated to fill it.
        begin = window.start_s + start * seconds_each % shown_s
        yield begin, min(window.end_s, begin + patch * seconds_each), float(loss)


def _hide_steps(package: ModelPackage, window: _Window, patch: int, start: int) -> Samples:
    del package
    hidden = window.tensor.copy()
    hidden[start : start + patch] = window.tensor.mean(axis=0)
    return hidden


def _hide_samples(package: ModelPackage, window: _Window, patch: int, start: int) -> Samples:
    _, describing = _split_at_windows(audio_operations(package))
    quiet = quietest_stretch(window.samples, patch)
    fade = round(FADE_S * window.rate)
    hidden = hide_stretch(window.samples, (start, start + patch), quiet, fade)
    return np.asarray(prepare_audio(hidden[None], window.rate, describing)[0], np.float32)
