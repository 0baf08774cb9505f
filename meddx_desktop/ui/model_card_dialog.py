"""What a model is, for whom, how good, and what it must not be used for."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from meddx_desktop.analysis import jobs
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.ui.engine_signals import EngineSignals, Order


class ModelCardDialog(QDialog):
    """Shows the card of one model as its package holds it."""

    def __init__(
        self, signals: EngineSignals, model_id: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Model card"))
        self.resize(760, 720)
        self._signals = signals
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("Model card"))
        self.text.setOpenLinks(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)
        self._job_id = signals.submit(
            Order(
                partial(jobs.read_model_card, model_id),
                Lane.OPENING,
                on_success=self._show,
                on_failure=self._say,
            )
        )
        self.finished.connect(lambda: signals.cancel(self._job_id))

    def _show(self, markdown: str) -> None:
        self.text.setMarkdown(markdown)

    def _say(self, failure: Failed) -> None:
        self.text.setPlainText(failure.message)
