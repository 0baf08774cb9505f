"""Whether a network is what its manifest says: names, shapes, number types."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from meddx_desktop.inference.manifest import Manifest, Tensor
from meddx_desktop.inference.package_files import refusal
from meddx_desktop.inference.runtime import RUNTIME_ERRORS, cached_session, default_threads

_DTYPES = {"tensor(float)": "float32", "tensor(int32)": "int32", "tensor(int64)": "int64"}


@dataclass(frozen=True, slots=True)
class NetworkTensor:
    """An input or output as the network declares it; None for a free size or a free rank."""

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str


def check_network(content: bytes, manifest: Manifest, package_name: str) -> None:
    """Compare inputs and outputs of a serialized network with the manifest.

    Raises
    ------
    ModelPackageError : ONNX Runtime refuses the network, or a name, shape or type differs.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        session = cached_session(sha256, lambda: content, default_threads())
    except RUNTIME_ERRORS as error:
        raise refusal(
            package_name, "ONNX Runtime cannot load its network", code="wrong_network"
        ) from error
    for kind, declared, present in (
        ("input", manifest.inputs, _tensors(session.get_inputs())),
        ("output", manifest.outputs, _tensors(session.get_outputs())),
    ):
        fault = _difference(declared, present)
        if fault:
            raise refusal(
                package_name, f"an {kind} of its network differs: {fault}", code="wrong_network"
            )


def _tensors(arguments: Iterable[Any]) -> tuple[NetworkTensor, ...]:
    return tuple(
        NetworkTensor(
            argument.name,
            tuple(size if isinstance(size, int) else None for size in argument.shape) or None,
            _DTYPES.get(argument.type, argument.type),
        )
        for argument in arguments
    )


def _difference(declared: Iterable[Tensor], present: Iterable[NetworkTensor]) -> str | None:
    by_name = {tensor.name: tensor for tensor in present}
    names = sorted(tensor.name for tensor in declared)
    if names != sorted(by_name):
        return f"declared {', '.join(names)}, present {', '.join(sorted(by_name))}"
    faults = (_tensor_difference(tensor, by_name[tensor.name]) for tensor in declared)
    return next((fault for fault in faults if fault is not None), None)


def _tensor_difference(declared: Tensor, present: NetworkTensor) -> str | None:
    if len(declared.axes) != len(declared.shape):
        return f"{declared.name} has {len(declared.axes)} axes but {len(declared.shape)} sizes"
    if declared.dtype != present.dtype:
        return f"{declared.name} is {present.dtype}, not {declared.dtype}"
    if present.shape is None:
        return None
    if len(present.shape) != len(declared.shape):
        return f"{declared.name} has {len(present.shape)} axes, not {len(declared.shape)}"
    for axis, want, have in zip(declared.axes, declared.shape, present.shape, strict=True):
        # A size that the network leaves free may be declared, never the other way round.
        if have is not None and want != have:
            return f"{declared.name} has {have} along {axis}, not {want}"
    return None
