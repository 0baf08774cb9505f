"""The bank: what the frozen blocks give for every augmented copy of every picture.

They never change, so each augmented picture passes through them once. Epochs draw one variant of
each picture from the bank and train the remaining blocks alone; the linear member learns from
the pooled blocks of some copies.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.command_line import TrainingOptions
from training.image_augmentation import Augmentation, augment
from training.progress_bar import ProgressBar
from training.transfer_ensemble.linear import Features, frozen_blocks
from training.transfer_ensemble.network import (
    Architecture,
    build_linear_member,
    build_member,
    split_member,
)
from training.transfer_ensemble.pictures import Pictures, Preparation, Values
from training.transfer_ensemble.recipe import Recipe

CHUNK = 64
# The bank's random numbers are streams of their own, apart from those of the epochs.
STEM_STREAM, POOLED_STREAM = 7, 11_000


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Stem features of shape (n, rows, columns, channels): of augmented copies, and unchanged.

    `pooled` is what the linear member weighs, of the unchanged pictures and of the first copies.
    """

    variants: list[NDArray[np.floating]]
    unchanged: NDArray[np.floating]
    pooled: list[NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training run follows: form, recipe, preparation, and what the person asked for."""

    architecture: Architecture
    recipe: Recipe
    preparation: Preparation
    options: TrainingOptions

    @property
    def tuned_preparation(self) -> Preparation:
        """What comes to the tuned members."""
        return replace(self.preparation, size=self.architecture.member_size)


def fill_bank(pictures: Pictures, plan: Plan) -> Bank:
    """Return the bank; parts that an interrupted run of the same recipe left are taken over."""
    options, recipe = plan.options, plan.recipe
    folder = options.work / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    form = plan.architecture
    facts = f"{options.seed} {len(pictures.labels)} {form.frozen_blocks} {form.linear!r} "
    facts += f"{form.size} {plan.tuned_preparation!r} {recipe.augmentation!r}"
    record = folder / "facts.txt"
    if not (options.is_resumed and record.is_file() and record.read_text() == facts):
        for path in folder.glob("*.npy"):
            path.unlink()
        record.write_text(facts)
    stem, _ = split_member(build_member(options.seed, form), form)
    frozen = frozen_blocks(build_linear_member(form))

    def stem_features(images: Values) -> NDArray[np.float16]:
        return np.asarray(stem.predict_on_batch(images)).astype(np.float16)

    def pooled(images: Values) -> Features:
        return np.asarray(frozen.predict_on_batch(images), np.float32)

    series = (
        _Series("variant", STEM_STREAM, plan.tuned_preparation, stem_features, recipe.variants),
        _Series("pooled", POOLED_STREAM, plan.preparation, pooled, recipe.linear_copies),
    )
    (unchanged, *variants), read = (_fill(one, pictures, plan, folder) for one in series)
    return Bank(variants, unchanged, read)


@dataclass(frozen=True, slots=True)
class _Series:
    """Files of one kind: how pictures are prepared for it, what is computed, of how many copies."""

    name: str
    stream: int
    preparation: Preparation
    compute: Callable[[Values], NDArray[np.floating]]
    copies: int


def _fill(
    series: _Series, pictures: Pictures, plan: Plan, folder: Path
) -> list[NDArray[np.floating]]:
    show = ProgressBar()
    parts = []
    # Number 0 is the unchanged copy.
    for number in range(series.copies + 1):
        path = folder / f"{series.name}-{number}.npy"
        if not path.is_file():
            stream = [series.stream + plan.options.seed, number - 1]
            generator = np.random.default_rng(stream) if number else None
            values = _computed(series, pictures, plan.recipe.augmentation, generator)
            partial = path.with_suffix(".partial")
            with partial.open("wb") as file:
                np.save(file, values)
            partial.replace(path)
        parts.append(np.load(path, mmap_mode="r"))
        show(number + 1, series.copies + 1, f"copies through the frozen blocks ({series.name})")
    return parts


def _computed(
    series: _Series, pictures: Pictures, how: Augmentation, generator: np.random.Generator | None
) -> NDArray[np.floating]:
    parts = []
    for start in range(0, len(pictures.labels), CHUNK):
        part = pictures.values[start : start + CHUNK]
        parts.append(series.compute(_inputs(part, series.preparation, how, generator)))
    return np.concatenate(parts)


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
