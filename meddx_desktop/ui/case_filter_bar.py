"""Search and filters above the tree of the case."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from meddx_desktop.ui.case_tree import CaseFilter
from meddx_desktop.ui.image_facts import date_text


class CaseFilterBar(QWidget):
    """Signals: `changed(CaseFilter)`."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the case"))
        self.search.setAccessibleName(self.tr("Search the case"))
        self.search.setClearButtonEnabled(True)
        # A file that is dropped here is to be opened, not searched for.
        self.search.setAcceptDrops(False)
        self.modality = QComboBox()
        for widget in (self.modality, self.modality.view()):
            widget.setAccessibleName(self.tr("Modality to be listed"))
        self.date = QComboBox()
        for widget in (self.date, self.date.view()):
            widget.setAccessibleName(self.tr("Study date to be listed"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.search, 0, 0, 1, 2)
        grid.addWidget(self.modality, 1, 0)
        grid.addWidget(self.date, 1, 1)
        self.show_choices([], [])
        self.search.textChanged.connect(self._emit)
        self.modality.currentIndexChanged.connect(self._emit)
        self.date.currentIndexChanged.connect(self._emit)

    def show_choices(self, modalities: list[str], dates: list[str]) -> None:
        """Offer what the case holds; a choice that is still there stays."""
        everything = [(self.tr("All modalities"), ""), *((one, one) for one in modalities)]
        _fill(self.modality, everything)
        every_date = [(self.tr("All dates"), ""), *((date_text(one), one) for one in dates)]
        _fill(self.date, every_date)

    def choice(self) -> CaseFilter:
        """Return what is to be listed."""
        return CaseFilter(
            self.search.text().strip(), self.modality.currentData(), self.date.currentData()
        )

    def clear(self) -> None:
        """List everything again."""
        self.search.clear()
        self.modality.setCurrentIndex(0)
        self.date.setCurrentIndex(0)

    def _emit(self) -> None:
        self.changed.emit(self.choice())


def _fill(box: QComboBox, choices: list[tuple[str, str]]) -> None:
    if [box.itemData(row) for row in range(box.count())] == [value for _, value in choices]:
        return
    kept = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        for text, value in choices:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(kept)))
