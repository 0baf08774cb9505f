"""What the package does with real recordings: word errors, silence, cost."""

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from meddx_desktop.analysis.model_inputs import recording_of
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.audio_classification import Recording, Samples
from meddx_desktop.inference.manifest import Evaluation
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.speech_to_text import transcript_of
from meddx_desktop.preprocessing.audio import BandPass, Resample, band_pass, resample
from meddx_desktop.preprocessing.resampling import resample_samples
from meddx_desktop.readers import open_path
from training.command_line import say
from training.metrics import wilson_interval
from training.sound_files import recording_from
from training.speech_to_text.word_errors import edit_distance, error_rate, normalize

SPEECH_FOLDER, NEGATIVES_FOLDER = "asr-samples", "ood-negatives"
SYSTEM = "Whisper base, 8 bit, with voice search and limits"
SPEECH_SET = "English read speech (LJ Speech, Harvard sentences, LibriSpeech)"
NEGATIVES_SET = "ESC-10 environmental sounds"
DIGITS_SET = "Free Spoken Digit Dataset"
SPLIT, JOINED_SPLIT = "visible clips", "visible clips joined into one recording"
WORD_ERROR = "word error"
RATE, TELEPHONE_RATE = 16000, 8000
MU = 255.0
PAUSE_S = 1.0
QUOTED_WORD_ERROR = 0.255


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording of a set with its label, speaker and reference text."""

    path: Path
    label: str
    speaker: str
    transcript: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What was written, and what it cost."""

    text: str
    cpu_s: float
    duration_s: float


def read_clips(folder: Path) -> tuple[Clip, ...]:
    """Read a set's index."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            Clip(folder / row["file"], row["label"], row["patient_id"], row.get("transcript") or "")
            for row in csv.DictReader(stream)
        )


def open_clip(path: Path) -> AudioClip:
    """Open a recording as the app does."""
    item = open_path(path, ignore_progress)
    if not isinstance(item, AudioClip):
        raise TypeError(f"{path.name} is not a recording")
    return item


def hear(package: ModelPackage, recording: Recording) -> Heard:
    """Transcribe with the language unknown and measure the processor time."""
    before = time.process_time()
    transcript = transcript_of(package, recording, None, ignore_progress)
    spent = time.process_time() - before
    return Heard(transcript.text, spent, recording.sample_count / recording.sampling_frequency)


def evaluate(package: ModelPackage, data: Path) -> tuple[Evaluation, ...]:
    """Measure the package on the sets under `data`, beside what was published for another."""
    clips = read_clips(data / SPEECH_FOLDER)
    negatives = read_clips(data / NEGATIVES_FOLDER)
    english = [clip for clip in clips if clip.label == "en"]
    return (
        *speech_rows(package, english),
        *joined_rows(package, english),
        *robustness_rows(package, english),
        *other_language_rows(package, [clip for clip in clips if clip.label != "en"]),
        *silence_rows(package, [clip for clip in negatives if clip.label.startswith("env_")]),
        *digit_rows(package, [clip for clip in negatives if not clip.label.startswith("env_")]),
    )


def _word_error_row(
    heard: Sequence[str], clips: Sequence[Clip], split: str = SPLIT, metric: str = WORD_ERROR
) -> Evaluation:
    references = [normalize(clip.transcript) for clip in clips]
    errors = [
        edit_distance(reference, normalize(text))
        for reference, text in zip(references, heard, strict=True)
    ]
    rate = error_rate(errors, [len(reference) for reference in references])
    say(f"{metric}: {rate.value:.4f} {rate.interval} over {rate.words} words")
    return Evaluation(
        system=SYSTEM,
        data_set=SPEECH_SET,
        split=split,
        patients=len({clip.speaker for clip in clips}),
        items=len(clips),
        metric=metric,
        value=rate.value,
        interval=rate.interval,
    )


def speech_rows(package: ModelPackage, clips: Sequence[Clip]) -> Iterator[Evaluation]:
    """Yield word error and cost of single clips; the other recognizer's figure is quoted."""
    heard = [hear(package, recording_of(open_clip(clip.path))) for clip in clips]
    ours = _word_error_row([one.text for one in heard], clips)
    yield ours
    quoted = {
        "system": "pocketsphinx 5.1.1, US English (quoted, not measured with this version)",
        "value": QUOTED_WORD_ERROR,
        "interval": None,
        "is_baseline": True,
    }
    yield ours.model_copy(update=quoted)
    yield _cost_row(heard, ours)


def _cost_row(heard: Sequence[Heard], like: Evaluation) -> Evaluation:
    spent = [one.cpu_s for one in heard]
    lasted = [one.duration_s for one in heard]
    metric = "processor seconds a second of sound"
    value = sum(spent) / sum(lasted)
    say(f"{metric} ({like.split}): {value:.3f}")
    return like.model_copy(update={"metric": metric, "value": value, "interval": None})


