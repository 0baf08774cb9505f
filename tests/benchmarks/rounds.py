"""Jobs that take turns, so that a busy machine disturbs all alike, and the ratios of each round."""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one execution took; CPU time counts all threads and ended child processes."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """Ours beside a peer: medians, and the ratio ours / peer of each round, its median and least.

    `goal` is the ratio that performance work aims at; None where there is none.
    """

    job: str
    peer: str
    unit: str
    ours: float
    theirs: float
    ratio: float
    least: float
    cpu_ratio: float | None = None
    goal: float | None = None


def measure(job: Callable[[], object], repeats: int = 1) -> Cost:
    """Run a job and return its cost, the mean over `repeats` executions in a row."""
    cpu, started = _cpu_seconds(), time.perf_counter()
    for _ in range(repeats):
        job()
    seconds = time.perf_counter() - started
    return Cost(seconds / repeats, (_cpu_seconds() - cpu) / repeats)


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def take_turns(
    jobs: Mapping[str, Callable[[], object]], rounds: int, repeats: int = 1
) -> dict[str, list[Cost]]:
    """Run A, B, A, B, ... and return the costs of each job, one for each round."""
    costs: dict[str, list[Cost]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            costs[name].append(measure(job, repeats))
    return costs


def compare(
    job: str, peer: str, ours: Sequence[Cost], theirs: Sequence[Cost], goal: float | None = None
) -> Row:
    """Return the row of two jobs that took turns, in milliseconds."""
    found = compare_values(
        (job, peer, "ms"),
        [one.seconds * 1000 for one in ours],
        [one.seconds * 1000 for one in theirs],
        goal,
    )
    # The clock of a process ticks too coarsely for less.
    if min(one.cpu_seconds for one in theirs) < 1e-4:
        return found
    cpu = [a.cpu_seconds / b.cpu_seconds for a, b in zip(ours, theirs, strict=True)]
    return Row(**{**asdict(found), "cpu_ratio": statistics.median(cpu)})


def compare_values(
    names: tuple[str, str, str],
    ours: Sequence[float],
    theirs: Sequence[float],
    goal: float | None = None,
) -> Row:
    """Return the row of two series of any unit; `names` are the job, the peer and the unit."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    medians = statistics.median(ours), statistics.median(theirs)
    return Row(*names, *medians, statistics.median(ratios), min(ratios), None, goal)


def peak_mib() -> float:
    """Return the peak memory of this process; the system's own count forgets no parent's."""
    lines = _STATUS.read_text().splitlines() if _STATUS.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| job | ours | peer | it | ours / it | least | CPU | goal |",
        "|---|---:|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.job} | {_number(row.ours)} {row.unit} | {row.peer} "
        f"| {_number(row.theirs)} {row.unit} | {_number(row.ratio)} | {_number(row.least)} "
        f"| {_number(row.cpu_ratio)} | {_number(row.goal)}{_missed(row)} |"
        for row in rows
    ]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _missed(row: Row) -> str:
    # A busy machine spoils a median or a single round, seldom both.
    is_missed = row.goal is not None and row.ratio > row.goal and row.least > row.goal
    return " (missed)" if is_missed else ""


def run_benchmark(
    measure_rows: Callable[[int], Sequence[Row]], description: str, rounds: int
) -> None:
    """Read the arguments of a benchmark, run it and print its table, or JSON for the summary."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    rows = measure_rows(arguments.rounds)
    if arguments.json:
        json.dump([asdict(row) for row in rows], sys.stdout)
    else:
        print(table(rows))


def skipped(peer: str, reason: str) -> None:
    """Say that a peer is left out."""
    print(f"without {peer}: {reason}", file=sys.stderr)
