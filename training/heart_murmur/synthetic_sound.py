"""Heart sounds made by formula, for the sample and the golden inputs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeartSound:
    """What is synthesized.

    `murmur` is the level of a systolic ejection murmur relative to the first heart sound, 0 for
    none; `breathing` how much the heart rate swings with it (children: several percent).
    """

    duration_s: float = 8.0
    sampling_frequency: int = 4000
    heart_rate: float = 92.0
    murmur: float = 0.0
    breathing: float = 0.05
    noise: float = 0.004
    seed: int = 0


def synthesize(sound: HeartSound) -> NDArray[np.float32]:
    """Return samples of shape (samples,) with a peak of 0.7.

    Each beat has S1 and S2 as bursts of two damped tones, the aortic part before the pulmonary
    one, and, where wanted, a crescendo-decrescendo of band-limited noise between them.
    """
    generator = np.random.default_rng(sound.seed)
    count = round(sound.duration_s * sound.sampling_frequency)
    time = np.arange(count) / sound.sampling_frequency
    total = _background(count, sound, generator)
    blown = _band_noise(count, sound.sampling_frequency, (110.0, 420.0), generator)
    for start, period in _beats(sound, generator):
        loudness = 1 + 0.12 * generator.standard_normal()
        systole = 0.30 * period**0.5
        total += loudness * _burst(time - start, (42.0, 68.0), 0.028)
        split = 0.02 + 0.015 * np.sin(2 * np.pi * start / 4)
        total += 0.65 * loudness * _burst(time - start - systole, (58.0, 92.0), 0.018)
        total += 0.35 * loudness * _burst(time - start - systole - split, (52.0, 84.0), 0.016)
        total += sound.murmur * loudness * blown * _diamond(time - start, 0.05, systole - 0.02)
    return np.asarray(0.7 * total / np.abs(total).max(), dtype=np.float32)


def _beats(sound: HeartSound, generator: np.random.Generator) -> list[tuple[float, float]]:
    beats, start = [], 0.12
    while start < sound.duration_s:
        swing = sound.breathing * np.sin(2 * np.pi * start / 4)
        period = 60 / sound.heart_rate * (1 + swing + 0.01 * generator.standard_normal())
        beats.append((start, float(period)))
        start += float(period)
    return beats


def _burst(time: Samples, tones: tuple[float, float], decay_s: float) -> Samples:
    after = np.maximum(time, 0)
    shape = np.minimum(1, after / 0.012) * np.exp(-after / decay_s)
    low, high = (np.sin(2 * np.pi * tone * after) for tone in tones)
    return np.asarray(shape * (low + 0.6 * high))


def _diamond(time: Samples, start: float, stop: float) -> Samples:
    share = np.clip((time - start) / (stop - start), 0, 1)
    return np.asarray(np.sin(np.pi * share) ** 1.5)


def _band_noise(
    count: int, rate: int, band: tuple[float, float], generator: np.random.Generator
) -> Samples:
    spectrum = np.fft.rfft(generator.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / rate)
    low, high = band
    slope = np.exp(-np.maximum(0, low - frequency) / 30 - np.maximum(0, frequency - high) / 60)
    noise = np.fft.irfft(spectrum * slope, count)
    return np.asarray(noise / noise.std())


def _background(count: int, sound: HeartSound, generator: np.random.Generator) -> Samples:
    """Room and skin: noise whose power falls with frequency, over a white floor."""
    spectrum = np.fft.rfft(generator.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / sound.sampling_frequency)
    colored = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequency, 20)), count)
    white = generator.standard_normal(count)
    return np.asarray(sound.noise * (6 * colored / colored.std() + white) / 2)
