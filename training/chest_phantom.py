"""A computed frontal chest film: attenuation added up along straight rays; nobody was imaged.

Soft tissue, lungs, heart, diaphragm, spine, ribs and clavicles are smooth bodies with a thickness
in centimeters of water; the film's gray follows from the sum through a photographic curve.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Picture: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chest:
    """Form of a chest; lengths as shares of the picture's side.

    `opacities` are consolidations as (row, column, radius, density); `haze` is the strength of
    fine streaks all over the lungs; `heart` the width of the heart's shadow; `exposure` moves the
    film's curve.
    """

    lung_width: float = 0.17
    lung_height: float = 0.30
    heart: float = 0.15
    opacities: tuple[tuple[float, float, float, float], ...] = ()
    haze: float = 0.0
    exposure: float = 0.0
    scapula: float = 0.0


def film_phantom(chest: Chest, size: int, seed: int) -> NDArray[np.uint8]:
    """Return a gray film of shape (size, size), air dark and bone bright."""
    generator = np.random.default_rng(seed)
    down, right = np.mgrid[:size, :size] / size
    trunk = _soft(1 - np.hypot((right - 0.5) / 0.46, (down - 0.62) / 0.75) ** 4, 8)
    thickness = 14 * trunk * (0.8 + 0.25 * down)
    lungs = _lungs(chest, down, right)
    thickness -= 8.5 * lungs
    thickness += 6 * _heart(chest, down, right) + 3.5 * _spine(down, right)
    thickness += 5 * _soft((down - 0.74 - 0.06 * np.cos(6 * (right - 0.3))) / 0.02, 1) * trunk
    thickness += 1.5 * _ribs(down, right) * trunk
    thickness += chest.scapula * 1.6 * _scapulae(down, right)
    for row, column, radius, density in chest.opacities:
        distance = np.hypot(down - row, right - column) / radius
        ragged = gaussian_filter(generator.normal(0, 1, (size, size)), size / 40)
        thickness += density * lungs * _soft(1 - distance + 0.25 * ragged / ragged.std(), 4)
    vessels = gaussian_filter(generator.normal(0, 1, (size, size)), size / 110)
    thickness += (0.5 + chest.haze) * lungs * np.abs(vessels) / vessels.std()
    thickness += gaussian_filter(generator.normal(0, 0.6, (size, size)), 0.7)
    gray = 1 / (1 + np.exp(-(thickness - 8.5 - chest.exposure) / 2.4))
    return np.asarray(np.rint(np.clip(gray, 0, 1) * 255), np.uint8)


def _soft(value: Picture, steepness: float) -> Picture:
    return np.asarray(1 / (1 + np.exp(-steepness * np.clip(value, -40, 40))), np.float64)


def _lungs(chest: Chest, down: Picture, right: Picture) -> Picture:
    lungs = np.zeros_like(down)
    for middle in (0.30, 0.70):
        across = (right - middle - 0.08 * (0.5 - middle) * (0.6 - down)) / chest.lung_width
        inside = 1 - np.hypot(across, (down - 0.46) / chest.lung_height) ** 2.6
        lungs = np.maximum(lungs, _soft(inside, 9))
    return lungs


def _heart(chest: Chest, down: Picture, right: Picture) -> Picture:
    turned = (right - 0.55) + 0.25 * (down - 0.6)
    return _soft(1 - np.hypot(turned / chest.heart, (down - 0.60) / 0.16) ** 2, 6)


def _spine(down: Picture, right: Picture) -> Picture:
    column = np.exp(-(((right - 0.5) / 0.045) ** 2))
    return np.asarray(column * (0.85 + 0.15 * np.sin(down * 95)), np.float64)


def _ribs(down: Picture, right: Picture) -> Picture:
    away = np.abs(right - 0.5)
    front = np.exp(-((np.sin((down - 0.9 * away) * 40) / 0.5) ** 2))
    back = np.exp(-((np.sin((down + 0.55 * away) * 40 + 1) / 0.5) ** 2))
    clavicles = np.exp(-(((down - 0.17 + 0.1 * away) / 0.012) ** 2)) * (away < 0.36)
    return np.asarray((0.6 * front + back) * (away > 0.06) * (down < 0.72) + 1.5 * clavicles)


def _scapulae(down: Picture, right: Picture) -> Picture:
    away = np.abs(right - 0.5)
    return _soft(1 - np.hypot((away - 0.30) / 0.07, (down - 0.30) / 0.16) ** 2, 6)