def joined_rows(package: ModelPackage, clips: Sequence[Clip]) -> Iterator[Evaluation]:
    """Yield word error and cost of all clips as one recording with pauses."""
    whole = _joined(clips)
    heard = hear(package, recording_from(whole[None], RATE))
    row = _joined_row(heard, clips, JOINED_SPLIT)
    yield row
    yield _cost_row([heard], row)


def robustness_rows(package: ModelPackage, clips: Sequence[Clip]) -> Iterator[Evaluation]:
    """Yield the word error of the joined recording under each change."""
    whole = _joined(clips)
    for change, alter in _CHANGES.items():
        samples, rate = alter(whole)
        heard = hear(package, recording_from(samples[None], rate))
        yield _joined_row(heard, clips, f"{JOINED_SPLIT}, {change}")


def _joined(clips: Sequence[Clip]) -> Samples:
    parts: list[Samples] = []
    for clip in clips:
        recording = recording_of(open_clip(clip.path))
        samples = recording.read(0, recording.sample_count)
        operation = Resample(sampling_frequency=RATE)
        parts.append(resample(samples, recording.sampling_frequency, operation))
        parts.append(np.zeros(round(PAUSE_S * RATE), np.float32))
    return np.concatenate(parts)


def _joined_row(heard: Heard, clips: Sequence[Clip], split: str) -> Evaluation:
    everything = Clip(clips[0].path, "en", "", " ".join(clip.transcript for clip in clips))
    row = _word_error_row([heard.text], [everything], split)
    speakers = {"patients": len({clip.speaker for clip in clips}), "interval": None}
    return row.model_copy(update=speakers)


def _with_noise(samples: Samples, decibels: float) -> tuple[Samples, int]:
    level = float(np.sqrt(np.mean(np.square(samples[samples != 0], dtype=np.float64))))
    noise = np.random.default_rng(0).standard_normal(len(samples))
    return np.asarray(samples + level * 10 ** (-decibels / 20) * noise, np.float32), RATE


def _by_telephone(samples: Samples) -> tuple[Samples, int]:
    """Return 300 to 3,400 Hz at 8 kHz in the 8-bit steps of G.711 (mu-law)."""
    narrow = band_pass(samples, RATE, BandPass(low=300.0, high=3400.0))
    low = resample_samples(narrow, RATE, TELEPHONE_RATE)
    low = low / max(1.0, float(np.abs(low).max()))
    steps = np.round(np.sign(low) * np.log1p(MU * np.abs(low)) / np.log1p(MU) * 127) / 127
    expanded = np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(MU)) / MU
    return np.asarray(expanded, np.float32), TELEPHONE_RATE


_CHANGES: dict[str, Callable[[Samples], tuple[Samples, int]]] = {
    "white noise 20 dB below": lambda samples: _with_noise(samples, 20.0),
    "white noise 10 dB below": lambda samples: _with_noise(samples, 10.0),
    "telephone, 300 to 3,400 Hz at 8 kHz, mu-law": _by_telephone,
}


def other_language_rows(package: ModelPackage, clips: Iterable[Clip]) -> Iterator[Evaluation]:
    """Yield the character error of single clips in other languages."""
    for clip in clips:
        heard = hear(package, recording_of(open_clip(clip.path)))
        reference = "".join(normalize(clip.transcript))
        errors = edit_distance(reference, "".join(normalize(heard.text)))
        value = errors / len(reference)
        say(f"{clip.label}: character error {value:.3f}")
        yield Evaluation(
            system=SYSTEM,
            data_set=f"One clip in the language {clip.label}",
            split=SPLIT,
            patients=1,
            items=1,
            metric="character error",
            value=value,
        )


def silence_rows(package: ModelPackage, clips: Sequence[Clip]) -> Iterator[Evaluation]:
    """Yield how many sounds without speech gave any text, and what they cost."""
    heard = [hear(package, recording_of(open_clip(clip.path))) for clip in clips]
    written = [clip for clip, one in zip(clips, heard, strict=True) if one.text]
    for clip in written:
        say(f"text from {clip.path.name} ({clip.label})")
    row = Evaluation(
        system=SYSTEM,
        data_set=NEGATIVES_SET,
        split=SPLIT,
        patients=len({clip.speaker for clip in clips}),
        items=len(clips),
        metric="share of sounds without speech that gave any text",
        value=len(written) / len(clips),
        interval=wilson_interval(len(written), len(clips)),
    )
    say(f"sounds with text: {len(written)} of {len(clips)}")
    yield row
    yield _cost_row(heard, row)


def digit_rows(package: ModelPackage, clips: Sequence[Clip]) -> Iterator[Evaluation]:
    """Yield how many single spoken digits at 8 kHz gave any text."""
    heard = [hear(package, recording_of(open_clip(clip.path))) for clip in clips]
    written = sum(bool(one.text) for one in heard)
    say(f"spoken digits with text: {written} of {len(clips)}")
    yield Evaluation(
        system=SYSTEM,
        data_set=DIGITS_SET,
        split=SPLIT,
        patients=len({clip.speaker for clip in clips}),
        items=len(clips),
        metric="share of single words of about half a second that gave any text",
        value=written / len(clips),
        interval=wilson_interval(written, len(clips)),
    )
