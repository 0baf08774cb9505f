"""A virtual screen to measure windows on."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_SIZE = "1600x1400x24"
_WINDOW = re.compile(r"^\s+(0x[0-9a-f]+) .*?(\d+)x(\d+)\+", re.MULTILINE)
_SMALLEST = 50


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """Start Xvfb and yield the environment for programs that are to use it.

    Where there is no Xvfb they draw into memory.
    """
    server = shutil.which("Xvfb")
    if server is None:
        yield {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        return
    reader, writer = os.pipe()
    command = [server, "-displayfd", str(writer), "-screen", "0", _SIZE, "-nolisten", "tcp"]
    # Without it, the server starts anew with each client that leaves as the last one.
    command.append("-noreset")
    process = subprocess.Popen(
        command, pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as number:
            display = f":{number.readline().strip()}"
        yield {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    finally:
        process.terminate()
        process.wait(10)


def run_on_virtual_screen(module: str, timeout_s: float) -> None:
    """Run a module with `--child` on a virtual screen, with settings and kept data of its own.

    Qt takes its platform when a process starts, so what measures windows is one of its own.
    """
    with virtual_screen() as screen, tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", module, "--child"]
        environment = {**screen, "MEDDX_HOME": home}
        subprocess.run(command, env=environment, check=True, timeout=timeout_s)


def viewable_windows(environment: dict[str, str]) -> set[str]:
    """Return the ids of the windows on the screen that a person could see."""
    listed = _xwininfo(["-root", "-children"], environment)
    found = {
        identity
        for identity, width, height in _WINDOW.findall(listed)
        if min(int(width), int(height)) >= _SMALLEST
    }
    return {one for one in found if "IsViewable" in _xwininfo(["-id", one], environment)}


def _xwininfo(arguments: list[str], environment: dict[str, str]) -> str:
    # A window may be gone before it is asked about.
    return subprocess.run(
        ["xwininfo", *arguments], env=environment, capture_output=True, text=True, check=False
    ).stdout
