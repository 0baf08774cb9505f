"""The manifest of the package: networks, limits, and what the model is, and for whom."""

import json
from collections.abc import Mapping

from meddx_desktop.inference.manifest import (
    Accepts,
    Evaluation,
    Label,
    Manifest,
    Output,
    OutputRole,
    Task,
    Tensor,
)
from meddx_desktop.inference.speech import Network, ReliabilityLimits, Speech, VoiceActivity
from meddx_desktop.inference.speech_tokens import SpeechTokens
from meddx_desktop.preprocessing.audio import MelLevels, Resample
from training.speech_to_text.convert import Converted
from training.speech_to_text.graph import OPSET

MODEL_ID = "speech-to-text"
VERSION = "1.1.1"
ENCODER, DECODER = "encoder.onnx", "decoder.onnx"
VOICE_ACTIVITY, VOCABULARY = "voice_activity.onnx", "vocabulary.json"
VOICE_ACTIVITY_OPSET = 16
RATE = 16000
LAYERS, HEADS, HEAD_WIDTH, BANDS, FRAMES = 6, 8, 64, 80, 3000
MAXIMUM_TOKENS = 220
# Musical notes and brackets stand for sounds, not for words; Whisper's own list of symbols.
_SINGLE = '"#()*+/:;<=>@[\\]^_`{|}~「」『』'
_LONGER = "<< >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪"
SYMBOLS = frozenset((*_SINGLE, *_LONGER.split()))
SYMBOLS_AFTER_SPACE = frozenset({"-", "'"})
NOTES = "♩♪♫♬♭♮♯"

OPERATIONS = (
    Resample(sampling_frequency=RATE),
    MelLevels(duration_s=30.0, window_s=0.025, step_s=0.01, bands=BANDS, low=0.0, high=8000.0),
)
LIMITS = ReliabilityLimits(
    no_speech=0.6,
    no_speech_short=0.25,
    short_s=2.0,
    mean_log_probability=-0.7,
    voice=0.65,
    repetitions=4,
    least_s=1.0,
)

LABEL = Label(
    output_description="The words of a recording with the times at which they were said, the "
    "recognized language, and for each phrase the mean probability of its tokens, which is not "
    "calibrated. No finding.",
    developer="OpenAI (Whisper base), Silero Team (voice activity); converted and measured by the "
    "MedDx Desktop authors",
    funding="Unknown for the original weights; none for the conversion",
    intended_use="A first draft of a dictation or an interview that a person reads against the "
    "recording and corrects before it is used or analyzed.",
    intended_users="Clinicians and medical secretaries",
    intended_population="Adults who speak clearly near a microphone, in quiet surroundings",
    cautioned_out_of_scope_use="Use without correction; orders, doses and drug names taken over "
    "unread; telling speakers apart; judging a voice, a state of mind or an illness; captions.",
    known_risks_and_limitations=(
        "Drug names and medical terms are often misheard: in 12 synthesized medical sentences four "
        "words in ten were wrong.",
        "It can write fluent text that was never said, above all in noise, in silence and when "
        "several people speak at once; limits on its certainty leave out most of that, not all.",
        "A single word that is all there is in a recording is left out: less than a second of "
        "speech gives no reliable text.",
        "Numbers, doses, negations and names need a second look in every transcript.",
        "Accents, children, hoarse or slurred speech and far microphones were not measured here. "
        "Others report more errors for speakers with aphasia and for some accents.",
        "One recording is expected to be in one language.",
        "Other languages than English were tried with single recordings only.",
        "Speakers are not told apart.",
    ),
    training_data="Whisper: 680,000 hours of sound with transcripts from the internet, not "
    "published by OpenAI. Silero voice activity: unknown. Nothing was trained here.",
    training_demographics="Unknown",
    exclusion_criteria="Unknown",
    fairness_process="None by us; no data with speaker attributes that may be used were at hand.",
    external_validation="Published for Whisper base.en, not for this multilingual conversion: word "
    "error 4.3 % on LibriSpeech clean and 10.4 % on other.",
    quantitative_performance="See the table of evaluation: clean read speech of few speakers, "
    "which is no benchmark of medical dictation. Intervals are drawn over clips, not over the "
    "few speakers.",
    subgroup_performance="Unknown: the speakers' age, sex and accent are not published.",
    maintenance="Converted by one command from the published wheels, hashes compared; figures are "
    "measured anew.",
    update_schedule="With releases of MedDx Desktop",
)


def build_manifest(tokens: list[str], evaluation: tuple[Evaluation, ...]) -> Manifest:
    """Return the manifest, complete but for files and golden cases."""
    return Manifest(
        id=MODEL_ID,
        version=VERSION,
        name="Speech to text",
        summary="Writes down what is said in a recording, in many languages, with times.",
        changelog={
            VERSION: "What has not eight bits is in half precision, and the voice network serves "
            "one sampling frequency: 5 MB less.",
            "1.1.0": "Recordings with less than a second of speech are left out.",
            "1.0.0": "First version.",
        },
        authors="OpenAI; Silero Team; the MedDx Desktop authors (conversion)",
        copyright="Copyright 2022 OpenAI; copyright 2020-present Silero Team",
        license="MIT",
        references=(
            "Radford A, Kim JW, Xu T, et al. Robust speech recognition via large-scale weak "
            "supervision. ICML 2023. Weights of Whisper base: MIT license.",
            "Silero Team. Silero VAD: pre-trained enterprise-grade voice activity detector. "
            "https://github.com/snakers4/silero-vad, MIT license.",
            "Piczak KJ. ESC: Dataset for environmental sound classification. ACM MM 2015. "
            "Evaluation only.",
        ),
        task=Task.SPEECH_TO_TEXT,
        model=ENCODER,
        opset=OPSET,
        inputs=(_tensor("mel", "batch frequency time", (None, BANDS, None)),),
        outputs=(_state("cross_k"), _state("cross_v")),
        preprocessing=OPERATIONS,
        postprocessing=(),
        accepts=Accepts(minimum_duration_s=0.2, minimum_sampling_frequency=8000),
        speech=_speech(tokens),
        label=LABEL,
        evaluation=evaluation,
        files=(),
    )


