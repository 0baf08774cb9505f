"""Train one member for each fold of patients: seeded, resumable, on a bank of augmented slices."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import keras
import numpy as np
from numpy.typing import NDArray

from training.checkpoints import Checkpoint, epoch_generator
from training.command_line import TrainingOptions, say
from training.head_ct_hemorrhage.bank import Copy, fill_bank
from training.head_ct_hemorrhage.dataset import PREPARATION, folds_of
from training.head_ct_hemorrhage.network import CLASSES, build_member
from training.head_ct_hemorrhage.recipe import Recipe
from training.metrics import Scores, roc_auc
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar
from training.transfer_ensemble.pictures import Pictures, Values

CHUNK = 64
# Stands where nobody knows how much blood a place holds: in slices with a real bleed.
UNKNOWN = -1.0

Batch = tuple[Values, dict[str, Values]]


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The members in the order of their folds, and a learning curve each.

    A slice's held-out scores come from the member that saw nothing of its patient.
    """

    members: tuple[keras.Model, ...]
    folds: NDArray[np.int64]
    histories: tuple[list[dict[str, float]], ...]

    def held_out_scores(self, values: Values) -> Scores:
        """Return the scores (n, classes) of all slices, or of a changed version of them all."""
        scores = np.empty((len(values), CLASSES))
        for member, fold in zip(self.members, np.unique(self.folds), strict=True):
            is_unseen = self.folds == fold
            scores[is_unseen] = score(member, PREPARATION.finish(values[is_unseen]))
        return scores


def train_members(slices: Pictures, recipe: Recipe, options: TrainingOptions) -> Trained:
    """Train a member for each fold on the patients of the others."""
    copies = fill_bank(slices, recipe, options)
    folds = folds_of(slices)
    trained = [
        _train_member(slices, copies, folds == fold, (int(fold), recipe, options))
        for fold in np.unique(folds)
    ]
    members, histories = zip(*trained, strict=True)
    return Trained(members, folds, histories)


def score(member: keras.Model, inputs: Values) -> Scores:
    """Return scores (n, classes), each slice looked at as it is and as in a mirror."""
    parts = []
    for start in range(0, len(inputs), CHUNK):
        part = inputs[start : start + CHUNK]
        views = [member.predict_on_batch(view)["scores"] for view in (part, part[:, :, ::-1])]
        parts.append((np.asarray(views[0], np.float64) + views[1]) / 2)
    return np.concatenate(parts)


def _train_member(
    slices: Pictures,
    copies: list[Copy],
    is_unseen: NDArray[np.bool_],
    how: tuple[int, Recipe, TrainingOptions],
) -> tuple[keras.Model, list[dict[str, float]]]:
    fold, recipe, options = how
    seed = options.seed * 100 + fold
    member = build_member(seed)
    items = int(np.mean([(~is_unseen[copy.items]).sum() for copy in copies]))
    batch_size = _compile(member, items, recipe, options)
    facts = {"seed": seed, "recipe": recipe.of_a_member, "items": len(slices.labels)}
    facts |= {"optimizer": options.optimizer, "preparation": repr(PREPARATION)}
    checkpoint = Checkpoint(options.work / f"member-{seed}.npz", facts)
    if not options.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    done, history = checkpoint.restore(member)
    show = ProgressBar()
    for epoch in range(done, recipe.epochs):
        generator = epoch_generator(seed, epoch)
        losses: list[float] = []
        batches = _batches(copies[epoch % len(copies)], ~is_unseen, (recipe, batch_size), generator)
        for inputs, targets in batches:
            losses.append(float(member.train_on_batch(inputs, targets)[0]))
            show(len(losses), ceil(items / batch_size), f"member {seed}, epoch {epoch + 1}")
        history.append({"loss": float(np.mean(losses))})
        checkpoint.save(member, epoch + 1, history)
    scores = score(member, PREPARATION.finish(slices.values[is_unseen]))
    auc = roc_auc(slices.labels[is_unseen, 0], scores[:, 0])
    say(f"member {seed}: AUC per slice of its unseen fold {auc:.4f}")
    return member, history


def _compile(member: keras.Model, items: int, recipe: Recipe, options: TrainingOptions) -> int:
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

    member.compile(
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
        count = (len(chosen), 1, 1, 1)
        inputs = copy.inputs[chosen].astype(np.float32)
        # Each copy comes round more than once: never twice with the same contrast.
        inputs = inputs * np.exp(generator.normal(0, 0.1, count)) + generator.normal(0, 0.05, count)
        blood = np.where(
            copy.is_located[chosen, None, None], copy.blood[chosen].astype(np.float32), UNKNOWN
        )[..., None]
        if generator.random() < 0.5:
            inputs, blood = inputs[:, :, ::-1], blood[:, :, ::-1]
        labels = copy.labels[chosen] * (1 - recipe.smoothing) + recipe.smoothing / 2
        targets = {"scores": labels.astype(np.float32), "activation_map": blood}
        yield np.ascontiguousarray(inputs, np.float32), targets
