"""The one place that talks to ONNX Runtime: sessions from bytes, on the CPU, kept for reuse."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeAlias

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as states

PROVIDERS = ("CPUExecutionProvider",)
KEPT_SESSIONS = 8
THREADS_VARIABLE = "MEDDX_THREADS"
# ORT logs to standard error, which belongs to the program; faults arrive as exceptions.
_FATAL_ONLY = 4

InferenceSession: TypeAlias = Any  # onnxruntime ships no type information

# Everything that ORT raises by itself; the classes share no base but Exception.
RUNTIME_ERRORS: tuple[type[Exception], ...] = (
    states.Fail,
    states.EPFail,
    states.InvalidArgument,
    states.InvalidGraph,
    states.InvalidProtobuf,
    states.NoModel,
    states.NoSuchFile,
    states.NotImplemented,
    states.RuntimeException,
    RuntimeError,
    ValueError,
)

_sessions: "OrderedDict[tuple[str, int], InferenceSession]" = OrderedDict()
_lock = threading.Lock()


def default_threads() -> int:
    """Return how many threads one run may use.

    While a person waits it is up to four; a batch with several workers sets `MEDDX_THREADS`.
    """
    wanted = os.environ.get(THREADS_VARIABLE, "")
    return int(wanted) if wanted.isdecimal() and int(wanted) else min(4, os.cpu_count() or 1)


def cached_session(sha256: str, read: Callable[[], bytes], threads: int) -> InferenceSession:
    """Return the session of a network file, created from its bytes on the first call.

    Sessions may be shared between threads; the least recently used one is given up.
    """
    key = (sha256, threads)
    with _lock:
        session = _sessions.get(key)
        if session is None:
            session = _sessions[key] = open_session(read(), threads)
        _sessions.move_to_end(key)
        while len(_sessions) > KEPT_SESSIONS:
            _sessions.popitem(last=False)
        return session


def open_session(content: bytes, threads: int) -> InferenceSession:
    """Create a session; raises one of `RUNTIME_ERRORS` when ORT refuses the network."""
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = False
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The fallback prints on standard output, which is for data, and tries the same again.
    return onnxruntime.InferenceSession(
        content, options, providers=list(PROVIDERS), enable_fallback=0
    )


def new_run_options() -> Any:  # noqa: ANN401 - onnxruntime ships no type information
    """Return options of one run, whose `terminate` stops it between two nodes."""
    options = onnxruntime.RunOptions()
    options.log_severity_level = _FATAL_ONLY
    return options
