"""Augmented copies on disk: every slice with a bleed, and a draw of those without.

The stem never changes, so each augmented slice passes through it once, into the bank.
"""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.command_line import TrainingOptions
from training.head_ct_hemorrhage.augmentation import augment_slices
from training.head_ct_hemorrhage.dataset import PREPARATION
from training.head_ct_hemorrhage.network import GRID
from training.head_ct_hemorrhage.recipe import Recipe
from training.progress_bar import ProgressBar
from training.transfer_ensemble.pictures import Labels, Pictures, Values

# The bank's random numbers are a stream of their own, apart from those of the epochs.
STREAM = 7
CHUNK = 64


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """One augmented copy: stem features (n, rows, columns, channels), labels (n, classes).

    `blood` (n, g, g) is the most that a place of the map holds; `items` are the numbers of the
    slices; `is_located` says whether `blood` is known.
    """

    items: NDArray[np.int64]
    stem: NDArray[np.float16]
    labels: Labels
    blood: NDArray[np.float16]
    is_located: NDArray[np.bool_]


def fill_bank(
    slices: Pictures, stem: keras.Model, recipe: Recipe, options: TrainingOptions
) -> list[Copy]:
    """Return the copies; those that an interrupted run of the same recipe left are taken over."""
    folder = options.work / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    facts = f"{options.seed} {len(slices.labels)} {recipe.of_the_bank} {PREPARATION!r}"
    record = folder / "facts.txt"
    if not (options.is_resumed and record.is_file() and record.read_text() == facts):
        for path in folder.glob("*.npz"):
            path.unlink()
        record.write_text(facts)
    show, copies = ProgressBar(), []
    for number in range(recipe.copies):
        path = folder / f"copy-{number}.npz"
        if not path.is_file():
            generator = np.random.default_rng([STREAM + options.seed, number])
            _save(path, _make_copy(slices, stem, recipe, generator))
        with np.load(path) as saved:
            copies.append(Copy(**{name: saved[name] for name in Copy.__slots__}))
        show(number + 1, recipe.copies, "augmented copies")
    return copies


def _make_copy(
    slices: Pictures, stem: keras.Model, recipe: Recipe, generator: np.random.Generator
) -> Copy:
    with_bleed = np.flatnonzero(slices.labels[:, 0])
    without = np.flatnonzero(slices.labels[:, 0] == 0)
    drawn = generator.choice(without, min(recipe.without_bleed, len(without)), replace=False)
    items = np.concatenate([with_bleed, np.sort(drawn)])
    chosen = slices.take(items)
    changed = augment_slices(chosen.values, chosen.labels, recipe.augmentation, generator)
    return Copy(
        items,
        stem_features(stem, PREPARATION.finish(changed.values)),
        changed.labels,
        _most_blood(changed.amounts).astype(np.float16),
        chosen.labels[:, 0] == 0,
    )


def stem_features(stem: keras.Model, inputs: Values) -> NDArray[np.float16]:
    """Return what the frozen blocks give for network inputs (n, size, size, 1)."""
    return np.concatenate(
        [
            np.asarray(stem.predict_on_batch(inputs[start : start + CHUNK]), np.float16)
            for start in range(0, len(inputs), CHUNK)
        ]
    )


def _most_blood(amounts: Values) -> Values:
    """Return the highest of four quarters' mean for each place of the map."""
    quarters = 2 * GRID
    step = amounts.shape[1] // quarters
    means = amounts.reshape(len(amounts), quarters, step, quarters, step).mean(axis=(2, 4))
    return np.asarray(means.reshape(len(amounts), GRID, 2, GRID, 2).max(axis=(2, 4)), np.float32)


def _save(path: Path, copy: Copy) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(file, **{name: getattr(copy, name) for name in Copy.__slots__})
    partial.replace(path)
