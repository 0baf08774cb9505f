"""Bleeds painted into slices without one: bright, smooth, where such bleeds lie.

Fresh blood is 50 to 80 HU, gray matter about 37. On the films (center 40, width 120) that is 0.1
to 0.3 above the brain. Grain and edges of the slice stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import (
    binary_erosion,
    binary_opening,
    distance_transform_edt,
    gaussian_filter,
    label,
)

Values: TypeAlias = NDArray[np.float32]
Field: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

BONE = 0.9
TISSUE = (0.2, 0.8)
SMALLEST_BRAIN = 0.10
GRAIN = 0.12
# The least sum of changes, as a share of the pixels, that a reader would see.
SMALLEST_CHANGE = 2.5e-4
KINDS = ("intraventricular", "intraparenchymal", "subarachnoid", "epidural", "subdural")


@dataclass(frozen=True, slots=True, eq=False)
class Bleed:
    """A painted slice, which of `KINDS` was painted, and how much of each place is blood."""

    values: Values
    kind: int
    amount: Values


def brain_mask(values: Values) -> Mask:
    """Return the largest stretch of soft tissue inside the skull; empty where there is little."""
    smooth = gaussian_filter(values, 1.0)
    tissue = (smooth > TISSUE[0]) & (smooth < TISSUE[1])
    tissue &= _between_bone(values > BONE)
    parts, count = label(binary_opening(tissue, iterations=3))
    if not count:
        return np.zeros_like(tissue)
    sizes = np.bincount(parts.ravel())[1:]
    largest = parts == 1 + int(np.argmax(sizes))
    return largest if sizes.max() >= SMALLEST_BRAIN * values.size else np.zeros_like(tissue)


def paint_bleed(values: Values, generator: np.random.Generator) -> Bleed | None:
    """Paint one bleed of a random kind; None where the slice shows too little brain."""
    brain = brain_mask(values)
    if not brain.any():
        return None
    kind = int(generator.choice(len(KINDS), p=(0.1, 0.3, 0.15, 0.2, 0.25)))
    amount = _PAINTERS[kind](values, brain, generator)
    if amount.max() <= 0:
        return None
    edge = generator.uniform(0.5, 1.5) * values.shape[0] / 192
    soft = gaussian_filter(amount, edge)
    median = float(np.median(values[brain]))
    level = median + generator.uniform(0.09, 0.3)
    # Without the skull's edge, which would darken what lies along it.
    flat = np.clip(values, median - GRAIN, median + GRAIN)
    grain = flat - gaussian_filter(flat, 1.5)
    texture = gaussian_filter(generator.normal(0, 1, values.shape), values.shape[0] / 30)
    blood = level + grain + 0.03 * texture / (texture.std() + 1e-6)
    # Bone is brighter than blood: it is never painted darker.
    painted = np.where(values > BONE, values, values + soft * (blood - values))
    if np.abs(painted - values).sum() < SMALLEST_CHANGE * values.size:
        return None
    return Bleed(np.clip(painted, 0, 1).astype(np.float32), kind, soft.astype(np.float32))


def _between_bone(bone: Mask) -> Mask:
    sides = [
        np.logical_or.accumulate(view, axis=0) for view in (bone, bone[::-1], bone.T, bone.T[::-1])
    ]
    return sides[0] & sides[1][::-1] & (sides[2] & sides[3][::-1]).T


def _wobble(shape: tuple[int, ...], generator: np.random.Generator, width: float) -> Field:
    noise = gaussian_filter(generator.normal(0, 1, shape), width)
    return np.asarray(noise / (noise.std() + 1e-9))


def _blob(
    center: NDArray[np.int64], radius: float, shape: tuple[int, int], generator: np.random.Generator
) -> Field:
    """Return 1 in an irregular ellipse, 0 elsewhere."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    angle, stretch = generator.uniform(0, np.pi), np.exp(generator.normal(0, 0.3))
    down, right = rows - center[0], columns - center[1]
    along = (np.cos(angle) * down + np.sin(angle) * right) * stretch
    across = (-np.sin(angle) * down + np.cos(angle) * right) / stretch
    distance = np.hypot(along, across) + _wobble(shape, generator, radius / 2 + 1) * radius * 0.25
    return np.asarray(distance < radius, np.float64)


