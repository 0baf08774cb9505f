"""Signals of the system that close the window."""

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier, QTimer

from meddx_desktop.engine.end_signals import ending_on_signals


@contextmanager
def closing_on_signals(close: Callable[[], None]) -> Iterator[None]:
    """Have SIGTERM and SIGHUP call `close` from Qt's event loop.

    Python acts on a signal only when Qt calls it, which an idle window may not do for hours; so
    the signal also writes into a socket that Qt watches.
    """
    if sys.platform == "win32":
        yield
        return
    ours, signals_end = socket.socketpair()
    with ours, signals_end, ending_on_signals(lambda: QTimer.singleShot(0, close)):
        ours.settimeout(0.0)
        signals_end.settimeout(0.0)
        notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(lambda: ours.recv(64))
        earlier = signal.set_wakeup_fd(signals_end.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(earlier)
            notifier.setEnabled(False)
