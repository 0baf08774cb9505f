"""Whisper's encoder and decoder as ONNX graphs, built node by node from an array of weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.speech_to_text.weights import Weights

OPSET = 17
SHARED_SIZE = 16
NORM_EPSILON = 1e-5
MASKED = -1e9
EMBEDDING_ZERO = 128


@dataclass(frozen=True, slots=True)
class Sizes:
    """The widths of a network."""

    heads: int
    width: int
    encoder_layers: int
    decoder_layers: int
    bands: int
    tokens: int

    @property
    def head_width(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads


def sizes_of(weights: Weights) -> Sizes:
    """Read the widths off the arrays."""

    def layers(part: str) -> int:
        found = {name.split("/")[1] for name in weights if name.startswith(f"{part}/layer_")}
        return len(found - {"layer_norm"})

    return Sizes(
        heads=int(weights["decoder/num_heads"]),
        width=weights["decoder/layer_0/self_attention/linear_1/weight"].shape[0],
        encoder_layers=layers("encoder"),
        decoder_layers=layers("decoder"),
        bands=weights["encoder/conv1/weight"].shape[1],
        tokens=weights["decoder/embeddings/weight"].shape[0],
    )


class Graph:
    """Nodes and constants of one network; small constants are shared."""

    def __init__(self, weights: Weights) -> None:
        self.sizes = sizes_of(weights)
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._shared: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._count = 0

    def array(self, name: str) -> NDArray[np.float32]:
        """Return weights as float32."""
        return np.ascontiguousarray(self._weights[name].astype(np.float32))

    def constant(self, values: NDArray[np.generic], name: str | None = None) -> str:
        """Add a constant and return its name."""
        values = np.ascontiguousarray(values) if values.ndim else values
        key = (
            (values.dtype.str, values.shape, values.tobytes())
            if values.size < SHARED_SIZE
            else None
        )
        if key in self._shared:
            return self._shared[key]
        self._count += 1
        name = name or f"c{self._count}"
        self._constants.append(numpy_helper.from_array(values, name))
        if key is not None:
            self._shared[key] = name
        return name

    def indices(self, *values: int) -> str:
        """Add a constant list of integers."""
        return self.constant(np.array(values, np.int64))

    def index(self, value: int) -> str:
        """Add a constant integer without an axis."""
        return self.constant(np.array(value, np.int64))

    def number(self, value: float) -> str:
        """Add a constant number."""
        return self.constant(np.array(value, np.float32))

    def node(self, op: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:  # noqa: ANN401 - ONNX attributes
        """Add a node with one output and return its name."""
        self._count += 1
        name = output or f"{op}_{self._count}"
        self._add(op, inputs, [name], attributes)
        return name

    def node_of(self, op: str, count: int, *inputs: str) -> list[str]:
        """Add a node with several outputs and return their names."""
        self._count += 1
        outputs = [f"{op}_{self._count}_{place}" for place in range(count)]
        self._add(op, inputs, outputs, {})
        return outputs

    def _add(
        self, op: str, inputs: Sequence[str], outputs: list[str], attributes: dict[str, Any]
    ) -> None:
        name = f"{op}_{self._count}"
        self._nodes.append(helper.make_node(op, list(inputs), outputs, name=name, **attributes))

    def gelu(self, values: str) -> str:
        """Gaussian error linear unit."""
        error = self.node("Erf", self.node("Div", values, self.number(np.sqrt(2.0))))
        doubled = self.node("Mul", values, self.node("Add", error, self.number(1.0)))
        return self.node("Mul", doubled, self.number(0.5))

    def norm(self, values: str, name: str) -> str:
        """Layer normalization."""
        scale = self.constant(self.array(f"{name}/gamma"))
        shift = self.constant(self.array(f"{name}/beta"))
        return self.node("LayerNormalization", values, scale, shift, axis=-1, epsilon=NORM_EPSILON)

    def linear(self, values: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Matrix product and bias; `weight` has shape (out, in)."""
        product = self.node("MatMul", values, self.constant(weight.T))
        return self.node("Add", product, self.constant(bias))

    def named_linear(self, values: str, name: str) -> str:
        """As `linear`, with the weights of this name."""
        return self.linear(values, self.array(f"{name}/weight"), self.array(f"{name}/bias"))

    def split_heads(self, values: str) -> str:
        """(batch, time, width) to (batch, heads, time, head width)."""
        shape = self.indices(0, 0, self.sizes.heads, self.sizes.head_width)
        return self.node("Transpose", self.node("Reshape", values, shape), perm=[0, 2, 1, 3])

    def projections(self, values: str, name: str, places: Sequence[int]) -> list[str]:
        """Split a joint projection (query, key, value) and return the wanted parts as heads."""
        weight, bias = self.array(f"{name}/weight"), self.array(f"{name}/bias")
        width = self.sizes.width
        parts = [slice(place * width, (place + 1) * width) for place in places]
        return [self.split_heads(self.linear(values, weight[part], bias[part])) for part in parts]

    def attention(self, query: str, key: str, value: str, mask: str | None = None) -> str:
        """Scaled dot-product attention, heads joined again."""
        scaled = self.node("Mul", query, self.number(self.sizes.head_width**-0.5))
        turned = self.node("Transpose", key, perm=[0, 1, 3, 2])
        scores = self.node("MatMul", scaled, turned)
        if mask is not None:
            scores = self.node("Add", scores, mask)
        heads = self.node("MatMul", self.node("Softmax", scores, axis=-1), value)
        turned_back = self.node("Transpose", heads, perm=[0, 2, 1, 3])
        return self.node("Reshape", turned_back, self.indices(0, 0, self.sizes.width))

    def feed_forward(self, values: str, name: str) -> str:
        """Add normalization, two linear layers and a residual."""
        hidden = self.named_linear(self.norm(values, f"{name}/layer_norm"), f"{name}/linear_0")
        return self.node("Add", values, self.named_linear(self.gelu(hidden), f"{name}/linear_1"))

    def state(self, name: str, time: str) -> onnx.ValueInfoProto:
        """Keys or values of all decoder layers: (layers, batch, heads, time, head width)."""
        sizes = self.sizes
        shape: list[str | int | None]
        shape = [sizes.decoder_layers, "batch", sizes.heads, time, sizes.head_width]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    def model(
        self,
        name: str,
        inputs: Sequence[onnx.ValueInfoProto],
        outputs: Sequence[onnx.ValueInfoProto],
    ) -> onnx.ModelProto:
        """Return the checked network."""
        graph = helper.make_graph(self._nodes, name, inputs, outputs, self._constants)
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(
            graph, opset_imports=[opset], producer_name="meddx-whisper-export"
        )
        model.ir_version = 8
        onnx.checker.check_model(model)
        return model


