"""Statistics of a breath sound: its contour, short clicks (crackles) and held tones (wheezes)."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.filter_banks import log_spaced_filters
from meddx_desktop.preprocessing.operation import Operation

Samples = NDArray[np.float32]
Values = NDArray[np.float64]
Ranges = tuple[tuple[float, float], ...]
Percentiles = tuple[float, ...]


class BreathStatistics(Operation):
    """Percentiles over time of three descriptions of a window; seconds, hertz, nepers of power.

    Contour: logarithm of the power in `bands` spaced evenly in octaves from `low` to `high`, less
    each band's mean, which removes the color of the microphone. Clicks: power in `click_ranges`
    above its running median of `click_background_s`. Tones: each bin above the median of the
    `tone_background` hertz around it, averaged over `tone_held` frames, its highest value in each
    of `tone_ranges`. `floor` is added to power before the logarithm.
    """

    op: Literal["breath_statistics"] = "breath_statistics"
    low: float
    high: float
    bands: int
    window_s: float
    step_s: float
    percentiles: Percentiles
    click_window_s: float
    click_step_s: float
    click_background_s: float
    click_ranges: Ranges
    click_percentiles: Percentiles
    click_heights: tuple[float, ...]
    tone_window_s: float
    tone_step_s: float
    tone_background: float
    tone_ranges: Ranges
    tone_held: tuple[int, ...]
    tone_percentiles: Percentiles
    tone_heights: tuple[float, ...]
    floor: float = 1e-5


def breath_statistics(
    windows: Samples, sampling_frequency: int, operation: BreathStatistics
) -> Samples:
    """Return statistics of shape (windows, statistics) of windows of shape (windows, samples)."""
    rows = [
        np.concatenate(
            [
                *_contour(window, sampling_frequency, operation),
                *_clicks(window, sampling_frequency, operation),
                *_tones(window, sampling_frequency, operation),
            ]
        )
        for window in windows
    ]
    return np.asarray(np.stack(rows), np.float32)


def _contour(window: Samples, rate: int, operation: BreathStatistics) -> Iterator[Values]:
    power, bins = _power(window, rate, operation.window_s, operation.step_s)
    filters = log_spaced_filters(
        rate, 2 * (len(bins) - 1), operation.bands, operation.low, operation.high
    )
    banded = power @ filters.T.astype(np.float64)
    level = np.log(banded + operation.floor)
    yield np.percentile(level - level.mean(axis=0), operation.percentiles, axis=0).ravel()
    whole = np.log(banded.mean(axis=1) + operation.floor)
    yield np.percentile(whole - whole.mean(), operation.percentiles)


def _clicks(window: Samples, rate: int, operation: BreathStatistics) -> Iterator[Values]:
    power, bins = _power(window, rate, operation.click_window_s, operation.click_step_s)
    half = round(operation.click_background_s / operation.click_step_s / 2)
    seconds = len(window) / rate
    for low, high in operation.click_ranges:
        level = np.log(power[:, (bins >= low) & (bins <= high)].mean(axis=1) + operation.floor)
        above = level - running_median(level[None], half)[0]
        yield np.percentile(above, operation.click_percentiles)
        deviation = above.std() + operation.floor
        moments = [np.mean((above - above.mean()) ** power) / deviation**power for power in (3, 4)]
        yield np.array([deviation, *moments])
        for height in operation.click_heights:
            is_high = above > height
            count = int(np.sum(is_high[1:] & ~is_high[:-1]))
            yield np.log1p([count / seconds, 100 * is_high.mean()])


def _tones(window: Samples, rate: int, operation: BreathStatistics) -> Iterator[Values]:
    power, bins = _power(window, rate, operation.tone_window_s, operation.tone_step_s)
    lowest, highest = operation.tone_ranges[0][0], operation.tone_ranges[-1][1]
    is_used = (bins >= lowest) & (bins <= highest)
    bins, level = bins[is_used], np.log(power[:, is_used] + operation.floor)
    half = round(operation.tone_background / (bins[1] - bins[0]) / 2)
    above = level - running_median(level, half)
    total = np.concatenate([np.zeros((1, len(bins))), np.cumsum(above, axis=0)])
    for frames in operation.tone_held:
        count = min(frames, len(above))
        held = (total[count:] - total[:-count]) / count
        for low, high in operation.tone_ranges:
            best = held[:, (bins >= low) & (bins <= high)].max(axis=1)
            yield np.percentile(best, operation.tone_percentiles)
        strongest = held.max(axis=1)
        place = int(held[int(strongest.argmax())].argmax())
        shares = [np.mean(strongest > height) for height in operation.tone_heights]
        yield np.array([strongest.max(), np.log(bins[place]), *shares])
    shape = np.exp(level - level.max(axis=1, keepdims=True))
    shape /= shape.sum(axis=1, keepdims=True)
    entropy = -np.sum(shape * np.log(shape + 1e-12), axis=1)
    yield np.percentile(entropy, operation.tone_percentiles)


def _power(window: Samples, rate: int, window_s: float, step_s: float) -> tuple[Values, Values]:
    """Return power of shape (frames, bins) and the frequency of each bin.

    The transform is as long as the next power of two; a window shorter than one frame is repeated.
    """
    length, step = round(window_s * rate), round(step_s * rate)
    samples = np.resize(window, length) if len(window) < length else window
    framed = np.lib.stride_tricks.sliding_window_view(samples, length)[::step]
    size = 1 << (length - 1).bit_length()
    spectrum = np.fft.rfft(framed * np.hanning(length + 1)[:-1], size, axis=-1)
    power = spectrum.real**2 + spectrum.imag**2
    bins = np.asarray(np.fft.rfftfreq(size, 1 / rate), np.float64)
    return np.asarray(power, np.float64), bins


def running_median(rows: Values, half: int) -> Values:
    """Return the median over 2 * `half` + 1 values of each row, ends repeated.

    It is taken at every fourth of `half` places and linear between them: the background is smooth.
    """
    count = rows.shape[-1]
    every = max(1, half // 4)
    padded = np.pad(rows, ((0, 0), (half, half)), mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=-1)[:, ::every]
    median = np.median(around, axis=-1)
    place = np.arange(count) / every
    before = np.minimum(place.astype(np.int64), median.shape[-1] - 1)
    after = np.minimum(before + 1, median.shape[-1] - 1)
    share = place - before
    return np.asarray(median[:, before] * (1 - share) + median[:, after] * share)
