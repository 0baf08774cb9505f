"""Playing a series as a film, at the file's rate or at one set by hand."""

from bisect import bisect_right
from itertools import accumulate

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

DEFAULT_FRAME_TIME_MS = 100.0
# What the keys step through, in images per second.
RATES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
_TICK_MS = 15


class Cine(QObject):
    """Says which frame is due; frames that come too late are left out, so that time is kept.

    `loops` says whether it starts anew after the last frame.
    Signals: `due(index)`, `ended()` after the last frame of a film that does not loop.
    """

    due = Signal(int)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._clock = QElapsedTimer()
        self._ends_ms: list[float] = [DEFAULT_FRAME_TIME_MS]
        self._start_ms = 0.0
        self._last = -1
        self._has_rate_of_file = False
        self._times_ms: tuple[float, ...] = (DEFAULT_FRAME_TIME_MS,)
        self._rate_by_hand: float | None = None
        self.loops = True

    @property
    def is_playing(self) -> bool:
        """Whether frames follow each other."""
        return self._timer.isActive()

    def set_frame_times(self, frame_times_ms: tuple[float, ...], count: int) -> None:
        """Stop, and take the display duration of each frame; without any it is 100 ms."""
        self.stop()
        usable = len(frame_times_ms) == count and all(time > 0 for time in frame_times_ms)
        self._has_rate_of_file = usable
        times = frame_times_ms if usable else (DEFAULT_FRAME_TIME_MS,) * count
        self._times_ms, self._rate_by_hand = times, None
        self._ends_ms = list(accumulate(times))

    @property
    def has_rate_of_file(self) -> bool:
        """Whether the file says how fast it is to be played."""
        return self._has_rate_of_file

    def played_times_ms(self) -> tuple[float, ...]:
        """Return how long each frame is shown, at the rate set by hand where there is one."""
        if self._rate_by_hand is None:
            return self._times_ms
        return (1000 / self._rate_by_hand,) * len(self._times_ms)

    def frames_per_second(self) -> float:
        """Return the mean rate."""
        return 1000 * len(self._ends_ms) / self._ends_ms[-1]

    @property
    def rate_by_hand(self) -> float | None:
        """The rate that the person set, or None."""
        return self._rate_by_hand

    def set_rate(self, frames_per_second: float | None) -> None:
        """Show every frame equally long, or again as the file says; what plays goes on."""
        self._rate_by_hand = frames_per_second
        self._ends_ms = list(accumulate(self.played_times_ms()))
        if self.is_playing:
            self._anchor(self._last)

    def rate_beside(self, step: int) -> int:
        """Return the next faster or slower rate that the keys offer."""
        now = self.frames_per_second()
        if step > 0:
            return next((rate for rate in RATES if rate > now + 0.5), RATES[-1])
        return next((rate for rate in reversed(RATES) if rate < now - 0.5), RATES[0])

    def play(self, start: int) -> None:
        """Play from a frame on; a film that does not loop starts anew from its last frame."""
        if not self.loops and start >= len(self._ends_ms) - 1:
            start = -1
        self._anchor(start)
        self._timer.start()

    def _anchor(self, start: int) -> None:
        """Let time begin with a frame."""
        self._start_ms = self._ends_ms[start - 1] if start > 0 else 0.0
        self._last = start
        self._clock.start()

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()

    def frame_at(self, elapsed_ms: float) -> int:
        """Return the frame due so long after the start of the first."""
        return bisect_right(self._ends_ms, elapsed_ms % self._ends_ms[-1])

    def _tick(self) -> None:
        elapsed_ms = self._start_ms + self._clock.elapsed()
        if not self.loops and elapsed_ms >= self._ends_ms[-1]:
            self.stop()
            self.due.emit(len(self._ends_ms) - 1)
            self.ended.emit()
            return
        index = self.frame_at(elapsed_ms)
        if index != self._last:
            self._last = index
            self.due.emit(index)
