"""Two workers on the loopback train what one trains, and go on where an earlier run ended."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from training.distributed.__main__ import free_addresses, main, wait_for
from training.distributed.pictures import make_pictures
from training.distributed.worker import STATE
from training.picture_pipeline import epoch_batches


def run(folder: Path, workers: int, epochs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1"}.items():
        monkeypatch.setenv(name, value)
    words = f"--workers {workers} --work {folder} --epochs {epochs} --pictures 80"
    assert main(words.split()) == 0


def variables(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / STATE) as stored:
        return {name: stored[name] for name in stored.files if name != "record"}


@pytest.mark.slow
def test_two_workers_resumed_equal_one_uninterrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "two", 2, 1, monkeypatch)
    first = variables(tmp_path / "two")
    run(tmp_path / "two", 2, 2, monkeypatch)
    run(tmp_path / "one", 1, 2, monkeypatch)
    two, one = variables(tmp_path / "two"), variables(tmp_path / "one")
    assert two.keys() == one.keys()
    for name, values in one.items():
        np.testing.assert_allclose(two[name], values, rtol=1e-3, atol=1e-4)
    assert any(np.abs(two[name] - values).max() > 1e-3 for name, values in first.items())


def test_a_worker_that_fails_ends_the_others() -> None:
    endless = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    broken = subprocess.Popen([sys.executable, "-c", "raise SystemExit(7)"])
    assert wait_for([broken, endless]) == 7
    assert endless.poll() is not None


def test_addresses_differ_and_lie_on_the_loopback() -> None:
    addresses = free_addresses(3)
    assert len(set(addresses)) == 3
    assert all(address.startswith("127.0.0.1:") for address in addresses)


def test_an_epoch_holds_every_picture_once_in_an_order_of_its_own() -> None:
    pictures, labels = make_pictures(50, seed=1)
    marks = np.arange(50, dtype=np.float32)[:, None, None, None] * np.ones_like(pictures[:1])

    def order(epoch: int) -> list[float]:
        batches = epoch_batches(marks, labels, 16, 0, epoch)
        return [float(mark) for batch, _ in batches for mark in batch[:, 0, 0, 0]]

    assert sorted(order(0)) == list(range(50))
    assert order(0) == order(0)
    assert order(0) != order(1)


def test_another_backend_trains_what_tensorflow_exports(tmp_path: Path) -> None:
    pytest.importorskip("jax", reason="the JAX backend is an extra of a GPU machine")
    weights, network = tmp_path / "small.weights.h5", tmp_path / "small.onnx"
    command = [sys.executable, "-m", "training.any_backend"]
    options = ["--weights", str(weights), "--epochs", "1", "--pictures", "64"]
    jax = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    subprocess.run([*command, "train", *options], env=jax, check=True)
    done = subprocess.run(
        [*command, "export", "--weights", str(weights), "--network", str(network)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "differences" in done.stdout
    assert network.stat().st_size > 50_000