def _parenchymal(values: Values, brain: Mask, generator: np.random.Generator) -> Field:
    side = values.shape[0]
    inner = binary_erosion(brain, iterations=max(1, side // 40))
    places = np.argwhere(inner if inner.any() else brain)
    amount = np.zeros(values.shape)
    for _ in range(int(generator.choice([1, 1, 1, 2, 3]))):
        radius = side * np.exp(generator.uniform(np.log(0.012), np.log(0.12)))
        center = places[generator.integers(len(places))]
        amount = np.maximum(amount, _blob(center, float(radius), values.shape, generator))
    return amount * brain


def _extra_axial(
    values: Values,
    brain: Mask,
    generator: np.random.Generator,
    *,
    span: tuple[float, float],
    thickness: tuple[float, float],
) -> Field:
    """Return blood between brain and skull along an arc: a lens when short, a crescent when long.

    `span` is in radians, `thickness` a share of the picture's side.
    """
    rows, columns = np.nonzero(brain)
    middle = rows.mean(), columns.mean()
    down, right = np.mgrid[: values.shape[0], : values.shape[1]].astype(np.float64)
    angle = np.arctan2(down - middle[0], right - middle[1])
    half = generator.uniform(*span) / 2
    offset = np.abs(np.angle(np.exp(1j * (angle - generator.uniform(-np.pi, np.pi)))))
    profile = np.sqrt(np.clip(1 - (offset / half) ** 2, 0, 1))
    thick = values.shape[0] * generator.uniform(*thickness)
    filled = distance_transform_edt(np.pad(_filled(brain), 1))[1:-1, 1:-1]
    uneven = 1 + 0.15 * _wobble(values.shape, generator, values.shape[0] / 20)
    return np.asarray((filled > 0) & (filled < profile * thick * uneven), np.float64)


def _filled(brain: Mask) -> Mask:
    """Return the brain with its ventricles and sulci, up to the skull."""
    return _between_bone(brain)


def _epidural(values: Values, brain: Mask, generator: np.random.Generator) -> Field:
    return _extra_axial(values, brain, generator, span=(0.3, 1.0), thickness=(0.025, 0.14))


def _subdural(values: Values, brain: Mask, generator: np.random.Generator) -> Field:
    return _extra_axial(values, brain, generator, span=(0.8, 2.6), thickness=(0.018, 0.08))


def _in_fluid(
    values: Values, brain: Mask, generator: np.random.Generator, *, is_central: bool
) -> Field:
    """Return blood in the fluid of one region: ventricles, or sulci and cisterns."""
    side = values.shape[0]
    smooth = gaussian_filter(values, side / 190)
    tissue = _filled(brain)
    median = np.median(values[brain])
    spread = np.median(np.abs(smooth[brain] - median)) + 1e-3
    # Where sulci are too narrow to be dark, the darker half of the region stands for them.
    fluid = (smooth < median - spread * generator.uniform(0.5, 1.8)) & (smooth > 0.05) & tissue
    depth = distance_transform_edt(np.pad(tissue, 1))[1:-1, 1:-1] / side
    fluid &= depth > 0.12 if is_central else depth < 0.30
    places = np.argwhere(fluid)
    if not len(places):
        return np.zeros(values.shape)
    region = np.zeros(values.shape)
    for _ in range(int(generator.integers(1, 4))):
        center = places[generator.integers(len(places))]
        radius = side * generator.uniform(0.05, 0.22)
        region = np.maximum(region, _blob(center, float(radius), values.shape, generator))
    return np.asarray(fluid * region, np.float64)


def _ventricular(values: Values, brain: Mask, generator: np.random.Generator) -> Field:
    return _in_fluid(values, brain, generator, is_central=True)


def _subarachnoid(values: Values, brain: Mask, generator: np.random.Generator) -> Field:
    return _in_fluid(values, brain, generator, is_central=False)


_PAINTERS: tuple[Callable[[Values, Mask, np.random.Generator], Field], ...] = (
    _ventricular,
    _parenchymal,
    _subarachnoid,
    _epidural,
    _subdural,
)
