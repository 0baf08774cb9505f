"""Jobs that the tests run in worker processes; each does exactly what its name says."""

import ctypes
import gc
import importlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.errors import JobCancelled, MedDxError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.engine.messages import Succeeded
from meddx_desktop.engine.worker import Outbox
from meddx_desktop.resources import scratch_folder


def add(first: int, second: int, progress: ReportProgress) -> int:
    progress(1, 1, "adding")
    return first + second


def process_id(progress: ReportProgress) -> int:
    return os.getpid()


def count_slowly(progress: ReportProgress) -> None:
    for moment in range(6000):
        progress(moment, 6000, "counting")
        time.sleep(0.01)


def report_often(progress: ReportProgress) -> float:
    started = time.monotonic()
    for step in ("reading", "decoding"):
        for done in range(2000):
            progress(done, 0, step)
    return time.monotonic() - started


def report_steps_in_turns(progress: ReportProgress) -> float:
    started = time.monotonic()
    for done in range(2000):
        progress(done, 0, "finding")
        progress(done, 0, "reading")
    return time.monotonic() - started


def sleep_deaf(progress: ReportProgress) -> None:
    progress(0, 0, "asleep")
    time.sleep(600)


def work_for(duration_s: float, step: str, progress: ReportProgress) -> float:
    end = time.monotonic() + duration_s
    while time.monotonic() < end:
        progress(0, 0, step)
        time.sleep(0.01)
    return duration_s


def work_in_pieces(duration_s: float, progress: ReportProgress) -> Generator[float, None, float]:
    end = time.monotonic() + duration_s
    while time.monotonic() < end:
        yield end - time.monotonic()
        time.sleep(0.05)
    return duration_s


def write_then_sleep_deaf(progress: ReportProgress) -> None:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(b"half of a result")
    progress(0, 0, file.name)
    time.sleep(600)


def touch_null_pointer(progress: ReportProgress) -> None:
    ctypes.string_at(0)


def abort(progress: ReportProgress) -> None:
    os.abort()


def exit_quietly(progress: ReportProgress) -> None:
    raise SystemExit(3)


def kill_oneself(progress: ReportProgress) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def divide_by_zero(progress: ReportProgress) -> float:
    return 1 / 0


def chain_errors(progress: ReportProgress) -> None:
    try:
        divide_by_zero(progress)
    except ZeroDivisionError as error:
        raise LookupError("^".join(("Doe", "Jane"))) from error


def refuse(progress: ReportProgress) -> None:
    raise MedDxError("film.dcm: the file is cut off. Copy it anew.", code="truncated_file")


def return_lock(progress: ReportProgress) -> object:
    return threading.Lock()


def yield_lock(progress: ReportProgress) -> Generator[object, None, None]:
    yield 1
    yield threading.Lock()


def return_command(progress: ReportProgress) -> object:
    """Return what a worker that was taken over would send: a call of a function of the system."""
    return _Command()


class _Command:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("true",)


class Reached:
    """Pickled as Python 3.11.0 to 3.11.3 do with a member of an enum: a look-up by name."""

    def __init__(self, owner: object, name: str) -> None:
        self.owner, self.name = owner, name

    def __reduce__(self) -> tuple[object, ...]:
        return getattr, (self.owner, self.name)


def return_reached(owner: object, name: str, progress: ReportProgress) -> object:
    return Reached(owner, name)


class Stranger:
    """A type that the app does not take from a worker."""


def return_stranger(progress: ReportProgress) -> Stranger:
    return Stranger()


def yield_frames(count: int, rows: int, progress: ReportProgress) -> Generator[object, None, int]:
    for index in range(count):
        progress(index, count, "decoding")
        yield np.full((rows, rows), index, np.uint16)
    return count


def yield_forever(progress: ReportProgress) -> Generator[int, None, None]:
    number = 0
    while True:
        yield number
        number += 1


def return_array(shape: tuple[int, ...], progress: ReportProgress) -> NDArray[np.uint16]:
    return np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)


def take_memory(size: int, progress: ReportProgress) -> int:
    return len(bytearray(size))


def report_from_a_thread_that_stays(progress: ReportProgress) -> int:
    def report() -> None:
        for done in range(200):
            progress(done, 0, "still here")
            time.sleep(0.005)

    threading.excepthook = lambda _: None
    threading.Thread(target=report, daemon=True).start()
    return 1


def read_text(path: Path, progress: ReportProgress) -> str:
    return path.read_text()


def write_text(path: Path, text: str, progress: ReportProgress) -> int:
    return path.write_text(text)


