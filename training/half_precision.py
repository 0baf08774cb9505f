"""Keep a network's weights in sixteen or eight bits; it still computes in single precision."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

SMALLEST = 1024


def store_half(network: bytes) -> bytes:
    """Return the network with its large weights rounded to half precision.

    Each one is followed by a `Cast` to float32, which ONNX Runtime folds when it loads the
    network, so that a run costs what it cost before. Round before anything is measured: figures,
    calibration and golden cases then belong to the weights that are shipped. The comparison with
    Keras comes before, on the unrounded network.

    Raises
    ------
    OverflowError : a weight is beyond what half precision can hold.
    """
    model = onnx.load_from_string(network)
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < SMALLEST:
            continue
        if float(np.abs(values).max()) > float(np.finfo(np.float16).max):
            raise OverflowError(f"{tensor.name} is beyond half precision")
        single, half = tensor.name, f"{tensor.name}_half"
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(onnx.helper.make_node("Cast", [half], [single], to=onnx.TensorProto.FLOAT))
    for place, cast in enumerate(casts):
        model.graph.node.insert(place, cast)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def eight_bit_grid(
    table: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return whole numbers within +-127 and the step of each column that give the table.

    The product of both is the table rounded to what a package stores.
    """
    scale = np.maximum(np.abs(table).max(axis=0), 1e-6).astype(np.float32) / np.float32(127)
    return np.rint(table / scale).astype(np.float32), scale


def store_eight_bits(network: bytes) -> bytes:
    """Return the network with the matrices of its products as whole numbers within +-127.

    Each column has a step of its own, so that a weight moves by at most half of it. They are made
    single precision again when the network is loaded: unlike products of eight-bit numbers the
    result is then the same on every processor. Round before anything is measured.
    """
    model = onnx.load_from_string(network)
    factors = {node.input[1] for node in model.graph.node if node.op_type == "MatMul"}
    widened, steps = [], []
    for tensor in model.graph.initializer:
        if tensor.name not in factors or tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.ndim != 2 or values.size < SMALLEST:
            continue
        whole, step = eight_bit_grid(values)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(whole.astype(np.int8), f"{name}_whole"))
        steps.append(numpy_helper.from_array(step, f"{name}_step"))
        wide = f"{name}_wide"
        widened += [
            onnx.helper.make_node("Cast", [f"{name}_whole"], [wide], to=onnx.TensorProto.FLOAT),
            onnx.helper.make_node("Mul", [wide, f"{name}_step"], [name]),
        ]
    model.graph.initializer.extend(steps)
    for place, node in enumerate(widened):
        model.graph.node.insert(place, node)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
