"""What was said in a recording, as a model heard it."""

from dataclasses import dataclass

NOTICE = (
    "Written by a machine from the sound: it can mishear names, drugs and numbers. Read it against "
    "the recording and correct it before use."
)
# Languages that are written without spaces between sentences.
WITHOUT_SPACES = frozenset({"zh", "ja", "yue", "th", "lo", "my", "km"})


@dataclass(frozen=True, slots=True)
class TranscriptSegment:
    """Text of one stretch of speech; times in seconds of the recording.

    `probability` is the geometric mean of the probabilities of its tokens, not calibrated.
    """

    start_s: float
    end_s: float
    text: str
    probability: float


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
