"""From the start of the program to its first window, beside a bare PySide6 window.

Run it as `python -m tests.benchmarks.cold_start [--rounds 7]`; it needs Xvfb and xwininfo. CPU is
that of the main process up to its window. Goal: within 2.0 of the bare window.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.rounds import Cost, Row, compare, run_benchmark
from tests.benchmarks.screen import viewable_windows, virtual_screen

REPOSITORY = Path(__file__).resolve().parents[2]
BARE_WINDOW = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.resize(800, 600)
window.show()
application.exec()
"""
COMMANDS = {
    "ours": [sys.executable, "-m", "meddx_desktop"],
    "bare PySide6 window": [sys.executable, "-c", BARE_WINDOW],
}
_LONGEST_S = 60.0
_POLL_S = 0.005


def time_to_window(command: list[str], environment: dict[str, str]) -> Cost:
    """Start a program, wait for its first window and end it."""
    before = viewable_windows(environment)
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=REPOSITORY,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not viewable_windows(environment) - before:
            if process.poll() is not None or time.perf_counter() - started > _LONGEST_S:
                raise SystemExit(f"no window from {command}")
            time.sleep(_POLL_S)
        return Cost(time.perf_counter() - started, _cpu_seconds(process.pid))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
        while viewable_windows(environment) - before:
            time.sleep(_POLL_S)


def _cpu_seconds(pid: int) -> float:
    """Return user and system time of a running process, in ticks of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_rows(rounds: int) -> list[Row]:
    """Start both programs in turn; the first start of each fills the caches."""
    if not shutil.which("Xvfb") or not shutil.which("xwininfo"):
        raise SystemExit("cold_start needs Xvfb and xwininfo (packages xvfb and x11-utils)")
    costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home, virtual_screen() as screen:
        environment = {**screen, "MEDDX_HOME": home, "PYTHONPYCACHEPREFIX": home}
        # An installed program is compiled already.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for number in range(rounds + 1):
            for name, command in COMMANDS.items():
                cost = time_to_window(command, environment)
                if number:
                    costs[name].append(cost)
    ours, bare = costs.values()
    return [compare("cold start to the first window", "bare PySide6 window", ours, bare, 2.0)]


if __name__ == "__main__":
    run_benchmark(measure_rows, __doc__ or "", rounds=7)
