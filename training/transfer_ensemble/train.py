"""Train the members on a bank of stem features: seeded, resumable, quick on two cores."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import keras
import numpy as np
from numpy.typing import NDArray

from training.checkpoints import Checkpoint, epoch_generator
from training.command_line import say
from training.metrics import Scores, item_auc, roc_auc
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar
from training.transfer_ensemble.bank import CHUNK, Bank, Plan, fill_bank
from training.transfer_ensemble.heads import (
    ExclusiveClasses,
    finding_labels,
    finding_scores,
    loss_of,
    smoothed,
    strata_of,
)
from training.transfer_ensemble.linear import fit_linear_member
from training.transfer_ensemble.network import (
    Weighed,
    build_ensemble,
    build_linear_member,
    build_member,
    score_only,
    split_member,
)
from training.transfer_ensemble.pictures import Labels, Pictures, folds_by_patient
from training.transfer_ensemble.predictions import PredictionTable
from training.transfer_ensemble.scaling import fit_class_scaling

# What the linear member's share is chosen from.
SHARES = tuple(number / 10 for number in range(1, 10))


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """The pictures that one member learns from and those that it never sees, as indices."""

    seed: int
    seen: NDArray[np.int64]
    unseen: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MemberPlan:
    """The run's plan, the items fed at a time, and where the state is kept."""

    plan: Plan
    batch_size: int
    checkpoint: Checkpoint


def train_tail(
    tail: keras.Model, bank: Bank, labels: Labels, fold: Fold, member_plan: MemberPlan
) -> list[dict[str, float]]:
    """Train the compiled tail in place and return the history, one record an epoch."""
    done, history = member_plan.checkpoint.restore(tail)
    head = member_plan.plan.architecture.head
    truth = finding_labels(head, labels[fold.unseen])[:, 0]
    show = ProgressBar()
    steps = ceil(len(fold.seen) / member_plan.batch_size)
    for epoch in range(done, member_plan.plan.recipe.epochs):
        losses = []
        generator = epoch_generator(fold.seed, epoch)
        for features, targets in _batches(bank, labels, fold, member_plan, generator):
            losses.append(float(tail.train_on_batch(features, targets)))
            show(len(losses), steps, f"member {fold.seed}, epoch {epoch + 1}")
        held_out = tail.predict(bank.unchanged[fold.unseen], batch_size=CHUNK, verbose=0)
        auc = roc_auc(truth, finding_scores(head, held_out.astype(np.float64))[:, 0])
        history.append({"loss": float(np.mean(losses)), "held-out AUC": auc})
        member_plan.checkpoint.save(tail, epoch + 1, history)
    return history


