"""A resumed training ends exactly where an uninterrupted one does."""

from pathlib import Path

import keras
import numpy as np
import pytest

from training.checkpoints import Checkpoint, epoch_generator
from training.optimizers import OPTIMIZERS, plan_updates


def small_model(optimizer: str = "adam") -> tuple[keras.Model, int]:
    keras.utils.set_random_seed(5)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1)])
    plan = plan_updates(optimizer, 16, 4)
    model.compile(plan.optimizer, "mse")
    return model, plan.batch_size


def run_epochs(
    model: keras.Model, checkpoint: Checkpoint, until: int, batch: int = 4
) -> list[dict[str, float]]:
    values = np.random.default_rng(0).normal(size=(16, 3)).astype(np.float32)
    targets = values.sum(axis=1, keepdims=True)
    done, history = checkpoint.restore(model)
    for epoch in range(done, until):
        order = epoch_generator(1, epoch).permutation(16)
        for start in range(0, 16, batch):
            chosen = order[start : start + batch]
            loss = float(model.train_on_batch(values[chosen], targets[chosen]))
        history.append({"loss": loss})
        checkpoint.save(model, epoch + 1, history)
    return history


def test_resumed_training_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    whole, _ = small_model()
    expected = run_epochs(whole, Checkpoint(tmp_path / "whole.npz", {"seed": 1}), 4)
    first, _ = small_model()
    checkpoint = Checkpoint(tmp_path / "cut.npz", {"seed": 1})
    run_epochs(first, checkpoint, 2)
    second, _ = small_model()
    assert run_epochs(second, checkpoint, 4) == expected
    for got, want in zip(second.get_weights(), whole.get_weights(), strict=True):
        assert np.array_equal(got, want)


def test_checkpoint_of_another_run_is_not_continued(tmp_path: Path) -> None:
    model, _ = small_model()
    run_epochs(model, Checkpoint(tmp_path / "run.npz", {"seed": 1}), 1)
    assert Checkpoint(tmp_path / "run.npz", {"seed": 2}).restore(model) == (0, [])


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_every_optimizer_lowers_the_loss(tmp_path: Path, optimizer: str) -> None:
    model, batch = small_model(optimizer)
    values = np.random.default_rng(0).normal(size=(16, 3)).astype(np.float32)
    targets = values.sum(axis=1, keepdims=True)
    before = model.evaluate(values, targets, verbose=0)
    run_epochs(model, Checkpoint(tmp_path / "run.npz", {}), 6, batch)
    assert model.evaluate(values, targets, verbose=0) < before


def test_full_batch_descent_moves_once_an_epoch() -> None:
    model, batch = small_model("gradient-descent")
    values = np.ones((16, 3), np.float32)
    start = model.get_weights()[0]
    for step in range(4):
        model.train_on_batch(values[:batch], values[:batch, :1])
        has_moved = not np.array_equal(model.get_weights()[0], start)
        assert has_moved == (step == 3)
