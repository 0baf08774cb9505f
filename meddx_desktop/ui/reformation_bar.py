"""The controls of a reformation: slab, thickness, oblique angles, back to the series."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.rendering.reformation import Projection, Slab

_THICKEST_MM = 200.0
_FIRST_THICKNESS_MM = 10.0


class ReformationBar(QWidget):
    """The controls above the planes.

    Signals: `slab_chosen(Slab)`, `angles_chosen(turn, tilt)` in degrees, `reset_wanted()` when all
    planes are to be put upright, `closed()`.
    """

    slab_chosen = Signal(object)
    angles_chosen = Signal(float, float)
    reset_wanted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.projection = QComboBox()
        for widget in (self.projection, self.projection.view()):
            widget.setAccessibleName(self.tr("What a thick slab shows"))
        for text, projection in (
            (self.tr("Thin plane"), None),
            (self.tr("Maximum (MIP)"), Projection.MAXIMUM),
            (self.tr("Minimum (MinIP)"), Projection.MINIMUM),
            (self.tr("Mean"), Projection.MEAN),
        ):
            self.projection.addItem(text, projection)
        self.thickness = _number(self.tr("Thickness of the slab"), 1, _THICKEST_MM, " mm")
        self.thickness.setValue(_FIRST_THICKNESS_MM)
        self.turn = _number(self.tr("Turn of the oblique plane"), -180, 180, "°")
        self.tilt = _number(self.tr("Tilt of the oblique plane"), -90, 90, "°")
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.reset_button = QPushButton(self.tr("Reset planes"))
        self.reset_button.setAccessibleName(self.tr("Put all planes upright again"))
        self.reset_button.setToolTip(self.reset_button.accessibleName())
        self.close_button = QPushButton(self.tr("Back to the series"))
        self.close_button.setAccessibleName(self.tr("Back to the series"))
        self._lay_out()
        self.projection.currentIndexChanged.connect(self._emit_slab)
        self.thickness.valueChanged.connect(self._emit_slab)
        for angle in (self.turn, self.tilt):
            angle.valueChanged.connect(self._emit_angles)
        self.reset_button.clicked.connect(self.reset_wanted)
        self.close_button.clicked.connect(self.closed)
        self._emit_slab()
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        line = QHBoxLayout()
        column.addLayout(line)
        # Between the controls it would be squeezed into a word a line.
        column.addWidget(self.note)
        self.show_note("")
        for widget in (self.projection, self.thickness):
            line.addWidget(widget)
        for text, angle in ((self.tr("Turn"), self.turn), (self.tr("Tilt"), self.tilt)):
            label = QLabel(text)
            label.setBuddy(angle)
            line.addWidget(label)
            line.addWidget(angle)
        line.addStretch(1)
        line.addWidget(self.reset_button)
        line.addWidget(self.close_button)

    def show_note(self, text: str) -> None:
        """Say what was corrected; without anything to say there is no line for it."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def slab(self) -> Slab:
        """Return the slab that is chosen."""
        projection = self.projection.currentData()
        if projection is None:
            return Slab()
        return Slab(self.thickness.value(), Projection(projection))

    def show_angles(self, turn: float, tilt: float) -> None:
        """Say how the oblique plane lies."""
        for box, angle in ((self.turn, turn), (self.tilt, tilt)):
            with QSignalBlocker(box):
                box.setValue(angle)

    def _emit_slab(self) -> None:
        self.thickness.setEnabled(self.projection.currentData() is not None)
        self.slab_chosen.emit(self.slab())

    def _emit_angles(self) -> None:
        self.angles_chosen.emit(self.turn.value(), self.tilt.value())


def _number(name: str, lowest: float, highest: float, unit: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(lowest, highest)
    box.setDecimals(1 if unit == "°" else 0)
    box.setSuffix(unit)
    box.setAccessibleName(name)
    box.setToolTip(name)
    # Typing 120 must not compute planes for 1 and 12.
    box.setKeyboardTracking(False)
    return box
