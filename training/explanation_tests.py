"""Whether a heat map shows what the network goes by: deletion, insertion, randomized weights.

Deletion hides the places of a picture in the order of the map, insertion shows them in that order
(Petsiuk 2018, RISE); a map that means something is better than random order. A network with
shuffled weights must give another map (Adebayo 2018, sanity checks for saliency maps).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr

Values: TypeAlias = NDArray[np.float32]
Areas: TypeAlias = NDArray[np.float64]
Score: TypeAlias = Callable[[Values], Areas]
Order: TypeAlias = NDArray[np.int64]
# Gives the scores (n,) when of the places those marked in each row (n, places) are left.
ScoreKept: TypeAlias = Callable[[NDArray[np.bool_]], Areas]

STEPS = 8
# What hides a place keeps the picture's large forms: this share of its side is the blur.
BLUR = 1 / 12
# The width of a smooth random map's patches, as a share of the picture's side.
SMOOTH = 1 / 8
SMALLEST_SHUFFLED = 64


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Areas under the logit's curves, one a picture: low deletion and high insertion are good."""

    deletion: Areas
    insertion: Areas


def measure_curves(score: Score, images: Values, maps: Values) -> Curves:
    """Return the areas when places are hidden or shown in the order of the maps.

    Parameters
    ----------
    score : the finding's logit for network inputs (n, rows, columns, 1).
    images : network inputs (n, rows, columns, 1).
    maps : (n, rows, columns) of any size; what speaks for the finding is high.
    """
    orders = [np.argsort(-one.ravel(), kind="stable") for one in maps]
    return order_curves(_picture_scores(score, images, maps.shape[1:]), orders)


def measure_random_curves(
    score: Score, images: Values, grid: tuple[int, ...], *, is_smooth: bool = False, seed: int = 0
) -> Curves:
    """Return the areas when the places of a grid are hidden or shown in random order.

    Single places leave many edges, which a network may take for texture; with `is_smooth` the
    places go in the order of smooth random maps, in patches as large as those of a real map.
    """
    generator = np.random.default_rng(seed)
    if is_smooth:
        sigma = SMOOTH * grid[0]
        noise = generator.normal(size=(len(images), *grid))
        orders = [np.argsort(gaussian_filter(one, sigma).ravel()) for one in noise]
    else:
        orders = [generator.permutation(int(np.prod(grid))) for _ in images]
    return order_curves(_picture_scores(score, images, grid), orders)


def shuffle_weights(network: bytes, seed: int = 0) -> bytes:
    """Return the network with the values within each weight tensor shuffled."""
    generator = np.random.default_rng(seed)
    model = onnx.load_from_string(network)
    for tensor in model.graph.initializer:
        if tensor.data_type not in {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16}:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size >= SMALLEST_SHUFFLED:
            shuffled = generator.permutation(values.ravel()).reshape(values.shape)
            tensor.CopyFrom(numpy_helper.from_array(shuffled, tensor.name))
    return bytes(model.SerializeToString())


def rank_correlations(maps: Values, others: Values) -> Areas:
    """Return Spearman's correlation of each map with its other; 0 where one is constant."""
    found = []
    for one, other in zip(maps, others, strict=True):
        is_constant = np.ptp(one) == 0 or np.ptp(other) == 0
        found.append(0.0 if is_constant else float(spearmanr(one.ravel(), other.ravel())[0]))
    return np.array(found)


def order_curves(scores: Sequence[ScoreKept], orders: Sequence[Order]) -> Curves:
    """Return the areas when the places of each item are hidden or shown in its order."""
    deletion, insertion = [], []
    for score, order in zip(scores, orders, strict=True):
        first = np.zeros((STEPS + 1, len(order)), bool)
        for step, share in zip(first, np.linspace(0, 1, STEPS + 1), strict=True):
            step[order[: round(share * len(order))]] = True
        deletion.append(float(score(~first).mean()))
        insertion.append(float(score(first).mean()))
    return Curves(np.array(deletion), np.array(insertion))


def _picture_scores(score: Score, images: Values, grid: tuple[int, ...]) -> list[ScoreKept]:
    return [partial(_score_picture, score, image, grid) for image in images]


def _score_picture(
    score: Score, image: Values, grid: tuple[int, ...], kept: NDArray[np.bool_]
) -> Areas:
    """Return the scores of a picture whose other places of the grid are blurred."""
    sigma = BLUR * image.shape[0]
    blurred = gaussian_filter(image, (sigma, sigma, 0))
    masks = np.stack([_enlarged(one.reshape(grid), image.shape) for one in kept])
    return score(np.where(masks, image, blurred))


def _enlarged(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    rows = np.arange(shape[0]) * mask.shape[0] // shape[0]
    columns = np.arange(shape[1]) * mask.shape[1] // shape[1]
    return np.asarray(mask[rows[:, None], columns[None]][..., None], bool)
