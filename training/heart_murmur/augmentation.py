"""Other rooms, chest pieces and heart rates, imitated on band power.

Working on power of shape (frames, bands) instead of samples makes an epoch cost a second: gain of
a band is what an equalizer does, and uncorrelated noise adds its power.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.heart_murmur.dataset import FRAMES

Power = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far an augmented window may lie from the recorded one.

    `stretch` is the largest natural logarithm of the change of pace; `tilt` and `color` are
    deviations of the gain in nepers of power, from the lowest to the highest band and at five
    points between; `noise` the range of noise power relative to the window's mean (natural
    logarithm), added to half of the windows; `masked` the largest share of frames, twice, and of
    bands that is hidden.
    """

    stretch: float = 0.25
    tilt: float = 1.0
    color: float = 0.7
    noise: tuple[float, float] = (-8.0, -1.0)
    masked_frames: float = 0.125
    masked_bands: float = 0.25


def draw_window(power: Power, augmentation: Augmentation, generator: np.random.Generator) -> Power:
    """Return a random window of shape (FRAMES, bands) at another pace, color and noise."""
    count = round(FRAMES * np.exp(generator.uniform(-augmentation.stretch, augmentation.stretch)))
    if len(power) < count:
        power = np.resize(power, (count, power.shape[1]))
    start = generator.integers(0, len(power) - count + 1)
    paced = change_pace(power[start : start + count], FRAMES)
    window = paced * np.exp(_gain(power.shape[1], augmentation, generator))
    noise = _noise(window, augmentation, generator) if generator.random() < 0.5 else 0.0
    return np.asarray(window + noise, np.float32)


def change_pace(power: Power, frames: int) -> Power:
    """Resample the frames linearly to another number."""
    position = np.linspace(0, len(power) - 1, frames)
    before = position.astype(np.int64)
    after = np.minimum(before + 1, len(power) - 1)
    share = (position - before)[:, None].astype(np.float32)
    return np.asarray(power[before] * (1 - share) + power[after] * share, np.float32)


def _gain(
    bands: int, augmentation: Augmentation, generator: np.random.Generator
) -> NDArray[np.float64]:
    tilt = generator.normal(0, augmentation.tilt) * np.linspace(-1, 1, bands)
    points = generator.normal(0, augmentation.color, 5)
    return tilt + np.interp(np.arange(bands), np.linspace(0, bands - 1, 5), points)


def _noise(
    window: NDArray[np.floating], augmentation: Augmentation, generator: np.random.Generator
) -> NDArray[np.float64]:
    level = np.exp(generator.uniform(*augmentation.noise)) * window.mean()
    color = np.exp(generator.normal(0, 1) * np.linspace(-1, 1, window.shape[1]))
    # Smoothed power of Gaussian noise: chi-squared with four degrees of freedom, mean one.
    return np.asarray(level * color * generator.gamma(2, 0.5, window.shape))


def mask_picture(
    picture: Power, augmentation: Augmentation, generator: np.random.Generator
) -> Power:
    """Set two stretches of frames and one of bands of a standardized picture to the mean, 0.

    References
    ----------
    Park DS et al. SpecAugment. Interspeech 2019.
    """
    frames, bands = picture.shape
    masked = picture.copy()
    for _ in range(2):
        length = generator.integers(0, max(1, int(frames * augmentation.masked_frames)))
        start = generator.integers(0, frames - length)
        masked[start : start + length] = 0
    width = generator.integers(0, int(bands * augmentation.masked_bands) + 1)
    low = generator.integers(0, bands - width + 1)
    masked[:, low : low + width] = 0
    return masked