def package_files(converted: Converted) -> Mapping[str, bytes]:
    """Return the files of the package beside the encoder, by path."""
    return {
        DECODER: converted.decoder,
        VOICE_ACTIVITY: converted.voice_activity,
        VOCABULARY: converted.vocabulary,
        **converted.licenses,
    }


def read_tokens(converted: Converted) -> list[str]:
    """Return the vocabulary."""
    return [str(token) for token in json.loads(converted.vocabulary)]


def _speech(tokens: list[str]) -> Speech:
    first, last = tokens.index("<|startoftranscript|>"), tokens.index("<|translate|>")
    return Speech(
        decoder=_decoder(len(tokens)),
        voice_activity=_voice_activity(),
        vocabulary=VOCABULARY,
        languages=tuple(token.strip("<|>") for token in tokens[first + 1 : last]),
        suppressed=suppressed_symbols(tokens),
        suppressed_first=(tokens.index("Ġ"), tokens.index("<|endoftext|>")),
        examples={"zh": split_greedily("以下是普通话的句子。", tokens)},
        limited_scripts={"zh": "gb2312"},
        maximum_tokens=MAXIMUM_TOKENS,
        window_s=28.0,
        pause_s=0.5,
        least_language_share=0.5,
        limits=LIMITS,
    )


def suppressed_symbols(tokens: list[str]) -> tuple[int, ...]:
    """Return the tokens that are symbols instead of words, and the beginnings of notes."""
    vocabulary = SpeechTokens(tokens)
    note_starts = {note.encode()[:2] for note in NOTES}
    found = []
    for token in range(vocabulary.end):
        raw = vocabulary.raw(token)
        text = raw.decode("utf-8", "replace")
        is_symbol = text.removeprefix(" ") in SYMBOLS or (
            text.startswith(" ") and text[1:] in SYMBOLS_AFTER_SPACE
        )
        if is_symbol or raw.removeprefix(b" ") in note_starts:
            found.append(token)
    return tuple(found)


def split_greedily(text: str, tokens: list[str]) -> tuple[int, ...]:
    """Return tokens that spell a text, the longest one first at each place."""
    vocabulary = SpeechTokens(tokens)
    numbers = {vocabulary.raw(token): token for token in range(vocabulary.end)}
    rest, found = text.encode(), []
    while rest:
        length = next(size for size in range(len(rest), 0, -1) if rest[:size] in numbers)
        found.append(numbers[rest[:length]])
        rest = rest[length:]
    return tuple(found)


def _tensor(name: str, axes: str, shape: tuple[int | None, ...]) -> Tensor:
    return Tensor(name=name, axes=tuple(axes.split()), shape=shape, dtype="float32")


def _state(name: str) -> Output:
    return Output(**_state_tensor(name).model_dump(), role=OutputRole.STATE)


def _state_tensor(name: str) -> Tensor:
    shape = (LAYERS, None, HEADS, None, HEAD_WIDTH)
    return _tensor(name, "layer batch head time feature", shape)


def _decoder(tokens: int) -> Network:
    logits = _tensor("logits", "batch time class", (None, 1, tokens))
    return Network(
        model=DECODER,
        opset=OPSET,
        inputs=(
            Tensor(name="tokens", axes=("batch", "token"), shape=(None, None), dtype="int64"),
            *(_state_tensor(name) for name in ("self_k", "self_v", "cross_k", "cross_v")),
        ),
        outputs=(
            Output(**logits.model_dump(), role=OutputRole.LOGITS),
            _state("new_self_k"),
            _state("new_self_v"),
        ),
    )


def _voice_activity() -> VoiceActivity:
    probability = _tensor("output", "batch class", (None, 1))
    state = _tensor("stateN", "layer batch feature", (None, None, None))
    return VoiceActivity(
        network=Network(
            model=VOICE_ACTIVITY,
            opset=VOICE_ACTIVITY_OPSET,
            inputs=(
                _tensor("input", "batch time", (None, None)),
                _tensor("state", "layer batch feature", (2, None, 128)),
                Tensor(name="sr", axes=(), shape=(), dtype="int64"),
            ),
            outputs=(
                Output(**probability.model_dump(), role=OutputRole.VOICE_PROBABILITY),
                Output(**state.model_dump(), role=OutputRole.STATE),
            ),
        ),
        sampling_frequency=RATE,
        step=512,
        context=64,
        on=0.5,
        off=0.35,
        longest_pause_s=0.6,
        shortest_s=0.25,
        margin_s=0.25,
        longest_s=28.0,
    )
