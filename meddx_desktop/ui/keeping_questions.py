"""Questions before measurements are lost: on closing what cannot be kept, on forgetting all."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from meddx_desktop.resources import measurements_folder
from meddx_desktop.ui.measurement_keeping import MeasurementKeeper


class KeepingQuestions(QObject):
    """Asks in boxes over the window, which goes on meanwhile."""

    def __init__(self, keeper: MeasurementKeeper, parent: QWidget) -> None:
        super().__init__(parent)
        self._keeper, self._window = keeper, parent

    def ask_to_lose(self, go_on: Callable[[], None]) -> None:
        """Ask whether to close although measurements cannot be kept; `go_on` closes."""

        def give_up() -> None:
            self._keeper.leave_case()
            go_on()

        box = self._box(self.tr("Measurements are not kept"), self._keeper.warning)
        _offer(box, self.tr("Close and lose them"), give_up)
        box.open()

    def ask_to_forget(self) -> None:
        """Ask whether to remove everything that was kept, and do so."""
        count = self._keeper.kept_count()
        if not count:
            self._say(self.tr("No measurements are kept on this computer for this account."))
            return
        text = self.tr(
            "Kept for this account: measurements, texts and calibrations of %n series or "
            "picture(s). They will be removed and cannot be brought back. What the open case "
            "shows stays, and is kept again as soon as it is changed.",
            "",
            count,
        )
        box = self._box(self.tr("Forget kept measurements"), text)
        _offer(box, self.tr("Forget all"), self._forget)
        box.open()

    def _forget(self) -> None:
        try:
            self._keeper.forget_all()
        except OSError as error:
            text = self.tr(
                "Not all of it could be removed ({reason}). Remove the folder {folder} yourself, "
                "or ask who looks after this computer."
            )
            self._say(text.format(reason=error.strerror, folder=measurements_folder()))

    def _say(self, text: str) -> None:
        box = self._box(self.tr("Forget kept measurements"), text)
        box.setIcon(QMessageBox.Icon.Information)
        box.setStandardButtons(QMessageBox.StandardButton.Close)
        box.open()

    def _box(self, title: str, text: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        return box


def _offer(box: QMessageBox, text: str, do: Callable[[], None]) -> None:
    """Add the button that loses measurements, and Cancel as what Enter does."""
    chosen = box.addButton(text, QMessageBox.ButtonRole.DestructiveRole)
    chosen.clicked.connect(do)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
