"""Evidence over time: each case is a recording with the stretches that the app marks."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.explanation import WeightedSpan
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.audio_classification import (
    Recording,
    audio_operations,
    plan_recording,
    prepare_samples,
    run_windows,
)
from meddx_desktop.inference.hidden_sound import hide_stretch, quietest_stretch
from meddx_desktop.inference.manifest import FindingSpec, Occlusion
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.time_explanation import FADE_S, explain_recording
from meddx_desktop.preprocessing.audio import CutWindows
from training.evidence.curves import Case, Kept
from training.sound_files import Samples, Sound, recording_from


def sound_cases(package: ModelPackage, told: Sequence[tuple[Sound, int]]) -> list[Case]:
    """Return the cases of sounds, each with the place of the finding that it has."""
    return [_case(package, sound, package.manifest.findings[place]) for sound, place in told]


def _case(package: ModelPackage, sound: Sound, spec: FindingSpec) -> Case:
    recording = recording_from(*sound)
    spans = explain_recording(package, recording, spec, ignore_progress).spans
    recipe = package.manifest.explanation
    is_over_time = isinstance(recipe, Occlusion) and recipe.over == "time"
    hide = _FrameHiding(package, recording, spans) if is_over_time else _SampleHiding(sound, spans)
    return Case(np.array([span.weight for span in spans]), partial(_score, package, spec, hide))


def _score(
    package: ModelPackage, spec: FindingSpec, hide: "_FrameHiding | _SampleHiding", kept: Kept
) -> float:
    logits = run_windows(package, hide.tensor(package, kept), lambda: None).logits
    return float(logits[:, spec.index].mean())


class _FrameHiding:
    """Hides frames of the prepared windows by the mean of their window, as the app does."""

    def __init__(
        self, package: ModelPackage, recording: Recording, spans: Sequence[WeightedSpan]
    ) -> None:
        samples = recording.read(0, recording.sample_count)
        self._tensor = prepare_samples(package, samples, recording.sampling_frequency)
        self._mean = self._tensor.mean(axis=1, keepdims=True)
        windows = [each for block in plan_recording(package, recording) for each in block.windows]
        cut = next(step for step in audio_operations(package) if isinstance(step, CutWindows))
        seconds_each = cut.duration_s / self._tensor.shape[1]
        frames = np.arange(self._tensor.shape[1]) * seconds_each
        # A recording shorter than a window was repeated to fill it.
        times = np.stack([start + frames % (end - start) for start, end in windows])
        starts = np.array([span.start for span in spans])
        self._places = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)

    def tensor(self, package: ModelPackage, kept: Kept) -> Samples:
        """Return the network's input with the frames of all other places hidden."""
        del package
        is_kept = kept[self._places][:, :, None, None]
        return np.where(is_kept, self._tensor, self._mean).astype(np.float32)


class _SampleHiding:
    """Hides stretches of the samples by the recording's quietest stretch, as the app does."""

    def __init__(self, sound: Sound, spans: Sequence[WeightedSpan]) -> None:
        samples, self._rate = sound
        self._mono: NDArray[np.float32] = samples.mean(axis=0, dtype=np.float32)
        self._stretches = [
            (round(span.start * self._rate), round(span.end * self._rate)) for span in spans
        ]
        longest = max(stop - start for start, stop in self._stretches)
        self._quiet = quietest_stretch(self._mono, 2 * longest)

    def tensor(self, package: ModelPackage, kept: Kept) -> Samples:
        """Return the network's input with all other stretches hidden."""
        samples, fade = self._mono, round(FADE_S * self._rate)
        for stretch, is_kept in zip(self._stretches, kept.tolist(), strict=True):
            if not is_kept:
                samples = hide_stretch(samples, stretch, self._quiet, fade)
        return prepare_samples(package, samples[None], self._rate)
