"""What a manifest adds for speech to text: further networks, languages, limits."""

from typing import Annotated, Literal

from pydantic import Field

from meddx_desktop.inference.record import Fraction, Record, RelativePath
from meddx_desktop.inference.tensors import Output, Tensor

Seconds = Annotated[float, Field(gt=0.0)]
Token = Annotated[int, Field(ge=0)]


class Network(Record):
    """A further network of a package; checked like the first one."""

    model: RelativePath
    opset: int
    inputs: Annotated[tuple[Tensor, ...], Field(min_length=1)]
    outputs: Annotated[tuple[Output, ...], Field(min_length=1)]


class VoiceActivity(Record):
    """Where speech begins and ends.

    The network takes `context` samples of the past with each step of `step` samples and its
    `state`. Speech begins where its probability reaches `on` and ends where it falls below
    `off`. Pauses under `longest_pause_s` are bridged; shorter speech than `shortest_s` is noise;
    `margin_s` is added at both ends. No stretch exceeds `longest_s`.
    """

    network: Network
    sampling_frequency: int
    step: Annotated[int, Field(gt=0)]
    context: Annotated[int, Field(gt=0)]
    on: Fraction
    off: Fraction
    longest_pause_s: Seconds
    shortest_s: Seconds
    margin_s: Seconds
    longest_s: Seconds


class ReliabilityLimits(Record):
    """Text outside these limits is invented more often than heard, and left out.

    `no_speech` is the highest probability of the decoder's own no-speech token, and
    `no_speech_short` that for windows with less than `short_s` seconds of speech;
    `mean_log_probability` the lowest mean over the tokens; `voice` the lowest mean of the voice
    activity network over a stretch; `repetitions` the number of equal runs of tokens that make a
    loop. `least_s` is the speech that a recording must hold in all: of a single short word the
    decoder guesses.
    """

    no_speech: Fraction
    no_speech_short: Fraction
    short_s: Seconds
    mean_log_probability: Annotated[float, Field(le=0.0)]
    voice: Fraction
    repetitions: Annotated[int, Field(ge=2)]
    least_s: Annotated[float, Field(ge=0.0)] = 0.0


class Speech(Record):
    """An encoder (the manifest's own network), a decoder with a cache, and voice activity.

    The decoder takes `tokens` and the state of the steps before. `vocabulary` is a JSON list of
    tokens in the byte alphabet of GPT-2; special tokens stand in ``<|...|>``. Stretches of speech
    are joined up to `window_s` with `pause_s` of silence between them.
    `suppressed` tokens are never written, `suppressed_first` not as the first one.
    `examples` are tokens of a sentence, by language, that the decoder takes for the text before,
    so that it writes on in the same script. `limited_scripts` names a character set, by language,
    that single tokens must belong to. A language whose share is under `least_language_share`
    counts as unknown.
    """

    method: Literal["encoder_decoder"] = "encoder_decoder"
    decoder: Network
    voice_activity: VoiceActivity
    vocabulary: RelativePath
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    suppressed: tuple[Token, ...]
    suppressed_first: tuple[Token, ...]
    examples: dict[str, tuple[Token, ...]] = Field(default_factory=dict)
    limited_scripts: dict[str, Literal["gb2312"]] = Field(default_factory=dict)
    maximum_tokens: Annotated[int, Field(gt=0)]
    window_s: Seconds
    pause_s: Seconds
    least_language_share: Fraction
    limits: ReliabilityLimits
