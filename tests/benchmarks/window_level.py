"""One step of a window-level drag on a film of 3000 x 2500 in a view of 1000 x 1200.

Run it as `python -m tests.benchmarks.window_level [--rounds 7]`; it uses Xvfb where there is one.
Goals: within 0.2 of pyqtgraph's ImageView and 2.0 of painting a picture that is there.
"""

from tests.benchmarks.canvas_costs import measure_canvases
from tests.benchmarks.rounds import Row, compare, run_benchmark

GOALS = {"pyqtgraph ImageView": 0.2, "paint only": 2.0}


def measure_rows(rounds: int) -> list[Row]:
    """Return one row for each peer."""
    costs = measure_canvases("window_level", rounds)
    return [
        compare("window/level, per step", peer, costs["ours"], costs[peer], goal)
        for peer, goal in GOALS.items()
    ]


if __name__ == "__main__":
    run_benchmark(measure_rows, __doc__ or "", rounds=7)
