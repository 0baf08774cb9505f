"""What was said in a recording, as a model heard it."""

from dataclasses import dataclass

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import TextRecord

NOTICE = (
    "Written by a machine from the sound: it can mishear names, drugs and numbers. Read it against "
    "the recording and correct it before use."
)
# Languages that are written without spaces between sentences.
WITHOUT_SPACES = frozenset({"zh", "ja", "yue", "th", "lo", "my", "km"})


# Of words below this probability, the person should listen again.
UNCERTAIN_BELOW = 0.5


@dataclass(frozen=True, slots=True)
class TranscriptWord:
    """A piece of a segment's text, with the space before it, and its probability.

    In languages without spaces a piece is a character or a few.
    """

    text: str
    probability: float

    @property
    def is_uncertain(self) -> bool:
        """Whether the model was more likely wrong than right."""
        return self.probability < UNCERTAIN_BELOW


@dataclass(frozen=True, slots=True)
class TranscriptSegment:
    """Text of one stretch of speech; times in seconds of the recording.

    `probability` is the geometric mean of the probabilities of its tokens, not calibrated. The
    texts of `words` joined are the text.
    """

    start_s: float
    end_s: float
    text: str
    probability: float
    words: tuple[TranscriptWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """The segments in order; `language` is None where nothing told which it was."""

    model_id: str
    model_version: str
    language: str | None
    segments: tuple[TranscriptSegment, ...]
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All segments as one text."""
        space = "" if self.language in WITHOUT_SPACES else " "
        return space.join(segment.text for segment in self.segments)


def record_of(clip: AudioClip, transcript: Transcript) -> TextRecord:
    """Return what was said as a text record of the same patient, with the notice as a warning."""
    source = Source(clip.source.path, clip.source.paths, (NOTICE, *transcript.warnings))
    return TextRecord(
        source,
        transcript.text,
        record_format="transcript",
        encoding="utf-8",
        language=transcript.language,
        patient=clip.patient,
    )