def _batches(
    bank: Bank,
    labels: Labels,
    fold: Fold,
    member_plan: MemberPlan,
    generator: np.random.Generator,
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    recipe, head = member_plan.plan.recipe, member_plan.plan.architecture.head
    order = generator.permutation(fold.seen)
    for start in range(0, len(order), member_plan.batch_size):
        chosen = order[start : start + member_plan.batch_size]
        drawn = generator.integers(0, len(bank.variants), len(chosen))
        pairs = zip(drawn, chosen, strict=True)
        features = np.stack([bank.variants[copy][item] for copy, item in pairs])
        targets = smoothed(head, labels[chosen], recipe.smoothing)
        yield _mix(features.astype(np.float32), targets, recipe.mixing, generator)


def _mix(
    features: NDArray[np.float32],
    targets: Scores,
    mixing: float,
    generator: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Blend each item with another, features and targets alike (manifold mixup, Verma 2019)."""
    if mixing <= 0:
        return features, targets.astype(np.float32)
    share = generator.beta(mixing, mixing, len(features))
    share = np.maximum(share, 1 - share).astype(np.float32)
    other = generator.permutation(len(features))
    own = share[:, None, None, None]
    blended = np.asarray(features * own + features[other] * (1 - own), np.float32)
    mixed = targets * share[:, None] + targets[other] * (1 - share[:, None])
    return blended, mixed.astype(np.float32)


def compile_tail(tail: keras.Model, fold: Fold, plan: Plan) -> MemberPlan:
    """Set loss and optimizer; Adam gets a warm-up and a cosine decay."""
    recipe, options = plan.recipe, plan.options
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
    tail.compile(updates.optimizer, loss_of(plan.architecture.head))
    checkpoint = Checkpoint(
        options.work / f"member-{fold.seed}.npz",
        {
            "seed": fold.seed,
            "optimizer": options.optimizer,
            "recipe": recipe.of_a_member,
            "architecture": plan.architecture.of_a_member,
            "preparation": repr(plan.tuned_preparation),
            "items": items,
        },
    )
    if not options.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    return MemberPlan(plan, updates.batch_size, checkpoint)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The whole network, the held-out logits of its parts put together, and a learning curve."""

    ensemble: keras.Model
    held_out: PredictionTable
    history: list[dict[str, float]]


def train_ensemble(
    pictures: Pictures, plan: Plan, given_folds: NDArray[np.int64] | None = None
) -> Trained:
    """Train all members, and weigh them so that their scores spread alike.

    Every held-out score comes from members that did not see the picture's patient.
    `given_folds` is a fold number a picture where the set has folds of its own.
    """
    bank = fill_bank(pictures, plan)
    fold = given_folds
    if fold is None:
        strata = strata_of(plan.architecture.head, pictures.labels)
        fold = folds_by_patient(pictures.patients, strata, plan.recipe.folds, plan.options.seed)
    tuned = np.empty(pictures.labels.shape)
    members: list[keras.Model] = []
    histories = []
    trained = np.unique(fold)[: plan.recipe.members]
    for number, one in enumerate(trained):
        is_unseen = fold == one
        member, history = _train_member(bank, pictures, is_unseen, number, plan)
        form = score_only(plan.architecture)
        alone = build_ensemble(Weighed([member], [1.0]), Weighed([], []), form)
        tuned[is_unseen] = predict(alone, pictures.take(is_unseen), plan)
        members.append(member)
        histories.append(history)
    linear = build_linear_member(plan.architecture)
    how = (plan.architecture.head, plan.recipe.linear_strength)
    frozen = fit_linear_member(linear, bank.pooled, pictures.labels, fold, how)
    is_held_out = np.isin(fold, trained)
    scores = (tuned[is_held_out], frozen[is_held_out])
    mix = _weigh(pictures.take(is_held_out), scores, plan)
    ensemble = build_ensemble(
        Weighed(members, [mix.tuned_share / len(members)] * len(members)),
        Weighed([linear], [mix.linear_share]),
        plan.architecture,
        mix.biases,
    )
    return Trained(ensemble, mix.held_out, histories[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Mix:
    """The factors of the scores, the classes' biases, and the held-out logits of all together."""

    tuned_share: float
    linear_share: float
    biases: list[float] | None
    held_out: PredictionTable


def _weigh(pictures: Pictures, scores: tuple[Scores, Scores], plan: Plan) -> _Mix:
    """Weigh the held-out scores of the tuned and the linear members, and calibrate classes."""
    tuned, frozen = scores
    unit = float(_spread(tuned) / _spread(frozen))

    def mixed(share: float) -> Scores:
        return np.asarray((1 - share) * tuned + share * unit * frozen)

    share = plan.recipe.linear_share
    if share is None:
        aucs = {one: _mean_auc(_table(pictures, mixed(one), plan)) for one in SHARES}
        for one, auc in aucs.items():
            say(f"linear share {one:.1f}: mean AUC of held-out patients {auc:.4f}")
        share = max(aucs, key=aucs.__getitem__)
    together, biases, temperature = mixed(share), None, 1.0
    if isinstance(plan.architecture.head, ExclusiveClasses):
        scaling = fit_class_scaling(together, pictures.labels)
        together, temperature = scaling.apply(together), scaling.temperature
        biases = [float(bias / temperature) for bias in scaling.biases]
    systems = {"tuned": tuned, "linear": frozen, "together": together}
    tables = {name: _table(pictures, one, plan) for name, one in systems.items()}
    for name, table in tables.items():
        table.say_aucs(f"{name}, held-out patients")
    say(f"share of the linear member: {share:.2f}")
    return _Mix((1 - share) / temperature, share * unit / temperature, biases, tables["together"])


def _spread(scores: Scores) -> float:
    return float((scores - scores.mean(axis=0)).std())


def _mean_auc(table: PredictionTable) -> float:
    return float(np.mean([item_auc(table.of(finding)) for finding in table.findings]))


def _table(pictures: Pictures, scores: Scores, plan: Plan) -> PredictionTable:
    head = plan.architecture.head
    labels = finding_labels(head, pictures.labels)
    return PredictionTable(labels, finding_scores(head, scores), pictures.patients)


def _train_member(
    bank: Bank, pictures: Pictures, is_unseen: NDArray[np.bool_], number: int, plan: Plan
) -> tuple[keras.Model, list[dict[str, float]]]:
    seed = plan.options.seed * 100 + number
    fold = Fold(seed, np.flatnonzero(~is_unseen), np.flatnonzero(is_unseen))
    member = build_member(seed, plan.architecture)
    _, tail = split_member(member, plan.architecture)
    member_plan = compile_tail(tail, fold, plan)
    return member, train_tail(tail, bank, pictures.labels, fold, member_plan)


def predict(ensemble: keras.Model, pictures: Pictures, plan: Plan) -> Scores:
    """Return an ensemble's logits (n, findings) for unchanged pictures."""
    logits = [
        np.asarray(
            ensemble.predict_on_batch(
                plan.preparation.network_input(pictures.values[start : start + CHUNK])
            )["logits"]
        )
        for start in range(0, len(pictures.labels), CHUNK)
    ]
    return np.concatenate(logits).astype(np.float64)
