"""`python -m training.optimizer_comparison --data DIR [--output DIR]`."""

import argparse
import csv
from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from training import plots
from training.command_line import say
from training.gallbladder_ultrasound_atresia.dataset import COLUMNS
from training.metrics import item_auc, patient_bootstrap
from training.optimizer_comparison.compare import PREPARATION, Epoch, Parts, Run, compare, means
from training.transfer_ensemble.pictures import read_split


def main() -> None:
    """Compare, and write the epochs as CSV, the curves as pictures and a table."""
    parser = argparse.ArgumentParser(prog="python -m training.optimizer_comparison")
    parser.add_argument("--data", type=Path, required=True, help="us-gallbladder-atresia")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--limit", type=int, default=None, help="use only so many pictures a part")
    parser.add_argument("--work", type=Path, required=True, help="finished runs are kept here")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    train, validation, test = (
        read_split(options.data, split, options.limit, COLUMNS, PREPARATION)
        for split in ("train", "val", "test")
    )
    chosen = compare(Parts(train, validation, test), options.epochs, options.work)
    options.output.mkdir(parents=True, exist_ok=True)
    write_epochs(chosen, options.output / "epochs.csv")
    for against in ("epoch", "seconds"):
        curves = {
            name: (means(runs, against), means(runs, "validation_auc"))
            for name, runs in chosen.items()
        }
        plots.plot_progress(curves, against, options.output / f"auc-by-{against}.png")
    for line in table(chosen):
        say(line)


def write_epochs(chosen: Mapping[str, Sequence[Run]], path: Path) -> None:
    """Write every epoch of every run."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Epoch)])
        for runs in chosen.values():
            for run in runs:
                for epoch in run.epochs:
                    values = astuple(epoch)
                    writer.writerow(
                        [f"{one:.4g}" if isinstance(one, float) else one for one in values]
                    )


def table(chosen: Mapping[str, Sequence[Run]]) -> list[str]:
    """Return one row an optimizer: updates, seconds, losses and AUC over the seeds."""
    head = (
        "Optimizer", "Learning rate", "Updates", "Seconds", "Training loss", "Validation loss",
        "Validation AUC", "Test AUC, 95 % interval",
    )  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for name, runs in chosen.items():
        last = runs[0].epochs[-1]
        low, high = patient_bootstrap(runs[0].test, item_auc)
        auc = float(np.mean([item_auc(run.test) for run in runs]))
        cells = (
            name,
            f"{last.learning_rate:g}",
            str(last.updates),
            f"{means(runs, 'seconds')[-1]:.1f}",
            f"{means(runs, 'training_loss')[-1]:.3f}",
            f"{means(runs, 'validation_loss')[-1]:.3f}",
            f"{means(runs, 'validation_auc')[-1]:.3f}",
            f"{auc:.3f} ({low:.3f}–{high:.3f})",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    main()
