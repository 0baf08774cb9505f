"""Random changes of gray pictures that stand for other hands, machines and hospitals."""

from dataclasses import dataclass
from typing import TypeAlias

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from meddx_desktop.preprocessing.image import Resize, resize

Pictures: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far pictures are changed; geometry as deviations, the rest as probabilities.

    Rotation in degrees; scale, aspect, gamma as deviations of the logarithm; shift as a share of
    the picture's side; contrast, brightness and depth gain as half-widths of uniform ranges.
    `curve` bends the gray scale as other film and display curves do, `sharpen` enhances edges as
    radiography systems do, `frame` darkens or whitens a margin as collimation does.
    """

    rotation: float = 12.0
    scale: float = 0.12
    aspect: float = 0.10
    shift: float = 0.06
    flip: float = 0.5
    gamma: float = 0.25
    contrast: float = 0.25
    brightness: float = 0.12
    depth_gain: float = 0.20
    blur: float = 0.3
    coarse: float = 0.25
    speckle: float = 0.4
    jpeg: float = 0.3
    calipers: float = 0.15
    cutout: float = 0.3
    curve: float = 0.0
    sharpen: float = 0.0
    frame: float = 0.0


def augment(
    pictures: Pictures, size: int, how: Augmentation, generator: np.random.Generator
) -> Pictures:
    """Return changed copies of shape (n, size, size) of pictures (n, rows, columns) in [0, 1]."""
    changed = np.stack([_change_values(picture, how, generator) for picture in pictures])
    return warp(changed, size, draw_transforms(len(pictures), how, generator))


def warp(pictures: Pictures, size: int, transforms: NDArray[np.float64]) -> Pictures:
    """Sample pictures bilinearly at `size` x `size` places.

    `transforms` of shape (n, 2, 3) maps output places to input places, both as (row, column) in
    [-1, 1]. With the identity this equals the app's linear enlarging resize.
    """
    places = (np.arange(size) + 0.5) * 2 / size - 1
    grid = np.stack([*np.meshgrid(places, places, indexing="ij"), np.ones((size, size))])
    wanted = np.tensordot(transforms, grid, axes=(2, 0))
    rows, columns = pictures.shape[1:]
    y = np.clip((wanted[:, 0] + 1) * rows / 2 - 0.5, 0, rows - 1)
    x = np.clip((wanted[:, 1] + 1) * columns / 2 - 0.5, 0, columns - 1)
    top, left = y.astype(np.int64), x.astype(np.int64)
    below, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    down, across = (y - top).astype(np.float32), (x - left).astype(np.float32)
    which = np.arange(len(pictures))[:, None, None]
    upper = pictures[which, top, left] * (1 - across) + pictures[which, top, right] * across
    lower = pictures[which, below, left] * (1 - across) + pictures[which, below, right] * across
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)


def draw_transforms(
    count: int, how: Augmentation, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return random turns, mirrors, scales and shifts of shape (n, 2, 3) for `warp`."""
    angle = np.radians(generator.normal(0, how.rotation, count))
    scale = np.exp(generator.normal(0, how.scale, count))
    aspect = np.exp(generator.normal(0, how.aspect, count) / 2)
    mirror = np.where(generator.random(count) < how.flip, -1.0, 1.0)
    shift = generator.normal(0, how.shift, (2, count)) * 2
    tall, wide = scale * aspect, scale / aspect
    cosine, sine = np.cos(angle), np.sin(angle)
    rows = np.stack([cosine * tall, -sine * wide * mirror, shift[0]], axis=1)
    columns = np.stack([sine * tall, cosine * wide * mirror, shift[1]], axis=1)
    return np.stack([rows, columns], axis=1)


def _change_values(
    picture: Pictures, how: Augmentation, generator: np.random.Generator
) -> Pictures:
    draw = generator.random
    if draw() < how.coarse:
        picture = coarsen(picture, generator.uniform(0.5, 0.9))
    if draw() < how.blur:
        picture = gaussian_filter(picture, generator.uniform(0.3, 1.2))
    if how.sharpen and draw() < how.sharpen:
        picture = _sharpen(picture, generator)
    if draw() < how.speckle:
        picture = add_speckle(picture, generator)
    if how.curve and draw() < how.curve:
        picture = _bend_curve(picture, generator)
    picture = _change_tones(picture, how, generator)
    if draw() < how.calipers:
        picture = _draw_calipers(picture, generator)
    if draw() < how.jpeg:
        picture = compress_jpeg(picture, int(generator.integers(25, 85)))
    if draw() < how.cutout:
        picture = _cut_out(picture, generator)
    if how.frame and draw() < how.frame:
        picture = _add_frame(picture, generator)
    return picture


