"""The selectable ways to descend: full-batch, one by one, mini-batch, and Adam."""

from dataclasses import dataclass
from math import ceil
from typing import TypeAlias

import keras

LearningRate: TypeAlias = float | keras.optimizers.schedules.LearningRateSchedule


@dataclass(frozen=True, slots=True)
class OptimizerChoice:
    """One way to descend.

    `items_per_update` is "all", "one" or "batch": from how many items the gradient of one update
    is taken.
    """

    items_per_update: str
    learning_rate: float
    momentum: float = 0.0
    is_adaptive: bool = False


OPTIMIZERS = {
    "adam": OptimizerChoice("batch", 1e-3, is_adaptive=True),
    "gradient-descent": OptimizerChoice("all", 0.1),
    "sgd": OptimizerChoice("one", 1e-3),
    "mini-batch-sgd": OptimizerChoice("batch", 1e-2, momentum=0.9),
}


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """A Keras optimizer and the number of items to feed at a time.

    For the full-batch choice the optimizer itself averages the gradients of `batch_size` items
    over the whole epoch before it moves, so memory does not grow with the set.
    """

    optimizer: keras.optimizers.Optimizer
    batch_size: int


def plan_updates(
    name: str, items: int, batch_size: int = 32, learning_rate: LearningRate | None = None
) -> UpdatePlan:
    """Return the optimizer for a set of `items`.

    `learning_rate` is a number or a Keras schedule; None takes the choice's own rate.
    """
    choice = OPTIMIZERS[name]
    rate = choice.learning_rate if learning_rate is None else learning_rate
    if choice.is_adaptive:
        return UpdatePlan(keras.optimizers.Adam(rate), batch_size)
    if choice.items_per_update == "one":
        return UpdatePlan(keras.optimizers.SGD(rate), 1)
    steps = ceil(items / batch_size) if choice.items_per_update == "all" else 1
    accumulation = steps if steps > 1 else None
    return UpdatePlan(
        keras.optimizers.SGD(rate, choice.momentum, gradient_accumulation_steps=accumulation),
        batch_size,
    )