def build_encoder(weights: Weights) -> onnx.ModelProto:
    """Log-mel levels (batch, bands, frames) to the cross-attention keys and values."""
    graph = Graph(weights)
    sizes = graph.sizes
    values = _convolution(graph, "mel", "conv1", pads=[1, 1])
    values = _convolution(graph, values, "conv2", pads=[1, 1], strides=[2])
    values = graph.node("Transpose", values, perm=[0, 2, 1])
    length = graph.node("Slice", graph.node("Shape", values), graph.indices(1), graph.indices(2))
    positions = graph.constant(graph.array("encoder/position_encodings/encodings"))
    used = graph.node("Slice", positions, graph.indices(0), length, graph.indices(0))
    values = graph.node("Add", values, used)
    for layer in range(sizes.encoder_layers):
        values = _self_attention_block(graph, values, f"encoder/layer_{layer}")
        values = graph.feed_forward(values, f"encoder/layer_{layer}/ffn")
    values = graph.norm(values, "encoder/layer_norm")
    keys, contents = [], []
    for layer in range(sizes.decoder_layers):
        name = f"decoder/layer_{layer}/attention/linear_1"
        key, content = graph.projections(values, name, (0, 1))
        keys.append(graph.node("Unsqueeze", key, graph.indices(0)))
        contents.append(graph.node("Unsqueeze", content, graph.indices(0)))
    graph.node("Concat", *keys, axis=0, output="cross_k")
    graph.node("Concat", *contents, axis=0, output="cross_v")
    mel = helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["batch", sizes.bands, "frames"])
    outputs = [graph.state("cross_k", "enc_len"), graph.state("cross_v", "enc_len")]
    return graph.model("whisper_encoder", [mel], outputs)


def _convolution(graph: Graph, values: str, name: str, **attributes: Any) -> str:  # noqa: ANN401 - ONNX attributes
    weight = graph.constant(graph.array(f"encoder/{name}/weight"))
    bias = graph.constant(graph.array(f"encoder/{name}/bias"))
    return graph.gelu(graph.node("Conv", values, weight, bias, kernel_shape=[3], **attributes))


def _self_attention_block(graph: Graph, values: str, layer: str) -> str:
    name = f"{layer}/self_attention"
    query, key, value = graph.projections(
        graph.norm(values, f"{name}/layer_norm"), f"{name}/linear_0", (0, 1, 2)
    )
    attended = graph.named_linear(graph.attention(query, key, value), f"{name}/linear_1")
    return graph.node("Add", values, attended)


def build_decoder(weights: Weights) -> onnx.ModelProto:
    """Tokens and the state of the steps before to the logits of the last token.

    The embedding is kept once, as uint8 with one scale a token, for look-up and for the logits.
    """
    graph = Graph(weights)
    sizes = graph.sizes
    embedding = _Embedding(graph)
    values = embedding.look_up("tokens")
    past = graph.node("Slice", graph.node("Shape", "self_k"), graph.indices(3), graph.indices(4))
    new = graph.node("Slice", graph.node("Shape", "tokens"), graph.indices(1), graph.indices(2))
    total = graph.node("Add", past, new)
    positions = graph.constant(graph.array("decoder/position_encodings/encodings"))
    values = graph.node(
        "Add", values, graph.node("Slice", positions, past, total, graph.indices(0))
    )
    mask = _causal_mask(graph, past, total)
    keys, contents = [], []
    for layer in range(sizes.decoder_layers):
        values, key, content = _decoder_layer(graph, values, layer, mask)
        keys.append(key)
        contents.append(content)
    values = graph.norm(values, "decoder/layer_norm")
    start, end = graph.indices(-1), graph.indices(np.iinfo(np.int64).max)
    last = graph.node("Slice", values, start, end, graph.indices(1))
    embedding.logits(last)
    graph.node("Concat", *keys, axis=0, output="new_self_k")
    graph.node("Concat", *contents, axis=0, output="new_self_v")
    return _decoder_model(graph)


