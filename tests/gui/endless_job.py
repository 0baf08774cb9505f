"""A job that goes on until it is stopped."""

import time
from collections.abc import Callable


def count_up(progress: Callable[[int, int, str], None]) -> None:
    for number in range(10_000):
        progress(number, 10_000, "Counting")
        time.sleep(0.02)
