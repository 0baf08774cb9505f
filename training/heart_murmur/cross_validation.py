"""Members trained on all patients but a fifth, and what each says about that fifth."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from training.checkpoints import Checkpoint
from training.command_line import TrainingOptions
from training.heart_murmur.dataset import Recording, folds_of, labels_of, patients_of
from training.heart_murmur.model import build_member
from training.heart_murmur.train import (
    Recipe,
    compile_member,
    predict_member,
    train_member,
    training_set,
)
from training.metrics import Predictions

FOLDS = 5
REPEATS = 2


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidated:
    """The members, the mean held-out logit of each recording and each member's history.

    `held_out` is the mean over the repeats; `repeats` holds each one. Every recording was judged
    only by members that have not heard its patient.
    """

    members: tuple[keras.Model, ...]
    held_out: Predictions
    repeats: tuple[Predictions, ...]
    histories: tuple[list[dict[str, float]], ...]


def cross_validate(
    own: Sequence[Recording],
    extra: Sequence[Recording],
    recipe: Recipe,
    options: TrainingOptions,
    repeats: int = REPEATS,
) -> CrossValidated:
    """Train `FOLDS` members in each repeat; the members are what is shipped."""
    members: list[keras.Model] = []
    histories: list[list[dict[str, float]]] = []
    held_out = []
    for repeat in range(repeats):
        fold = folds_of(own, FOLDS, options.seed + repeat)
        logits = np.zeros(len(own))
        for k in range(FOLDS):
            training = training_set(
                [own[i] for i in np.flatnonzero(fold != k).tolist()], extra, recipe
            )
            seed = 1000 * options.seed + 10 * repeat + k
            model = build_member(seed)
            compile_member(model, recipe, options.optimizer)
            checkpoint = _checkpoint(seed, training.recordings, recipe, options)
            histories.append(train_member(model, training, recipe, checkpoint))
            index = np.flatnonzero(fold == k)
            logits[index] = predict_member(model, [own[i] for i in index.tolist()])
            members.append(model)
        held_out.append(_predictions(own, logits))
    mean = np.mean([each.logits for each in held_out], axis=0)
    return CrossValidated(
        tuple(members), _predictions(own, mean), tuple(held_out), tuple(histories)
    )


def _predictions(own: Sequence[Recording], logits: NDArray[np.float64]) -> Predictions:
    return Predictions(labels_of(own), logits, patients_of(own))


def _checkpoint(
    seed: int, recordings: Sequence[Recording], recipe: Recipe, options: TrainingOptions
) -> Checkpoint:
    path = options.work / f"member_{seed}.npz"
    if not options.is_resumed:
        path.unlink(missing_ok=True)
    facts: dict[str, str | int | float | None] = {
        "seed": seed,
        "items": len(recordings),
        "recipe": repr(recipe),
        "optimizer": options.optimizer,
    }
    return Checkpoint(path, facts)


def without_extrasystoles(recordings: Sequence[Recording], predictions: Predictions) -> Predictions:
    """Return the murmur and normal recordings only, as the set's published figures count."""
    return predictions.take(np.array([each.kind != "extrasystole" for each in recordings]))
