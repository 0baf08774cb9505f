"""The measurements of the open case: their book, their list, and that they are kept."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.measurement import Measurement, index_of_frame
from meddx_desktop.ui.case_controller import CaseController
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.keeping_questions import KeepingQuestions
from meddx_desktop.ui.measurement_book import MeasurementBook
from meddx_desktop.ui.measurement_keeping import MeasurementKeeper
from meddx_desktop.ui.measurement_panel import MeasurementPanel


class CaseMeasuring(QObject):
    """Ties the book of measurements to the case."""

    def __init__(self, signals: EngineSignals, controller: CaseController, window: QWidget) -> None:
        super().__init__(window)
        self._controller = controller
        self.book = MeasurementBook()
        self.panel = MeasurementPanel(self.book)
        self.keeper = MeasurementKeeper(signals, self.book)
        self.questions = KeepingQuestions(self.keeper, window)
        self.keeper.told.connect(self._tell)
        self.show_case()

    def follow_case(self) -> None:
        """Look for what was kept of each item; called after the views listen.

        So the worker decodes the first picture before it looks for measurements.
        """
        self._controller.item_added.connect(self._meet)
        self._controller.series_read.connect(self._meet)

    def _meet(self, number: int) -> None:
        self.keeper.meet(number, self._controller.case.items[number].item)

    def _tell(self) -> None:
        self.panel.show_keeping(self.keeper.warning, self.keeper.note)

    def show_case(self) -> None:
        """Take the measurements of another case."""
        self.keeper.leave_case()
        case = self._controller.case
        self.book.show_case(case.measurements, case.history)

    def may_leave(self, go_on: Callable[[], None]) -> bool:
        """Return whether all is kept; where it cannot be, ask, and call `go_on` if need be."""
        if self.keeper.flush(is_last=True):
            return True
        self.questions.ask_to_lose(go_on)
        return False

    def place_of(self, measurement: Measurement) -> tuple[int, int] | None:
        """Return the item and the frame of a measurement; None for computed planes."""
        for number, opened in enumerate(self._controller.case.items):
            if isinstance(opened.item, ImageSeries):
                index = index_of_frame(opened.item, measurement.frame)
                if index is not None:
                    return number, index
        return None
