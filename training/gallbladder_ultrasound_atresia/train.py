"""Train the members on a bank of stem features: seeded, resumable, quick on two cores.

The stem never changes, so each augmented picture passes through it once, into the bank. Epochs
draw one variant of each picture from there and train the remaining blocks alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
from training.gallbladder_ultrasound_atresia.linear import (
    COPIES,
    build_linear_member,
    fit_linear_member,
    pooled_features,
)
from training.gallbladder_ultrasound_atresia.model import build_ensemble, build_member, split_member
from training.image_augmentation import Augmentation, augment, warp
from training.metrics import Predictions, item_auc, patient_auc, roc_auc
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar

CHUNK = 64
# The bank's random numbers are a stream of their own, apart from those of the epochs.
BANK_STREAM = 7


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the members are trained.

    `variants` is the number of augmented copies of each picture in the bank, `smoothing` moves
    labels towards one half, `mixing` is the parameter of mixup's beta distribution, `linear_share`
    the weight of the linear member.
    """

    folds: int = 5
    variants: int = 12
    epochs: int = 8
    batch_size: int = 32
    learning_rate: float = 1e-3
    smoothing: float = 0.05
    mixing: float = 0.3
    linear_share: float = 0.2
    augmentation: Augmentation = field(default_factory=Augmentation)


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Stem features of shape (n, rows, columns, channels): of augmented copies, and unchanged."""

    variants: list[NDArray[np.float16]]
    unchanged: NDArray[np.float16]


def recipe_for(options: TrainingOptions) -> Recipe:
    """Return the recipe with what the person asked for; a trial has two folds and few copies."""
    recipe = Recipe() if options.limit is None else Recipe(folds=2, variants=2)
    return recipe if options.epochs is None else replace(recipe, epochs=options.epochs)


def standardized(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Apply the package's last operation to each picture; returns (n, rows, columns, 1)."""
    last = OPERATIONS[-1]
    if not isinstance(last, StandardizeImage):
        raise TypeError("the preprocessing must end with the standardization of each image")
    return np.stack([standardize_image(picture, last) for picture in pictures])[..., None]


