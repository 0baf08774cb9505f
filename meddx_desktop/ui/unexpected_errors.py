"""Errors that nobody expected, from any thread, as a dialog in the main thread."""

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)

from meddx_desktop.engine.messages import Failed
from meddx_desktop.ui.error_report import describe_exception

logger = logging.getLogger(__name__)


class UnexpectedErrors(QObject):
    """Takes exceptions that reach the top. Signals: `happened(Failed)`."""

    happened = Signal(object)

    def __init__(self, show: Callable[[Failed], object]) -> None:
        super().__init__()
        self.happened.connect(show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Become the hook of the interpreter, of its threads, and of Qt's messages."""
        sys.excepthook = self._take
        threading.excepthook = self._take_from_thread
        qInstallMessageHandler(_log_qt_message)

    def _take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = self.tr(
            "This step stopped because of an error in MedDx itself. Your files are unchanged. "
            "Please try again; if it happens again, send the report to support."
        )
        self.happened.emit(Failed(0, "internal_error", text, describe_exception(error)))

    def _take_from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    del context
    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.DEBUG}
    logger.log(levels.get(kind, logging.WARNING), "Qt: %s", message)
