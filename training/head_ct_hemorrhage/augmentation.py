"""Slices as other scanners, windows and exports would show them, some with a painted bleed."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from training.head_ct_hemorrhage.simulated_bleeds import paint_bleed
from training.image_augmentation import Augmentation, coarsen, compress_jpeg, draw_transforms, warp

Values: TypeAlias = NDArray[np.float32]
Labels: TypeAlias = NDArray[np.int64]

WINDOW_CENTER = 0.5
EDGE = 0.07
GEOMETRY = Augmentation(rotation=12.0, scale=0.06, aspect=0.08, shift=0.02)


@dataclass(frozen=True, slots=True)
class SliceAugmentation:
    """How slices are changed; probabilities, and half-widths of the tones' ranges.

    `bleeds` is the share of slices without a bleed that get one. `window` is the deviation of
    the logarithm of the window's width, `level` the half-width of its center's range.
    """

    bleeds: float = 0.35
    window: float = 0.35
    level: float = 0.08
    gamma: float = 0.2
    coarse: float = 0.4
    blur: float = 0.25
    grain: float = 0.3
    jpeg: float = 0.4
    marks: float = 0.15
    geometry: Augmentation = GEOMETRY


@dataclass(frozen=True, slots=True, eq=False)
class Augmented:
    """Changed slices (n, size, size) in [0, 1] with their labels (n, 1 + kinds).

    `amounts` (n, size, size) is how much of each place is painted blood; where a real bleed lies
    is not known.
    """

    values: Values
    labels: Labels
    amounts: Values


def augment_slices(
    slices: Values, labels: Labels, how: SliceAugmentation, generator: np.random.Generator
) -> Augmented:
    """Return changed copies of slices (n, size, size) in [0, 1].

    Labels (n, 1 + kinds) hold whether there is a bleed, then which kinds.
    """
    changed, told, amounts = [], labels.copy(), np.zeros_like(slices)
    for number, original in enumerate(slices):
        values = original
        if not labels[number, 0] and generator.random() < how.bleeds:
            bleed = paint_bleed(values, generator)
            if bleed is not None:
                values, amounts[number] = bleed.values, bleed.amount
                told[number, [0, 1 + bleed.kind]] = 1
        changed.append(_change_tones(values, how, generator))
    transforms = draw_transforms(len(slices), how.geometry, generator)
    size = slices.shape[1]
    return Augmented(
        warp(np.stack(changed), size, transforms), told, warp(amounts, size, transforms)
    )


def rewindow(values: Values, contrast: float, brightness: float) -> Values:
    """Return a slice as a window of another width and center would show it.

    A wider window brings soft tissues together, yet air stays black and bone white.
    """
    toned = WINDOW_CENTER + (values - WINDOW_CENTER) * contrast + brightness
    if contrast < 1:
        bone = np.clip((values - 1 + EDGE) / EDGE, 0, 1)
        air = np.clip((EDGE - values) / EDGE, 0, 1)
        toned = toned * (1 - bone) * (1 - air) + bone
    return np.asarray(np.clip(toned, 0, 1), np.float32)


def _change_tones(values: Values, how: SliceAugmentation, generator: np.random.Generator) -> Values:
    draw = generator.random
    contrast = float(np.exp(generator.normal(0, how.window)))
    values = rewindow(values, contrast, generator.uniform(-how.level, how.level))
    values = np.asarray(values ** np.exp(generator.normal(0, how.gamma)), np.float32)
    if draw() < how.coarse:
        values = coarsen(values, generator.uniform(0.45, 0.95))
    if draw() < how.blur:
        values = gaussian_filter(values, generator.uniform(0.3, 1.0))
    if draw() < how.grain:
        noise = generator.normal(0, generator.uniform(0.01, 0.05), values.shape)
        soft = gaussian_filter(noise, generator.uniform(0, 0.8))
        inside = (values > 0.02) & (values < 0.98)
        values = np.clip(values + inside * soft, 0, 1).astype(np.float32)
    if draw() < how.marks:
        values = _write_marks(values, generator)
    if draw() < how.jpeg:
        values = compress_jpeg(values, int(generator.integers(30, 90)))
    return np.asarray(values, np.float32)


def _write_marks(values: Values, generator: np.random.Generator) -> Values:
    """Return the slice with bright signs near its edges, as burned-in text."""
    marked = values.copy()
    rows, columns = values.shape
    for _ in range(int(generator.integers(1, 4))):
        height, width = int(rows * generator.uniform(0.02, 0.06)), int(columns * 0.15)
        top = int(generator.choice([0.01, 0.92]) * rows + generator.integers(0, 4))
        left = int(generator.integers(0, columns - width))
        signs = generator.random((height, width)) < 0.4
        part = marked[top : top + height, left : left + width]
        part[signs[: part.shape[0], : part.shape[1]]] = generator.uniform(0.7, 1.0)
    return marked
