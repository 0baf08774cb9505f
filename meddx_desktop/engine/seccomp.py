"""A filter of system calls: no socket, to another machine or to a program of this one.

Landlock knows TCP only; a datagram or a socket in the file system could still carry a patient's
data away. The filter refuses every `socket` and io_uring, which opens sockets without that call.
Of `socketpair` it leaves streams, which libraries wake their own threads with; the others could
be turned to an address.

References
----------
https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import platform
import socket
import sys

from meddx_desktop.engine.kernel import give_up_new_privileges, kernel_call

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST = 0x15, 0x35
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _SECOND_ARGUMENT_OFFSET = 0, 4, 24
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES

# machine: (architecture as the kernel reports it, numbers of `socket` and of `socketpair`)
_MACHINES = {"x86_64": (0xC000003E, 41, 53), "aarch64": (0xC00000B7, 198, 199)}
_KIND_MASK = 0xF  # the rest of a socket's type are flags
_IO_URING_SETUP = 425
_FIRST_X32_NUMBER = 0x40000000  # the second set of numbers on x86-64


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("skip_if_true", ctypes.c_uint8),
        ("skip_if_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def is_available() -> bool:
    """Return whether this kernel filters system calls on this machine."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    try:
        kernel_call("prctl", _PR_SET_SECCOMP, _MODE_FILTER, None, 0, 0)
    except OSError as error:
        return error.errno == errno.EFAULT  # it looked for the filter, so it knows filters
    return True


def give_up_sockets() -> None:
    """Refuse, from now on and in every later thread, any socket but a pair of streams."""
    if not is_available():
        return
    architecture, socket_number, pair_number = _MACHINES[platform.machine()]
    steps = (
        (_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        (_JUMP_IF_EQUAL, 0, 8, architecture),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
        (_JUMP_IF_AT_LEAST, 6, 0, _FIRST_X32_NUMBER),
        (_JUMP_IF_EQUAL, 5, 0, _IO_URING_SETUP),
        (_JUMP_IF_EQUAL, 4, 0, socket_number),
        (_JUMP_IF_EQUAL, 0, 4, pair_number),
        (_LOAD, 0, 0, _SECOND_ARGUMENT_OFFSET),
        (_AND, 0, 0, _KIND_MASK),
        (_JUMP_IF_EQUAL, 1, 0, int(socket.SOCK_STREAM)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    )
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    give_up_new_privileges()
    program = _Program(len(steps), instructions)
    kernel_call("prctl", _PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0)
