"""Replies on the pipe: arrays travel beside the pickle, and only plain data is taken.

A worker that a hostile file has taken over could send any pickle; loading it with the standard
unpickler would run its code outside the sandbox. So the app loads values of its own data types,
NumPy arrays and a few types of the standard library, and refuses everything else.
"""

import dataclasses
import enum
import io
import os
import pickle
import socket
import struct
import sys
from multiprocessing.connection import Connection
from typing import Any

from meddx_desktop.case.errors import MedDxError

_COUNT, _SIZE = struct.Struct("<I"), struct.Struct("<Q")
_LARGEST_MESSAGE = 2**31 - 1

_ALLOWED = {
    "builtins": {"set", "frozenset", "complex", "bytearray", "range", "slice"},
    "collections": {"OrderedDict"},
    "datetime": {"date", "time", "datetime", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "pathlib": {"Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"},
    "uuid": {"UUID"},
    "numpy": {"ndarray", "dtype"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.numeric": {"_frombuffer"},
    "meddx_desktop.case.errors": {"_restore"},
}

# Everything that loading a wrong or hostile pickle is known to raise.
UNREADABLE = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class _ReplyUnpickler(pickle.Unpickler):
    def find_class(self, module_name: str, name: str) -> Any:  # noqa: ANN401 - as in the base class
        if (module_name, name) == ("builtins", "getattr"):
            return _enum_member
        if name in _ALLOWED.get(module_name, ()):
            return super().find_class(module_name, name)
        if module_name.startswith("meddx_desktop.") and "." not in name:
            found = super().find_class(module_name, name)
            if _is_plain_data(found):
                return found
        raise pickle.UnpicklingError(f"a reply may not hold {module_name}.{name}")


def _enum_member(kind: object, name: object) -> enum.Enum:
    # Python 3.11.0 to 3.11.3 write an enum's member as getattr(kind, name).
    if isinstance(kind, type) and issubclass(kind, enum.Enum) and isinstance(name, str):
        return kind[name]
    raise pickle.UnpicklingError("a reply may hold members of enums, no other attributes")


def _is_plain_data(kind: object) -> bool:
    if not isinstance(kind, type):
        return False
    return (
        dataclasses.is_dataclass(kind)
        or issubclass(kind, enum.Enum | tuple | MedDxError)
        or hasattr(kind, "__pydantic_fields__")
    )


def send_reply(connection: Connection, reply: object) -> None:
    """Send one reply; nothing is written when it cannot be pickled."""
    buffers: list[pickle.PickleBuffer] = []
    payload = pickle.dumps(reply, protocol=5, buffer_callback=buffers.append)
    arrays = [buffer.raw() for buffer in buffers]
    sizes = b"".join(_SIZE.pack(array.nbytes) for array in arrays)
    connection.send_bytes(_COUNT.pack(len(arrays)) + sizes + payload)
    for array in arrays:
        _send_array(connection, array)


def receive_reply(connection: Connection) -> object:
    """Receive one reply; its arrays are read-only.

    Raises
    ------
    EOFError, OSError : the worker is gone.
    UNREADABLE : the worker sent something that is not plain data.
    """
    head = memoryview(connection.recv_bytes(_LARGEST_MESSAGE))
    (count,) = _COUNT.unpack_from(head)
    start = _COUNT.size + count * _SIZE.size
    sizes = [size for (size,) in _SIZE.iter_unpack(head[_COUNT.size : start])]
    if len(sizes) != count or sum(sizes) > _LARGEST_MESSAGE:
        raise ValueError("a reply names no sizes of its arrays, or too large ones")
    arrays = [_receive_array(connection, size) for size in sizes]
    return _ReplyUnpickler(io.BytesIO(head[start:]), buffers=arrays).load()


# The standard library reads what comes into ever new memory and copies it twice, and between two
# parts it waits for Python's lock, which the window holds while it draws. Where a connection is a
# socket, one call receives all bytes to where they stay.
if sys.platform == "win32":

    def _send_array(connection: Connection, array: memoryview) -> None:
        connection.send_bytes(array)

    def _receive_array(connection: Connection, size: int) -> memoryview:
        return memoryview(connection.recv_bytes(size))

else:

    def _send_array(connection: Connection, array: memoryview) -> None:
        while array.nbytes:
            array = array[os.write(connection.fileno(), array) :]

    def _receive_array(connection: Connection, size: int) -> memoryview:
        # Not imported with this module, as a worker sets its limits first. Its memory comes in
        # large pages, of which a film needs few, and is not filled before.
        import numpy as np

        content = np.empty(size, np.uint8).data
        missing = content
        with socket.socket(fileno=os.dup(connection.fileno())) as receiver:
            while missing.nbytes:
                received = receiver.recv_into(missing, 0, socket.MSG_WAITALL)
                if not received:
                    raise EOFError
                missing = missing[received:]
        return content.toreadonly()
