"""Which tagger's mentions are shown, where several models speak about one record."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from meddx_desktop.case.finding import Analysis


class TaggerChoice(QWidget):
    """A list of the models that found mentions; hidden where there is nothing to choose.

    Taggers follow different rules of what a mention is: laid over each other their chips could
    not be read. The one that was measured best speaks until the person chooses another, which
    holds for the records after.

    Signals: `chosen(analysis)`.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._wanted = ""
        self._answers: tuple[Analysis, ...] = ()
        self.list = QComboBox()
        for widget in (self.list, self.list.view()):
            widget.setAccessibleName(self.tr("Model whose mentions are shown"))
        self.list.setToolTip(
            self.tr("Models follow different rules of what a mention is; one is shown at a time.")
        )
        self.list.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.list.activated.connect(self._choose)
        title = QLabel(self.tr("Mentions by"))
        title.setBuddy(self.list)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 4, 8, 0)
        line.addWidget(title)
        line.addWidget(self.list, 1)
        self.hide()

    def show_answers(self, analyses: Sequence[Analysis]) -> Analysis | None:
        """List the models that found mentions; return the one to show."""
        self._answers = tuple(sorted((one for one in analyses if one.entities), key=_rank))
        with QSignalBlocker(self.list):
            self.list.clear()
            for answer in self._answers:
                text = self.tr("{count} · {model}")
                self.list.addItem(text.format(model=answer.model_name, count=len(answer.entities)))
            ids = [answer.model_id for answer in self._answers]
            place = ids.index(self._wanted) if self._wanted in ids else 0
            self.list.setCurrentIndex(place if ids else -1)
        self.setVisible(len(ids) > 1)
        return self._answers[place] if ids else None

    def _choose(self, place: int) -> None:
        self._wanted = self._answers[place].model_id
        self.chosen.emit(self._answers[place])


def _rank(answer: Analysis) -> tuple[float, str]:
    """Put the model first whose types are found with the best mean of precision and recall."""
    measured = [(one.precision + one.recall) / 2 for one in answer.entity_measures]
    return -sum(measured) / max(1, len(measured)), answer.model_id
