"""Reading a CTranslate2 model file: little-endian, names and shapes before each array."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Weights: TypeAlias = Mapping[str, NDArray[np.generic]]

_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)


class _Cursor:
    """A place in the file that moves on with each value."""

    def __init__(self, content: bytes) -> None:
        self._content, self.position = memoryview(content), 0

    def number(self, form: str) -> int:
        """Return the next unsigned number: B, H or I as in `struct`."""
        (value,) = struct.unpack_from("<" + form, self._content, self.position)
        self.position += struct.calcsize("<" + form)
        return int(value)

    def take(self, size: int) -> memoryview:
        """Return the next bytes."""
        self.position += size
        return self._content[self.position - size : self.position]

    def name(self) -> str:
        """Return the next name: its length, then the bytes with a closing zero."""
        return bytes(self.take(self.number("H"))).rstrip(b"\0").decode()


def read_weights(path: Path) -> Weights:
    """Return every array of a CTranslate2 `model.bin` by its name, aliases included.

    Raises
    ------
    ValueError : bytes are left over, so the file is not what it seems.
    """
    content = path.read_bytes()
    cursor = _Cursor(content)
    cursor.number("I")
    cursor.name()
    cursor.number("I")
    arrays: dict[str, NDArray[np.generic]] = {}
    for _ in range(cursor.number("I")):
        name = cursor.name()
        shape = [cursor.number("I") for _ in range(cursor.number("B"))]
        dtype = _TYPES[cursor.number("B")]
        arrays[name] = np.frombuffer(cursor.take(cursor.number("I")), dtype).reshape(shape)
    for _ in range(cursor.number("I")):
        alias = cursor.name()
        arrays[alias] = arrays[cursor.name()]
    if cursor.position != len(content):
        raise ValueError(f"{path.name}: {len(content) - cursor.position} bytes are left over")
    return arrays