def _change_tones(picture: Pictures, how: Augmentation, generator: np.random.Generator) -> Pictures:
    gamma = np.exp(generator.normal(0, how.gamma))
    contrast = 1 + generator.uniform(-how.contrast, how.contrast)
    brightness = generator.uniform(-how.brightness, how.brightness)
    depth = np.linspace(-1, 1, picture.shape[0])[:, None]
    gain = 1 + generator.uniform(-how.depth_gain, how.depth_gain) * depth
    toned = (np.clip(picture, 0, 1) ** gamma - 0.4) * contrast + 0.4 + brightness
    return np.asarray(np.clip(toned * gain, 0, 1), np.float32)


def _sharpen(picture: Pictures, generator: np.random.Generator) -> Pictures:
    blurred = gaussian_filter(picture, generator.uniform(1.0, 8.0))
    amount = generator.uniform(-0.4, 0.9)
    return np.asarray(np.clip(picture + amount * (picture - blurred), 0, 1), np.float32)


def _bend_curve(picture: Pictures, generator: np.random.Generator) -> Pictures:
    """Steepen or flatten the middle of the gray scale, around a random gray."""
    steepness, middle = generator.uniform(2.0, 8.0), generator.uniform(0.3, 0.7)
    curve = 1 / (1 + np.exp(-steepness * (np.linspace(0, 1, 256) - middle)))
    curve = (curve - curve[0]) / (curve[-1] - curve[0])
    grays = np.linspace(0, 1, 256)
    if generator.random() < 0.3:
        curve, grays = grays, curve
    return np.asarray(np.interp(picture, grays, curve), np.float32)


def _add_frame(picture: Pictures, generator: np.random.Generator) -> Pictures:
    rows, columns = picture.shape
    value = generator.choice([0.0, 0.05, 1.0], p=[0.5, 0.3, 0.2])
    framed = picture.copy()
    top, bottom = (int(n) for n in generator.integers(0, rows // 8 + 1, 2))
    left, right = (int(n) for n in generator.integers(0, columns // 8 + 1, 2))
    framed[:top], framed[rows - bottom :] = value, value
    framed[:, :left], framed[:, columns - right :] = value, value
    return framed


def coarsen(picture: Pictures, share: float) -> Pictures:
    """Return the picture with the sharpness of a smaller one: so many of its rows and columns."""
    rows, columns = picture.shape
    small = Resize(rows=max(8, round(rows * share)), columns=max(8, round(columns * share)))
    return resize(resize(picture, small), Resize(rows=rows, columns=columns))


def add_speckle(picture: Pictures, generator: np.random.Generator) -> Pictures:
    """Multiply with correlated noise, wider than high as the beam makes it."""
    grain = generator.normal(0, 1, picture.shape).astype(np.float32)
    grain = gaussian_filter(grain, (generator.uniform(0.2, 0.8), generator.uniform(0.3, 1.2)))
    grain *= generator.uniform(0.05, 0.25) / (grain.std() + 1e-6)
    return np.asarray(np.clip(picture * (1 + grain), 0, 1), np.float32)


def compress_jpeg(picture: Pictures, quality: int) -> Pictures:
    """Return the picture after JPEG compression at 8 bits."""
    stored = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    decoded = imagecodecs.jpeg8_decode(imagecodecs.jpeg8_encode(stored, level=quality))
    return np.asarray(decoded, dtype=np.float32) / np.float32(255)


def _draw_calipers(picture: Pictures, generator: np.random.Generator) -> Pictures:
    marked = picture.copy()
    for _ in range(2):
        row, column = generator.integers(4, np.array(picture.shape) - 4)
        value = generator.uniform(0.7, 1.0)
        marked[row - 2 : row + 3, column] = value
        marked[row, column - 2 : column + 3] = value
    return marked


def _cut_out(picture: Pictures, generator: np.random.Generator) -> Pictures:
    rows, columns = picture.shape
    height, width = generator.integers(rows // 8, rows // 3, 2)
    top, left = generator.integers(0, rows - height), generator.integers(0, columns - width)
    hidden = picture.copy()
    hidden[top : top + height, left : left + width] = picture.mean()
    return hidden
