"""Named measurements of an input that must lie within a model's bounds."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import QualityLimit

Samples = NDArray[np.floating]

# A sample that reaches this part of the largest magnitude counts as clipped.
_CLIPPING = 0.999
_BEATS_PER_MINUTE = (30, 240)
_ENVELOPE_RATE = 100
_BAND_HERTZ = (20.0, 400.0)
# The first and second heart sound have most of their energy here, murmurs higher.
_BEAT_HERTZ = (20.0, 60.0)
_BEAT_FRAMES_A_SECOND = 50


def failed_limits(
    limits: Iterable[QualityLimit], measured: Mapping[str, float]
) -> tuple[QualityLimit, ...]:
    """Return the limits that a measurement breaks; what was not measured breaks none."""
    return tuple(
        limit
        for limit in limits
        if limit.measure in measured and not _is_within(limit, measured[limit.measure])
    )


def _is_within(limit: QualityLimit, value: float) -> bool:
    return (limit.minimum is None or value >= limit.minimum) and (
        limit.maximum is None or value <= limit.maximum
    )


def measure_image(presentation: NDArray[np.floating], wanted: Iterable[str]) -> dict[str, float]:
    """Measure presentation values in [0, 1] of the part of the image that the model sees."""
    return {name: _IMAGE[name](presentation) for name in wanted if name in _IMAGE}


def measure_audio(
    samples: Samples, sampling_frequency: int, wanted: Iterable[str]
) -> dict[str, float]:
    """Measure a mono recording of shape (samples,) in [-1, 1], as it was recorded."""
    return {name: _AUDIO[name](samples, sampling_frequency) for name in wanted if name in _AUDIO}


def measure_text(text: str, wanted: Iterable[str]) -> dict[str, float]:
    """Measure a record; `known_word_fraction` needs a vocabulary and is measured by the tagger."""
    return {name: _TEXT[name](text) for name in wanted if name in _TEXT}


def standard_deviation(presentation: NDArray[np.floating]) -> float:
    """Return the deviation of presentation values; 0 for an empty picture."""
    return float(np.std(presentation, dtype=np.float64)) if presentation.size else 0.0


def saturated_fraction(presentation: NDArray[np.floating]) -> float:
    """Return the share of pixels at the black or white end."""
    if not presentation.size:
        return 1.0
    return float(np.mean((presentation <= 0.0) | (presentation >= 1.0)))


def rms_dbfs(samples: Samples, sampling_frequency: int) -> float:
    """Return the level in decibels below full scale; -200 for silence."""
    del sampling_frequency
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 10.0 * float(np.log10(max(power, 1e-20)))


def clipped_fraction(samples: Samples, sampling_frequency: int) -> float:
    """Return the share of samples at the recording's own ceiling, where it is close to full."""
    del sampling_frequency
    magnitude = np.abs(samples)
    ceiling = float(magnitude.max()) if samples.size else 0.0
    if ceiling < _CLIPPING:
        return 0.0
    return float(np.mean(magnitude >= _CLIPPING * ceiling))


def envelope_periodicity(samples: Samples, sampling_frequency: int) -> float:
    """Return the highest autocorrelation of the envelope at a lag of a possible heart rate.

    1 is a perfect beat, 0 is none; 0 too for less than two of the slowest beats.
    """
    hop = max(1, round(sampling_frequency / _ENVELOPE_RATE))
    count = len(samples) // hop
    blocks = np.abs(samples[: count * hop], dtype=np.float64).reshape(count, hop)
    envelope = np.log(blocks.mean(axis=1) + 1e-8)
    slowest = 60 * _ENVELOPE_RATE // _BEATS_PER_MINUTE[0]
    fastest = 60 * _ENVELOPE_RATE // _BEATS_PER_MINUTE[1]
    envelope -= envelope.mean() if count else 0.0
    energy = float(envelope @ envelope)
    # A constant envelope leaves rounding errors, which correlate perfectly.
    if count < 2 * fastest or energy < 1e-9 * count:
        return 0.0
    lags = range(fastest, min(slowest, count // 2) + 1)
    peaks = [_lagged(envelope, lag) for lag in lags]
    return float(np.clip(max(peaks), 0.0, 1.0))


def _lagged(envelope: NDArray[np.float64], lag: int) -> float:
    early, late = envelope[:-lag], envelope[lag:]
    scale = float(np.sqrt((early @ early) * (late @ late)))
    return float(early @ late) / scale if scale else 0.0


def in_band_energy_fraction(samples: Samples, sampling_frequency: int) -> float:
    """Return the share of energy between 20 and 400 Hz, where heart sounds lie."""
    return _share_in_band(samples, sampling_frequency, heard_from=0.0)


def low_energy_fraction(samples: Samples, sampling_frequency: int) -> float:
    """Return the share of the energy from 20 Hz up that lies below 400 Hz, whatever the rumble."""
    return _share_in_band(samples, sampling_frequency, heard_from=_BAND_HERTZ[0])


def _share_in_band(samples: Samples, sampling_frequency: int, heard_from: float) -> float:
    if not samples.size:
        return 0.0
    spectrum, frequency = _spectrum(samples, sampling_frequency)
    power = np.abs(spectrum) ** 2
    low, high = _BAND_HERTZ
    total = float(power[frequency >= heard_from].sum())
    return float(power[(frequency >= low) & (frequency <= high)].sum()) / total if total else 0.0


def beat_energy_fraction(samples: Samples, sampling_frequency: int) -> float:
    """Return the share of the energy between 20 and 60 Hz in the loudest fifth of the time.

    Heart sounds are short and far apart; breath, noise and hum are not. Murmurs, which may fill the
    time between, have their energy above.
    """
    hop = max(1, round(sampling_frequency / _BEAT_FRAMES_A_SECOND))
    count = len(samples) // hop
    if not count:
        return 0.0
    spectrum, frequency = _spectrum(samples, sampling_frequency)
    low, high = _BEAT_HERTZ
    spectrum[(frequency < low) | (frequency > high)] = 0.0
    beats = np.fft.irfft(spectrum, len(samples))[: count * hop]
    energies = np.sort(np.square(beats).reshape(count, hop).sum(axis=1))
    total = float(energies.sum())
    return float(energies[-max(1, count // 5) :].sum()) / total if total else 0.0


def _spectrum(
    samples: Samples, sampling_frequency: int
) -> tuple[NDArray[np.complex128], NDArray[np.floating]]:
    """Return the spectrum of samples without their mean, and its frequencies in hertz."""
    spectrum = np.fft.rfft(samples - np.mean(samples, dtype=np.float64))
    return spectrum, np.fft.rfftfreq(len(samples), 1 / sampling_frequency)


def letter_fraction(text: str) -> float:
    """Return the share of letters among the characters that are not white space."""
    visible = [character for character in text if not character.isspace()]
    return sum(character.isalpha() for character in visible) / len(visible) if visible else 0.0


_IMAGE: dict[str, Callable[[NDArray[np.floating]], float]] = {
    "standard_deviation": standard_deviation,
    "saturated_fraction": saturated_fraction,
}
_AUDIO: dict[str, Callable[[Samples, int], float]] = {
    "rms_dbfs": rms_dbfs,
    "clipped_fraction": clipped_fraction,
    "envelope_periodicity": envelope_periodicity,
    "in_band_energy_fraction": in_band_energy_fraction,
    "low_energy_fraction": low_energy_fraction,
    "beat_energy_fraction": beat_energy_fraction,
}
_TEXT: dict[str, Callable[[str], float]] = {"letter_fraction": letter_fraction}
