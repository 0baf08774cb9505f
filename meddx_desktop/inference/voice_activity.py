"""Where somebody speaks: a small network over the recording, stretches from its probability."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.manifest import OutputRole
from meddx_desktop.inference.model_package import ModelPackage, package_with
from meddx_desktop.inference.mono_sound import MonoSound
from meddx_desktop.inference.onnx_session import ModelOutputError, Session, session_for
from meddx_desktop.inference.speech import VoiceActivity
from meddx_desktop.inference.ticking import call_with_ticks
from meddx_desktop.preprocessing.audio import Samples

STEPS_PER_PIECE = 312
_STATE_SHAPE = (2, 1, 128)

Probabilities = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech from `start` to `stop`, in samples; `voice` is the mean probability of speech."""

    start: int
    stop: int
    voice: float

    @property
    def samples(self) -> int:
        """Length in samples."""
        return self.stop - self.start


def find_speech(
    package: ModelPackage, settings: VoiceActivity, sound: MonoSound, progress: ReportProgress
) -> Iterator[Stretch]:
    """Yield the stretches of speech, each as soon as its end was heard."""
    pieces = voice_probabilities(package, settings, sound, progress)
    return collect_stretches(pieces, settings, sound.sample_count)


def voice_probabilities(
    package: ModelPackage, settings: VoiceActivity, sound: MonoSound, progress: ReportProgress
) -> Iterator[Probabilities]:
    """Yield the probability of speech step by step, in pieces of about ten seconds.

    Raises
    ------
    ModelOutputError : the network gave something that is no probability.
    """
    listener = _Listener(session_for(package_with(package, settings.network), 1), settings)
    length = STEPS_PER_PIECE * settings.step
    for start in range(0, sound.sample_count, length):
        stop = min(sound.sample_count, start + length)
        tick = partial(progress, *sound.seconds_done(start), "Looking for speech")
        tick()
        yield call_with_ticks(partial(listener.hear_part, sound, start, stop), tick)


class _Listener:
    """The network with what it carries from one step to the next."""

    def __init__(self, session: Session, settings: VoiceActivity) -> None:
        self._session, self._settings = session, settings
        self._state = np.zeros(_STATE_SHAPE, np.float32)
        self._past = np.zeros(settings.context, np.float32)
        self._rate = np.array(settings.sampling_frequency, np.int64)
        roles = {output.role: output.name for output in session.manifest.outputs}
        self._names = [roles[OutputRole.VOICE_PROBABILITY], roles[OutputRole.STATE]]

    def hear_part(self, sound: MonoSound, start: int, stop: int) -> Probabilities:
        """Return one probability for each step, the last one filled up with silence."""
        samples = sound.read(start, stop)
        step = self._settings.step
        padded = np.pad(samples, (0, -len(samples) % step))
        found = [self._hear(padded[begin : begin + step]) for begin in range(0, len(padded), step)]
        heard = np.array(found, np.float32)
        if not bool(np.all((heard >= 0) & (heard <= 1))):
            raise ModelOutputError(
                "The search for speech gave no usable answer. Verify the model package with "
                f"'meddx models test {self._session.manifest.id}'."
            )
        return heard

    def _hear(self, step: Samples) -> float:
        inputs = {
            "input": np.concatenate([self._past, step])[None],
            "state": self._state,
            "sr": self._rate,
        }
        # Thirty runs a second of sound: the checks of `Session.run` would cost more than they do.
        probability, self._state = self._session.network.run(self._names, inputs)
        self._past = step[-self._settings.context :]
        return float(probability.reshape(-1)[0])


def collect_stretches(
    pieces: Iterable[Probabilities], settings: VoiceActivity, sample_count: int
) -> Iterator[Stretch]:
    """Yield stretches from the probabilities of all steps; see `VoiceActivity` for the rules."""
    collector = _Collector(settings, sample_count)
    for piece in pieces:
        for probability in piece.tolist():
            yield from collector.add(probability)
    yield from collector.end()


class _Collector:
    """The stretch that is open, in steps; `_quiet_since` is None while somebody speaks."""

    def __init__(self, settings: VoiceActivity, sample_count: int) -> None:
        self._settings, self._sample_count = settings, sample_count
        self._heard: list[float] = []
        self._place = 0
        self._quiet_since: int | None = None
        self._continues = False
        rate = settings.sampling_frequency
        self._pause = round(settings.longest_pause_s * rate / settings.step)
        self._shortest = settings.shortest_s * rate / settings.step
        self._margin = round(settings.margin_s * rate)
        self._longest = int((settings.longest_s - 2 * settings.margin_s) * rate / settings.step)

    def add(self, probability: float) -> Iterator[Stretch]:
        """Take the next step."""
        self._place += 1
        if not self._heard and probability < self._settings.on:
            return
        self._heard.append(probability)
        if probability >= self._settings.on:
            self._quiet_since = None
        elif probability < self._settings.off and self._quiet_since is None:
            self._quiet_since = len(self._heard) - 1
        if self._quiet_since is not None and len(self._heard) - self._quiet_since >= self._pause:
            yield from self.end()
        elif len(self._heard) >= self._longest:
            yield from self._cut()

    def end(self) -> Iterator[Stretch]:
        """Close the open stretch."""
        spoken = len(self._heard) if self._quiet_since is None else self._quiet_since
        if spoken >= self._shortest:
            yield self._stretch(spoken, is_cut=False)
        self._heard, self._quiet_since, self._continues = [], None, False

    def _cut(self) -> Iterator[Stretch]:
        """End at the quietest step of the second half and go on from there."""
        half = len(self._heard) // 2
        place = half + int(np.argmin(self._heard[half:]))
        yield self._stretch(place, is_cut=True)
        self._heard = self._heard[place:]
        if self._quiet_since is not None:
            self._quiet_since = max(0, self._quiet_since - place)
        self._continues = True

    def _stretch(self, steps: int, *, is_cut: bool) -> Stretch:
        begin = self._place - len(self._heard)
        start = begin * self._settings.step - (0 if self._continues else self._margin)
        stop = (begin + steps) * self._settings.step + (0 if is_cut else self._margin)
        voice = float(np.mean(self._heard[:steps])) if steps else 0.0
        return Stretch(max(0, start), min(self._sample_count, stop), voice)


def join_stretches(
    stretches: Iterable[Stretch], longest: int, pause: int
) -> Iterator[tuple[Stretch, ...]]:
    """Gather stretches into windows of at most `longest` samples, with `pause` between them.

    A window costs the same whatever it holds, so short stretches share one.
    """
    window: list[Stretch] = []
    used = 0
    for stretch in stretches:
        if window and used + pause + stretch.samples > longest:
            yield tuple(window)
            window, used = [], 0
        used += stretch.samples + (pause if window else 0)
        window.append(stretch)
    if window:
        yield tuple(window)
