"""Speech to text: find speech, write it down window by window, leave out what is not reliable."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.transcript import Transcript, TranscriptSegment
from meddx_desktop.inference.audio_classification import Recording, audio_operations
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.mono_sound import MonoSound
from meddx_desktop.inference.speech import ReliabilityLimits
from meddx_desktop.inference.speech_decoding import Decoded, Window
from meddx_desktop.inference.speech_tokens import (
    SECONDS_PER_TIME_TOKEN,
    SpeechTokens,
    lacks_ideograph,
    speech_of,
)
from meddx_desktop.inference.spoken_words import words_of
from meddx_desktop.inference.voice_activity import Stretch, find_speech, join_stretches
from meddx_desktop.preprocessing.audio import Resample, Samples

NO_SPEECH = "No speech was found."
LANGUAGE_UNKNOWN = (
    "The language was not recognized with certainty. Name it, if you know it, and transcribe again."
)
REPEATED = "The model began to repeat itself; the repetitions were left out. Listen to that place."
NEAR_S = 0.4
OTHER_CHARACTERS = "Some characters are not in the simplified set."


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text between two places of a window, in seconds of the window."""

    start_s: float
    end_s: float
    tokens: tuple[int, ...]
    log_probabilities: tuple[float, ...]


@dataclass(slots=True)
class LanguageVote:
    """The language of a recording: the shares of its windows, weighted with their length."""

    given: str | None
    _weights: dict[str, float] = field(default_factory=dict)
    _total: float = 0.0

    def add(self, shares: dict[str, float], seconds: float) -> str:
        """Count a window and return the language that it is written in."""
        self._total += seconds
        for code, share in shares.items():
            self._weights[code] = self._weights.get(code, 0.0) + share * seconds
        return self.given or max(self._weights, key=self._weights.__getitem__)

    def result(self, least_share: float) -> str | None:
        """Return the language, or None where no share is large enough."""
        if self.given is not None or not self._weights:
            return self.given
        code = max(self._weights, key=self._weights.__getitem__)
        return code if self._weights[code] >= least_share * self._total else None


@dataclass(slots=True)
class _Account:
    """What was found and left out so far."""

    segments: list[TranscriptSegment] = field(default_factory=list)
    unreliable_s: float = 0.0
    is_looped: bool = False


def transcribe_recording(
    package: ModelPackage,
    recording: Recording,
    language: str | None,
    progress: ReportProgress,
) -> Generator[TranscriptSegment, None, Transcript]:
    """Yield what is said, stretch by stretch, as soon as it is written; return all of it.

    Parameters
    ----------
    language : a code such as "en", or None to recognize it.

    Raises
    ------
    MedDxError : the model does not know the language.
    """
    speech = speech_of(package)
    check_language(package, language)
    (operation,) = [step for step in audio_operations(package) if isinstance(step, Resample)]
    sound = MonoSound(recording, operation)
    rate = sound.sampling_frequency
    vote, account = LanguageVote(language), _Account()
    stretches = find_speech(package, speech.voice_activity, sound, progress)
    joined = join_stretches(
        _reliable(stretches, speech.limits, account, rate),
        round(speech.window_s * rate),
        round(speech.pause_s * rate),
    )
    for window in joined:
        tick = partial(progress, *sound.seconds_done(window[0].start), "Writing down")
        tick()
        written = list(_write_window(package, _Hearing(sound, vote, account), window, tick))
        account.segments += written
        yield from written
    result = vote.result(speech.least_language_share)
    return Transcript(
        package.manifest.id,
        package.manifest.version,
        result if account.segments else None,
        tuple(account.segments),
        _warnings(package, account, result),
    )


def transcript_of(
    package: ModelPackage, recording: Recording, language: str | None, progress: ReportProgress
) -> Transcript:
    """Return all that is said at once; see `transcribe_recording`."""
    writing = transcribe_recording(package, recording, language, progress)
    while True:
        try:
            next(writing)
        except StopIteration as end:
            transcript: Transcript = end.value
            return transcript


def check_language(package: ModelPackage, language: str | None) -> None:
    """Refuse a language that the model does not know."""
    known = speech_of(package).languages
    if language is not None and language not in known:
        raise MedDxError(
            f"{package.manifest.name} does not know the language {language}. "
            f"Choose one of {', '.join(sorted(known))}.",
            code="unknown_language",
        )


def _reliable(
    stretches: Iterator[Stretch], limits: ReliabilityLimits, account: _Account, rate: int
) -> Iterator[Stretch]:
    for stretch in stretches:
        if stretch.voice >= limits.voice:
            yield stretch
        else:
            account.unreliable_s += stretch.samples / rate


@dataclass(frozen=True, slots=True, eq=False)
class _Hearing:
    sound: MonoSound
    vote: LanguageVote
    account: _Account


