"""Train one member for each fold of patients: seeded, resumable, on a bank of augmented slices."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.checkpoints import Checkpoint, epoch_generator
from training.command_line import TrainingOptions, say
from training.head_ct_hemorrhage.bank import CHUNK, Copy, fill_bank, stem_features
from training.head_ct_hemorrhage.dataset import PREPARATION, folds_of
from training.head_ct_hemorrhage.network import (
    CLASSES,
    LINEAR_PART,
    build_frozen,
    build_member,
    split_member,
)
from training.head_ct_hemorrhage.recipe import Recipe
from training.metrics import Scores, roc_auc
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar
from training.transfer_ensemble.heads import IndependentFindings
from training.transfer_ensemble.linear import Features, Linear, fit_linear
from training.transfer_ensemble.pictures import Pictures, Values

# Stands where nobody knows how much blood a place holds: in slices with a real bleed.
UNKNOWN = -1.0

Batch = tuple[Values, dict[str, Values]]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Stem features of slices as they are and as in a mirror."""

    straight: NDArray[np.float16]
    mirrored: NDArray[np.float16]

    def take(self, index: NDArray[np.bool_]) -> "Seen":
        """Return those of the chosen slices."""
        return Seen(self.straight[index], self.mirrored[index])


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Scores (n, classes) of slices from members that saw nothing of their patients."""

    tuned: Scores
    linear: Scores

    def together(self, share: float) -> Scores:
        """Return the whole's scores; `share` is the factor of the linear ones."""
        return (1 - LINEAR_PART) * self.tuned + share * self.linear


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """For each fold, in their order, what judges its patients: a tail, and linear weights."""

    stem: keras.Model
    frozen: keras.Model
    tails: tuple[keras.Model, ...]
    linears: tuple[Linear, ...]
    folds: NDArray[np.int64]

    def judge(self, seen: Seen, items: NDArray[np.int64]) -> HeldOut:
        """Return the scores of slices, each from the judges of its fold."""
        folds = self.folds[items]
        textures = frozen_features(self.frozen, seen.straight)
        tuned, linear = (np.empty((len(items), CLASSES)) for _ in range(2))
        parts = zip(self.tails, self.linears, np.unique(self.folds), strict=True)
        for tail, weights, fold in parts:
            own = folds == fold
            if own.any():
                tuned[own] = score(tail, seen.take(own))
                linear[own] = weights.scores(textures[own])
        return HeldOut(tuned, linear)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The members in the order of their folds with what the linear member learned beside each.

    `linear` is the linear member fitted on all patients, `share` the factor of its scores;
    `held_out` is what was said about the slices as they are.
    """

    members: tuple[keras.Model, ...]
    linear: Linear
    share: float
    judges: Judges
    held_out: HeldOut
    histories: tuple[list[dict[str, float]], ...]

    def held_out_scores(self, values: Values, items: NDArray[np.int64]) -> Scores:
        """Return the scores of a changed version of some slices; `items` are their numbers."""
        seen = look_at(self.judges.stem, values)
        return self.judges.judge(seen, items).together(self.share)


def train_members(slices: Pictures, recipe: Recipe, options: TrainingOptions) -> Trained:
    """Train a member for each fold on the patients of the others, and the linear one beside it."""
    stem, _ = split_member(build_member(options.seed))
    copies = fill_bank(slices, stem, recipe, options)
    seen = look_at(stem, slices.values, options.work / "bank" / "unchanged.npz")
    folds = folds_of(slices) % recipe.folds
    trained = [
        _train_member(slices, copies, (folds == fold, seen), (int(fold), recipe, options))
        for fold in np.unique(folds)
    ]
    members, histories = zip(*trained, strict=True)
    tails = tuple(split_member(member)[1] for member in members)
    frozen = build_frozen()
    textures = frozen_features(frozen, seen.straight)
    *linears, linear = _fit_linears(slices, copies, folds, (frozen, recipe, textures))
    judges = Judges(stem, frozen, tails, tuple(linears), folds)
    held_out = judges.judge(seen, np.arange(len(folds)))
    share = LINEAR_PART * float(held_out.tuned[:, 0].std() / held_out.linear[:, 0].std())
    whole = held_out.together(share)
    for name, scores in (("tuned", held_out.tuned), ("linear", held_out.linear), ("all", whole)):
        aucs = [
            roc_auc(slices.labels[folds == fold, 0], scores[folds == fold, 0])
            for fold in np.unique(folds)
        ]
        say(f"{name}: AUC per slice of the folds {np.round(aucs, 4)}, mean {np.mean(aucs):.4f}")
    return Trained(members, linear, share, judges, held_out, histories)


def look_at(stem: keras.Model, values: Values, cache: Path | None = None) -> Seen:
    """Return what the stem sees in slices (n, size, size) in [0, 1]; `cache` is a file of it."""
    if cache is not None and cache.is_file():
        with np.load(cache) as saved:
            return Seen(saved["straight"], saved["mirrored"])
    inputs = PREPARATION.finish(values)
    seen = Seen(stem_features(stem, inputs), stem_features(stem, inputs[:, :, ::-1]))
    if cache is not None:
        np.savez(cache, straight=seen.straight, mirrored=seen.mirrored)
    return seen


def _fit_linears(
    slices: Pictures,
    copies: list[Copy],
    folds: NDArray[np.int64],
    how: tuple[keras.Model, Recipe, Features],
) -> tuple[Linear, ...]:
    """Return the linear member without each fold, then that of all slices."""
    frozen, recipe, textures = how
    used = copies[: recipe.linear_copies]
    features = np.concatenate([textures, *(frozen_features(frozen, copy.stem) for copy in used)])
    labels = np.concatenate([slices.labels, *(copy.labels for copy in used)])
    fold = np.concatenate([folds, *(folds[copy.items] for copy in used)])
    parts = [fold != number for number in np.unique(folds)]
    parts.append(np.ones(len(fold), np.bool_))
    form = IndependentFindings(CLASSES), recipe.linear_strength
    return tuple(fit_linear(features[part], labels[part], *form) for part in parts)


def frozen_features(frozen: keras.Model, stem: NDArray[np.floating]) -> Features:
    """Return the features (n, features) from stem features (n, rows, columns, channels)."""
    show, parts = ProgressBar(), []
    for start in range(0, len(stem), CHUNK):
        part = stem[start : start + CHUNK].astype(np.float32)
        parts.append(np.asarray(frozen.predict_on_batch(part)))
        show(min(start + CHUNK, len(stem)), len(stem), "frozen features")
    return np.concatenate(parts)


def score(tail: keras.Model, seen: Seen) -> Scores:
    """Return scores (n, classes), each slice looked at as it is and as in a mirror."""
    parts = []
    for start in range(0, len(seen.straight), CHUNK):
        views = [
            tail.predict_on_batch(view[start : start + CHUNK].astype(np.float32))["scores"]
            for view in (seen.straight, seen.mirrored)
        ]
        parts.append((np.asarray(views[0], np.float64) + views[1]) / 2)
    return np.concatenate(parts)


def _train_member(
    slices: Pictures,
    copies: list[Copy],
    unseen: tuple[NDArray[np.bool_], Seen],
    how: tuple[int, Recipe, TrainingOptions],
) -> tuple[keras.Model, list[dict[str, float]]]:
    fold, recipe, options = how
    is_unseen, seen = unseen
    seed = options.seed * 100 + fold
    member = build_member(seed)
    _, tail = split_member(member)
    items = int(np.mean([(~is_unseen[copy.items]).sum() for copy in copies]))
    batch_size = _compile(tail, items, recipe, options)
    facts: dict[str, str | int | float | None] = {
        "seed": seed,
        "recipe": recipe.of_a_member,
        "items": len(slices.labels),
        "optimizer": options.optimizer,
        "preparation": repr(PREPARATION),
    }
    checkpoint = Checkpoint(options.work / f"member-{seed}.npz", facts)
    if not options.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    done, history = checkpoint.restore(tail)
    show = ProgressBar()
    for epoch in range(done, recipe.epochs):
        generator = epoch_generator(seed, epoch)
        losses: list[float] = []
        batches = _batches(copies[epoch % len(copies)], ~is_unseen, (recipe, batch_size), generator)
        for inputs, targets in batches:
            losses.append(float(tail.train_on_batch(inputs, targets)[0]))
            show(len(losses), ceil(items / batch_size), f"member {seed}, epoch {epoch + 1}")
        history.append({"loss": float(np.mean(losses))})
        checkpoint.save(tail, epoch + 1, history)
    scores = score(tail, seen.take(is_unseen))
    auc = roc_auc(slices.labels[is_unseen, 0], scores[:, 0])
    say(f"member {seed}: AUC per slice of its unseen fold {auc:.4f}")
    return member, history


def _compile(tail: keras.Model, items: int, recipe: Recipe, options: TrainingOptions) -> int:
    """Set losses and optimizer, Adam with warm-up and cosine decay; return the batch size."""
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
    weights = np.ones(CLASSES, np.float32)
    weights[0] = recipe.first_weight
    weights /= weights.sum()

    def score_loss(truth: keras.KerasTensor, scores: keras.KerasTensor) -> keras.KerasTensor:
        ops = keras.ops
        each = ops.softplus(scores) - truth * scores
        return ops.sum(each * ops.convert_to_tensor(weights), axis=-1)

    tail.compile(
        updates.optimizer,
        loss={"scores": score_loss, "activation_map": place_loss, "deep": None},
        loss_weights={"scores": 1.0, "activation_map": recipe.place_weight, "deep": 0.0},
    )
    return updates.batch_size


def place_loss(truth: keras.KerasTensor, maps: keras.KerasTensor) -> keras.KerasTensor:
    """Return the cross entropy of the first map against the known amount of blood."""
    ops = keras.ops
    own = maps[..., :1]
    each = (ops.softplus(own) - truth * own) * ops.cast(truth >= 0, own.dtype)
    return ops.mean(each, axis=(1, 2, 3))


def _batches(
    copy: Copy,
    may_be_seen: NDArray[np.bool_],
    how: tuple[Recipe, int],
    generator: np.random.Generator,
) -> Iterator[Batch]:
    recipe, batch_size = how
    order = generator.permutation(np.flatnonzero(may_be_seen[copy.items]))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        features = copy.stem[chosen].astype(np.float32)
        blood = np.where(
            copy.is_located[chosen, None, None], copy.blood[chosen].astype(np.float32), UNKNOWN
        )[..., None]
        labels = copy.labels[chosen] * (1 - recipe.smoothing) + recipe.smoothing / 2
        targets = {"scores": labels.astype(np.float32), "activation_map": blood}
        yield features, targets
