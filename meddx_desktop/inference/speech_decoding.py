"""One window of speech to tokens: encoder once, decoder greedily with its cache."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.audio_classification import audio_operations
from meddx_desktop.inference.model_package import ModelPackage, package_with
from meddx_desktop.inference.onnx_session import Session, Tensors, arrange_axes, session_for
from meddx_desktop.inference.speech_tokens import (
    SECONDS_PER_TIME_TOKEN,
    SpeechTokens,
    read_tokens,
    speech_of,
    unwritable,
)
from meddx_desktop.inference.ticking import Tick
from meddx_desktop.preprocessing.audio import MelLevels, Samples, mel_levels

STATE_NAMES = ("self_k", "self_v")
MEL_AXES = ("batch", "time", "frequency")
LATEST_FIRST_TIME_S = 1.0
LOOPS_LEFT = 3
_LONGEST_PERIOD = 12
_SHORTEST_LOOP = 6

Logits: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """What the decoder says before the first word.

    `languages` are shares by code that add up to one.
    """

    no_speech: float
    languages: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """Tokens with the logarithm of each one's probability; the end of text is the last one.

    Of a text that repeats itself, `tokens` go to the end of the first copy and `next_token` begins
    the second.
    """

    tokens: tuple[int, ...]
    log_probabilities: tuple[float, ...]
    is_looped: bool
    next_token: int = -1

    @property
    def mean_log_probability(self) -> float:
        """Mean over all tokens."""
        return float(np.mean(self.log_probabilities)) if self.log_probabilities else 0.0


class Window:
    """A window of speech that was encoded and waits to be written down."""

    def __init__(self, package: ModelPackage, samples: Samples, tick: Tick) -> None:
        self._package, self._tick = package, tick
        self._speech = speech_of(package)
        self.vocabulary: SpeechTokens = read_tokens(package, self._speech.vocabulary)
        self._decoder: Session = session_for(package_with(package, self._speech.decoder))
        self.mel = prepare_window(package, samples)
        self._encoded = session_for(package).run(
            {package.manifest.inputs[0].name: self.mel}, tick=tick
        )

    def opening(self) -> Opening:
        """Ask for the language, and whether there is speech at all."""
        logits, _ = self._step([self.vocabulary.start], self._empty_state())
        shares = _softmax(logits)
        codes = self._speech.languages
        numbers = [self.vocabulary.language(code) for code in codes]
        weights = _softmax(logits[numbers])
        return Opening(
            float(shares[self.vocabulary.no_speech]),
            dict(zip(codes, weights.tolist(), strict=True)),
        )

    def write(self, language: str, *, with_times: bool) -> Decoded:
        """Write down what is said; with times every sentence stands between two time tokens.

        When the text begins to repeat itself, it is written on from its first copy with another
        word, a few times at most.
        """
        rules = WritingRules(self._package, language, with_times=with_times)
        beginning = self._beginning(language, with_times=with_times)
        written = Decoded((), (), is_looped=False)
        for _ in range(LOOPS_LEFT):
            written = self._write_on(rules, beginning, written)
            if not written.is_looped:
                return replace(written, is_looped=bool(rules.banned))
            rules.banned[len(written.tokens)] = written.next_token
        return written

    def _beginning(self, language: str, *, with_times: bool) -> list[int]:
        vocabulary = self.vocabulary
        example = self._speech.examples.get(language, ())
        before = [vocabulary.before, *example] if example else []
        start = [vocabulary.start, vocabulary.language(language), vocabulary.transcribe]
        return [*before, *start, *([] if with_times else [vocabulary.no_times])]

    def _write_on(self, rules: "WritingRules", beginning: list[int], written: Decoded) -> Decoded:
        tokens, chances = list(written.tokens), list(written.log_probabilities)
        logits, state = self._step([*beginning, *tokens], self._empty_state())
        while len(tokens) < self._speech.maximum_tokens:
            token, chance = rules.choose(logits, tokens)
            tokens.append(token)
            chances.append(chance)
            if token == self.vocabulary.end:
                break
            kept = kept_before_loop(tokens, self._speech.limits.repetitions, self.vocabulary)
            if kept is not None:
                again = tokens[kept]
                return Decoded(
                    tuple(tokens[:kept]),
                    tuple(chances[:kept]),
                    is_looped=True,
                    next_token=again,
                )
            logits, state = self._step([token], state)
        return Decoded(tuple(tokens), tuple(chances), is_looped=False)

    def _empty_state(self) -> Tensors:
        kept = [tensor for tensor in self._speech.decoder.inputs if tensor.name in STATE_NAMES]
        return {
            tensor.name: np.zeros(
                [
                    1 if axis == "batch" else size or 0
                    for axis, size in zip(tensor.axes, tensor.shape, strict=True)
                ],
                np.float32,
            )
            for tensor in kept
        }

    def _step(self, tokens: Sequence[int], state: Tensors) -> tuple[Logits, Tensors]:
        inputs = {"tokens": np.array([tokens], np.int64), **state, **self._encoded}
        outputs = self._decoder.run(inputs, tick=self._tick)
        following = {name: outputs[f"new_{name}"] for name in state}
        return outputs["logits"].reshape(-1), following


def prepare_window(package: ModelPackage, samples: Samples) -> Samples:
    """Return the encoder's input for the samples of a window."""
    rate = speech_of(package).voice_activity.sampling_frequency
    (operation,) = [step for step in audio_operations(package) if isinstance(step, MelLevels)]
    levels = mel_levels(samples, rate, operation)[None]
    return arrange_axes(levels, MEL_AXES, package.manifest.inputs[0])


