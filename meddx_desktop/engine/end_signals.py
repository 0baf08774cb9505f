"""Signals that ask the app to end; unanswered, they would leave a patient's files behind."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ending_on_signals(end: Callable[[], None]) -> Iterator[None]:
    """Have the first SIGTERM or SIGHUP call `end` in the main thread; later ones do nothing.

    A signal that the app was started to ignore, as by nohup, stays ignored. Windows has neither
    signal, and other threads than the main one cannot take any; there this does nothing.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGTERM, signal.SIGHUP)
    taken = [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]

    def end_once(number: int, frame: FrameType | None) -> None:
        for other in taken:
            # SIG_IGN would pass to a worker that starts now, which could not be ended then.
            signal.signal(other, _ignore)
        end()

    earlier = [signal.signal(number, end_once) for number in taken]
    try:
        yield
    finally:
        for number, handler in zip(taken, earlier, strict=True):
            signal.signal(number, handler)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Let a signal pass."""


def interrupt() -> None:
    """End as Ctrl-C does.

    Raises
    ------
    KeyboardInterrupt : always.
    """
    raise KeyboardInterrupt
