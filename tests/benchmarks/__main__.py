"""Runs every benchmark and prints one Markdown table: `python -m tests.benchmarks [--rounds N]`.

Benchmarks with a report of their own are run after it. Each is a process of its own, so that none
inherits what another has loaded. See `rounds` for how the ratios come about.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib.util import find_spec

from tests.benchmarks.rounds import Row, table

COMPARISONS = (
    "cold_start",
    "first_picture",
    "ct_folder",
    "large_film",
    "cine",
    "window_level",
    "scroll",
    "reformation",
    "inference_overhead",
)
REPORTS = ("tagging", "audio_to_screen", "engine_frames", "stack_steps", "film_in_window")


def run_comparison(name: str, rounds: int | None) -> list[Row]:
    """Run one benchmark and return its rows; none where it cannot run here."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--json"]
    if rounds:
        command += ["--rounds", str(rounds)]
    print(f"{name} ...", file=sys.stderr, flush=True)
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        print(f"{name} gave no result", file=sys.stderr)
        return []
    return [Row(**one) for one in json.loads(ended.stdout)]


def main() -> None:
    """Run all and print the table, then the reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="rounds of each; by default its own number")
    rounds = parser.parse_args().rounds
    rows = [row for name in COMPARISONS for row in run_comparison(name, rounds)]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}, load {load}\n")
    print(table(rows))
    for name in REPORTS:
        if find_spec(f"tests.benchmarks.{name}"):
            print(f"\n{name}\n", flush=True)
            subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False)


if __name__ == "__main__":
    main()
