"""The rules of the house that a machine can check."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path for folder in ("meddx_desktop", "training") for path in (REPOSITORY / folder).rglob("*.py")
)
LONGEST_FILE, LONGEST_BODY = 400, 40
FORBIDDEN_NAMES = {"utils", "common", "misc", "helpers", "core", "services", "managers"}


def _run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _python(code: str, *arguments: str | Path) -> str:
    ended = _run(sys.executable, "-c", code, *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines from the first statement after the docstring to the end."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    if not statements:
        return 0
    return (function.end_lineno or 0) - statements[0].lineno + 1


def test_each_folder_imports_only_what_it_may() -> None:
    ended = _run(Path(sys.executable).with_name("lint-imports"), "--no-cache")
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_files_and_functions_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    too_long = {
        function.name: _body_length(function)
        for function in _functions(path)
        if _body_length(function) > LONGEST_BODY
    }
    assert too_long == {}


def test_nearly_all_functions_fit_into_25_lines() -> None:
    lengths = sorted(_body_length(function) for path in SOURCES for function in _functions(path))
    assert lengths[int(len(lengths) * 0.95)] <= 25


def test_no_folder_or_module_has_a_name_that_says_nothing() -> None:
    parts = {
        part for path in SOURCES for part in path.relative_to(REPOSITORY).with_suffix("").parts
    }
    assert not parts & FORBIDDEN_NAMES


def _hides_bugs(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler takes every error and does not pass it on."""
    names = {node.id for node in ast.walk(handler.type or handler) if isinstance(node, ast.Name)}
    takes_all = handler.type is None or bool(names & {"Exception", "BaseException"})
    last = handler.body[-1]
    return takes_all and not (isinstance(last, ast.Raise) and last.exc is None)


def test_every_error_is_caught_in_one_place_only() -> None:
    """Bugs must not be hidden: only the process boundary turns them into a reply."""
    hiding = [
        _name(path)
        for path in SOURCES
        if path.is_relative_to(REPOSITORY / "meddx_desktop")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and _hides_bugs(node)
    ]
    assert hiding == ["meddx_desktop/engine/worker.py"]


_WITHOUT_QT = """
import importlib, pkgutil, sys
import meddx_desktop
for folder in sys.argv[1:]:
    package = importlib.import_module(f"meddx_desktop.{folder}")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
print(sorted(name for name in sys.modules if name.partition(".")[0] in ("PySide6", "pyqtgraph")))
"""
_QTLESS = [
    folder.name
    for folder in sorted((REPOSITORY / "meddx_desktop").iterdir())
    if (folder / "__init__.py").exists() and folder.name not in {"ui", "command_line"}
]


def test_the_worker_imports_no_qt() -> None:
    assert _python(_WITHOUT_QT, "engine").strip() == "[]"


def test_only_the_window_imports_qt() -> None:
    assert _python(_WITHOUT_QT, *_QTLESS).strip() == "[]"


@pytest.mark.skipif(
    not (REPOSITORY / "meddx_desktop" / "command_line").is_dir(), reason="no command line yet"
)
def test_the_command_line_imports_no_qt() -> None:
    assert _python(_WITHOUT_QT, "command_line").strip() == "[]"


_HEAVY_BY_ITSELF = """
import sys
import meddx_desktop.engine.engine
heavy = {"numpy", "pydicom", "onnxruntime", "scipy", "imagecodecs", "soundfile", "PySide6"}
print(sorted(heavy & set(sys.modules)))
"""


def test_the_engine_imports_nothing_heavy() -> None:
    assert _python(_HEAVY_BY_ITSELF).strip() == "[]"


_ONNX_RUNTIME = """
import meddx_desktop
import onnxruntime, time
onnxruntime.get_available_providers()
time.sleep(0.5)
"""


def test_onnx_runtime_keeps_no_record_of_its_use(tmp_path: Path) -> None:
    """Its wheels carry a telemetry client that makes a device id and a store of events to send."""
    ended = _run(
        sys.executable,
        "-c",
        _ONNX_RUNTIME,
        HOME=str(tmp_path),
        XDG_CACHE_HOME=str(tmp_path / "cache"),
        ORT_DISABLE_TELEMETRY="",
    )
    assert ended.returncode == 0, ended.stderr
    assert list(tmp_path.iterdir()) == []


