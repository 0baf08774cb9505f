"""The walker over ONNX files finds what must not be there, however deep."""

import contextlib

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from meddx_desktop.inference.onnx_file import DamagedNetworkError, OnnxFacts, read_onnx_facts


def _external(name: str = "w") -> onnx.TensorProto:
    tensor = numpy_helper.from_array(np.zeros(2, np.float32), name)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../secret"
    return tensor


def _model(graph: onnx.GraphProto, **metadata: str) -> onnx.ModelProto:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    helper.set_model_props(model, metadata)
    return model


def _graph(*nodes: onnx.NodeProto, initializers: tuple[onnx.TensorProto, ...] = ()):
    return helper.make_graph(list(nodes), "g", [], [], list(initializers))


def _in_an_attribute() -> onnx.ModelProto:
    return _model(_graph(helper.make_node("Constant", [], ["c"], value=_external())))


def _in_a_branch() -> onnx.ModelProto:
    branch = _graph(initializers=(_external(),))
    return _model(_graph(helper.make_node("If", ["c"], ["y"], then_branch=branch)))


def _in_an_initializer() -> onnx.ModelProto:
    return _model(_graph(initializers=(_external(),)))


def _in_a_sparse_initializer() -> onnx.ModelProto:
    model = _model(_graph())
    model.graph.sparse_initializer.add().values.CopyFrom(_external())
    return model


def _in_a_function() -> onnx.ModelProto:
    model = _model(_graph())
    function = model.functions.add()
    function.node.append(helper.make_node("Constant", [], ["c"], value=_external()))
    return model


@pytest.mark.parametrize(
    "build",
    [_in_an_initializer, _in_an_attribute, _in_a_branch, _in_a_sparse_initializer, _in_a_function],
)
def test_external_data_is_found_wherever_it_hides(build):
    assert read_onnx_facts(build().SerializeToString()).has_external_data


def test_a_plain_model_is_read():
    weights = numpy_helper.from_array(np.zeros(5, np.float32), "w")
    content = _model(_graph(initializers=(weights,)), meddx_id="mine").SerializeToString()
    facts = read_onnx_facts(content)
    assert not facts.has_external_data
    assert facts.opsets == {"": 18}
    assert facts.metadata == {"meddx_id": "mine"}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    facts = OnnxFacts({}, {}, has_external_data=False)
    with contextlib.suppress(DamagedNetworkError):
        facts = read_onnx_facts(content)
    assert isinstance(facts, OnnxFacts)


def test_a_truncated_model_is_refused():
    content = _model(_graph(initializers=(_external(),))).SerializeToString()
    with pytest.raises(DamagedNetworkError, match="ends too early"):
        read_onnx_facts(content[:-30])
