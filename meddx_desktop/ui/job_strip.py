"""The strip that says what is being done, how far it is, and stops it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from meddx_desktop.engine.messages import Progressed

_NARROWEST_LABEL = 140


class JobStrip(QWidget):
    """Shows the newest of the running jobs and how many wait.

    Signals: `stop_requested(job_id)` when the person presses Stop.
    """

    stop_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._titles: dict[int, str] = {}
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        # A long title must not widen the window.
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._label.setMinimumWidth(_NARROWEST_LABEL)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._bar.setFixedHeight(10)
        self._bar.setAccessibleName(self.tr("Progress of the running job"))
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.setAccessibleName(self.tr("Stop the running job"))
        self._stop.clicked.connect(self._request_stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._stop)
        self._show_state()

    @property
    def text(self) -> str:
        """What the strip says now."""
        return self._label.text()

    @property
    def is_busy(self) -> bool:
        """Whether a job is queued or running."""
        return bool(self._titles)

    @property
    def stop_button(self) -> QPushButton:
        """The button that cancels the job in view."""
        return self._stop

    def add(self, job_id: int, title: str) -> None:
        """Show a job that was just submitted."""
        self._titles[job_id] = title
        self._bar.setRange(0, 0)
        self._show_state()

    def update_progress(self, progress: Progressed) -> None:
        """Move the bar."""
        if progress.job_id not in self._titles:
            return
        self._bar.setRange(0, max(progress.total, 0))
        self._bar.setValue(progress.done)
        self._label.setText(self._sentence(self._titles[progress.job_id], progress))

    def remove(self, job_id: int) -> None:
        """Forget a job that is over."""
        self._titles.pop(job_id, None)
        self._show_state()

    def _sentence(self, title: str, progress: Progressed) -> str:
        if progress.total:
            return self.tr("{title} – {done} of {total}").format(
                title=title, done=progress.done, total=progress.total
            )
        return title

    def _show_state(self) -> None:
        self._bar.setVisible(self.is_busy)
        self._stop.setVisible(self.is_busy)
        titles = list(self._titles.values())
        if len(titles) > 1:
            text = self.tr("{title} (%n more)", "", len(titles) - 1).format(title=titles[0])
        else:
            text = titles[0] if titles else self.tr("Ready")
        self._label.setText(text)

    def _request_stop(self) -> None:
        if self._titles:
            self.stop_requested.emit(next(iter(self._titles)))