_PREPARED = """
import os
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the worker does before
from meddx_desktop.analysis import jobs
jobs.prepare_opening()
jobs.prepare_analysis()
print(len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_what_the_workers_import_beforehand_starts_no_thread() -> None:
    """Landlock would not bind a thread that is already there."""
    assert _python(_PREPARED).strip() == "1"


_CANARY = """
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget
class Sender(QObject):
    sent = Signal(object, bool)
application = QApplication([])
sender, widget, received = Sender(), QWidget(), []
sender.sent.connect(lambda value, flag: None)
widget.show()
before = [sys.getrefcount(value) for value in (None, True, False)]
for number in range(20_000):
    sender.setObjectName("name")
for number in range(2_000):
    sender.sent.emit(None, number % 2 == 0)
    widget.repaint()
application.processEvents()
after = [sys.getrefcount(value) for value in (None, True, False)]
print(min(now - then for now, then in zip(after, before)))
"""


def test_qt_returns_every_reference_that_it_takes() -> None:
    """PySide6 6.12.0 loses one reference to None per call and ends in an abort (pyproject.toml)."""
    ended = _run(sys.executable, "-c", _CANARY, QT_QPA_PLATFORM="offscreen")
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > -100


# The engine with real jobs, in a process where opening a connection is an error. What its workers
# do with sockets is refused by the kernel (tests/engine/test_sandbox.py).
_OFFLINE = """
import socket, sys, threading
from functools import partial
from pathlib import Path

def refuse(*arguments, **named):
    raise AssertionError("a socket was opened")

def main():
    class NoSocket(socket.socket):
        def __init__(self, family=-1, *arguments, **named):
            if family != socket.AF_UNIX:
                refuse()
            super().__init__(family, *arguments, **named)
    socket.socket = NoSocket
    socket.create_connection = socket.getaddrinfo = refuse
    from meddx_desktop.analysis.open_files import open_paths
    from meddx_desktop.engine.engine import Engine
    from meddx_desktop.engine.messages import Lane, Piece, Progressed
    ended, kinds = threading.Event(), []
    def show(reply):
        if isinstance(reply, Piece):
            kinds.append(type(reply.value).__name__)
        elif not isinstance(reply, Progressed):
            kinds.append(type(reply).__name__)
            ended.set()
    paths = tuple(Path(name) for name in sys.argv[1:])
    with Engine(show) as engine:
        engine.submit(partial(open_paths, paths), Lane.OPENING, paths=paths)
        ended.wait(120)
    print(sorted(kinds))

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def one_of_each_kind(tmp_path: Path) -> list[Path]:
    import wave

    from pydicom.data import get_testdata_file

    film = tmp_path / "film.dcm"
    shutil.copyfile(str(get_testdata_file("CT_small.dcm")), film)
    record = tmp_path / "record.txt"
    record.write_text("The patient has a cough.", encoding="utf-8")
    sound = tmp_path / "sound.wav"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(4000)
        file.writeframes(bytes(8000))
    return [film, record, sound]


_OPENED = "['AudioClip', 'ImageSeries', 'Succeeded', 'TextRecord']"


def test_files_are_opened_without_a_socket(one_of_each_kind: list[Path], tmp_path: Path) -> None:
    script = tmp_path / "offline.py"
    script.write_text(_OFFLINE, encoding="utf-8")
    ended = _run(sys.executable, script, *one_of_each_kind)
    assert ended.stdout.strip() == _OPENED, ended.stderr


def _can_leave_the_network() -> bool:
    return shutil.which("unshare") is not None and _run("unshare", "-rn", "true").returncode == 0


def test_files_are_opened_on_a_machine_without_a_network(
    one_of_each_kind: list[Path], tmp_path: Path
) -> None:
    if not _can_leave_the_network():
        pytest.skip("this system gives no network namespace")
    script = tmp_path / "offline.py"
    script.write_text(_OFFLINE, encoding="utf-8")
    ended = _run("unshare", "-rn", sys.executable, script, *one_of_each_kind)
    assert ended.stdout.strip() == _OPENED, ended.stderr
