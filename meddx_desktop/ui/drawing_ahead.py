"""Drawing the next picture while nothing else is to do."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class DrawingAhead(QObject):
    """Asks for the frame that a person who scrolls on sees next; `draw` is given its index."""

    def __init__(self, draw: Callable[[int], None]) -> None:
        super().__init__()
        self._draw = draw
        self._shown: int | None = None
        self._next = 0
        self._idle = QTimer(self, singleShot=True, interval=0)
        self._idle.timeout.connect(lambda: self._draw(self._next))

    def go_on_from(self, index: int) -> None:
        """Take note of the frame on the screen; the direction is that from the one before."""
        is_backward = self._shown is not None and index < self._shown
        self._next = index - 1 if is_backward else index + 1
        self._shown = index
        self._idle.start()

    def stop(self) -> None:
        """Ask for nothing until another frame is shown."""
        self._idle.stop()
        self._shown = None
