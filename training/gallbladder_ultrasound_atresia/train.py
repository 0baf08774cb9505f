"""Train one member: augmented epochs with a cosine schedule, seeded and resumable."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.image import StandardizeImage, standardize_image
from training.checkpoints import Checkpoint, epoch_generator
from training.command_line import TrainingOptions, say
from training.gallbladder_ultrasound_atresia.dataset import (
    INPUT_SIZE,
    OPERATIONS,
    Pictures,
    folds_by_patient,
)
from training.gallbladder_ultrasound_atresia.model import build_member
from training.image_augmentation import Augmentation, augment, warp
from training.metrics import Predictions, roc_auc
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one member is trained; `smoothing` moves labels towards one half."""

    epochs: int = 12
    batch_size: int = 32
    learning_rate: float = 6e-4
    smoothing: float = 0.05
    mixing: float = 0.2
    augmentation: Augmentation = field(default_factory=Augmentation)


def standardized(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Apply the recipe's last operation to each picture; returns (n, rows, columns, 1)."""
    last = OPERATIONS[-1]
    if not isinstance(last, StandardizeImage):
        raise TypeError("the preprocessing must end with the standardization of each image")
    return np.stack([standardize_image(picture, last) for picture in pictures])[..., None]


def enlarged(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the network's input for unchanged pictures at the source's size."""
    identity = np.tile(np.array([[1.0, 0, 0], [0, 1, 0]]), (len(pictures), 1, 1))
    return standardized(warp(pictures, INPUT_SIZE, identity))


def train_member(
    model: keras.Model,
    pictures: Pictures,
    recipe: Recipe,
    checkpoint: Checkpoint,
    held_out: Pictures | None = None,
) -> list[dict[str, float]]:
    """Train the compiled model in place and return the history, one record an epoch."""
    seed = int(checkpoint.facts["seed"] or 0)
    done, history = checkpoint.restore(model)
    show = ProgressBar()
    for epoch in range(done, recipe.epochs):
        generator = epoch_generator(seed, epoch)
        losses = []
        steps = ceil(len(pictures.labels) / recipe.batch_size)
        for step, (images, targets) in enumerate(_batches(pictures, recipe, generator)):
            losses.append(float(model.train_on_batch(images, targets)))
            show(step + 1, steps, f"{model.name} epoch {epoch + 1} of {recipe.epochs}")
        record = {"loss": float(np.mean(losses))}
        if held_out is not None:
            record["held-out AUC"] = roc_auc(held_out.labels, predict(model, held_out).logits)
        history.append(record)
        checkpoint.save(model, epoch + 1, history)
    return history


def compile_member(model: keras.Model, recipe: Recipe, optimizer: str, items: int) -> None:
    """Set loss and optimizer; Adam gets a warm-up and a cosine decay."""
    steps = ceil(items / recipe.batch_size) * recipe.epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 20,
        steps,
        alpha=0.01,
        warmup_target=recipe.learning_rate,
        warmup_steps=max(1, steps // 10),
    )
    rate = schedule if optimizer == "adam" else None
    plan = plan_updates(optimizer, items, recipe.batch_size, rate)
    model.compile(plan.optimizer, keras.losses.BinaryCrossentropy(from_logits=True))


def _batches(
    pictures: Pictures, recipe: Recipe, generator: np.random.Generator
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    order = generator.permutation(len(pictures.labels))
    for start in range(0, len(order), recipe.batch_size):
        chosen = pictures.take(order[start : start + recipe.batch_size])
        images = augment(chosen.values, INPUT_SIZE, recipe.augmentation, generator)
        targets = chosen.labels.astype(np.float32) * (1 - recipe.smoothing) + recipe.smoothing / 2
        images, targets = _mix(standardized(images), targets, recipe.mixing, generator)
        yield images, targets[:, None]


def _mix(
    images: NDArray[np.float32],
    targets: NDArray[np.float32],
    mixing: float,
    generator: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Blend each picture with another (mixup, Zhang 2018)."""
    share = generator.beta(mixing, mixing, len(images)).astype(np.float32)
    share = np.maximum(share, 1 - share)
    other = generator.permutation(len(images))
    blended = images * share[:, None, None, None] + images[other] * (1 - share)[:, None, None, None]
    return blended, targets * share + targets[other] * (1 - share)


def predict(model: keras.Model, pictures: Pictures) -> Predictions:
    """Return the model's logits for unchanged pictures."""
    logits = [
        np.asarray(model.predict_on_batch(enlarged(pictures.values[start : start + 64])))[:, 0]
        for start in range(0, len(pictures.labels), 64)
    ]
    return Predictions(
        pictures.labels, np.concatenate(logits).astype(np.float64), pictures.patients
    )


def recipe_for(options: TrainingOptions) -> Recipe:
    """Return the recipe with the number of epochs that the person asked for."""
    return Recipe() if options.epochs is None else Recipe(epochs=options.epochs)


def train_folds(
    pictures: Pictures, recipe: Recipe, options: TrainingOptions, folds: int = FOLDS
) -> tuple[list[keras.Model], Predictions, list[dict[str, float]]]:
    """Train one member for each fold of patients that it does not see.

    Returns the members, the held-out logits of every picture from the member that did not see
    its patient, and the first member's history.
    """
    fold = folds_by_patient(pictures, folds, options.seed)
    held_out = np.empty(len(fold))
    members: list[keras.Model] = []
    first_history: list[dict[str, float]] = []
    for number in range(folds):
        member = build_member(options.seed * 100 + number)
        seen, unseen = pictures.take(fold != number), pictures.take(fold == number)
        compile_member(member, recipe, options.optimizer, len(seen.labels))
        checkpoint = Checkpoint(
            options.work / f"member-{number}.npz",
            {
                "seed": options.seed * 100 + number,
                "optimizer": options.optimizer,
                "recipe": repr(recipe),
                "items": len(seen.labels),
            },
        )
        if not options.is_resumed:
            checkpoint.path.unlink(missing_ok=True)
        history = train_member(member, seen, recipe, checkpoint, unseen)
        first_history = first_history or history
        held_out[fold == number] = predict(member, unseen).logits
        say(f"fold {number + 1}: held-out AUC {history[-1]['held-out AUC']:.3f}")
        members.append(member)
    return members, Predictions(pictures.labels, held_out, pictures.patients), first_history
