"""Running a package's network: checked inputs, a time limit, checked outputs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.errors import MedDxError, ModelPackageError
from meddx_desktop.inference.manifest import Manifest, Output, OutputRole, Tensor
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.package_files import refusal
from meddx_desktop.inference.runtime import (
    RUNTIME_ERRORS,
    InferenceSession,
    cached_session,
    default_threads,
    new_run_options,
)
from meddx_desktop.inference.ticking import Tick, call_with_ticks, no_tick

RUN_TIME_LIMIT_S = 60.0

Tensors: TypeAlias = Mapping[str, NDArray[np.generic]]


class ModelOutputError(MedDxError):
    """The network gave something that is no answer."""

    code = "model_output_invalid"


class ModelTimeoutError(MedDxError):
    """The network did not end within its time limit."""

    code = "model_timeout"


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A package's network, ready to run; may be shared between threads."""

    manifest: Manifest
    network: InferenceSession

    def run(
        self, inputs: Tensors, *, time_limit_s: float = RUN_TIME_LIMIT_S, tick: Tick = no_tick
    ) -> dict[str, NDArray[np.float32]]:
        """Run the network once and return its outputs by name.

        Parameters
        ----------
        inputs : arrays by input name, with the declared axes.
        time_limit_s : seconds after which the run is stopped between two nodes.
        tick : called five times a second meanwhile; what it raises stops the run.

        Raises
        ------
        ModelOutputError : an output is not finite or outside its declared range.
        ModelTimeoutError : the time limit was reached.
        MedDxError : an input is not finite, or the network fails on it.
        """
        self._check_inputs(inputs)
        options = new_run_options()
        deadline = time.monotonic() + time_limit_s

        def watch() -> None:
            tick()
            if time.monotonic() > deadline:
                raise ModelTimeoutError(
                    f"{self.manifest.name} did not end within {time_limit_s:g} s and was stopped. "
                    "Try a smaller part of the input."
                )

        def stop() -> None:
            options.terminate = True

        names = [output.name for output in self.manifest.outputs]
        try:
            values = call_with_ticks(
                lambda: self.network.run(names, dict(inputs), options), watch, stop
            )
        except RUNTIME_ERRORS as error:
            raise MedDxError(
                f"{self.manifest.name} failed on this input. Verify the model package with "
                f"'meddx models test {self.manifest.id}'.",
                code="model_failed",
            ) from error
        outputs = dict(zip(names, values, strict=True))
        self._check_outputs(outputs)
        return outputs

    def _check_inputs(self, inputs: Tensors) -> None:
        for tensor in self.manifest.inputs:
            if not np.isfinite(inputs[tensor.name]).all():
                raise MedDxError(
                    f"{self.manifest.name}: the prepared input holds values that are not numbers. "
                    "The file may be damaged; open it again from its source.",
                    code="input_not_finite",
                )

    def _check_outputs(self, outputs: Mapping[str, NDArray[np.float32]]) -> None:
        for output in self.manifest.outputs:
            fault = _output_fault(output, outputs[output.name])
            if fault:
                raise ModelOutputError(
                    f"{self.manifest.name} gave no usable answer: {output.name} {fault}. Verify "
                    f"the model package with 'meddx models test {self.manifest.id}'."
                )


def session_for(package: ModelPackage, threads: int | None = None) -> Session:
    """Return the package's network, created once for each content and number of threads.

    Raises
    ------
    ModelPackageError : the file has changed, or ONNX Runtime refuses it.
    """
    manifest = package.manifest
    sha256 = next(file.sha256 for file in manifest.files if file.path == manifest.model)
    try:
        network = cached_session(
            sha256, lambda: package.read(manifest.model), threads or default_threads()
        )
    except RUNTIME_ERRORS as error:
        raise refusal(
            package.folder.name, "ONNX Runtime cannot load its network", code="wrong_network"
        ) from error
    return Session(manifest, network)


def _output_fault(output: Output, values: NDArray[np.float32]) -> str | None:
    if not np.isfinite(values).all():
        return "holds values that are not numbers"
    if output.value_range is not None and values.size:
        low, high = output.value_range
        if values.min() < low or values.max() > high:
            return f"leaves its declared range {low:g} to {high:g}"
    return None


def output_of(
    manifest: Manifest, outputs: Mapping[str, NDArray[np.float32]], role: OutputRole
) -> NDArray[np.float32] | None:
    """Return the output with this role, its batch axis first and its channel or class axis last.

    None when the model has no such output.
    """
    for output in manifest.outputs:
        if output.role is role:
            return _ordered(outputs[output.name], output)
    return None


def _ordered(values: NDArray[np.float32], output: Output) -> NDArray[np.float32]:
    last = next((axis for axis in ("channel", "class", "feature") if axis in output.axes), None)
    if last is None:
        return values
    return np.moveaxis(values, output.axes.index(last), -1)


def arrange_axes(
    values: NDArray[np.float32], axes: tuple[str, ...], tensor: Tensor
) -> NDArray[np.float32]:
    """Return a prepared tensor with its axes in the order that the network declares.

    Raises
    ------
    ModelPackageError : the declared axes are others than the preprocessing gives.
    """
    if tensor.axes == axes:
        return values
    if sorted(tensor.axes) != sorted(axes):
        raise ModelPackageError(
            f"The input {tensor.name} is declared with axes {', '.join(tensor.axes)}, but the "
            f"preprocessing gives {', '.join(axes)}. Ask the model's author for a new package.",
            code="wrong_network",
        )
    return np.ascontiguousarray(values.transpose([axes.index(axis) for axis in tensor.axes]))
