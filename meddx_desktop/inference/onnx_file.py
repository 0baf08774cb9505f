"""What an ONNX file says about itself, read without running or trusting it.

The ONNX Runtime cannot be asked whether a file points outside itself, so the few fields that
matter are read from the protobuf wire format here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MAXIMUM_DEPTH = 32
_EXTERNAL = 1

# Field numbers of onnx.proto3: the parts of each message that can hold a tensor.
_MODEL_GRAPH, _MODEL_OPSET, _MODEL_METADATA = 7, 8, 14
_MODEL_TRAINING, _MODEL_FUNCTION = 20, 25
_TENSOR_EXTERNAL_DATA, _TENSOR_DATA_LOCATION = 13, 14
_CHILDREN = {
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse_tensor"},
    "node": {5: "attribute"},
    "attribute": {
        5: "tensor",
        6: "graph",
        10: "tensor",
        11: "graph",
        22: "sparse_tensor",
        23: "sparse_tensor",
    },
    "sparse_tensor": {1: "tensor", 2: "tensor"},
}


class DamagedNetworkError(ValueError):
    """The bytes are no ONNX model; the message is the middle of a sentence."""


@dataclass(frozen=True, slots=True)
class OnnxFacts:
    """What the file declares: operator sets by domain, metadata, data outside the file."""

    opsets: dict[str, int]
    metadata: dict[str, str]
    has_external_data: bool


def read_onnx_facts(content: bytes) -> OnnxFacts:
    """Walk a serialized ModelProto.

    Raises
    ------
    DamagedNetworkError : the bytes are not a protobuf message of this shape.
    """
    opsets: dict[str, int] = {}
    metadata: dict[str, str] = {}
    has_external_data = False
    for field, value in _fields(memoryview(content)):
        if field == _MODEL_OPSET:
            domain, version = _pair(_message(value))
            opsets[_text(domain)] = version if isinstance(version, int) else 0
        elif field == _MODEL_METADATA:
            key, text = _pair(_message(value))
            metadata[_text(key)] = _text(text)
        elif field in _MODEL_PARTS:
            has_external_data |= _points_outside(_message(value), _MODEL_PARTS[field], 0)
    return OnnxFacts(opsets, metadata, has_external_data)


_MODEL_PARTS = {_MODEL_GRAPH: "graph", _MODEL_TRAINING: "training", _MODEL_FUNCTION: "function"}


def _points_outside(message: memoryview, kind: str, depth: int) -> bool:
    if depth > _MAXIMUM_DEPTH:
        raise DamagedNetworkError("its graphs are nested too deeply")
    if kind == "tensor":
        return any(
            field == _TENSOR_EXTERNAL_DATA
            or (field == _TENSOR_DATA_LOCATION and value == _EXTERNAL)
            for field, value in _fields(message)
        )
    children = _CHILDREN[kind]
    return any(
        _points_outside(_message(value), children[field], depth + 1)
        for field, value in _fields(message)
        if field in children
    )


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        wire_type = key & 7
        if wire_type == _VARINT:
            value, position = _varint(message, position)
            yield key >> 3, value
            continue
        if wire_type == _BYTES:
            length, position = _varint(message, position)
        elif wire_type in (_FIXED64, _FIXED32):
            length = 8 if wire_type == _FIXED64 else 4
        else:
            raise DamagedNetworkError("it is not an ONNX model")
        if position + length > len(message):
            raise DamagedNetworkError("it ends too early")
        yield key >> 3, message[position : position + length]
        position += length


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(message):
            raise DamagedNetworkError("it ends too early")
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise DamagedNetworkError("it is not an ONNX model")


def _pair(message: memoryview) -> tuple[int | memoryview, int | memoryview]:
    """Return fields 1 and 2 of a small message such as StringStringEntryProto."""
    found: dict[int, int | memoryview] = dict(_fields(message))
    return found.get(1, memoryview(b"")), found.get(2, memoryview(b""))


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise DamagedNetworkError("it is not an ONNX model")
    return value


def _text(value: int | memoryview) -> str:
    return bytes(_message(value)).decode("utf-8", "replace")
