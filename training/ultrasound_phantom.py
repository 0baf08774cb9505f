"""A computed B-mode picture of an infant's liver and gallbladder; nobody was ever scanned for it.

Point scatterers are drawn at random, weighted with the echogenicity of the tissue, filtered with
the pulse of a linear probe, detected and log-compressed: that is what makes believable speckle.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d

Picture: TypeAlias = NDArray[np.float64]

DYNAMIC_RANGE_DB = 55.0


@dataclass(frozen=True, slots=True)
class Gallbladder:
    """An elongated sac in millimeters; angle in degrees from the horizontal, upwards to the right.

    `irregularity` is the deviation of the wall from an ellipse as a share of the width, `waist`
    how far the middle is drawn in.
    """

    length_mm: float
    width_mm: float
    angle: float
    irregularity: float
    waist: float = 0.0
    wall: float = 2.2


@dataclass(frozen=True, slots=True)
class Scan:
    """The picture's size in pixels, its scale, and where the gallbladder's center lies."""

    rows: int
    columns: int
    millimeters_per_pixel: float
    center_row: int
    center_column: int


def scan_phantom(scan: Scan, gallbladder: Gallbladder, seed: int) -> NDArray[np.uint8]:
    """Return the gray picture of shape (rows, columns)."""
    generator = np.random.default_rng(seed)
    inside = _signed_distance(scan, gallbladder, generator)
    echogenicity = _tissue(scan, inside, gallbladder, generator)
    envelope = _speckle(echogenicity, scan, generator)
    decibels = 20 * np.log10(envelope / np.quantile(envelope, 0.995) + 1e-6)
    gray = np.clip(1 + decibels / DYNAMIC_RANGE_DB, 0, 1)
    gray = gaussian_filter(gray, (0.8, 1.2))
    return np.rint(gray * 255).astype(np.uint8)


def _coordinates(scan: Scan, angle: float) -> tuple[Picture, Picture]:
    """Return places along and across the gallbladder's long axis in millimeters."""
    rows, columns = np.mgrid[: scan.rows, : scan.columns]
    down = (rows - scan.center_row) * scan.millimeters_per_pixel
    right = (columns - scan.center_column) * scan.millimeters_per_pixel
    turn = np.radians(angle)
    return right * np.cos(turn) - down * np.sin(turn), right * np.sin(turn) + down * np.cos(turn)


def _signed_distance(
    scan: Scan, gallbladder: Gallbladder, generator: np.random.Generator
) -> Picture:
    """Return roughly the distance in millimeters into the lumen, negative outside."""
    along, across = _coordinates(scan, gallbladder.angle)
    half_length, half_width = gallbladder.length_mm / 2, gallbladder.width_mm / 2
    place = along / half_length
    waves = sum(
        generator.normal(0, 1) / k * np.sin(np.pi * k * place + generator.uniform(0, 6.28))
        for k in (2, 3, 5, 7)
    )
    bend = gallbladder.irregularity * half_width * np.sin(np.pi * place + generator.uniform(0, 6))
    radius = np.sqrt(np.maximum(0, 1 - place**2)) * (
        1 + gallbladder.irregularity * waves - gallbladder.waist * np.exp(-((place / 0.3) ** 2))
    )
    reach = np.where(np.abs(place) < 1, half_width * np.maximum(radius, 0), 0)
    beyond = np.maximum(0, np.abs(along) - half_length)
    return reach - np.hypot(across - bend, beyond)


def _tissue(
    scan: Scan, inside: Picture, gallbladder: Gallbladder, generator: np.random.Generator
) -> Picture:
    """Return the echo amplitude of each place: liver, vessels, bowel, wall, lumen, shadow."""
    coarse = gaussian_filter(generator.normal(0, 1, inside.shape), 22)
    liver = np.exp(0.35 * coarse / coarse.std())
    rows, columns = np.mgrid[: scan.rows, : scan.columns]
    edge = scan.center_row + 0.22 * scan.rows + 0.10 * scan.rows * np.sin(columns / 55.0 + 1)
    bowel = 1 / (1 + np.exp(-(rows - edge) / 6.0))
    folds = gaussian_filter(generator.normal(0, 1, inside.shape), (5, 14))
    amplitude = liver * (1 - bowel) + bowel * 1.8 * np.exp(0.8 * folds / folds.std())
    millimeter = 1 / scan.millimeters_per_pixel
    wall = np.exp(-(((inside + 0.35) / 0.35) ** 2))
    amplitude = amplitude * (1 + gallbladder.wall * wall)
    lumen = 1 / (1 + np.exp(-inside / 0.12))
    behind = np.cumsum(lumen, axis=0) / (6 * millimeter)
    behind = gaussian_filter1d(np.minimum(behind, 1), 2 * millimeter, axis=1) * (1 - lumen)
    seen = amplitude * (1 + 0.9 * behind) * (1 - lumen) + 0.035 * lumen
    return np.asarray(seen, dtype=np.float64)


def _speckle(echogenicity: Picture, scan: Scan, generator: np.random.Generator) -> Picture:
    """Return the detected envelope of random scatterers under a linear probe's pulse."""
    shape = echogenicity.shape
    scatterers = generator.normal(0, 1, shape) + 1j * generator.normal(0, 1, shape)
    field = scatterers * echogenicity
    axial, lateral = 0.10 / scan.millimeters_per_pixel, 0.22 / scan.millimeters_per_pixel
    real = gaussian_filter(field.real, (axial, lateral))
    imaginary = gaussian_filter(field.imag, (axial, lateral))
    gain = np.linspace(1.15, 0.8, scan.rows)[:, None]
    return np.asarray(np.hypot(real, imaginary) * gain + 1e-5, np.float64)
