"""`python -m training.heart_murmur.leave_one_out --data DIR --extra DIR [--work DIR]`.

Whether other databases help where the murmur model has never been: for each database of the extra
set a member hears the own recordings and all other databases, and is measured on the one left out,
beside a member that hears the own recordings alone.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from training.checkpoints import Checkpoint
from training.command_line import TrainingOptions, parse_options, say
from training.heart_murmur.dataset import (
    Recording,
    in_split,
    labels_of,
    read_recordings,
    unique_recordings,
)
from training.heart_murmur.model import build_member
from training.heart_murmur.train import (
    Recipe,
    compile_member,
    predict_member,
    train_member,
    training_set,
)
from training.metrics import Predictions, item_auc, patient_bootstrap

# It turns the label around: mostly healthy students against coronary disease, other sensors.
INVERTED = "training-e"


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and print one line for each database and member."""
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--extra", type=Path, required=True)
    parsed, rest = own.parse_known_args(sys.argv[1:] if arguments is None else arguments)
    options = parse_options("heart-murmur-leave-one-out", ("band_cnn",), rest)
    recordings = read_recordings(options.data, options.limit)
    known = unique_recordings(in_split(recordings, "train", "val"))
    extra = [each for each in read_recordings(parsed.extra) if each.group != INVERTED]
    alone = _train("alone", known, (), options)
    for database in sorted({each.group for each in extra}):
        left_out = [each for each in extra if each.group == database]
        others = [each for each in extra if each.group != database]
        helped = _train(f"without_{database}", known, others, options)
        for name, member in (("own set alone", alone), ("other databases too", helped)):
            value, (low, high) = _auc(member, left_out)
            say(f"{database}, {name}: AUC {value:.3f} ({low:.3f}-{high:.3f})")


def _train(
    name: str, known: Sequence[Recording], extra: Sequence[Recording], options: TrainingOptions
) -> keras.Model:
    recipe = Recipe() if options.epochs is None else Recipe(epochs=options.epochs)
    model = build_member(options.seed)
    compile_member(model, recipe, options.optimizer)
    facts: dict[str, str | int | float | None] = {"seed": options.seed, "recipe": repr(recipe)}
    checkpoint = Checkpoint(options.work / f"{name}.npz", facts)
    if not options.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    train_member(model, training_set(known, extra, recipe), recipe, checkpoint)
    return model


def _auc(member: keras.Model, recordings: Sequence[Recording]) -> tuple[float, tuple[float, float]]:
    """Return the AUC of abnormal against normal; patients are unknown, each recording is one."""
    each_alone = np.arange(len(recordings)).astype(np.str_)
    logits = predict_member(member, recordings)
    predictions = Predictions(labels_of(recordings), logits, each_alone)
    return item_auc(predictions), patient_bootstrap(predictions, item_auc)


if __name__ == "__main__":
    main()
