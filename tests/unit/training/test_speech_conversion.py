"""The voice network keeps only what serves the sampling frequency that the app gives it."""

import numpy as np
import onnx
import onnxruntime
import pytest

from training.speech_to_text.convert import OtherContentError, for_rate

FLOAT, INT64 = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64


def two_rates() -> bytes:
    """x times 2 at 16 kHz, times 3 otherwise."""

    def branch(name: str, factor: float) -> onnx.GraphProto:
        value = onnx.numpy_helper.from_array(np.array([factor], np.float32))
        nodes = [
            onnx.helper.make_node("Constant", [], [f"{name}_factor"], value=value),
            onnx.helper.make_node("Mul", ["x", f"{name}_factor"], [f"{name}_y"]),
        ]
        result = onnx.helper.make_tensor_value_info(f"{name}_y", FLOAT, [2])
        return onnx.helper.make_graph(nodes, name, [], [result])

    rate = onnx.numpy_helper.from_array(np.array(16000, np.int64))
    nodes = [
        onnx.helper.make_node("Constant", [], ["rate"], value=rate),
        onnx.helper.make_node("Equal", ["sr", "rate"], ["is_it"]),
        onnx.helper.make_node(
            "If", ["is_it"], ["chosen"], then_branch=branch("a", 2), else_branch=branch("b", 3)
        ),
        onnx.helper.make_node("Identity", ["chosen"], ["y"]),
    ]
    inputs = [
        onnx.helper.make_tensor_value_info("x", FLOAT, [2]),
        onnx.helper.make_tensor_value_info("sr", INT64, []),
    ]
    outputs = [onnx.helper.make_tensor_value_info("y", FLOAT, [2])]
    graph = onnx.helper.make_graph(nodes, "voice", inputs, outputs)
    opset = [onnx.helper.make_opsetid("", 16)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=8)
    return bytes(model.SerializeToString())


def test_the_branch_of_the_frequency_is_left_and_answers_as_before() -> None:
    whole, kept = two_rates(), for_rate(two_rates(), 16000)
    given = {"x": np.array([1, -2], np.float32), "sr": np.array(16000)}
    answers = [
        onnxruntime.InferenceSession(one, providers=["CPUExecutionProvider"]).run(None, given)[0]
        for one in (whole, kept)
    ]
    assert np.array_equal(*answers)
    assert "If" not in {node.op_type for node in onnx.load_from_string(kept).graph.node}


def test_a_network_for_other_frequencies_is_refused() -> None:
    with pytest.raises(OtherContentError, match="8000 Hz"):
        for_rate(two_rates(), 8000)
