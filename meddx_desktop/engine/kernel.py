"""Calls of the Linux kernel that Python's own library does not offer."""

import ctypes
import os

_PR_SET_NO_NEW_PRIVILEGES = 38


def kernel_call(name: str, *arguments: object) -> int:
    """Call a function of the C library, such as `prctl` or `syscall`.

    Raises
    ------
    OSError : the kernel refuses, with its error number.
    """
    result = int(getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def give_up_new_privileges() -> None:
    """Never gain rights by starting a program; the kernel asks for this before any sandbox."""
    kernel_call("prctl", _PR_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
