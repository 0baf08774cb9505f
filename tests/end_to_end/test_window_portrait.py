"""The window as a process of its own: it opens the samples, draws itself and ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def test_the_window_shows_the_sample_case_and_ends(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    command = [sys.executable, "-m", "meddx_desktop", "--sample-case", "--screenshot", str(picture)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=400, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 20_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_an_idle_window_that_is_asked_to_end_closes_and_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "meddx_desktop"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as window:
        # One folder is the scratch folder of all workers, the other the first worker's own.
        while window.poll() is None and len(list(tmp_path.glob("meddx-*-*"))) < 2:
            time.sleep(0.05)
        time.sleep(1.0)
        window.send_signal(signal.SIGTERM)
        _, complaints = window.communicate(timeout=60)
    assert (window.returncode, complaints) == (0, "")
    assert list(tmp_path.glob("meddx-*-*")) == []
