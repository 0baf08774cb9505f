"""One worker of a distributed training; `TF_CONFIG` says which one, and where the others are.

`python -m training.distributed.worker` is what runs on each machine of a cluster. All workers
need the same arguments and the same folder `--work`, in which the chief keeps the state.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from training.checkpoints import Checkpoint
from training.command_line import say
from training.distributed.pictures import SIDE, make_pictures
from training.optimizers import plan_updates
from training.picture_pipeline import epoch_batches
from training.small_network import small_network

BATCH = 32
STATE = "state.npz"


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What every worker of a run is told."""

    work: Path
    epochs: int
    pictures: int
    seed: int


def options_from(arguments: Sequence[str] | None = None) -> WorkerOptions:
    """Read the command line that launcher and workers share."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=512)
    parser.add_argument("--seed", type=int, default=0)
    parsed, _ = parser.parse_known_args(arguments)
    return WorkerOptions(parsed.work, parsed.epochs, parsed.pictures, parsed.seed)


def work(options: WorkerOptions) -> None:
    """Train up to the wanted epoch, from where an earlier run ended."""
    # Before anything else touches TensorFlow: the strategy opens the worker's server.
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    place, workers = _place_and_count()
    keras.utils.set_random_seed(options.seed)
    with strategy.scope():
        model = small_network(SIDE)
        model.optimizer = plan_updates("mini-batch-sgd", options.pictures, BATCH).optimizer
        checkpoint = Checkpoint(
            options.work / STATE, {"seed": options.seed, "pictures": options.pictures}
        )
        done, history = checkpoint.restore(model)
    pictures, labels = make_pictures(options.pictures, options.seed)
    step = _training_step(strategy, model)
    for epoch in range(done, options.epochs):
        batches = epoch_batches(pictures, labels, BATCH, options.seed, epoch)
        losses = [float(step(*share)) for share in _shares(batches, place, workers)]
        loss = float(np.sum(losses) / len(labels))
        history.append({"loss": loss})
        if place == 0:
            checkpoint.save(model, epoch + 1, history)
            say(f"epoch {epoch + 1}: loss {loss:.6f} with {workers} workers")


def _place_and_count() -> tuple[int, int]:
    config = json.loads(os.environ.get("TF_CONFIG", "{}"))
    workers = config.get("cluster", {}).get("worker", ["alone"])
    return int(config.get("task", {}).get("index", 0)), len(workers)


def _shares(
    batches: tf.data.Dataset, place: int, workers: int
) -> Iterator[tuple[tf.Tensor, tf.Tensor, tf.Tensor]]:
    """Yield this worker's rows of every batch with the size of the whole batch."""
    for pictures, targets in batches:
        size = tf.cast(tf.shape(targets)[0], tf.float32)
        yield pictures[place::workers], targets[place::workers], size


def _training_step(
    strategy: tf.distribute.Strategy, model: keras.Model
) -> tf.types.experimental.PolymorphicFunction:
    """Return a function that makes one update together and returns the summed loss of the batch.

    Gradients are divided by the size of the whole batch and summed over the workers, so that any
    number of workers makes the same update.
    """

    def update(pictures: tf.Tensor, targets: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = model(pictures, training=True)
            each = tf.nn.sigmoid_cross_entropy_with_logits(targets, logits)
            loss = tf.reduce_sum(each)
            share = loss / size
        gradients = tape.gradient(share, model.trainable_variables)
        # Keras' optimizer itself sums the gradients over the workers.
        model.optimizer.apply(gradients, model.trainable_variables)
        return loss

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def step(pictures: tf.Tensor, targets: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
        losses = strategy.run(update, args=(pictures, targets, size))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, losses, axis=None)

    return step


if __name__ == "__main__":
    work(options_from())
