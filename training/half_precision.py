"""Keep a network's weights in half precision: half the size, computed in single precision."""

import numpy as np
import onnx
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
