"""Audio operations: samples of one recording to the network's input tensor."""

from collections.abc import Sequence
from typing import Literal, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.breath_statistics import BreathStatistics, breath_statistics
from meddx_desktop.preprocessing.filter_banks import log_spaced_filters, mel_filters
from meddx_desktop.preprocessing.operation import Operation
from meddx_desktop.preprocessing.resampling import resample_samples

Samples: TypeAlias = NDArray[np.float32]
Standardization: TypeAlias = Literal["none", "window", "band"]


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
    """Remove the mean and scale the recording to a root mean square of `level`."""

    op: Literal["normalize_rms"] = "normalize_rms"
    level: float = 0.1


class CutWindows(Operation):
    """Cut windows of `duration_s` every `step_s`.

    A recording shorter than one window is repeated to fill it or, with `fills` "nothing", is one
    window of its own length.
    """

    op: Literal["cut_windows"] = "cut_windows"
    duration_s: float
    step_s: float
    fills: Literal["repetition", "nothing"] = "repetition"


class LogMel(Operation):
    """Natural logarithm of mel-band power with `floor` added.

    Frequencies in hertz; `window_s` and `step_s` of the short-time Fourier transform in seconds;
    Slaney's mel scale and area normalization. `standardize` removes mean and deviation of the
    whole window ("window", against gain) or of each band of it ("band", against the color of the
    microphone).
    """

    op: Literal["log_mel"] = "log_mel"
    window_s: float
    step_s: float
    fft_length: int
    bands: int
    low: float
    high: float
    floor: float = 1e-8
    standardize: Standardization = "window"
    epsilon: float = 1e-3


class BandEnvelopes(Operation):
    """Natural logarithm of the power in bands spaced evenly in octaves, with `floor` added.

    As `LogMel`, but with as much detail between 25 and 200 Hz, where heart sounds are, as above;
    the mel scale is linear there. Each triangular band is the weighted mean of its bins.
    """

    op: Literal["band_envelopes"] = "band_envelopes"
    window_s: float
    step_s: float
    fft_length: int
    bands: int
    low: float
    high: float
    floor: float = 1e-5
    standardize: Standardization = "band"
    epsilon: float = 0.1


class MelLevels(Operation):
    """Common logarithm of mel-band power in a window that is filled up with silence.

    Frames are centered: frame 0 has its middle on the first sample, and both ends are continued by
    reflection. Power is limited from below to `floor` and to `range_decades` under the window's
    own maximum; the result is (level + `offset`) / `scale`. Slaney's mel scale and areas.

    References
    ----------
    Radford A, et al. Robust speech recognition via large-scale weak supervision. ICML 2023, 2.2.
    """

    op: Literal["mel_levels"] = "mel_levels"
    duration_s: float
    window_s: float
    step_s: float
    bands: int
    low: float
    high: float
    floor: float = 1e-10
    range_decades: float = 8.0
    offset: float = 4.0
    scale: float = 4.0


AudioOperation: TypeAlias = (
    Resample
    | BandPass
    | NormalizeRms
    | CutWindows
    | LogMel
    | BandEnvelopes
    | MelLevels
    | BreathStatistics
)


def prepare_audio(
    samples: Samples, sampling_frequency: int, operations: Sequence[AudioOperation]
) -> Samples:
    """Run the declared operations on samples of shape (channels, samples) or (samples,).

    Returns a tensor of shape (windows, frames, bands, 1) when the operations end in `LogMel` or
    `BandEnvelopes`, (1, frames, bands) in `MelLevels`, (windows, statistics) in
    `BreathStatistics`, else (windows, samples). A long recording is prepared block by block, see
    `plan_blocks`.
    """
    values, rate = samples, sampling_frequency
    for operation in operations:
        values = _apply(values, rate, operation)
        if isinstance(operation, Resample):
            rate = operation.sampling_frequency
    return np.ascontiguousarray(values, dtype=np.float32)


def _apply(values: Samples, rate: int, operation: AudioOperation) -> Samples:
    match operation:
        case Resample():
            return resample(values, rate, operation)
        case BandPass():
            return band_pass(values, rate, operation)
        case NormalizeRms():
            return normalize_rms(values, operation)
        case CutWindows():
            return cut_windows(values, rate, operation)
        case LogMel():
            return log_mel(values, rate, operation)[..., None]
        case BandEnvelopes():
            return band_envelopes(values, rate, operation)[..., None]
        case MelLevels():
            return mel_levels(values, rate, operation)[None]
        case BreathStatistics():
            return breath_statistics(values, rate, operation)
        case _:
            assert_never(operation)


def resample(samples: Samples, sampling_frequency: int, operation: Resample) -> Samples:
    """Return mono samples of shape (samples,) at the operation's rate."""
    mono = samples.mean(axis=0, dtype=np.float32) if samples.ndim == 2 else samples
    return resample_samples(mono, sampling_frequency, operation.sampling_frequency)


