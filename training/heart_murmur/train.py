"""Train one member: augmented, balanced epochs with a cosine schedule, seeded and resumable."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.audio import standardize_picture
from training.checkpoints import Checkpoint, epoch_generator
from training.heart_murmur.augmentation import Augmentation, draw_window, mask_picture
from training.heart_murmur.dataset import (
    ENVELOPES,
    RESAMPLE,
    Recording,
    labels_of,
    windows_of,
)
from training.heart_murmur.model import EPSILON
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar

Pictures = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one member is trained.

    An epoch is `steps` updates on windows drawn so that both classes come equally often.
    `extra_weight` is how often a recording of the extra sets is drawn beside one of the own set.
    """

    epochs: int = 60
    steps: int = 10
    batch_size: int = 32
    learning_rate: float = 3e-3
    mixing: float = 0.3
    extra_weight: float = 0.3
    augmentation: Augmentation = field(default_factory=Augmentation)


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Recordings to train on and how often each is drawn (sums to one)."""

    recordings: tuple[Recording, ...]
    shares: NDArray[np.float64]


def training_set(
    own: Sequence[Recording], extra: Sequence[Recording], recipe: Recipe
) -> TrainingSet:
    """Join both, with murmurs as often as everything else among the own recordings.

    Within each extra database abnormal recordings come as often as normal ones; otherwise the
    device would tell the label.
    """
    labels = labels_of(own)
    rarity = (len(labels) - labels.sum()) / max(1, labels.sum())
    shares = np.concatenate(
        [np.where(labels == 1, rarity, 1.0), recipe.extra_weight * _leveled(extra)]
    )
    return TrainingSet((*own, *extra), shares / shares.sum())


def _leveled(extra: Sequence[Recording]) -> NDArray[np.float64]:
    """Return a weight for each recording; those of a database have a mean of one."""
    databases = Counter(each.group for each in extra)
    alike = Counter((each.group, each.label) for each in extra)
    return np.array([databases[each.group] / (2 * alike[each.group, each.label]) for each in extra])


def compile_member(model: keras.Model, recipe: Recipe, optimizer: str) -> None:
    """Set loss and optimizer; Adam gets a warm-up and a cosine decay."""
    total = recipe.epochs * recipe.steps
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 10,
        total,
        warmup_target=recipe.learning_rate,
        warmup_steps=max(1, total // 30),
    )
    items = recipe.steps * recipe.batch_size
    plan = plan_updates(
        optimizer, items, recipe.batch_size, schedule if optimizer == "adam" else None
    )
    model.compile(plan.optimizer, keras.losses.BinaryCrossentropy(from_logits=True))


def train_member(
    model: keras.Model, chosen: TrainingSet, recipe: Recipe, checkpoint: Checkpoint
) -> list[dict[str, float]]:
    """Train the compiled model in place and return the history, one record an epoch."""
    seed = int(checkpoint.facts["seed"] or 0)
    done, history = checkpoint.restore(model)
    show = ProgressBar()
    for epoch in range(done, recipe.epochs):
        generator = epoch_generator(seed, epoch)
        losses = [
            float(model.train_on_batch(pictures, targets))
            for pictures, targets in _batches(chosen, recipe, generator)
        ]
        history.append({"loss": float(np.mean(losses))})
        checkpoint.save(model, epoch + 1, history)
        show(epoch + 1, recipe.epochs, f"training {model.name}")
    return history


def _batches(
    chosen: TrainingSet, recipe: Recipe, generator: np.random.Generator
) -> Iterator[tuple[Pictures, Pictures]]:
    labels = labels_of(chosen.recordings).astype(np.float32)
    for _ in range(recipe.steps):
        index = generator.choice(len(labels), recipe.batch_size, p=chosen.shares)
        windows = np.stack(
            [draw_window(chosen.recordings[i].power, recipe.augmentation, generator) for i in index]
        )
        pictures = standardized(np.log(windows + np.float32(ENVELOPES.floor)))
        pictures, targets = _mix(pictures, labels[index], recipe.mixing, generator)
        masked = [mask_picture(each, recipe.augmentation, generator) for each in pictures]
        yield np.stack(masked)[..., None], targets[:, None]


def standardized(log_power: Pictures) -> Pictures:
    """Do in numpy what the shipped network does first."""
    return standardize_picture(log_power, "band", EPSILON)


def _mix(
    pictures: Pictures, targets: Pictures, mixing: float, generator: np.random.Generator
) -> tuple[Pictures, Pictures]:
    """Blend each picture with another (mixup, Zhang 2018)."""
    share = generator.beta(mixing, mixing, len(pictures)).astype(np.float32)
    share = np.maximum(share, 1 - share)
    other = generator.permutation(len(pictures))
    blended = pictures * share[:, None, None] + pictures[other] * (1 - share)[:, None, None]
    return blended, targets * share + targets[other] * (1 - share)


def predict_member(model: keras.Model, recordings: Sequence[Recording]) -> NDArray[np.float64]:
    """Return the mean logit over the windows of each recording."""
    from_window = [
        windows_of(recording.samples, RESAMPLE.sampling_frequency)[..., 0]
        for recording in recordings
    ]
    counts = [len(each) for each in from_window]
    pictures = standardized(np.concatenate(from_window))[..., None]
    logits = np.concatenate(
        [
            np.asarray(model(pictures[start : start + 256], training=False))[:, 0]
            for start in range(0, len(pictures), 256)
        ]
    )
    return means_of(logits, counts)


def means_of(values: NDArray[np.floating], counts: Sequence[int]) -> NDArray[np.float64]:
    """Return the mean of each run of `counts` values."""
    parts = np.split(np.asarray(values, np.float64), np.cumsum(counts)[:-1])
    return np.array([part.mean() for part in parts])
