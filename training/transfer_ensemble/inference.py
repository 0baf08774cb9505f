"""Run the converted network: what is shipped is what is measured."""

import os
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from training.metrics import Scores
from training.transfer_ensemble.pictures import Pictures, Preparation, Values
from training.transfer_ensemble.predictions import PredictionTable

INPUT_NAME = "image"
CHUNK = 16


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """The network's outputs for pictures: logits (n, findings) and features (n, features)."""

    logits: Scores
    features: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A converted network with the preparation of its input."""

    session: onnxruntime.InferenceSession
    preparation: Preparation

    def run(self, values: Values) -> Outputs:
        """Run the network over pictures (n, rows, columns) at the source's size."""
        logits, features = [], []
        for start in range(0, len(values), CHUNK):
            image = self.preparation.network_input(values[start : start + CHUNK])
            one, other = self.session.run(["logits", "features"], {INPUT_NAME: image})
            logits.append(one)
            features.append(other)
        return Outputs(
            np.concatenate(logits).astype(np.float64), np.concatenate(features).astype(np.float64)
        )

    def predict(self, pictures: Pictures, labels: NDArray[np.int64]) -> PredictionTable:
        """Return the logits of pictures beside the labels (n, findings) of the findings."""
        return PredictionTable(labels, self.run(pictures.values).logits, pictures.patients)

    def output_sizes(self) -> dict[str, tuple[int, ...]]:
        """Return the sizes of each output but the batch."""
        return {output.name: tuple(output.shape[1:]) for output in self.session.get_outputs()}


def open_network(network: bytes, preparation: Preparation) -> Network:
    """Return a converted network, ready to run on as many threads as the environment allows."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    return Network(session, preparation)
