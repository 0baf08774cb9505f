"""Limits that a worker process sets on itself before it opens anything."""

import os
import signal
import sys

from meddx_desktop.engine.kernel import kernel_call

_PR_SET_PDEATHSIG = 1


def limit_memory(address_space_bytes: int | None) -> None:
    """Bound the address space, and write no core file: it would hold the patient's data.

    Windows has no such limit for a process of its own; there this does nothing.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if address_space_bytes is None:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        address_space_bytes = min(address_space_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (address_space_bytes, address_space_bytes))


def end_with(parent_pid: int) -> None:
    """End this process when the app ends, however it ends (Linux; elsewhere at the next reply)."""
    if sys.platform != "linux":
        return
    kernel_call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)