class WritingRules:
    """Which token may follow, after Whisper's own rules for times (Radford 2022, 2.3)."""

    def __init__(self, package: ModelPackage, language: str, *, with_times: bool) -> None:
        speech = speech_of(package)
        self._vocabulary = read_tokens(package, speech.vocabulary)
        self._never = unwritable(package, language)
        self._first = np.array(speech.suppressed_first, np.int64)
        self._with_times = with_times
        self.banned: dict[int, int] = {}

    def choose(self, logits: Logits, before: Sequence[int]) -> tuple[int, float]:
        """Return the most probable allowed token and the logarithm of its probability."""
        allowed = logits.astype(np.float64)
        allowed[self._never] = -np.inf
        if not before:
            allowed[self._first] = -np.inf
        if len(before) in self.banned:
            allowed[self.banned[len(before)]] = -np.inf
        if self._with_times:
            self._limit_times(allowed, before)
        else:
            allowed[self._vocabulary.first_time :] = -np.inf
        chances = allowed - _log_sum(allowed)
        if self._with_times:
            self._prefer_times(chances)
        token = int(np.argmax(chances))
        return token, float(chances[token])

    def _limit_times(self, allowed: NDArray[np.float64], before: Sequence[int]) -> None:
        """Keep times in pairs around text; they never fall."""
        first, end = self._vocabulary.first_time, self._vocabulary.end
        if not before:
            allowed[:first] = -np.inf
            allowed[first + round(LATEST_FIRST_TIME_S / SECONDS_PER_TIME_TOKEN) + 1 :] = -np.inf
            return
        is_open = before[-1] < first
        if before[-1] >= first:
            is_pair = len(before) == 1 or before[-2] >= first
            allowed[first if is_pair else 0 : None if is_pair else end] = -np.inf
        latest = max((token for token in before if token >= first), default=first)
        # A sentence takes time; only the begin of the next may equal the end of the last.
        allowed[first : latest + int(is_open)] = -np.inf

    def _prefer_times(self, chances: NDArray[np.float64]) -> None:
        """Force a time when all times together are more probable than any single word."""
        first = self._vocabulary.first_time
        if _log_sum(chances[first:]) > float(np.max(chances[:first])):
            chances[:first] = -np.inf


def kept_before_loop(
    tokens: Sequence[int], repetitions: int, vocabulary: SpeechTokens
) -> int | None:
    """Return how many tokens to keep when the end repeats itself, None while it does not.

    A run of up to twelve text tokens that stands `repetitions` times in a row is a loop; its first
    copy stays.
    """
    places = [place for place, token in enumerate(tokens) if vocabulary.is_text(token)]
    words = [tokens[place] for place in places]
    for period in range(1, _LONGEST_PERIOD + 1):
        length = repetitions * period
        if len(words) < max(length, _SHORTEST_LOOP):
            continue
        if words[-length:] == words[-period:] * repetitions:
            return places[len(words) - length + period - 1] + 1
    return None


def _softmax(logits: Logits) -> NDArray[np.float64]:
    values = logits.astype(np.float64)
    return np.asarray(np.exp(values - _log_sum(values)), np.float64)


def _log_sum(values: NDArray[np.float64]) -> float:
    highest = float(np.max(values))
    if not np.isfinite(highest):
        return highest
    return highest + float(np.log(np.sum(np.exp(values - highest))))
