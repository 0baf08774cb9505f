"""Breath sounds made by formula, for golden inputs and tests."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BreathSound:
    """What is synthesized: one breath of `cycle_s` after the other.

    `crackles` are clicks a second during inspiration; `wheeze` is the level of a held tone during
    expiration relative to the breath.
    """

    duration_s: float = 3.0
    cycle_s: float = 3.0
    sampling_frequency: int = 4000
    crackles: float = 0.0
    wheeze: float = 0.0
    seed: int = 0


def synthesize(sound: BreathSound) -> NDArray[np.float32]:
    """Return samples of shape (samples,) with a peak of 0.5."""
    generator = np.random.default_rng(sound.seed)
    rate = sound.sampling_frequency
    time = np.arange(round(sound.duration_s * rate)) / rate
    phase = (time / sound.cycle_s) % 1
    inspiration = np.sin(np.pi * np.clip(phase / 0.42, 0, 1))
    expiration = np.sin(np.pi * np.clip((phase - 0.46) / 0.5, 0, 1))
    flow = inspiration + 0.6 * expiration
    total = (0.03 + flow) * _breath_noise(len(time), rate, generator)
    total += sound.wheeze * expiration * _tone(time, generator)
    count = generator.poisson(sound.crackles * sound.duration_s)
    for start in generator.uniform(0, sound.duration_s, count):
        if inspiration[min(len(time) - 1, round(start * rate))] > 0.3:
            total += _click(time - start, generator)
    return np.asarray(0.5 * total / np.abs(total).max(), np.float32)


def _breath_noise(count: int, rate: int, generator: np.random.Generator) -> Samples:
    """Turbulence: noise that falls by about 12 dB an octave above 200 Hz."""
    spectrum = np.fft.rfft(generator.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / rate)
    gain = np.minimum(1, frequency / 60) / (1 + (frequency / 250) ** 2)
    noise = np.fft.irfft(spectrum * gain, count)
    return np.asarray(noise / noise.std())


def _tone(time: Samples, generator: np.random.Generator) -> Samples:
    pitch = generator.uniform(280, 420)
    swing = 12 * np.sin(2 * np.pi * 1.1 * time)
    steady = np.sin(2 * np.pi * pitch * time + swing)
    return np.asarray(steady + 0.3 * np.sin(4 * np.pi * pitch * time + 2 * swing))


def _click(time: Samples, generator: np.random.Generator) -> Samples:
    """Two damped cycles of a few hundred hertz: a fine or coarse crackle."""
    pitch = generator.uniform(250, 700)
    after = np.maximum(time, 0)
    size = generator.uniform(3, 8)
    return np.asarray(size * np.exp(-after * pitch / 1.5) * np.sin(2 * np.pi * pitch * after))
