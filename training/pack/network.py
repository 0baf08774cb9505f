"""Check that an ONNX file from anywhere is whole, and what the draft says it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

from meddx_desktop.inference.manifest import Output, Tensor
from meddx_desktop.inference.onnx_file import DamagedNetworkError, OnnxFacts, read_onnx_facts
from meddx_desktop.inference.runtime import RUNTIME_ERRORS
from training.pack.draft import Draft, DraftTensor
from training.pack.faults import PackError

_TYPES = {"tensor(float)": "float32", "tensor(int32)": "int32", "tensor(int64)": "int64"}


@dataclass(frozen=True, slots=True)
class CheckedNetwork:
    """The file's content with what the manifest says about it."""

    content: bytes
    opset: int
    inputs: tuple[Tensor, ...]
    outputs: tuple[Output, ...]


def check_network_file(path: Path, draft: Draft) -> CheckedNetwork:
    """Read and check an ONNX file.

    Raises
    ------
    PackError : no ONNX model, data in other files, weights that are no numbers, a form that the
        runtime refuses, or other inputs and outputs than the draft names.
    """
    try:
        content = path.read_bytes()
        facts = read_onnx_facts(content)
        model = onnx.load_from_string(content)
    except (OSError, DamagedNetworkError, ValueError) as error:
        raise PackError(f"{path} is no ONNX model: {error}") from error
    _check_facts(path, facts)
    _check_weights(model)
    try:
        session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    except RUNTIME_ERRORS as error:
        reason = str(error).splitlines()[0][:200]
        raise PackError(f"ONNX Runtime cannot load {path.name}: {reason}") from error
    inputs = _facts("input", draft.inputs, session.get_inputs())
    outputs = _facts("output", draft.outputs, session.get_outputs())
    return CheckedNetwork(
        content,
        _opset(facts),
        tuple(Tensor.model_validate(one) for one in inputs),
        tuple(Output.model_validate(one) for one in outputs),
    )


def _opset(facts: OnnxFacts) -> int:
    return facts.opsets.get("", facts.opsets.get("ai.onnx", 0))


def _check_facts(path: Path, facts: OnnxFacts) -> None:
    if facts.has_external_data:
        raise PackError(
            f"{path.name} keeps weights in other files. Load it with onnx.load and save it with "
            "onnx.save(model, path, save_as_external_data=False)."
        )
    if not _opset(facts):
        raise PackError(f"{path.name} names no ONNX operator set. Export it again, opset 18.")


def _check_weights(model: onnx.ModelProto) -> None:
    for weights in model.graph.initializer:
        values = numpy_helper.to_array(weights)
        if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
            raise PackError(
                f"The weights {weights.name} hold values that are not numbers. Export an earlier "
                "checkpoint: this training has diverged."
            )


def _facts(
    kind: str, declared: Sequence[DraftTensor], present: Sequence[onnxruntime.NodeArg]
) -> list[dict[str, object]]:
    by_name = {argument.name: argument for argument in present}
    if sorted(by_name) != sorted(one.name for one in declared):
        raise PackError(
            f"The network's {kind}s are {', '.join(sorted(by_name))}; the draft names "
            f"{', '.join(sorted(one.name for one in declared))}. Name exactly those."
        )
    return [_tensor_facts(kind, one, by_name[one.name]) for one in declared]


def _tensor_facts(
    kind: str, declared: DraftTensor, present: onnxruntime.NodeArg
) -> dict[str, object]:
    dtype = _TYPES.get(present.type)
    if dtype is None:
        raise PackError(
            f"The {kind} {declared.name} is {present.type}; the app feeds float32, int32 and "
            "int64. Export the network again in float32."
        )
    shape = tuple(size if isinstance(size, int) else None for size in present.shape)
    if len(shape) != len(declared.axes):
        raise PackError(
            f"The {kind} {declared.name} has {len(shape)} axes {list(present.shape)}; the draft "
            f"names {len(declared.axes)}: {', '.join(declared.axes)}."
        )
    return declared.model_dump() | {"shape": shape, "dtype": dtype}
