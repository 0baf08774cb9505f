"""The networks of the two recipes with random weights, so that the road can be tried at once.

`python -m training.pack.random_networks densenet|token-classifier OUT.onnx`
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 18, 10
DENSENET_BLOCKS, GROWTH = (6, 12, 24, 16), 32


class GraphWriter:
    """Collects nodes and weights of a graph; every method returns the name of its result."""

    def __init__(self, seed: int) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._generator = np.random.default_rng(seed)

    def constant(self, values: NDArray[np.generic]) -> str:
        """Add a constant."""
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def random(self, *shape: int, deviation: float) -> str:
        """Add normal weights."""
        values = self._generator.normal(0, deviation, shape).astype(np.float32)
        return self.constant(values)

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add a node with one output."""
        name = f"n{len(self.nodes)}"
        node = helper.make_node(kind, inputs, [name])
        node.attribute.extend(helper.make_attribute(*one) for one in attributes.items())
        self.nodes.append(node)
        return name

    def named(self, result: str, name: str) -> None:
        """Give a result the name of an output."""
        self.nodes.append(helper.make_node("Identity", [result], [name]))

    def finish(
        self, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]
    ) -> bytes:
        """Return the serialized model."""
        graph = helper.make_graph(self.nodes, "random", inputs, outputs, self.weights)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())


def densenet_121(classes: int = 18, seed: int = 0) -> bytes:
    """Return DenseNet-121 over (n, 1, 224, 224) with outputs `logits` and `features`.

    References
    ----------
    Huang G, et al. Densely connected convolutional networks. CVPR 2017; the one-channel stem and
    the 18 classes are TorchXRayVision's.
    """
    graph = GraphWriter(seed)
    channels = 64
    values = _convolved(graph, "image", (1, channels), 7, strides=[2, 2], pads=[3] * 4)
    values = _normalized(graph, values, channels)
    values = graph.node("MaxPool", values, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    for number, layers in enumerate(DENSENET_BLOCKS):
        for _ in range(layers):
            narrow = _normalized(graph, values, channels)
            narrow = _convolved(graph, narrow, (channels, 4 * GROWTH), 1)
            narrow = _normalized(graph, narrow, 4 * GROWTH)
            new = _convolved(graph, narrow, (4 * GROWTH, GROWTH), 3, pads=[1] * 4)
            values = graph.node("Concat", values, new, axis=1)
            channels += GROWTH
        if number < len(DENSENET_BLOCKS) - 1:
            values = _normalized(graph, values, channels)
            values = _convolved(graph, values, (channels, channels // 2), 1)
            channels //= 2
            values = graph.node("AveragePool", values, kernel_shape=[2, 2], strides=[2, 2])
    values = _normalized(graph, values, channels)
    features = graph.node("Flatten", graph.node("GlobalAveragePool", values))
    weights = graph.random(channels, classes, deviation=channels**-0.5)
    graph.named(graph.node("MatMul", features, weights), "logits")
    graph.named(features, "features")
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 1, 224, 224])
    return graph.finish([image], [_floats("logits", "n", classes), _floats("features", "n", 1024)])


def _floats(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _convolved(
    graph: GraphWriter, values: str, channels: tuple[int, int], side: int, **attributes: object
) -> str:
    before, behind = channels
    weights = graph.random(behind, before, side, side, deviation=(2 / (before * side**2)) ** 0.5)
    return graph.node("Conv", values, weights, **attributes)


def _normalized(graph: GraphWriter, values: str, channels: int) -> str:
    """Apply batch normalization over what random weights give, then ReLU."""
    ones, zeros = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    names = [graph.constant(one) for one in (ones, zeros, zeros, ones)]
    return graph.node("Relu", graph.node("BatchNormalization", values, *names))


def token_classifier(pieces: int, tags: int, size: int = 32, seed: int = 0) -> bytes:
    """Return one BERT layer in small: embeddings, masked attention, a classifier of each piece.

    Inputs are those of a Hugging Face export: `input_ids`, `attention_mask`, `token_type_ids`.
    """
    graph = GraphWriter(seed)
    embedded = graph.node("Gather", graph.random(pieces, size, deviation=1.0), "input_ids")
    types = graph.node("Gather", graph.random(2, size, deviation=0.1), "token_type_ids")
    values = graph.node("Add", embedded, types)
    queries, keys, contents = (
        graph.node("MatMul", values, graph.random(size, size, deviation=size**-0.5))
        for _ in range(3)
    )
    alike = graph.node("MatMul", queries, graph.node("Transpose", keys, perm=[0, 2, 1]))
    scaled = graph.node("Mul", alike, graph.constant(np.array(size**-0.5, np.float32)))
    seen = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    row = graph.node("Unsqueeze", seen, graph.constant(np.array([1], np.int64)))
    hidden = graph.node("Sub", graph.constant(np.array(1, np.float32)), row)
    penalty = graph.node("Mul", hidden, graph.constant(np.array(-1e4, np.float32)))
    weights = graph.node("Softmax", graph.node("Add", scaled, penalty), axis=-1)
    mixed = graph.node("Add", values, graph.node("MatMul", weights, contents))
    logits = graph.node("MatMul", mixed, graph.random(size, tags, deviation=2 * size**-0.5))
    graph.named(logits, "logits")
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in names]
    return graph.finish(inputs, [_floats("logits", "n", "t", tags)])


def main() -> None:
    """Write one of the networks."""
    parser = argparse.ArgumentParser(prog="python -m training.pack.random_networks")
    parser.add_argument("kind", choices=("densenet", "token-classifier"))
    parser.add_argument("output", type=Path)
    parser.add_argument("--pieces", type=int, default=30_522, help="lines of vocab.txt")
    parser.add_argument("--tags", type=int, default=5)
    parsed = parser.parse_args()
    is_image = parsed.kind == "densenet"
    content = densenet_121() if is_image else token_classifier(parsed.pieces, parsed.tags)
    parsed.output.write_bytes(content)


if __name__ == "__main__":
    main()
