"""Window and level as figures."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QWidget

from meddx_desktop.case.grayscale import VoiFunction, Window
from meddx_desktop.ui.image_facts import unit_of
from meddx_desktop.ui.image_view import ImageView

_LARGEST = 1e7


class WindowDialog(QDialog):
    """Changes a window while its figures are entered; cancelling brings the former one back.

    Signals: `changed(Window)`.
    """

    changed = Signal(object)

    def __init__(self, window: Window, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Window and level"))
        self._before = window
        # PS3.3 C.11.2.1.2: only the linear function needs a width of at least one.
        is_linear = window.function is VoiFunction.LINEAR
        self.width_box = self._box(self.tr("Window width"), window.width, unit)
        self.width_box.setMinimum(1.0 if is_linear else 0.001)
        self.center_box = self._box(self.tr("Window level"), window.center, unit)
        self.center_box.setMinimum(-_LARGEST)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QFormLayout(self)
        layout.addRow(self.tr("&Width:"), self.width_box)
        layout.addRow(self.tr("&Level (center):"), self.center_box)
        layout.addRow(buttons)
        self.width_box.selectAll()
        for box in (self.width_box, self.center_box):
            box.valueChanged.connect(self._tell)
        self.rejected.connect(lambda: self.changed.emit(self._before))

    def _box(self, name: str, value: float, unit: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setAccessibleName(name)
        box.setRange(-_LARGEST, _LARGEST)
        # Values of a small range, like those of parametric maps, need more places.
        box.setDecimals(1 if abs(value) >= 10 else 3)
        box.setValue(value)
        box.setSuffix(f" {unit}".rstrip())
        return box

    def _tell(self) -> None:
        function = self._before.function
        self.changed.emit(Window(self.center_box.value(), self.width_box.value(), function))


def ask_window(view: ImageView) -> None:
    """Ask for the window of a view that has one."""
    window = view.canvas.look.voi
    if isinstance(window, Window) and view.series is not None:
        dialog = WindowDialog(window, unit_of(view.series, view.index), view)
        dialog.changed.connect(view.choose_window)
        dialog.open()
