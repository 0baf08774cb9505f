"""The state of a training after each epoch, so that an interrupted one goes on where it was."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The file of one training run.

    `facts` must be equal on resuming (seed, architecture, number of items …): a checkpoint of
    another run is not continued.
    """

    path: Path
    facts: dict[str, str | int | float | None]

    def save(self, model: keras.Model, epoch: int, history: list[dict[str, float]]) -> None:
        """Write the state after `epoch` complete epochs; the old file stays until it is whole."""
        arrays = {f"variable_{i:04d}": np.asarray(v) for i, v in enumerate(_variables(model))}
        record = json.dumps({"facts": self.facts, "epoch": epoch, "history": history})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_name(self.path.name + ".partial")
        with partial.open("wb") as file:
            np.savez(file, record=np.frombuffer(record.encode(), np.uint8), **arrays)  # type: ignore[arg-type]
        partial.replace(self.path)

    def restore(self, model: keras.Model) -> tuple[int, list[dict[str, float]]]:
        """Load the state into a compiled model; return the epochs done and their history.

        Returns (0, []) where there is no checkpoint of this very run.
        """
        if not self.path.is_file():
            return 0, []
        with np.load(self.path) as stored:
            record = json.loads(stored["record"].tobytes())
            if record["facts"] != self.facts:
                return 0, []
            variables = _variables(model)
            if len(variables) != len(stored.files) - 1:
                return 0, []
            for i, variable in enumerate(variables):
                variable.assign(stored[f"variable_{i:04d}"])
        return int(record["epoch"]), list(record["history"])


def _variables(model: keras.Model) -> list[Any]:
    optimizer = model.optimizer
    optimizer.build(model.trainable_variables)
    return [*model.variables, *optimizer.variables]


def epoch_generator(seed: int, epoch: int) -> np.random.Generator:
    """Return the random numbers of one epoch, the same whether or not the run was resumed."""
    return np.random.default_rng([seed, epoch])
