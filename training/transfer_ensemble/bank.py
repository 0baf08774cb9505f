"""The bank: every augmented copy of every picture, passed once through the frozen stem.

The stem never changes, so each augmented picture passes through it once. Epochs draw one variant
of each picture from the bank and train the remaining blocks alone.
"""

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from training.command_line import TrainingOptions
from training.image_augmentation import Augmentation, augment
from training.progress_bar import ProgressBar
from training.transfer_ensemble.network import Architecture, build_member, split_member
from training.transfer_ensemble.pictures import Pictures, Preparation
from training.transfer_ensemble.recipe import Recipe

CHUNK = 64
# The bank's random numbers are a stream of their own, apart from those of the epochs.
BANK_STREAM = 7


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Stem features of shape (n, rows, columns, channels): of augmented copies, and unchanged."""

    variants: list[NDArray[np.float16]]
    unchanged: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training run follows: form, recipe, preparation, and what the person asked for."""

    architecture: Architecture
    recipe: Recipe
    preparation: Preparation
    options: TrainingOptions


def fill_bank(pictures: Pictures, plan: Plan) -> Bank:
    """Return the bank; parts that an interrupted run of the same recipe left are taken over."""
    options, recipe = plan.options, plan.recipe
    stem, _ = split_member(build_member(options.seed, plan.architecture), plan.architecture)
    folder = options.work / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    facts = f"{options.seed} {len(pictures.labels)} {plan.architecture.frozen_blocks} "
    facts += f"{plan.preparation!r} {recipe.augmentation!r}"
    record = folder / "facts.txt"
    if not (options.is_resumed and record.is_file() and record.read_text() == facts):
        for path in folder.glob("*.npy"):
            path.unlink()
        record.write_text(facts)
    show = ProgressBar()
    parts = []
    for number in range(recipe.variants + 1):
        path = folder / f"variant-{number}.npy"
        if not path.is_file():
            # Number 0 is the unchanged copy.
            stream = [BANK_STREAM + options.seed, number - 1]
            generator = np.random.default_rng(stream) if number else None
            features = _stem_features(stem, pictures, plan, generator)
            partial = path.with_suffix(".partial")
            with partial.open("wb") as file:
                np.save(file, features)
            partial.replace(path)
        parts.append(np.load(path, mmap_mode="r"))
        show(number + 1, recipe.variants + 1, "augmented copies through the stem")
    return Bank(parts[1:], parts[0])


def _stem_features(
    stem: keras.Model, pictures: Pictures, plan: Plan, generator: np.random.Generator | None
) -> NDArray[np.float16]:
    features = []
    for start in range(0, len(pictures.labels), CHUNK):
        part = pictures.values[start : start + CHUNK]
        images = _inputs(part, plan.preparation, plan.recipe.augmentation, generator)
        features.append(np.asarray(stem.predict_on_batch(images)).astype(np.float16))
    return np.concatenate(features)


def _inputs(
    pictures: NDArray[np.float32],
    preparation: Preparation,
    how: Augmentation,
    generator: np.random.Generator | None,
) -> NDArray[np.float32]:
    if generator is None:
        return preparation.network_input(pictures)
    return preparation.finish(
        augment(preparation.shrunk(pictures), preparation.size, how, generator)
    )
