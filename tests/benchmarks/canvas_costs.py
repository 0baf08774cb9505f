"""Runs the canvases in a process of their own on a virtual screen."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.rounds import Cost
from tests.benchmarks.screen import virtual_screen


def measure_canvases(kind: str, rounds: int) -> dict[str, list[Cost]]:
    """Return the costs of each canvas for "window_level" or "scroll"."""
    with tempfile.TemporaryDirectory() as folder, virtual_screen() as screen:
        result = Path(folder, "costs.json")
        command = [sys.executable, "-m", "tests.benchmarks.canvases", kind, str(rounds)]
        subprocess.run([*command, str(result)], env=screen, check=True, timeout=300)
        found = json.loads(result.read_text(encoding="utf-8"))
    return {name: [Cost(**one) for one in each] for name, each in found.items()}
