"""The same Keras code under another backend: train where only JAX is, export where TensorFlow is.

    KERAS_BACKEND=jax python -m training.any_backend train --weights FILE.weights.h5
    python -m training.any_backend export --weights FILE.weights.h5 --network FILE.onnx

The first command needs neither TensorFlow nor the app's readers. Beside the weights it leaves
`FILE.expected.npz` with a few inputs and what the trained network says about them; the second
command refuses to export where TensorFlow or ONNX Runtime says anything else.
"""

import argparse
import sys
from collections.abc import Sequence
from math import ceil
from pathlib import Path

import keras
import numpy as np

from training.distributed.pictures import SIDE, make_pictures
from training.small_network import small_network

BATCH = 32
SAMPLES = 8
OPSET = 18


def train(weights: Path, epochs: int, pictures: int, seed: int = 0) -> float:
    """Train on computed pictures with whatever backend Keras runs on; return the last loss."""
    keras.utils.set_random_seed(seed)
    model = small_network(SIDE)
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.BinaryCrossentropy(from_logits=True))
    values, labels = make_pictures(pictures, seed)
    targets = labels.astype(np.float32)[:, None]
    loss = float("nan")
    for epoch in range(epochs):
        order = np.random.default_rng([seed, epoch]).permutation(pictures)
        for chosen in np.array_split(order, ceil(pictures / BATCH)):
            loss = float(model.train_on_batch(values[chosen], targets[chosen]))
    weights.parent.mkdir(parents=True, exist_ok=True)
    model.save_weights(weights)
    logits = np.asarray(model.predict_on_batch(values[:SAMPLES]))
    np.savez(expected_beside(weights), inputs=values[:SAMPLES], logits=logits)
    return loss


def expected_beside(weights: Path) -> Path:
    """Return where the inputs and answers of the trained network lie."""
    return weights.with_name(weights.name.removesuffix(".weights.h5") + ".expected.npz")


def export(weights: Path, network: Path) -> tuple[float, float]:
    """Write the network as ONNX.

    Returns the largest difference from what the network said where it was trained: of Keras on
    TensorFlow, and of ONNX Runtime.

    Raises
    ------
    training.export.DisagreementError : either exceeds 1e-4.
    """
    # TensorFlow is imported only here: the machine that trains may not have it.
    import onnxruntime

    from meddx_desktop.inference.manifest import Tensor
    from training.export import TOLERANCE, DisagreementError, convert_network

    model = small_network(SIDE)
    model.load_weights(weights)
    with np.load(expected_beside(weights)) as stored:
        inputs, wanted = stored["inputs"], stored["logits"]
    named = keras.Model(model.inputs[0], {"logits": model.outputs[0]})
    image = Tensor(
        name="image",
        axes=("batch", "row", "column", "channel"),
        shape=(None, SIDE, SIDE, 1),
        dtype="float32",
    )
    content = convert_network(named, [image], ["logits"])
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    answers = (np.asarray(model(inputs)), session.run(["logits"], {"image": inputs})[0])
    differences = [float(np.abs(answer - wanted).max()) for answer in answers]
    if max(differences) > TOLERANCE:
        raise DisagreementError(f"the backends differ by {max(differences):.2g}")
    network.write_bytes(content)
    return differences[0], differences[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train or export, as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.any_backend")
    parser.add_argument("step", choices=("train", "export"))
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--network", type=Path, default=Path("model.onnx"))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=512)
    options = parser.parse_args(arguments)
    if options.step == "train":
        loss = train(options.weights, options.epochs, options.pictures)
        sys.stdout.write(f"{keras.backend.backend()}: loss {loss:.4f}\n")
    else:
        by_keras, by_runtime = export(options.weights, options.network)
        sys.stdout.write(f"differences: Keras {by_keras:.2g}, ONNX {by_runtime:.2g}\n")


if __name__ == "__main__":
    main()
