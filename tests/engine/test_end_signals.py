"""An app that is asked to end leaves no worker and no patient's file behind."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from meddx_desktop.engine.end_signals import ending_on_signals, interrupt
from tests.engine.conftest import REPOSITORY

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
SIGNALS = [signal.SIGTERM, getattr(signal, "SIGHUP", None)]

_PROGRAM = """
import sys
from functools import partial
from pathlib import Path
from meddx_desktop import app
from meddx_desktop.command_line import program
from meddx_desktop.engine.engine import Engine, EngineSettings
from meddx_desktop.engine.messages import Lane, Progressed
from tests.engine import jobs

def analyze(argv):
    settings = EngineSettings(grace_s=0.2, readable=(Path({repository!r}),))
    with Engine(show, settings) as engine:
        engine.submit(partial(jobs.keep_and_sleep, "archive"), Lane.OPENING)
        engine_waits.wait()

def show(reply):
    if isinstance(reply, Progressed):
        print(reply.step, flush=True)

if __name__ == "__main__":
    import signal
    import threading
    # Started by nohup, these tests would hand on signals that are ignored.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    engine_waits = threading.Event()
    program.run = analyze
    app.run(["analyze"])
"""


@posix
@pytest.mark.parametrize("number", SIGNALS)
def test_an_app_that_is_asked_to_end_removes_what_it_unpacked(
    tmp_path: Path, number: signal.Signals
) -> None:
    script, temporary = tmp_path / "program.py", tmp_path / "temporary"
    temporary.mkdir()
    script.write_text(_PROGRAM.format(repository=str(REPOSITORY)))
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as app:
        assert app.stdout is not None
        kept = Path(app.stdout.readline().strip())
        assert kept.read_text() == "a slice"
        app.send_signal(number)
        app.wait(timeout=60)
    assert list(temporary.iterdir()) == []


@posix
def test_only_the_first_signal_counts_and_the_old_handlers_come_back() -> None:
    calls: list[str] = []
    before = [signal.getsignal(number) for number in SIGNALS]
    with ending_on_signals(lambda: calls.append("end")):
        for number in SIGNALS:
            signal.raise_signal(number)
    assert calls == ["end"]
    assert [signal.getsignal(number) for number in SIGNALS] == before


@posix
def test_a_process_that_starts_while_the_app_ends_can_still_be_ended() -> None:
    program = "import signal; print(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)"
    with ending_on_signals(lambda: None):
        signal.raise_signal(signal.SIGTERM)
        started = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert started.stdout.split() == [b"True"]


@posix
def test_a_signal_that_the_app_was_started_to_ignore_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending_on_signals(interrupt):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_than_the_main_one_takes_no_signals() -> None:
    handlers: list[object] = []

    def look() -> None:
        with ending_on_signals(interrupt):
            handlers.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert handlers == [before]
