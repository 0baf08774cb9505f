"""A stretch of a sound, hidden by the sound's own quietest stretch."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# A short recording, too, has a quiet part that is not the stretch to be hidden.
_LARGEST_SHARE = 4


def quietest_stretch(samples: Samples, length: int) -> Samples:
    """Return the `length` samples, at most a quarter of all, with the least energy."""
    count = max(1, min(length, len(samples) // _LARGEST_SHARE))
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    start = int(np.argmin(energy[count:] - energy[:-count]))
    return samples[start : start + count]


def hide_stretch(samples: Samples, stretch: tuple[int, int], quiet: Samples, fade: int) -> Samples:
    """Return a copy whose samples from the first to before the last place of `stretch` are hidden.

    `quiet` is played forwards and backwards until the stretch is full. At its ends it is blended
    over `fade` samples inside the stretch, so that hiding makes no click; an end of the sound needs
    none.
    """
    start, stop = max(0, stretch[0]), min(len(samples), stretch[1])
    count = stop - start
    there_and_back = np.concatenate([quiet, quiet[::-1]])
    filling = np.resize(there_and_back, count)
    share = np.ones(count, np.float32)
    ramp = np.arange(1, min(fade, count // 2) + 1, dtype=np.float32) / (fade + 1)
    if start > 0:
        share[: len(ramp)] = ramp
    if stop < len(samples):
        share[count - len(ramp) :] = ramp[::-1]
    hidden = samples.copy()
    hidden[start:stop] = share * filling + (1 - share) * samples[start:stop]
    return hidden
