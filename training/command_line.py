"""The arguments that every training command takes."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from training.optimizers import OPTIMIZERS

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What the person asked for.

    `work` keeps checkpoints and prepared arrays between runs. `epochs` is None for the recipe's
    own number; `limit` keeps only so many training items, for trials.
    """

    data: Path
    output: Path
    work: Path
    architecture: str
    optimizer: str
    epochs: int | None
    seed: int
    is_resumed: bool
    limit: int | None


def parse_options(
    model_id: str, architectures: Sequence[str], arguments: Sequence[str] | None = None
) -> TrainingOptions:
    """Read `--data DIR [--output DIR] …`; the first architecture is the one that is shipped."""
    folder = model_id.replace("-", "_")
    parser = argparse.ArgumentParser(
        prog=f"python -m training.{folder}",
        description=f"Train, measure, calibrate and export the model package {model_id}.",
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder of the training set")
    add(
        "--output",
        type=Path,
        default=REPOSITORY / "resources" / "models" / model_id,
        help="where the package is written (default: %(default)s)",
    )
    add(
        "--work",
        type=Path,
        default=Path(platformdirs.user_cache_dir("MedDx", appauthor=False)) / "training" / model_id,
        help="checkpoints and prepared arrays (default: %(default)s)",
    )
    add("--architecture", choices=tuple(architectures), default=architectures[0])
    add("--optimizer", choices=tuple(OPTIMIZERS), default="adam")
    add("--epochs", type=int, default=None, help="default: what the architecture's recipe says")
    add("--seed", type=int, default=0)
    add("--resume", action="store_true", help="go on after the last complete epoch")
    add("--limit", type=int, default=None, help="use only so many training items")
    parsed = parser.parse_args(arguments)
    if not parsed.data.is_dir():
        parser.error(f"--data {parsed.data} is not a folder")
    return TrainingOptions(
        parsed.data,
        parsed.output,
        parsed.work,
        parsed.architecture,
        parsed.optimizer,
        parsed.epochs,
        parsed.seed,
        parsed.resume,
        parsed.limit,
    )


def say(line: str) -> None:
    """Print one line of the training's account on standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
