"""Train the same network in every selectable way, each at the best of three learning rates."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from meddx_desktop.preprocessing.image import Presentation, Resize, StandardizeImage
from training.command_line import say
from training.metrics import Predictions, roc_auc
from training.optimizers import OPTIMIZERS, plan_updates
from training.picture_pipeline import epoch_batches
from training.small_network import small_network
from training.transfer_ensemble.pictures import Pictures, Preparation

SIDE = 32
BATCH = 32
FACTORS = (0.3, 1.0, 3.0)
SEEDS = (0, 1, 2)
PREPARATION = Preparation(
    (Presentation(), Resize(rows=SIDE, columns=SIDE)), SIDE, (StandardizeImage(epsilon=0.02),)
)


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch reached; `seconds` of the processor count training alone, from the start."""

    optimizer: str
    learning_rate: float
    seed: int
    epoch: int
    updates: int
    seconds: float
    training_loss: float
    validation_loss: float
    validation_auc: float


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Training, validation and test pictures."""

    train: Pictures
    validation: Pictures
    test: Pictures


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The epochs of one training and its logits on the test part."""

    epochs: tuple[Epoch, ...]
    test: Predictions


def compare(parts: Parts, epochs: int, work: Path) -> dict[str, tuple[Run, ...]]:
    """Return the runs of each optimizer, one a seed, at the rate that the first seed chose.

    The rate is that with the lowest validation loss of any epoch. Finished runs are kept in
    `work`, so that an interrupted comparison goes on.
    """

    def run(name: str, rate: float, seed: int) -> Run:
        size = len(parts.train.labels)
        kept = work / f"{name}-{rate:g}-seed{seed}-{epochs}epochs-{size}items.json"
        if not kept.is_file():
            finished = train(parts, name, rate, seed, epochs)
            record = {
                "epochs": [asdict(epoch) for epoch in finished.epochs],
                "logits": finished.test.logits.tolist(),
            }
            kept.write_text(json.dumps(record), encoding="utf-8")
        stored = json.loads(kept.read_text(encoding="utf-8"))
        test = Predictions(parts.test.labels[:, 0], np.array(stored["logits"]), parts.test.patients)
        return Run(tuple(Epoch(**epoch) for epoch in stored["epochs"]), test)

    chosen = {}
    for name, choice in OPTIMIZERS.items():
        rates = [choice.learning_rate * factor for factor in FACTORS]
        first = [run(name, rate, SEEDS[0]) for rate in rates]
        best = int(np.argmin([_lowest_loss(run) for run in first]))
        others = [run(name, rates[best], seed) for seed in SEEDS[1:]]
        chosen[name] = (first[best], *others)
    return chosen


def _lowest_loss(run: Run) -> float:
    losses = [epoch.validation_loss for epoch in run.epochs]
    return min(losses) if np.isfinite(losses).all() else float("inf")


def train(parts: Parts, optimizer: str, rate: float, seed: int, epochs: int) -> Run:
    """Train one network from its seed."""
    keras.utils.set_random_seed(seed)
    model = small_network(SIDE)
    plan = plan_updates(optimizer, len(parts.train.labels), BATCH, rate)
    model.compile(plan.optimizer, keras.losses.BinaryCrossentropy(from_logits=True))
    pictures, labels = inputs(parts.train), parts.train.labels[:, 0]
    _warm_up(model, epoch_batches(pictures, labels, plan.batch_size, seed, 0))
    seconds, rows = 0.0, []
    for epoch in range(epochs):
        batches = epoch_batches(pictures, labels, plan.batch_size, seed, epoch)
        start = time.process_time()
        history = model.fit(batches, epochs=1, verbose=0)
        seconds += time.process_time() - start
        loss, auc = _validate(model, parts.validation)
        training_loss = float(history.history["loss"][0])
        updates = int(model.optimizer.iterations.numpy())
        rows.append(
            Epoch(optimizer, rate, seed, epoch + 1, updates, seconds, training_loss, loss, auc)
        )
    say(f"{optimizer} {rate:g} seed {seed}: loss {loss:.3f}, AUC {auc:.3f}, {seconds:.1f} s")
    return Run(tuple(rows), predict(model, parts.test))


def _warm_up(model: keras.Model, batches: tf.data.Dataset) -> None:
    """Let TensorFlow trace the training step, then put everything back where it was."""
    model.optimizer.build(model.trainable_variables)
    variables = [*model.variables, *model.optimizer.variables]
    before = [variable.numpy() for variable in variables]
    model.fit(batches.take(1), epochs=1, verbose=0)
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)


def inputs(pictures: Pictures) -> NDArray[np.float32]:
    """Return the network's input for pictures."""
    return PREPARATION.finish(pictures.values)


def predict(model: keras.Model, pictures: Pictures) -> Predictions:
    """Return the logits for pictures."""
    logits = model.predict(inputs(pictures), batch_size=256, verbose=0)[:, 0]
    return Predictions(pictures.labels[:, 0], logits.astype(np.float64), pictures.patients)


def _validate(model: keras.Model, pictures: Pictures) -> tuple[float, float]:
    found = predict(model, pictures)
    loss = np.logaddexp(0, found.logits) - found.labels * found.logits
    return float(loss.mean()), roc_auc(found.labels, found.logits)


def means(runs: Sequence[Run], field: str) -> list[float]:
    """Return the mean over the seeds of one figure of each epoch."""
    rows = [[getattr(epoch, field) for epoch in run.epochs] for run in runs]
    return [float(value) for value in np.mean(rows, axis=0)]
