"""What is being written down of a recording, as the window knows it."""

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Signal

from meddx_desktop.analysis import jobs
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.transcript import Transcript, TranscriptSegment
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.ui.engine_signals import EngineSignals, Order

_AUTOMATIC = "auto"


@dataclass(slots=True)
class Transcription:
    """Segments as they came; `transcript` is there when the model has reached the end."""

    segments: list[TranscriptSegment] = field(default_factory=list)
    transcript: Transcript | None = None
    failure: str = ""
    is_running: bool = True


class Transcriber(QObject):
    """Orders transcriptions. Signals: `changed(Transcription)` after every reply."""

    changed = Signal(object)

    def __init__(self, signals: EngineSignals) -> None:
        super().__init__()
        self._signals = signals

    def transcribe(self, clip: AudioClip, title: str) -> Transcription:
        """Write a recording down from the beginning; the answer fills up while it is written."""
        transcription = Transcription()
        text = self.tr("Transcribing {title}, seconds")
        order = Order(
            partial(jobs.transcribe_clip, clip, _AUTOMATIC),
            Lane.ANALYSIS,
            paths=clip.source.paths,
            title=text.format(title=title),
            on_piece=partial(self._take, transcription),
            on_success=partial(self._complete, transcription),
            on_failure=partial(self._fail, transcription),
            on_end=partial(self._end, transcription),
        )
        self._signals.submit(order)
        return transcription

    def _take(self, transcription: Transcription, segment: TranscriptSegment) -> None:
        transcription.segments.append(segment)
        self.changed.emit(transcription)

    def _complete(self, transcription: Transcription, transcript: Transcript) -> None:
        transcription.transcript = transcript

    def _fail(self, transcription: Transcription, failure: Failed) -> None:
        transcription.failure = failure.message

    def _end(self, transcription: Transcription) -> None:
        transcription.is_running = False
        self.changed.emit(transcription)
