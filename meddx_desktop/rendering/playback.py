"""Sound for the loudspeaker: another sampling frequency, block by block without seams."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

_HALF_TAPS = 16
_KAISER_BETA = 8.0
_CUTOFF = 0.94


def resample_blocks(
    blocks: Iterable[NDArray[np.float32]], source_frequency: int, target_frequency: int
) -> Iterator[NDArray[np.float32]]:
    """Resample consecutive mono blocks with a windowed sinc; the whole is as if done at once.

    For listening and drawing only: a model's input is resampled by its own declared operation.
    """
    divisor = gcd(source_frequency, target_frequency)
    up, down = target_frequency // divisor, source_frequency // divisor
    if up == down:
        yield from blocks
        return
    taps = _taps(up, down)
    reach = taps.shape[1] // 2
    held = np.zeros(reach - 1, np.float32)
    consumed, produced = 0, 0
    total = 0
    for block in _with_silence_after(blocks, reach):
        held = np.concatenate([held, block])
        total += len(block)
        # Output n lies at n * down / up; its taps begin reach - 1 samples before that.
        ready = max(produced, ((total - reach) * up - 1) // down + 1)
        if ready > produced:
            yield _interpolate(held, consumed, np.arange(produced, ready), (taps, up, down))
            produced = ready
            keep_from = produced * down // up - consumed
            held, consumed = held[keep_from:], consumed + keep_from


def to_sixteen_bit(samples: NDArray[np.float32]) -> bytes:
    """Convert samples of full scale ±1 to native 16-bit integers, clipped."""
    return np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes()


def _with_silence_after(
    blocks: Iterable[NDArray[np.float32]], count: int
) -> Iterator[NDArray[np.float32]]:
    yield from blocks
    yield np.zeros(count, np.float32)


def _interpolate(
    held: NDArray[np.float32],
    consumed: int,
    outputs: NDArray[np.int64],
    resampling: tuple[NDArray[np.float32], int, int],
) -> NDArray[np.float32]:
    taps, up, down = resampling
    position = outputs * down
    first = position // up - consumed
    around = np.lib.stride_tricks.sliding_window_view(held, taps.shape[1])
    return np.asarray(np.einsum("nt,nt->n", around[first], taps[position % up]), np.float32)


@lru_cache(maxsize=4)
def _taps(up: int, down: int) -> NDArray[np.float32]:
    """Return the taps of each phase, shape (up, taps), each phase summing to 1."""
    cutoff = _CUTOFF * min(1.0, up / down)
    half = int(np.ceil(_HALF_TAPS / cutoff))
    offsets = np.arange(-half + 1, half + 1)[None] - np.arange(up)[:, None] / up
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0, 1 - (offsets / half) ** 2)))
    taps = np.sinc(cutoff * offsets) * window
    return np.asarray(taps / taps.sum(axis=1, keepdims=True), dtype=np.float32)
