"""The dialog for errors that stop what the person wanted."""

import logging

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from meddx_desktop.engine.messages import Failed
from meddx_desktop.ui.error_report import build_report, without_content

logger = logging.getLogger(__name__)


class ErrorDialog(QMessageBox):
    """Says what happened and what to do; the report for support goes to the clipboard."""

    def __init__(self, failure: Failed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = build_report(failure.code, failure.details)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Warning)
        self.setWindowTitle(self.tr("This did not work"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(failure.message)
        if failure.details:
            self.setInformativeText(
                self.tr("The program goes on. The copied report holds no patient data.")
            )
        self.copy_button = QPushButton(self.tr("Copy report"))
        self.addButton(self.copy_button, QMessageBox.ButtonRole.ActionRole)
        # Without this, any button of a message box closes it.
        self.copy_button.clicked.disconnect()
        self.copy_button.clicked.connect(self._copy)
        self.close_button = self.addButton(QMessageBox.StandardButton.Close)
        self.setDefaultButton(QMessageBox.StandardButton.Close)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self.copy_button.setText(self.tr("Report copied"))


def show_failure(failure: Failed, parent: QWidget | None = None) -> ErrorDialog:
    """Log a failure without its content and show it without stopping the program."""
    if failure.details:
        logger.error("%s\n%s", failure.code, without_content(failure.details))
    dialog = ErrorDialog(failure, parent)
    dialog.open()
    return dialog
