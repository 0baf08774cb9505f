"""Computed pictures for trying distributed training where no set is at hand."""

import numpy as np
from numpy.typing import NDArray

SIDE = 32


def make_pictures(count: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return noisy pictures (n, 32, 32, 1) and whether a disc lies in each (n,)."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, count)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    places = generator.uniform(8, 24, (count, 2))
    distance = (rows - places[:, 0, None, None]) ** 2 + (columns - places[:, 1, None, None]) ** 2
    discs = (distance < 30) & (labels == 1)[:, None, None]
    pictures = generator.normal(0, 1, (count, SIDE, SIDE)) + 1.5 * discs
    return pictures.astype(np.float32)[..., None], labels.astype(np.int64)
