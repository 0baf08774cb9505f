"""Whole frames: what the model must refuse although a gallbladder is somewhere in them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from training.transfer_ensemble.negatives import COUNT, prepared
from training.transfer_ensemble.pictures import Preparation, Values


def draw_frames(
    inside: Values, preparation: Preparation, generator: np.random.Generator
) -> Mapping[str, Values]:
    """Return computed whole frames at the source's size, under their name in the card."""
    frames = [prepared(_frame(inside, generator), preparation) for _ in range(COUNT)]
    return {"Whole B-mode frames, computed": np.stack(frames)}


def _frame(inside: Values, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return a curved-array frame on black, with a gallbladder picture somewhere in its tissue."""
    rows, columns = 360, 480
    down, right = np.mgrid[:rows, :columns].astype(np.float64)
    apex, middle = -generator.uniform(40, 140), columns / 2
    radius = np.hypot(down - apex, right - middle)
    angle = np.abs(np.arctan2(right - middle, down - apex))
    tissue = gaussian_filter(generator.normal(0, 1, (rows, columns)), (1.0, 2.0))
    layers = gaussian_filter(generator.normal(0, 1, (rows, columns)), (6, 30))
    frame = 0.35 + 0.12 * tissue / tissue.std() + 0.12 * layers / layers.std()
    side = int(generator.integers(60, 110))
    picture = np.kron(inside[generator.integers(len(inside))], np.ones((2, 2)))[:side, :side]
    top, left = int(generator.integers(80, 200)), int(generator.integers(120, 260))
    frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    is_outside = (
        (angle > generator.uniform(0.5, 0.75)) | (radius < -apex + 20) | (radius > rows - apex - 15)
    )
    frame[is_outside] = 0.02
    return np.asarray(np.rint(np.clip(frame, 0, 1) * 255), np.uint8)