class _Embedding:
    """The token embedding in eight bits."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        table = graph.array("decoder/embeddings/weight")
        scale = np.maximum(np.abs(table).max(1) / 127.0, 1e-8).astype(np.float32)
        rounded = np.round(table / scale[:, None]) + EMBEDDING_ZERO
        self._table = graph.constant(rounded.clip(1, 255).astype(np.uint8).T, "embed_q")
        self._scale = graph.constant(scale, "embed_scale")
        self._zero = graph.constant(np.array(EMBEDDING_ZERO, np.uint8))

    def look_up(self, tokens: str) -> str:
        """Return the vectors of tokens."""
        graph = self._graph
        columns = graph.node("Gather", self._table, tokens, axis=1)
        rows = graph.node("Transpose", columns, perm=[1, 2, 0])
        centered = graph.node(
            "Sub",
            graph.node("Cast", rows, to=TensorProto.FLOAT),
            graph.number(float(EMBEDDING_ZERO)),
        )
        scale = graph.node("Gather", self._scale, tokens, axis=0)
        return graph.node("Mul", centered, graph.node("Unsqueeze", scale, graph.indices(2)))

    def logits(self, values: str) -> None:
        """Multiply with the table in integers; the result is the output `logits`."""
        graph = self._graph
        quantized, scale, zero = graph.node_of("DynamicQuantizeLinear", 3, values)
        product = graph.node("MatMulInteger", quantized, self._table, zero, self._zero)
        numbers = graph.node("Cast", product, to=TensorProto.FLOAT)
        graph.node("Mul", numbers, graph.node("Mul", scale, self._scale), output="logits")


def _causal_mask(graph: Graph, past: str, total: str) -> str:
    def squeeze(size: str) -> str:
        return graph.node("Squeeze", size, graph.indices(0))

    zero, one = graph.index(0), graph.index(1)
    own = graph.node("Range", squeeze(past), squeeze(total), one)
    own = graph.node("Unsqueeze", own, graph.indices(1))
    seen = graph.node("Range", zero, squeeze(total), one)
    seen = graph.node("Unsqueeze", seen, graph.indices(0))
    is_later = graph.node("Greater", seen, own)
    return graph.node("Where", is_later, graph.number(MASKED), graph.number(0.0))


def _decoder_layer(graph: Graph, values: str, layer: int, mask: str) -> tuple[str, str, str]:
    """Return the layer's output and its keys and values of all steps so far."""
    name, own = f"decoder/layer_{layer}", f"decoder/layer_{layer}/self_attention"
    place = graph.index(layer)
    query, key, value = graph.projections(
        graph.norm(values, f"{own}/layer_norm"), f"{own}/linear_0", (0, 1, 2)
    )
    key = graph.node("Concat", graph.node("Gather", "self_k", place, axis=0), key, axis=2)
    value = graph.node("Concat", graph.node("Gather", "self_v", place, axis=0), value, axis=2)
    new_key = graph.node("Unsqueeze", key, graph.indices(0))
    new_value = graph.node("Unsqueeze", value, graph.indices(0))
    attended = graph.named_linear(graph.attention(query, key, value, mask), f"{own}/linear_1")
    values = graph.node("Add", values, attended)
    cross = f"{name}/attention"
    normed = graph.norm(values, f"{cross}/layer_norm")
    query = graph.split_heads(graph.named_linear(normed, f"{cross}/linear_0"))
    cross_key = graph.node("Gather", "cross_k", place, axis=0)
    cross_value = graph.node("Gather", "cross_v", place, axis=0)
    heard = graph.named_linear(graph.attention(query, cross_key, cross_value), f"{cross}/linear_2")
    values = graph.node("Add", values, heard)
    return graph.feed_forward(values, f"{name}/ffn"), new_key, new_value


def _decoder_model(graph: Graph) -> onnx.ModelProto:
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, ["batch", "n"])
    logits = helper.make_tensor_value_info(
        "logits", TensorProto.FLOAT, ["batch", 1, graph.sizes.tokens]
    )
    past = [graph.state("self_k", "past"), graph.state("self_v", "past")]
    cross = [graph.state("cross_k", "enc_len"), graph.state("cross_v", "enc_len")]
    new = [graph.state("new_self_k", "total"), graph.state("new_self_v", "total")]
    return graph.model("whisper_decoder", [tokens, *past, *cross], [logits, *new])
