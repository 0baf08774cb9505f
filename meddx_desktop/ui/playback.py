"""Plays a stretch of a recording; the worker decodes a few seconds ahead."""

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from meddx_desktop.analysis import jobs
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.ui.engine_signals import EngineSignals, Order
from meddx_desktop.ui.sound_output import SoundOutput

_CHUNK_S = 15.0
_AHEAD_S = 6.0
_TICK_MS = 30
_BYTES_PER_SAMPLE = 2


class Playback(QObject):
    """Signals: `moved(seconds)` while it plays, `ended()`, `failed(str)`."""

    moved = Signal(float)
    ended = Signal()
    failed = Signal(str)

    def __init__(
        self, signals: EngineSignals, open_output: Callable[[], SoundOutput | None]
    ) -> None:
        super().__init__()
        self._signals, self._open_output = signals, open_output
        self._clip: AudioClip | None = None
        self._output: SoundOutput | None = None
        self._blocks: deque[bytes] = deque()
        self._job_id: int | None = None
        self._start_s = self._end_s = self._decoded_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        """Whether sound is on its way."""
        return self._timer.isActive()

    def play(self, clip: AudioClip, start_s: float, end_s: float) -> None:
        """Play a stretch from its start."""
        self.stop()
        self._output = self._open_output()
        if self._output is None:
            self.failed.emit(self.tr("This computer has no sound output."))
            return
        self._clip, self._start_s, self._end_s = clip, start_s, end_s
        self._decoded_s = start_s
        self._timer.start()
        self._decode_more()

    def stop(self) -> None:
        """Be silent at once."""
        self._timer.stop()
        self._blocks.clear()
        if self._job_id is not None:
            self._signals.cancel(self._job_id)
        if self._output is not None:
            self._output.stop()
            self._output = None

    def _decode_more(self) -> None:
        waiting = sum(map(len, self._blocks)) / _BYTES_PER_SAMPLE
        if self._output is None or self._clip is None or self._job_id is not None:
            return
        if self._decoded_s >= self._end_s:
            return
        if waiting > _AHEAD_S * self._output.sampling_frequency:
            return
        start_s = self._decoded_s
        self._decoded_s = min(start_s + _CHUNK_S, self._end_s)
        frequency = self._output.sampling_frequency
        job = partial(jobs.stream_playback, self._clip, start_s, self._decoded_s, frequency)
        output = self._output
        order = Order(
            job,
            Lane.OPENING,
            paths=self._clip.source.paths,
            on_piece=partial(self._take, output),
            on_failure=self._fail,
            on_end=self._job_ended,
        )
        self._job_id = self._signals.submit(order)

    def _take(self, output: SoundOutput, block: bytes) -> None:
        # Blocks of a stretch that is no longer played are dropped.
        if output is self._output:
            self._blocks.append(block)

    def _fail(self, failure: Failed) -> None:
        self.stop()
        self.failed.emit(failure.message)

    def _job_ended(self) -> None:
        self._job_id = None
        self._decode_more()

    def _tick(self) -> None:
        if self._output is None:
            return
        self._write(self._output)
        self._decode_more()
        position = min(self._start_s + self._output.played_s(), self._end_s)
        self.moved.emit(position)
        is_all_decoded = self._decoded_s >= self._end_s and self._job_id is None
        if is_all_decoded and not self._blocks and position >= self._end_s - 0.05:
            self.stop()
            self.ended.emit()

    def _write(self, output: SoundOutput) -> None:
        while self._blocks and output.bytes_free() > 0:
            block = self._blocks.popleft()
            # Whole samples only, or all that follow would be noise.
            room = output.bytes_free() // _BYTES_PER_SAMPLE * _BYTES_PER_SAMPLE
            written = output.write(block[:room])
            if written < len(block):
                self._blocks.appendleft(block[written:])
            if written == 0:
                return
