"""Audio operations: samples of one recording to the network's input tensor."""

from collections.abc import Sequence
from functools import lru_cache
from math import gcd
from typing import Literal, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfiltfilt

from meddx_desktop.preprocessing.operation import Operation

Samples: TypeAlias = NDArray[np.float32]


class Resample(Operation):
    """Average the channels and resample to `sampling_frequency` in hertz."""

    op: Literal["resample"] = "resample"
    sampling_frequency: int


class BandPass(Operation):
    """Zero-phase Butterworth band-pass; corner frequencies in hertz."""

    op: Literal["band_pass"] = "band_pass"
    low: float
    high: float
    order: int = 4


class NormalizeRms(Operation):
    """Scale the recording to a root mean square of `level`."""

    op: Literal["normalize_rms"] = "normalize_rms"
    level: float = 0.1


class CutWindows(Operation):
    """Cut windows of `duration_s` every `step_s`; a short recording is repeated to fill one."""

    op: Literal["cut_windows"] = "cut_windows"
    duration_s: float
    step_s: float


class LogMel(Operation):
    """Natural logarithm of mel-band power with `floor` added, standardized for each window.

    Frequencies in hertz; `window_s` and `step_s` of the short-time Fourier transform in seconds;
    Slaney's mel scale and area normalization. `standardize` removes the window's mean and
    deviation, so that gain and microphone matter less.
    """

    op: Literal["log_mel"] = "log_mel"
    window_s: float
    step_s: float
    fft_length: int
    bands: int
    low: float
    high: float
    floor: float = 1e-8
    standardize: bool = True


AudioOperation: TypeAlias = Resample | BandPass | NormalizeRms | CutWindows | LogMel


def prepare_audio(
    samples: Samples, sampling_frequency: int, operations: Sequence[AudioOperation]
) -> Samples:
    """Run the declared operations on samples of shape (channels, samples).

    Returns a tensor of shape (windows, frames, bands, 1) when the operations end in `LogMel`,
    else (windows, samples).
    """
    values, rate = samples, sampling_frequency
    for operation in operations:
        match operation:
            case Resample():
                values = resample(values, rate, operation)
                rate = operation.sampling_frequency
            case BandPass():
                values = band_pass(values, rate, operation)
            case NormalizeRms():
                values = normalize_rms(values, operation)
            case CutWindows():
                values = cut_windows(values, rate, operation)
            case LogMel():
                values = log_mel(values, rate, operation)[..., None]
            case _:
                assert_never(operation)
    return np.ascontiguousarray(values, dtype=np.float32)


def resample(samples: Samples, sampling_frequency: int, operation: Resample) -> Samples:
    """Return mono samples of shape (samples,) at the operation's rate."""
    mono = samples.mean(axis=0, dtype=np.float32) if samples.ndim == 2 else samples
    target = operation.sampling_frequency
    if target == sampling_frequency:
        return mono.astype(np.float32)
    divisor = gcd(target, sampling_frequency)
    result = resample_poly(mono, target // divisor, sampling_frequency // divisor)
    return np.asarray(result, dtype=np.float32)


def band_pass(samples: Samples, sampling_frequency: int, operation: BandPass) -> Samples:
    """Filter forwards and backwards; too short a recording is returned as it is."""
    high = min(operation.high, 0.49 * sampling_frequency)
    sections = butter(
        operation.order, [operation.low, high], "bandpass", fs=sampling_frequency, output="sos"
    )
    if samples.shape[-1] <= 3 * (2 * len(sections) + 1):
        return samples
    return np.asarray(sosfiltfilt(sections, samples), dtype=np.float32)


def normalize_rms(samples: Samples, operation: NormalizeRms) -> Samples:
    """Scale to the declared root mean square; silence stays silence."""
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    return samples if rms == 0 else samples * np.float32(operation.level / rms)


def window_starts(sample_count: int, sampling_frequency: int, operation: CutWindows) -> list[int]:
    """Return the first sample of each window; the last window ends at the recording's end."""
    length = round(operation.duration_s * sampling_frequency)
    step = round(operation.step_s * sampling_frequency)
    if sample_count <= length:
        return [0]
    starts = list(range(0, sample_count - length + 1, step))
    if starts[-1] + length < sample_count:
        starts.append(sample_count - length)
    return starts


def cut_windows(samples: Samples, sampling_frequency: int, operation: CutWindows) -> Samples:
    """Return windows of shape (windows, samples)."""
    length = round(operation.duration_s * sampling_frequency)
    if len(samples) < length:
        samples = np.resize(samples, length)
    starts = window_starts(len(samples), sampling_frequency, operation)
    return np.stack([samples[start : start + length] for start in starts])


def log_mel(windows: Samples, sampling_frequency: int, operation: LogMel) -> Samples:
    """Return log-mel pictures of shape (windows, frames, bands)."""
    length = round(operation.window_s * sampling_frequency)
    step = round(operation.step_s * sampling_frequency)
    framed = np.lib.stride_tricks.sliding_window_view(windows, length, axis=-1)[:, ::step]
    hann = np.hanning(length + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(framed * hann, operation.fft_length, axis=-1)
    power = (np.abs(spectrum) ** 2).astype(np.float32)
    picture = np.log(power @ mel_filters(sampling_frequency, operation).T + operation.floor)
    if operation.standardize:
        mean = picture.mean(axis=(1, 2), keepdims=True)
        deviation = picture.std(axis=(1, 2), keepdims=True)
        picture = (picture - mean) / (deviation + 1e-3)
    return np.asarray(picture, dtype=np.float32)


@lru_cache(maxsize=8)
def mel_filters(sampling_frequency: int, operation: LogMel) -> Samples:
    """Return triangular filters of shape (bands, fft_length // 2 + 1), Slaney (1998) scale."""
    bins = np.linspace(0, sampling_frequency / 2, operation.fft_length // 2 + 1)
    low, high = _to_mel(operation.low), _to_mel(operation.high)
    edges = _to_hertz(np.linspace(low, high, operation.bands + 2))
    rising = (bins[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins[None]) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None], dtype=np.float32)


_LINEAR_STEP, _LOG_START, _LOG_STEP = 200 / 3, 1000.0, np.log(6.4) / 27


def _to_mel(hertz: float) -> float:
    if hertz < _LOG_START:
        return hertz / _LINEAR_STEP
    return float(_LOG_START / _LINEAR_STEP + np.log(hertz / _LOG_START) / _LOG_STEP)


def _to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    start = _LOG_START / _LINEAR_STEP
    return np.where(mel < start, mel * _LINEAR_STEP, _LOG_START * np.exp(_LOG_STEP * (mel - start)))
