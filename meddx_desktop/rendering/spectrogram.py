"""The spectrogram of the visible part, computed only as finely as the screen shows it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LONGEST_WINDOW_S = 0.064
_SHORTEST_WINDOW_S = 0.004
_SHORTEST_WINDOW = 32
_OVERLAP = 4
_MOST_WINDOWS_PER_COLUMN = 4
_SILENCE = 1e-12
_BATCH = 512


@dataclass(frozen=True, slots=True, eq=False)
class Spectrogram:
    """Levels of a stretch of a recording.

    `levels` has shape (frequencies, columns), lowest frequency first; 0 stands for `low_db` and
    below, 255 for `high_db`, evenly in between. 0 dB is the level of a full-scale sine.
    `frequencies_hz` and `times_s` are the centers of the rows and columns.
    """

    levels: NDArray[np.uint8]
    frequencies_hz: NDArray[np.float32]
    times_s: NDArray[np.float64]
    low_db: float
    high_db: float

    def __post_init__(self) -> None:
        for array in (self.levels, self.frequencies_hz, self.times_s):
            array.setflags(write=False)


@dataclass(frozen=True, slots=True)
class SpectrogramPlan:
    """Which samples a view needs; seconds, hertz.

    Where a column covers more time than a window, several windows are spread over it and their
    power is averaged, so that an hour costs no more than a minute.
    """

    start_s: float
    end_s: float
    columns: int
    sampling_frequency: int

    @property
    def window_length(self) -> int:
        """Samples of one window: a power of two, longer where the view is wider."""
        wanted_s = _OVERLAP * (self.end_s - self.start_s) / self.columns
        wanted_s = min(max(wanted_s, _SHORTEST_WINDOW_S), _LONGEST_WINDOW_S)
        exponent = round(np.log2(max(wanted_s * self.sampling_frequency, _SHORTEST_WINDOW)))
        return 1 << int(exponent)

    @property
    def windows_per_column(self) -> int:
        """Windows whose power is averaged for one column."""
        column_samples = (self.end_s - self.start_s) / self.columns * self.sampling_frequency
        return min(max(int(column_samples // self.window_length), 1), _MOST_WINDOWS_PER_COLUMN)

    @property
    def window_starts(self) -> NDArray[np.int64]:
        """First sample of every window, ascending; may lie outside the recording."""
        count = self.columns * self.windows_per_column
        centers_s = self.start_s + (np.arange(count) + 0.5) * (self.end_s - self.start_s) / count
        centers = centers_s * self.sampling_frequency
        return np.floor(centers).astype(np.int64) - self.window_length // 2

    @property
    def column_times_s(self) -> NDArray[np.float64]:
        """Centers of the columns."""
        step = (self.end_s - self.start_s) / self.columns
        return np.asarray(self.start_s + (np.arange(self.columns) + 0.5) * step, np.float64)


def compute_spectrogram(
    windows: Iterable[NDArray[np.float32]], plan: SpectrogramPlan, dynamic_range_db: float = 80.0
) -> Spectrogram:
    """Compute the spectrogram from the windows that the plan asks for, in its order.

    The dynamic range hangs below the loudest level of the view.
    """
    power = np.concatenate([*_column_powers(windows, plan)], axis=0)
    levels_db = 10 * np.log10(np.maximum(power, _SILENCE)).T
    high_db = float(levels_db.max())
    low_db = high_db - dynamic_range_db
    scaled = (levels_db - low_db) * np.float32(255 / dynamic_range_db)
    return Spectrogram(
        levels=np.rint(np.clip(scaled, 0, 255)).astype(np.uint8),
        frequencies_hz=np.fft.rfftfreq(plan.window_length, 1 / plan.sampling_frequency).astype(
            np.float32
        ),
        times_s=plan.column_times_s,
        low_db=low_db,
        high_db=high_db,
    )


def _column_powers(
    windows: Iterable[NDArray[np.float32]], plan: SpectrogramPlan
) -> Iterator[NDArray[np.float32]]:
    """Yield power of shape (columns, frequencies) for batches of columns."""
    length, per_column = plan.window_length, plan.windows_per_column
    taper = np.hanning(length + 1)[:-1].astype(np.float32)
    # A full-scale sine at the center of a bin reaches half the taper's sum.
    scale = np.float32((2 / taper.sum()) ** 2)
    batch: list[NDArray[np.float32]] = []
    whole = _BATCH // per_column * per_column
    for count, window in enumerate(windows, start=1):
        batch.append(window)
        if len(batch) == whole or count == plan.columns * per_column:
            spectrum = np.fft.rfft(np.stack(batch) * taper, axis=1)
            power = (spectrum.real**2 + spectrum.imag**2) * scale
            yield power.reshape(-1, per_column, power.shape[1]).mean(axis=1)
            batch.clear()