def enlarged(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the network's input for unchanged pictures at the source's size."""
    identity = np.tile(np.array([[1.0, 0, 0], [0, 1, 0]]), (len(pictures), 1, 1))
    return standardized(warp(pictures, INPUT_SIZE, identity))


def fill_bank(pictures: Pictures, recipe: Recipe, options: TrainingOptions) -> Bank:
    """Return the bank; parts that an interrupted run of the same recipe left are taken over."""
    stem, _ = split_member(build_member(options.seed))
    folder = options.work / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    facts = f"{options.seed} {len(pictures.labels)} {recipe.augmentation!r}"
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
            np.save(path, _stem_features(stem, pictures, recipe.augmentation, generator))
        parts.append(np.load(path, mmap_mode="r"))
        show(number + 1, recipe.variants + 1, "augmented copies through the stem")
    return Bank(parts[1:], parts[0])


def _stem_features(
    stem: keras.Model,
    pictures: Pictures,
    how: Augmentation,
    generator: np.random.Generator | None,
) -> NDArray[np.float16]:
    features = []
    for start in range(0, len(pictures.labels), CHUNK):
        part = pictures.values[start : start + CHUNK]
        if generator is None:
            images = enlarged(part)
        else:
            images = standardized(augment(part, INPUT_SIZE, how, generator))
        features.append(np.asarray(stem.predict_on_batch(images)).astype(np.float16))
    return np.concatenate(features)


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """The pictures that one member learns from and those that it never sees, as indices."""

    seed: int
    seen: NDArray[np.int64]
    unseen: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MemberPlan:
    """The recipe, the items fed at a time, and where the state is kept."""

    recipe: Recipe
    batch_size: int
    checkpoint: Checkpoint


def train_tail(
    tail: keras.Model,
    bank: Bank,
    labels: NDArray[np.int64],
    fold: Fold,
    plan: MemberPlan,
) -> list[dict[str, float]]:
    """Train the compiled tail in place and return the history, one record an epoch."""
    done, history = plan.checkpoint.restore(tail)
    show = ProgressBar()
    steps = ceil(len(fold.seen) / plan.batch_size)
    for epoch in range(done, plan.recipe.epochs):
        losses = []
        generator = epoch_generator(fold.seed, epoch)
        for features, targets in _batches(bank, labels, fold, plan, generator):
            losses.append(float(tail.train_on_batch(features, targets)))
            show(len(losses), steps, f"member {fold.seed}, epoch {epoch + 1}")
        held_out = tail.predict(bank.unchanged[fold.unseen], batch_size=CHUNK, verbose=0)[:, 0]
        auc = roc_auc(labels[fold.unseen], held_out.astype(np.float64))
        history.append({"loss": float(np.mean(losses)), "held-out AUC": auc})
        plan.checkpoint.save(tail, epoch + 1, history)
    return history


def _batches(
    bank: Bank,
    labels: NDArray[np.int64],
    fold: Fold,
    plan: MemberPlan,
    generator: np.random.Generator,
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    recipe = plan.recipe
    order = generator.permutation(fold.seen)
    for start in range(0, len(order), plan.batch_size):
        chosen = order[start : start + plan.batch_size]
        drawn = generator.integers(0, len(bank.variants), len(chosen))
        pairs = zip(drawn, chosen, strict=True)
        features = np.stack([bank.variants[copy][item] for copy, item in pairs])
        targets = labels[chosen] * (1 - recipe.smoothing) + recipe.smoothing / 2
        yield _mix(features.astype(np.float32), targets, recipe.mixing, generator)


def _mix(
    features: NDArray[np.float32],
    targets: NDArray[np.float64],
    mixing: float,
    generator: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Blend each item with another, features and targets alike (manifold mixup, Verma 2019)."""
    share = generator.beta(mixing, mixing, len(features))
    share = np.maximum(share, 1 - share).astype(np.float32)
    other = generator.permutation(len(features))
    own = share[:, None, None, None]
    blended = np.asarray(features * own + features[other] * (1 - own), np.float32)
    return blended, (targets * share + targets[other] * (1 - share)).astype(np.float32)[:, None]


def compile_tail(
    tail: keras.Model, recipe: Recipe, fold: Fold, options: TrainingOptions
) -> MemberPlan:
    """Set loss and optimizer; Adam gets a warm-up and a cosine decay."""
    items = len(fold.seen)
    steps = ceil(items / recipe.batch_size) * recipe.epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 20,
        steps,
        alpha=0.01,
        warmup_target=recipe.learning_rate,
        warmup_steps=max(1, steps // 10),
    )
    rate = schedule if options.optimizer == "adam" else None
    updates = plan_updates(options.optimizer, items, recipe.batch_size, rate)
    tail.compile(updates.optimizer, keras.losses.BinaryCrossentropy(from_logits=True))
    checkpoint = Checkpoint(
        options.work / f"member-{fold.seed}.npz",
        {
            "seed": fold.seed,
            "optimizer": options.optimizer,
            "recipe": repr(replace(recipe, linear_share=0.0)),
            "items": items,
        },
    )
    if not options.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    return MemberPlan(recipe, updates.batch_size, checkpoint)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The whole network, the held-out logits of its parts put together, and a learning curve."""

    ensemble: keras.Model
    held_out: Predictions
    history: list[dict[str, float]]


def train_ensemble(pictures: Pictures, recipe: Recipe, options: TrainingOptions) -> Trained:
    """Train all members, and weigh them so that their logits spread alike.

    Every held-out logit comes from members that did not see the picture's patient.
    """
    bank = fill_bank(pictures, recipe, options)
    number_of = folds_by_patient(pictures, recipe.folds, options.seed)
    tuned = np.empty(len(number_of))
    members: list[keras.Model] = []
    histories = []
    for number in range(recipe.folds):
        member, history = _train_member(
            bank, pictures, number_of == number, number, (recipe, options)
        )
        is_unseen = number_of == number
        tuned[is_unseen] = predict(build_ensemble([member]), pictures.take(is_unseen)).logits
        members.append(member)
        histories.append(history)
    linear = build_linear_member()
    copies = [bank.unchanged, *bank.variants[:COPIES]]
    features = [pooled_features(linear, copy) for copy in copies]
    frozen = fit_linear_member(linear, features, pictures.labels, number_of)
    linear_share = recipe.linear_share * float(tuned.std() / frozen.std())
    tuned_share = 1 - recipe.linear_share
    held_out = tuned_share * tuned + linear_share * frozen
    shares = [*[tuned_share / len(members)] * len(members), linear_share]
    _say_aucs(pictures, {"tuned": tuned, "linear": frozen, "together": held_out})
    return Trained(
        build_ensemble([*members, linear], shares),
        Predictions(pictures.labels, held_out, pictures.patients),
        histories[0],
    )


def _train_member(
    bank: Bank,
    pictures: Pictures,
    is_unseen: NDArray[np.bool_],
    number: int,
    how: tuple[Recipe, TrainingOptions],
) -> tuple[keras.Model, list[dict[str, float]]]:
    recipe, options = how
    fold = Fold(options.seed * 100 + number, np.flatnonzero(~is_unseen), np.flatnonzero(is_unseen))
    member = build_member(fold.seed)
    _, tail = split_member(member)
    plan = compile_tail(tail, recipe, fold, options)
    return member, train_tail(tail, bank, pictures.labels, fold, plan)


def _say_aucs(pictures: Pictures, systems: dict[str, NDArray[np.float64]]) -> None:
    for name, logits in systems.items():
        predictions = Predictions(pictures.labels, logits, pictures.patients)
        say(
            f"{name}, held-out patients: AUC per image {item_auc(predictions):.3f}, "
            f"per patient {patient_auc(predictions):.3f}"
        )


def predict(ensemble: keras.Model, pictures: Pictures) -> Predictions:
    """Return an ensemble's logits for unchanged pictures."""
    logits = [
        np.asarray(
            ensemble.predict_on_batch(enlarged(pictures.values[start : start + CHUNK]))["logits"]
        )[:, 0]
        for start in range(0, len(pictures.labels), CHUNK)
    ]
    return Predictions(
        pictures.labels, np.concatenate(logits).astype(np.float64), pictures.patients
    )