def list_folder(path: Path, progress: ReportProgress) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def try_to_leave(folder: Path, progress: ReportProgress) -> dict[str, str]:
    """Try everything that a worker has given up and return what came of each."""
    attempts: dict[str, Callable[[], object]] = {
        "write": lambda: (folder / "new.txt").write_text("x"),
        "remove": lambda: (folder / "secret.txt").unlink(),
        "read": lambda: (folder / "secret.txt").read_text(),
        "list": lambda: list(folder.iterdir()),
        "read home": lambda: list(Path.home().iterdir()),
        "write in the app": lambda: Path(__file__).with_suffix(".new").write_text("x"),
        "start a program": lambda: subprocess.run(["/bin/true"], check=True),
        "connect": _connect,
        "listen": _listen,
        "signal": lambda: os.kill(os.getppid(), 0),
    }
    return _outcomes(attempts)


def _outcomes(attempts: dict[str, Callable[[], object]]) -> dict[str, str]:
    outcome = {}
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError as error:
            outcome[name] = type(error).__name__
        else:
            outcome[name] = "succeeded"
    return outcome


def _connect() -> None:
    with socket.socket() as sock:
        sock.connect(("127.0.0.1", 9))


def _listen() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()


def send_datagram(port: int, progress: ReportProgress) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"a patient's name", ("127.0.0.1", port))


def reach_a_program(folder: Path, progress: ReportProgress) -> dict[str, str]:
    """Try to reach the sockets `stream` and `datagram` of a program on this machine."""

    def connect(kind: socket.SocketKind, name: str) -> None:
        with socket.socket(socket.AF_UNIX, kind) as sock:
            sock.connect(str(folder / name))

    def redirect_pair() -> None:
        mine, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with mine, other:
            mine.sendto(b"a patient's name", str(folder / "datagram"))

    return _outcomes(
        {
            "stream": lambda: connect(socket.SOCK_STREAM, "stream"),
            "datagram": lambda: connect(socket.SOCK_DGRAM, "datagram"),
            "turned pair": redirect_pair,
        }
    )


def talk_to_oneself(progress: ReportProgress) -> bytes:
    mine, other = socket.socketpair()
    with mine, other:
        mine.sendall(b"wake up")
        return other.recv(7)


def use_a_multiprocessing_pipe(progress: ReportProgress) -> str:
    mine, other = multiprocessing.Pipe(duplex=True)
    with mine, other:
        mine.send("a reply")
        return str(other.recv())


def read_sound(path: Path, progress: ReportProgress) -> int:
    from meddx_desktop.case.audio_clip import AudioClip
    from meddx_desktop.readers import open_path
    from meddx_desktop.readers.audio_samples import read_samples

    clip = open_path(path, progress)
    assert isinstance(clip, AudioClip)
    return int(read_samples(clip).shape[1])


def run_network(model: bytes, progress: ReportProgress) -> list[float]:
    from onnxruntime import InferenceSession

    session = InferenceSession(model, providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {"x": np.arange(3, dtype=np.float32)})
    return [float(value) for value in output]


def use_libraries(names: tuple[str, ...], progress: ReportProgress) -> list[str]:
    return [importlib.import_module(name).__name__ for name in names]


def temporary_folder(progress: ReportProgress) -> tuple[str, str]:
    return tempfile.gettempdir(), os.environ["TMPDIR"]


def keep(name: str, text: str, progress: ReportProgress) -> Path:
    file = scratch_folder() / name / "copy.txt"
    file.parent.mkdir()
    file.write_text(text)
    (scratch_folder() / f"{name}.link").symlink_to(file)
    return file


def keep_and_sleep(name: str, progress: ReportProgress) -> None:
    progress(0, 0, str(keep(name, "a slice", progress)))
    time.sleep(600)


def thread_count(progress: ReportProgress) -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def loaded_modules(progress: ReportProgress) -> list[str]:
    return sorted(sys.modules)


def core_limit(progress: ReportProgress) -> tuple[int, int]:
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)


def wait_for(path: Path, progress: ReportProgress) -> str:
    """Wait until a file appears; its folder is granted."""
    while not path.exists():
        progress(0, 0, "waiting")
        time.sleep(0.005)
    return path.name


def answer_for_another(progress: ReportProgress) -> None:
    """Reply in the name of a job that is not this one, as a worker that was taken over could."""
    _outbox().send(Succeeded(10_000, "forged"))
    time.sleep(600)


def answer_when_not_asked(progress: ReportProgress) -> None:
    threading.Timer(0.05, _outbox().send, [Succeeded(10_000, "forged")]).start()


def die_when_not_asked(progress: ReportProgress) -> None:
    threading.Timer(0.05, os._exit, [9]).start()


def _outbox() -> Outbox:
    return next(found for found in gc.get_objects() if isinstance(found, Outbox))


def answer_wrongly_while_preparing() -> None:
    _outbox().send(Succeeded(10_000, "forged"))


def be_cancelled_while_preparing() -> None:
    raise JobCancelled


def sleep_while_preparing() -> None:
    time.sleep(600)


def fail_to_prepare() -> None:
    raise RuntimeError("no codecs here")


def die_while_preparing() -> None:
    os._exit(7)


def import_heavy_libraries() -> None:
    for name in ("onnxruntime", "pydicom", "imagecodecs", "soundfile"):
        importlib.import_module(name)