def _write_window(
    package: ModelPackage, hearing: _Hearing, stretches: Sequence[Stretch], tick: partial[None]
) -> Iterator[TranscriptSegment]:
    speech, rate = speech_of(package), hearing.sound.sampling_frequency
    layout = Layout(tuple(stretches), round(speech.pause_s * rate), rate)
    # Only the last window can be that short; where it is the first, it is all there is.
    if layout.spoken_s < speech.limits.least_s and not hearing.account.segments:
        hearing.account.unreliable_s += layout.spoken_s
        return
    window = Window(package, layout.samples(hearing.sound), tick)
    opening = window.opening()
    language = hearing.vote.add(opening.languages, layout.spoken_s)
    decoded = window.write(language, with_times=len(stretches) > 1)
    hearing.account.is_looped |= decoded.is_looped
    heard = Heard(layout.spoken_s, opening.no_speech, decoded.mean_log_probability)
    if not is_reliable(heard, speech.limits):
        hearing.account.unreliable_s += layout.spoken_s
        return
    for phrase in phrases_of(decoded, window.vocabulary, layout.window_s):
        text = window.vocabulary.text(list(phrase.tokens))
        if text:
            start_s, end_s = layout.times(phrase.start_s, phrase.end_s)
            probability = float(np.exp(np.mean(phrase.log_probabilities)))
            words = words_of(phrase.tokens, phrase.log_probabilities, window.vocabulary)
            yield TranscriptSegment(round(start_s, 3), round(end_s, 3), text, probability, words)


@dataclass(frozen=True, slots=True)
class Heard:
    """How much speech a window holds, and how certain the decoder was of it."""

    spoken_s: float
    no_speech: float
    mean_log_probability: float


def is_reliable(heard: Heard, limits: ReliabilityLimits) -> bool:
    """Whether the text was more probably heard than invented."""
    is_short = heard.spoken_s < limits.short_s
    return (
        heard.no_speech <= (limits.no_speech_short if is_short else limits.no_speech)
        and heard.mean_log_probability >= limits.mean_log_probability
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """How stretches of a recording lie in a window; `pause` in samples."""

    stretches: tuple[Stretch, ...]
    pause: int
    rate: int

    @property
    def spoken_s(self) -> float:
        """Seconds of speech."""
        return sum(stretch.samples for stretch in self.stretches) / self.rate

    @property
    def window_s(self) -> float:
        """Length with the pauses."""
        return self.spoken_s + (len(self.stretches) - 1) * self.pause / self.rate

    def samples(self, sound: MonoSound) -> Samples:
        """Return the window's samples, silence between the stretches."""
        parts: list[Samples] = []
        for stretch in self.stretches:
            if parts:
                parts.append(np.zeros(self.pause, np.float32))
            parts.append(sound.read(stretch.start, stretch.stop))
        return np.concatenate(parts)

    def times(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Return the times in the recording of two places in the window."""
        start = self._place(start_s, is_begin=True)
        return start, max(start, self._place(end_s, is_begin=False))

    def _place(self, second: float, *, is_begin: bool) -> float:
        """Give a begin near a pause to the next stretch, an end to the one before.

        The decoder hears times to a few tenths of a second only.
        """
        begin, pause_s = 0.0, self.pause / self.rate
        for stretch in self.stretches:
            length = stretch.samples / self.rate
            near = min(NEAR_S, length / 2)
            reach = begin + length + (-near if is_begin else pause_s + near)
            if second < reach or stretch is self.stretches[-1]:
                within = min(max(second - begin, 0.0), length)
                return stretch.start / self.rate + within
            begin += length + pause_s
        raise ValueError("a window holds at least one stretch")


def phrases_of(decoded: Decoded, vocabulary: SpeechTokens, window_s: float) -> Iterator[Phrase]:
    """Cut tokens at their times; without times everything is one phrase."""
    start_s = 0.0
    tokens: list[int] = []
    chances: list[float] = []
    for token, chance in zip(decoded.tokens, decoded.log_probabilities, strict=True):
        if vocabulary.is_text(token):
            tokens.append(token)
            chances.append(chance)
            continue
        if token < vocabulary.first_time:
            continue
        second = (token - vocabulary.first_time) * SECONDS_PER_TIME_TOKEN
        if tokens:
            yield Phrase(start_s, min(second, window_s), tuple(tokens), tuple(chances))
            tokens, chances = [], []
        start_s = second
    if tokens:
        yield Phrase(start_s, window_s, tuple(tokens), tuple(chances))


def _warnings(package: ModelPackage, account: _Account, language: str | None) -> tuple[str, ...]:
    found = []
    if not account.segments:
        found.append(NO_SPEECH)
    elif language is None:
        found.append(LANGUAGE_UNKNOWN)
    if account.unreliable_s:
        found.append(
            f"{account.unreliable_s:.1f} s of sound resembled speech but gave no reliable text and "
            "were left out."
        )
    if account.is_looped:
        found.append(REPEATED)
    codec = speech_of(package).limited_scripts.get(language or "")
    if codec and any(lacks_ideograph(segment.text, codec) for segment in account.segments):
        found.append(OTHER_CHARACTERS)
    return tuple(found)
