"""Landlock: a Linux process gives up rights for good, without root and without a helper program.

References
----------
https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable

from meddx_desktop.engine.kernel import give_up_new_privileges, kernel_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REGULAR, _MAKE_SYMLINK = 1 << 7, 1 << 8, 1 << 12
_REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
# How many of the file rights each version of the kernel interface knows, from version 1 on.
_FILE_RIGHTS_OF_VERSION = (13, 14, 15, 15, 16)

_READ = _READ_FILE | _READ_DIR
_WRITE = (
    _READ
    | _WRITE_FILE
    | _REMOVE_DIR
    | _REMOVE_FILE
    | _MAKE_DIR
    | _MAKE_REGULAR
    | _MAKE_SYMLINK
    | _REFER
    | _TRUNCATE
)
_ON_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE

_NETWORK_VERSION, _BIND_AND_CONNECT_TCP = 4, 0b11
_SCOPE_VERSION, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneathAttributes(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def abi_version() -> int:
    """Return the version of the kernel's Landlock interface, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    try:
        return _system_call(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    except OSError:
        return 0


def give_up_network() -> None:
    """Give up TCP, signals to other programs and abstract sockets, as far as the kernel knows."""
    version = abi_version()
    attributes = _RulesetAttributes(
        handled_access_net=_BIND_AND_CONNECT_TCP if version >= _NETWORK_VERSION else 0,
        scoped=_ABSTRACT_SOCKETS_AND_SIGNALS if version >= _SCOPE_VERSION else 0,
    )
    if attributes.handled_access_net:
        _enforce(_create(attributes))


class FileRules:
    """What may still be read and changed once everything else is given up, also other programs.

    Raises
    ------
    OSError : by every method; the kernel has Landlock and refuses the rules.
    """

    def __init__(self) -> None:
        version = abi_version()
        count = _FILE_RIGHTS_OF_VERSION[min(version, len(_FILE_RIGHTS_OF_VERSION)) - 1]
        self._known = (1 << count) - 1
        self._ruleset = _create(_RulesetAttributes(handled_access_fs=self._known))

    def allow(self, readable: Iterable[str], writable: Iterable[str] = ()) -> None:
        """Except files and folders; what does not exist is skipped."""
        for path in readable:
            _allow(self._ruleset, path, _READ & self._known)
        for path in writable:
            _allow(self._ruleset, path, _WRITE & self._known)

    def enforce(self) -> None:
        """Bind this thread, and the threads and processes that it starts later, for good."""
        _enforce(self._ruleset)


def _create(attributes: _RulesetAttributes) -> int:
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    return _system_call(_CREATE_RULESET, ctypes.byref(attributes), size, 0)


def _enforce(ruleset: int) -> None:
    try:
        give_up_new_privileges()
        _system_call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # absent, or not ours to open: no right can be given
        return
    try:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        rule = _PathBeneathAttributes(rights if is_folder else rights & _ON_A_FILE, descriptor)
        _system_call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)


def _system_call(*arguments: object) -> int:
    return kernel_call("syscall", *arguments)
