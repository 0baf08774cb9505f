"""A computed axial head CT in Hounsfield units: scalp, skull, brain, ventricles, maybe a bleed."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter

Field: TypeAlias = NDArray[np.float64]

AIR, FAT, SCALP, DENSE_BONE, SPONGY_BONE = -1000.0, -80.0, 45.0, 1300.0, 600.0
FLUID, WHITE, GRAY, FALX, BLOOD, EDEMA, TABLE = 8.0, 29.0, 38.0, 55.0, 68.0, 20.0, 150.0
# Half axes of the widest slice of the head, and its height above that slice.
HALF_WIDTH_MM, HALF_LENGTH_MM, HALF_HEIGHT_MM = 74.0, 93.0, 100.0
SCALP_MM, SKULL_MM, RIM_MM, CORTEX_MM = 5.0, 7.0, 2.0, 4.5


@dataclass(frozen=True, slots=True)
class Bleed:
    """A ball of fresh blood; x to the patient's left, y to the back, z up, from the center."""

    x_mm: float
    y_mm: float
    z_mm: float
    radius_mm: float


@dataclass(frozen=True, slots=True)
class HeadScan:
    """Size and sharpness of the slices; `noise` is the deviation of a pixel in HU."""

    size: int = 256
    millimeters_per_pixel: float = 0.9
    noise: float = 4.0


def scan_head(
    scan: HeadScan, heights_mm: tuple[float, ...], seed: int, bleed: Bleed | None = None
) -> NDArray[np.int16]:
    """Return slices (n, size, size) in HU at heights above the widest slice, the same each time."""
    generator = np.random.default_rng(seed)
    folds = _noise((len(heights_mm), scan.size, scan.size), (0.8, 4.5, 4.5), generator)
    slices = []
    for height, fold in zip(heights_mm, folds, strict=True):
        tissue = gaussian_filter(_slice(scan, height, fold, bleed), 0.6)
        grain = _noise(tissue.shape, (0.7, 0.7), generator) * scan.noise
        slices.append(np.where(tissue > AIR + 50, tissue + grain, tissue))
    return np.asarray(np.rint(np.stack(slices)), np.int16)


def _noise(
    shape: tuple[int, ...], widths: tuple[float, ...], generator: np.random.Generator
) -> Field:
    smooth = gaussian_filter(generator.normal(0, 1, shape), widths)
    return np.asarray(smooth / smooth.std())


def _slice(scan: HeadScan, height: float, fold: Field, bleed: Bleed | None) -> Field:
    places = (np.arange(scan.size) - (scan.size - 1) / 2) * scan.millimeters_per_pixel
    y, x = np.meshgrid(places, places, indexing="ij")
    # The table is a shallow arc below the head, as scanners have it.
    table = np.abs(np.hypot(x, y + 160) - 266) < 1.5
    tissue = np.where(table & (np.abs(x) < 110), TABLE, AIR)
    share = np.sqrt(max(0.02, 1 - (height / HALF_HEIGHT_MM) ** 2))
    outline = np.hypot(x / HALF_WIDTH_MM, y / HALF_LENGTH_MM) + 0.012 * np.cos(3 * np.arctan2(y, x))
    inside = outline < share
    depth = distance_transform_edt(inside) * scan.millimeters_per_pixel
    # Towards the vertex the plane cuts scalp and skull at a slant, so both look thicker.
    skull = SCALP_MM + SKULL_MM / share
    tissue[inside] = FAT
    tissue[inside & (depth > SCALP_MM / 2)] = SCALP
    tissue[inside & (depth > SCALP_MM)] = DENSE_BONE
    middle = np.abs(depth - (SCALP_MM + skull) / 2) < (skull - SCALP_MM) / 5
    tissue[inside & middle] = SPONGY_BONE
    _fill_brain(tissue, (x, y, height), depth - skull, fold)
    if bleed is not None:
        distance = np.sqrt(
            (x - bleed.x_mm) ** 2 + (y - bleed.y_mm) ** 2 + (height - bleed.z_mm) ** 2
        )
        brain = depth > skull + RIM_MM
        uneven = distance + fold
        tissue[brain & (uneven < bleed.radius_mm + 4)] = EDEMA
        tissue[brain & (uneven < bleed.radius_mm)] = BLOOD
    return tissue


def _fill_brain(
    tissue: Field, place: tuple[Field, Field, float], depth: Field, fold: Field
) -> None:
    """Fill what lies below the skull; `depth` is the distance from its inner side in mm."""
    x, y, height = place
    inner = depth > 0
    tissue[inner] = FLUID
    brain = depth > RIM_MM
    tissue[brain] = GRAY
    tissue[(depth > RIM_MM + CORTEX_MM + 2.5 * fold) & brain] = WHITE
    # Sulci: thin dark lines where the folding field crosses zero, near the surface only.
    sulci = (np.abs(fold) < 0.10) & (depth < RIM_MM + 13)
    tissue[sulci & brain] = (FLUID + GRAY) / 2
    if height < 45:
        for side in (-1, 1):
            nuclei = np.hypot((x - side * 21) / 9, (y + 8) / 17) < 1 + 0.1 * fold
            tissue[nuclei & brain] = GRAY - 1
            horn = np.hypot((x - side * (6 + np.abs(y) / 9)) / 4.5, (y + 4) / 32)
            tissue[(horn < 1 - 0.004 * height) & brain] = FLUID
    tissue[(np.abs(x) < 0.9) & inner & ((np.abs(y) > 45) | (height > 45))] = FALX
