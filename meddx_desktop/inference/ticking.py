"""Long calls that report and can be stopped."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeAlias, TypeVar

INTERVAL_S = 0.2

Result = TypeVar("Result")
Tick: TypeAlias = Callable[[], None]


def no_tick() -> None:
    """Report nothing."""


def no_stop() -> None:
    """Leave the call to end by itself."""


def call_with_ticks(
    function: Callable[[], Result], tick: Tick, stop: Callable[[], None] = no_stop
) -> Result:
    """Run a function in a thread while `tick` is called five times a second.

    When `tick` raises, `stop` asks the function to end; the error goes on at once.
    """
    executor = ThreadPoolExecutor(1, thread_name_prefix="long call")
    future = executor.submit(function)
    executor.shutdown(wait=False)
    try:
        while wait((future,), INTERVAL_S).not_done:
            tick()
    finally:
        if not future.done():
            stop()
    return future.result()
