import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from training.half_precision import store_eight_bits, store_half


def matrix_network(weights: np.ndarray) -> bytes:
    image = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, len(weights)])
    logits = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, weights.shape[1]])
    node = onnx.helper.make_node("MatMul", ["x", "w"], ["y"])
    initializers = [numpy_helper.from_array(weights, "w")]
    graph = onnx.helper.make_graph([node], "matrix", [image], [logits], initializers)
    opset = [onnx.helper.make_opsetid("", 18)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=10)
    return bytes(model.SerializeToString())


def run(network: bytes, values: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": values})[0]


def test_halved_weights_take_half_the_room_and_compute_with_what_was_rounded():
    generator = np.random.default_rng(1)
    weights = generator.standard_normal((64, 64)).astype(np.float32)
    values = generator.standard_normal((1, 64)).astype(np.float32)
    whole = matrix_network(weights)
    halved = store_half(whole)
    assert len(halved) < 0.55 * len(whole)
    expected = values @ weights.astype(np.float16).astype(np.float32)
    np.testing.assert_allclose(run(halved, values), expected, rtol=1e-5, atol=1e-5)


def test_small_weights_stay_as_they_are():
    whole = matrix_network(np.full((8, 8), 0.1, np.float32))
    assert run(store_half(whole), np.ones((1, 8), np.float32))[0, 0] == pytest.approx(0.8, abs=1e-6)


def test_weights_that_half_precision_cannot_hold_stop_the_export():
    with pytest.raises(OverflowError, match="w is beyond half precision"):
        store_half(matrix_network(np.full((64, 64), 1e6, np.float32)))


def test_matrices_of_eight_bits_move_by_at_most_half_a_step():
    generator = np.random.default_rng(2)
    weights = (generator.standard_normal((64, 64)) * np.logspace(-3, 3, 64)).astype(np.float32)
    whole = matrix_network(weights)
    stored = store_eight_bits(whole)
    assert len(stored) < 0.35 * len(whole)
    rows = np.concatenate([run(stored, row[None]) for row in np.eye(64, dtype=np.float32)])
    step = np.abs(weights).max(axis=0) / 127
    assert (np.abs(rows - weights) <= 0.501 * step).all()
    assert (np.abs(rows - weights) > 0).any()


def test_what_is_no_factor_of_a_product_keeps_its_bits():
    weights = np.random.default_rng(3).standard_normal((64, 64)).astype(np.float32)
    network = onnx.load_from_string(matrix_network(weights))
    network.graph.node[0].CopyFrom(onnx.helper.make_node("Gather", ["w", "i"], ["y"]))
    network.graph.input[0].CopyFrom(
        onnx.helper.make_tensor_value_info("i", onnx.TensorProto.INT64, [1])
    )
    stored = store_eight_bits(bytes(network.SerializeToString()))
    assert [one.op_type for one in onnx.load_from_string(stored).graph.node] == ["Gather"]