def band_pass(samples: Samples, sampling_frequency: int, operation: BandPass) -> Samples:
    """Apply the response of a Butterworth filter run forwards and backwards.

    The squared magnitude of the filter, made by the bilinear transform, is multiplied in the
    frequency domain after the ends were continued by half a second of odd reflection.
    """
    count = samples.shape[-1]
    pad = min(count - 1, sampling_frequency // 2)
    extended = np.pad(samples.astype(np.float64), pad, "reflect", reflect_type="odd")
    frequencies = np.fft.rfftfreq(len(extended), 1 / sampling_frequency)
    warped = np.tan(np.pi * np.minimum(frequencies / sampling_frequency, 0.4999))
    high = min(operation.high, 0.49 * sampling_frequency)
    low_corner = np.tan(np.pi * operation.low / sampling_frequency)
    high_corner = np.tan(np.pi * high / sampling_frequency)
    warped[0] = 1e-12
    ratio = (warped**2 - low_corner * high_corner) / (warped * (high_corner - low_corner))
    gain = 1 / (1 + ratio ** (2 * operation.order))
    filtered = np.fft.irfft(np.fft.rfft(extended) * gain, len(extended))
    return np.asarray(filtered[pad : pad + count], dtype=np.float32)


def normalize_rms(samples: Samples, operation: NormalizeRms) -> Samples:
    """Center and scale to the declared root mean square; silence stays silence."""
    centered = samples - samples.mean(dtype=np.float64)
    rms = float(np.sqrt(np.mean(np.square(centered, dtype=np.float64))))
    scale = operation.level / rms if rms > 0 else 1.0
    return np.asarray(centered * scale, dtype=np.float32)


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
        return (samples if operation.fills == "nothing" else np.resize(samples, length))[None]
    starts = window_starts(len(samples), sampling_frequency, operation)
    return np.stack([samples[start : start + length] for start in starts])


def log_mel(windows: Samples, sampling_frequency: int, operation: LogMel) -> Samples:
    """Return log-mel pictures of shape (windows, frames, bands)."""
    filters = mel_filters(
        sampling_frequency, operation.fft_length, operation.bands, operation.low, operation.high
    )
    return _log_picture(windows, sampling_frequency, operation, filters)


def band_envelopes(windows: Samples, sampling_frequency: int, operation: BandEnvelopes) -> Samples:
    """Return log band-power pictures of shape (windows, frames, bands)."""
    filters = log_spaced_filters(
        sampling_frequency, operation.fft_length, operation.bands, operation.low, operation.high
    )
    return _log_picture(windows, sampling_frequency, operation, filters)


def mel_levels(samples: Samples, sampling_frequency: int, operation: MelLevels) -> Samples:
    """Return levels of shape (frames, bands) of one window; what is beyond its end is cut off."""
    length = round(operation.window_s * sampling_frequency)
    step = round(operation.step_s * sampling_frequency)
    count = round(operation.duration_s * sampling_frequency)
    window = np.zeros(count, np.float32)
    window[: len(samples)] = samples[:count]
    extended = np.pad(window, length // 2, "reflect")
    framed = np.lib.stride_tricks.sliding_window_view(extended, length)[::step][: count // step]
    hann = np.hanning(length + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(framed * hann, axis=-1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    filters = mel_filters(
        sampling_frequency, length, operation.bands, operation.low, operation.high
    )
    levels = np.log10(np.maximum(power @ filters.T, np.float32(operation.floor)))
    levels = np.maximum(levels, levels.max() - np.float32(operation.range_decades))
    return np.asarray((levels + operation.offset) / operation.scale, dtype=np.float32)


def _log_picture(
    windows: Samples,
    sampling_frequency: int,
    operation: LogMel | BandEnvelopes,
    filters: Samples,
) -> Samples:
    power = band_power(windows, sampling_frequency, operation, filters)
    picture = np.log(power + np.float32(operation.floor))
    return standardize_picture(picture, operation.standardize, operation.epsilon)


def band_power(
    windows: Samples,
    sampling_frequency: int,
    operation: LogMel | BandEnvelopes,
    filters: Samples,
) -> Samples:
    """Return the power in each filter of Hann-windowed frames, (windows, frames, bands)."""
    length = round(operation.window_s * sampling_frequency)
    step = round(operation.step_s * sampling_frequency)
    framed = np.lib.stride_tricks.sliding_window_view(windows, length, axis=-1)[..., ::step, :]
    hann = np.hanning(length + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(framed * hann, operation.fft_length, axis=-1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return np.asarray(power @ filters.T, dtype=np.float32)


def standardize_picture(picture: Samples, over: Standardization, epsilon: float) -> Samples:
    """Give each window, or each band of it, mean 0 and a deviation close to 1.

    `picture` has shape (..., frames, bands); `epsilon` is added to the deviation.
    """
    if over == "none":
        return picture
    axes = (-2,) if over == "band" else (-2, -1)
    mean = picture.mean(axis=axes, keepdims=True)
    deviation = picture.std(axis=axes, keepdims=True)
    return np.asarray((picture - mean) / (deviation + np.float32(epsilon)), dtype=np.float32)
