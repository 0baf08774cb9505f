"""Scrolling through decoded CT slices of 512 x 512, shown at 1000 x 1000.

Run it as `python -m tests.benchmarks.scroll [--rounds 7]`; it uses Xvfb where there is one. Goal:
five times as many frames as pyqtgraph's ImageView, that is 0.2 of its time.
"""

from tests.benchmarks.canvas_costs import measure_canvases
from tests.benchmarks.rounds import Row, compare, run_benchmark

GOALS = {"pyqtgraph ImageView": 0.2, "paint only": None}
JOBS = {"ours": "scroll, slices never seen", "ours, seen before": "scroll, slices seen before"}


def measure_rows(rounds: int) -> list[Row]:
    """Return one row for each peer."""
    costs = measure_canvases("scroll", rounds)
    return [
        compare(job, peer, costs[ours], costs[peer], goal)
        for ours, job in JOBS.items()
        for peer, goal in GOALS.items()
    ]


if __name__ == "__main__":
    run_benchmark(measure_rows, __doc__ or "", rounds=7)
