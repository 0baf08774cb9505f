"""How a long recording is cut into blocks that are read and prepared one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from meddx_desktop.preprocessing.audio import (
    AudioOperation,
    CutWindows,
    Resample,
    window_starts,
)


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Samples `start` to `stop` of each channel, to be given to `prepare_audio` in one piece.

    `windows` holds begin and end of each prepared window, in seconds of the recording.
    """

    start: int
    stop: int
    windows: tuple[tuple[float, float], ...]


def plan_blocks(
    sample_count: int,
    sampling_frequency: int,
    operations: Sequence[AudioOperation],
    block_s: float = 60.0,
) -> tuple[AudioBlock, ...]:
    """Return blocks of about `block_s` seconds whose windows cover the recording evenly.

    Blocks overlap by what windows overlap, so that no window is missing at a border. A recording
    of up to one block stays in one piece; what an operation does to "the recording" (level,
    filter) it does to a block.
    """
    cut = next((each for each in operations if isinstance(each, CutWindows)), None)
    duration_s, step_s = (cut.duration_s, cut.step_s) if cut else (block_s, block_s)
    # What is left behind the last full block must hold a whole window, if windows are cut.
    least = round(duration_s * sampling_frequency) if cut else 1
    windows_each = max(1, int((block_s - duration_s) / step_s) + 1)
    advance_s = windows_each * step_s
    reach = int((advance_s - step_s + duration_s) * sampling_frequency)
    blocks: list[AudioBlock] = []
    start = 0
    while not blocks or blocks[-1].stop < sample_count:
        following = round((len(blocks) + 1) * advance_s * sampling_frequency)
        is_last = following + least > sample_count
        stop = sample_count if is_last else min(sample_count, start + reach)
        blocks.append(_block(start, stop, sampling_frequency, operations))
        start = following
    return tuple(blocks)


def _block(
    start: int, stop: int, sampling_frequency: int, operations: Sequence[AudioOperation]
) -> AudioBlock:
    rate = sampling_frequency
    for operation in operations:
        if isinstance(operation, Resample):
            rate = operation.sampling_frequency
        if isinstance(operation, CutWindows):
            count = -(-(stop - start) * rate // sampling_frequency)
            begins = [
                start / sampling_frequency + first / rate
                for first in window_starts(count, rate, operation)
            ]
            end = stop / sampling_frequency
            windows = tuple((begin, min(end, begin + operation.duration_s)) for begin in begins)
            return AudioBlock(start, stop, windows)
    return AudioBlock(start, stop, ((start / sampling_frequency, stop / sampling_frequency),))
