"""How fast a film plays: the rate of the file, or one that the person sets."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from meddx_desktop.ui.cine import RATES, Cine


class FilmRate(QWidget):
    """Shows and sets the rate, and says where it comes from. Signals: `chosen(images per s)`."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.box = QSpinBox()
        self.box.setRange(RATES[0], RATES[-1])
        self.box.setSuffix(self.tr(" images/s"))
        self.box.setAccessibleName(self.tr("Rate of the film in images per second"))
        # A rate counts when it has been typed, not digit by digit.
        self.box.setKeyboardTracking(False)
        self.box.valueChanged.connect(self.chosen)
        self._origin = QLabel()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.box)
        line.addWidget(self._origin)

    def show_rate(self, cine: Cine) -> None:
        """Show the rate of a film."""
        with QSignalBlocker(self.box):
            self.box.setValue(round(cine.frames_per_second()))
        if cine.rate_by_hand is not None:
            text = self.tr("set by hand")
        elif cine.has_rate_of_file:
            text = self.tr("as in the file")
        else:
            text = self.tr("the file names no rate")
        self._origin.setText(text)
        self.box.setToolTip(f"{self.box.text()} ({text})")

    def text(self) -> str:
        """Return rate and origin."""
        return self.box.toolTip()
