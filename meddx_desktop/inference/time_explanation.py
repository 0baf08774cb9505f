"""Evidence for an audio finding: what the logit loses when a stretch of time is hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.explanation import TimeHighlights, WeightedSpan
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.audio_classification import (
    AUDIO_AXES,
    Recording,
    Samples,
    audio_operations,
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
from meddx_desktop.inference.manifest import FindingSpec, Occlusion
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.ticking import call_with_ticks
from meddx_desktop.preprocessing.audio import CutWindows, prepare_audio

EXPLAINED_WINDOWS = 60


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """One prepared window, without a batch axis, and the seconds of the recording it shows."""

    tensor: Samples
    start_s: float
    end_s: float


def explain_recording(
    package: ModelPackage, recording: Recording, spec: FindingSpec, progress: ReportProgress
) -> TimeHighlights:
    """Return which stretches of a recording carry a finding.

    Of a long recording the windows with the highest logits are explained; the rest has no span.
    """
    recipe = package.manifest.explanation
    if not isinstance(recipe, Occlusion) or recipe.over != "time":
        raise no_explanation(package)
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


def _most_telling(
    package: ModelPackage, spec: FindingSpec, recording: Recording, progress: ReportProgress
) -> list[_Window]:
    """Return the windows with the highest logits, in the order of time; memory stays flat."""
    kept: list[tuple[float, _Window]] = []
    for windows in _prepared_blocks(package, recording, progress):
        variants = Variants(_axes(windows), len(windows), partial(_tensor, windows))
        logits = finding_logits_of(package, spec, variants, progress)
        kept += zip(logits.tolist(), windows, strict=True)
        kept = sorted(kept, key=lambda pair: -pair[0])[:EXPLAINED_WINDOWS]
    return sorted((window for _, window in kept), key=lambda window: window.start_s)


def _prepared_blocks(
    package: ModelPackage, recording: Recording, progress: ReportProgress
) -> Iterator[list[_Window]]:
    blocks = plan_recording(package, recording)
    for done, block in enumerate(blocks):
        tick = partial(progress, done, len(blocks), "preparing")
        tick()
        samples = recording.read(block.start, block.stop)
        prepare = partial(
            prepare_audio, samples, recording.sampling_frequency, audio_operations(package)
        )
        tensor = call_with_ticks(prepare, tick)
        # Copies, so that a kept window does not keep its whole block in memory.
        yield [
            _Window(row.copy(), start, end)
            for row, (start, end) in zip(tensor, block.windows, strict=True)
        ]


def _tensor(windows: Sequence[_Window], place: int) -> Samples:
    return windows[place].tensor


def _axes(windows: Sequence[_Window]) -> tuple[str, ...]:
    return AUDIO_AXES[windows[0].tensor.ndim + 1]


def _window_seconds(package: ModelPackage) -> float | None:
    cuts = [step for step in audio_operations(package) if isinstance(step, CutWindows)]
    return cuts[0].duration_s if cuts else None


def _occlude(
    package: ModelPackage, spec: FindingSpec, window: _Window, progress: ReportProgress
) -> Iterator[tuple[float, float, float]]:
    """Yield start and end in seconds of each hidden stretch and the logit's loss."""
    recipe = package.manifest.explanation
    if not isinstance(recipe, Occlusion):
        raise no_explanation(package)
    steps, shown_s = len(window.tensor), window.end_s - window.start_s
    seconds_each = (_window_seconds(package) or shown_s) / steps
    patch = max(1, round(recipe.patch / seconds_each))
    starts = patch_starts(steps, patch, round(recipe.stride / seconds_each))

    def hide(place: int) -> Samples:
        hidden = window.tensor.copy()
        hidden[starts[place] : starts[place] + patch] = window.tensor.mean(axis=0)
        return hidden

    axes = _axes([window])
    whole = finding_logits_of(package, spec, Variants(axes, 1, lambda _: window.tensor), progress)
    hidden: NDArray[np.float64] = finding_logits_of(
        package, spec, Variants(axes, len(starts), hide), progress
    )
    for start, loss in zip(starts, whole[0] - hidden, strict=True):
        # A recording shorter than a window was repeated to fill it.
        begin = window.start_s + start * seconds_each % shown_s
        yield begin, min(window.end_s, begin + patch * seconds_each), float(loss)
