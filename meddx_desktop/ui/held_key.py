"""A key that works while it is held, and switches when it is only tapped."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

# A press that lasts longer is a hold.
HOLD_MS = 300


class HeldKey(QObject):
    """Runs `switch` when its command is given, and again when the key comes up after a hold.

    So a tap leaves the other state, and a hold shows it only for as long as it lasts. Commands say
    nothing of keys; therefore this notes which key went down last in the window.
    """

    def __init__(self, switch: Callable[[], None], window: QWidget) -> None:
        super().__init__(window)
        self._switch = switch
        self._down: int | None = None
        self._held: int | None = None
        self._clock = QElapsedTimer()
        window.installEventFilter(self)

    def give(self) -> None:
        """Take the command, from a key, a menu or a button."""
        self._switch()
        self._held = self._down
        self._clock.start()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            if event.type() is QEvent.Type.ShortcutOverride:
                self._down = event.key()
            elif event.type() is QEvent.Type.KeyRelease:
                self._release(event.key())
        return super().eventFilter(watched, event)

    def _release(self, key: int) -> None:
        was_held = key == self._held and self._clock.elapsed() >= HOLD_MS
        self._down = self._held = None
        if was_held:
            self._switch()
