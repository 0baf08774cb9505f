"""Change of the sampling frequency by a rational factor.

numpy alone: importing scipy.signal for its resample_poly costs a second of start-up.
"""

from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

HALF_WIDTH_IN_CYCLES = 10
KAISER_BETA = 5.0


def resample_samples(
    samples: NDArray[np.float32], sampling_frequency: int, target: int
) -> NDArray[np.float32]:
    """Return samples of shape (samples,) at the rate `target`, low-passed below both halves.

    The first sample keeps its time; the count is the ceiling of the exact one. The filter is a
    sinc in a Kaiser window, applied phase by phase.

    References
    ----------
    Crochiere, Rabiner. Multirate Digital Signal Processing, 1983, 3.3 (polyphase structure).
    """
    samples = np.asarray(samples, dtype=np.float32)
    if target == sampling_frequency or not len(samples):
        return samples
    divisor = gcd(target, sampling_frequency)
    up, down = target // divisor, sampling_frequency // divisor
    half = HALF_WIDTH_IN_CYCLES * max(up, down)
    phases = _phases(up, down)
    taps = phases.shape[1]
    count = -(-len(samples) * up // down)
    result = np.empty(count, dtype=np.float32)
    # Output n lies at n * down on the finely spaced grid; its filter starts at `first` input.
    padded = np.pad(samples, (taps, taps + down))
    windows = np.lib.stride_tricks.sliding_window_view(padded, taps)
    for offset in range(min(up, count)):
        newest, phase = divmod(offset * down + half, up)
        rows = len(range(offset, count, up))
        start = newest + 1
        result[offset::up] = windows[start : start + rows * down : down][:rows] @ phases[phase]
    return result


@lru_cache(maxsize=8)
def _phases(up: int, down: int) -> NDArray[np.float32]:
    """Return the filter as one row of taps a phase, oldest input first."""
    widest = max(up, down)
    half = HALF_WIDTH_IN_CYCLES * widest
    time = np.arange(-half, half + 1) / widest
    low_pass = np.sinc(time) * np.kaiser(2 * half + 1, KAISER_BETA)
    low_pass *= up / low_pass.sum()
    taps = -(-len(low_pass) // up)
    grid = np.pad(low_pass, (0, taps * up - len(low_pass)))
    return np.ascontiguousarray(grid.reshape(taps, up).T[:, ::-1], dtype=np.float32)
