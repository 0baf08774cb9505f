"""The reference architectures and the ways to descend are what the command line offers."""

from pathlib import Path

import keras
import numpy as np
import pytest

from training.command_line import parse_options
from training.metrics import Predictions
from training.optimizer_comparison.__main__ import table
from training.optimizer_comparison.compare import Epoch, Run, means
from training.optimizers import OPTIMIZERS, plan_updates
from training.reference_models import (
    REFERENCE_BATCH,
    REFERENCE_EPOCHS,
    compile_reference,
    reference_cnn,
    reference_lstm,
)
from training.tagging.road import ARCHITECTURES as TAGGERS
from training.transfer_ensemble.run import ARCHITECTURES as IMAGES

ITEMS, SIZE = 10, 3


def test_the_reference_cnn_is_the_one_from_which_the_project_started() -> None:
    model = reference_cnn()
    assert model.input_shape == (None, 224, 224, 3)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == [*["Conv2D", "MaxPooling2D"] * 3, "Flatten", "Dense", "Dense"]
    convolutions = model.layers[0:6:2]
    assert [layer.filters for layer in convolutions] == [32, 64, 128]
    assert {layer.kernel_size for layer in convolutions} == {(3, 3)}
    assert {layer.pool_size for layer in model.layers[1:6:2]} == {(2, 2)}
    hidden, answer = model.layers[-2:]
    assert (hidden.units, answer.units) == (512, 1)
    names = [layer.activation.__name__ for layer in (*convolutions, hidden, answer)]
    assert names == ["relu"] * 4 + ["sigmoid"]
    assert model.count_params() == 44_396_609


def test_the_reference_lstm_is_the_one_from_which_the_project_started() -> None:
    model = reference_lstm()
    assert model.input_shape == (None, 100)
    embedding, recurrent, answer = model.layers
    assert (embedding.input_dim, embedding.output_dim) == (10_000, 64)
    assert (recurrent.units, answer.units) == (64, 1)
    assert answer.activation.__name__ == "sigmoid"
    assert model.count_params() == 640_000 + 33_024 + 65


def test_references_train_with_adam_and_binary_cross_entropy() -> None:
    model = reference_lstm(vocabulary=20, tokens=5)
    compile_reference(model)
    assert isinstance(model.optimizer, keras.optimizers.Adam)
    assert model.loss == "binary_crossentropy"
    assert (REFERENCE_EPOCHS, REFERENCE_BATCH) == (10, 32)


@pytest.mark.parametrize(
    ("architectures", "reference"), [(IMAGES, "reference_cnn"), (TAGGERS, "reference_lstm")]
)
def test_the_command_line_offers_the_references_and_every_optimizer(
    architectures: tuple[str, ...], reference: str, tmp_path: Path
) -> None:
    words = ["--data", str(tmp_path)]
    default = parse_options("some-model", architectures, words)
    assert (default.architecture, default.optimizer) == (architectures[0], "adam")
    for optimizer in ("gradient-descent", "sgd", "mini-batch-sgd", "adam"):
        chosen = ["--architecture", reference, "--optimizer", optimizer]
        options = parse_options("some-model", architectures, [*words, *chosen])
        assert (options.architecture, options.optimizer) == (reference, optimizer)


@pytest.mark.parametrize("wrong", [["--architecture", "resnet"], ["--optimizer", "newton"]])
def test_what_is_not_offered_is_refused(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse_options("some-model", IMAGES, ["--data", str(tmp_path), *wrong])
    assert "invalid choice" in capsys.readouterr().err


def linear_model(optimizer: str, rate: float) -> tuple[keras.Model, int]:
    model = keras.Sequential([keras.Input((SIZE,)), keras.layers.Dense(1, use_bias=False)])
    model.layers[0].set_weights([np.array([[0.5], [-0.3], [0.2]], np.float32)])
    plan = plan_updates(optimizer, ITEMS, 4, rate)
    model.compile(plan.optimizer, "mse")
    return model, plan.batch_size


def linear_set() -> tuple[np.ndarray, np.ndarray]:
    values = np.random.default_rng(0).normal(size=(ITEMS, SIZE)).astype(np.float32)
    return values, values.sum(axis=1, keepdims=True)


def gradient(weights: np.ndarray, values: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return 2 * values.T @ (values @ weights - targets) / len(values)


@pytest.mark.parametrize(("optimizer", "size"), [("sgd", 1), ("mini-batch-sgd", 4)])
def test_each_update_takes_the_items_that_its_name_says(optimizer: str, size: int) -> None:
    model, batch_size = linear_model(optimizer, 0.01)
    values, targets = linear_set()
    assert batch_size == size
    weights, speed = model.get_weights()[0].copy(), 0.0
    momentum = OPTIMIZERS[optimizer].momentum
    for start in range(0, ITEMS, size):
        part = slice(start, start + size)
        model.train_on_batch(values[part], targets[part])
        speed = momentum * speed - 0.01 * gradient(weights, values[part], targets[part])
        weights = weights + speed
    np.testing.assert_allclose(model.get_weights()[0], weights, rtol=1e-4, atol=1e-6)


def test_full_batch_descent_moves_once_an_epoch_by_the_mean_of_its_parts() -> None:
    model, batch_size = linear_model("gradient-descent", 0.1)
    values, targets = linear_set()
    weights = model.get_weights()[0].copy()
    parts = [slice(start, start + batch_size) for start in range(0, ITEMS, batch_size)]
    steps = [gradient(weights, values[part], targets[part]) for part in parts]
    for part in parts[:-1]:
        model.train_on_batch(values[part], targets[part])
        np.testing.assert_array_equal(model.get_weights()[0], weights)
    model.train_on_batch(values[parts[-1]], targets[parts[-1]])
    moved = weights - 0.1 * np.mean(steps, axis=0)
    np.testing.assert_allclose(model.get_weights()[0], moved, rtol=1e-4, atol=1e-6)


def test_the_comparison_averages_over_its_seeds() -> None:
    labels = np.array([0, 1, 0, 1])
    logits = np.array([-1.0, 2.0, 0.5, 0.7])
    found = Predictions(labels, logits, np.array(["a", "b", "c", "d"]))
    runs = [
        Run((Epoch("adam", 1e-3, seed, 1, 5, 2.0 + seed, 0.5, 0.6, 0.7 + 0.1 * seed),), found)
        for seed in (0, 1)
    ]
    assert means(runs, "seconds") == [2.5]
    *_, row = table({"adam": runs})
    assert row.startswith("| adam | 0.001 | 5 | 2.5 | 0.500 | 0.600 | 0.750 | 1.000 (")
