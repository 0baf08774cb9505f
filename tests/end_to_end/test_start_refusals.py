"""What the program says when it cannot open its window."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from meddx_desktop.command_line.command_names import COMMANDS


def start(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    displays = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in displays}
    return subprocess.run(
        [sys.executable, "-m", "meddx_desktop", *words],
        env=environment | changes,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems always have a display")
def test_without_a_display_one_sentence_names_the_way_out(tmp_path: Path) -> None:
    record = tmp_path / "record.txt"
    record.write_text("No fever.", encoding="utf-8")
    for words in ((), (str(record),), ("a-name-too-long-for-any-file" * 20,)):
        done = start(*words)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("meddx: There is no display for the window; use meddx anal")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("word", ["analyse", "transcript"])
def test_a_mistyped_command_is_wrong_usage_and_not_a_file(word: str) -> None:
    done = start(word, "record.txt", QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"meddx: {word} is neither a command nor a file. Commands: {', '.join(COMMANDS)}; "
        "'meddx --help' explains them.\n"
    )
