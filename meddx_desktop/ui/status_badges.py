"""What the window always says: no network, the device in effect, what the program is not."""

from PySide6.QtWidgets import QFrame, QLabel, QStatusBar

from meddx_desktop.ui.job_strip import JobStrip


class StatusBar(QStatusBar):
    """Job strip on the left, badges on the right; nothing here can be hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.job_strip = JobStrip()
        self.addWidget(self.job_strip, 1)
        purpose = self.tr("Research use and decision support: the clinician decides.")
        self.purpose = self._badge(purpose)
        self.network = self._badge(self.tr("Network: none"))
        self.network.setToolTip(self.tr("This program opens no network connection."))
        self.device = self._badge(self.tr("Device: CPU"))
        self.device.setToolTip(self.tr("All models run on the processor."))

    def _badge(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setFrameShape(QFrame.Shape.StyledPanel)
        label.setContentsMargins(6, 0, 6, 0)
        self.addPermanentWidget(label)
        return label
