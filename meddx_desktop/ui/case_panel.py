"""The left pane: what is in the case, and what could not be opened."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QVBoxLayout, QWidget

from meddx_desktop.case.case import RefusedFile
from meddx_desktop.ui.banner import Banner
from meddx_desktop.ui.case_filter_bar import CaseFilterBar
from meddx_desktop.ui.case_state import CaseState, OpenedItem
from meddx_desktop.ui.case_tree import CaseFilter, CaseTree
from meddx_desktop.ui.case_tree_view import CaseTreeView

# A case that can be seen as a whole needs no search.
_ITEMS_WITHOUT_SEARCH = 3


class CasePanel(QWidget):
    """Shows the case, whose items are known by their numbers.

    Signals: `chosen(number)`, `activated(number)` after a double click or Enter.
    """

    chosen = Signal(int)
    activated = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.model = CaseTree()
        self.filter_bar = CaseFilterBar()
        self.filter_bar.changed.connect(self._filter)
        self._number = -1
        self.tree = CaseTreeView(self.model)
        self.tree.selectionModel().currentChanged.connect(self._choose)
        self.tree.activated.connect(self._activate)
        self._patient_warning = Banner()
        self.opening_note = QLabel()
        self.opening_note.setWordWrap(True)
        self.opening_note.setTextFormat(Qt.TextFormat.PlainText)
        self._refused_title = QLabel()
        self.refused_list = QListWidget()
        self.refused_list.setWordWrap(True)
        self.refused_list.setAccessibleName(self.tr("Files that were not opened"))
        self.refused_list.setMaximumHeight(170)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        for widget, stretch in (
            (self._patient_warning, 0),
            (self.filter_bar, 0),
            (self.tree, 1),
            (self.opening_note, 0),
            (self._refused_title, 0),
            (self.refused_list, 0),
        ):
            layout.addWidget(widget, stretch)
        self.filter_bar.hide()
        self.show_refused([])
        self.show_opening_note("")

    # What is listed

    def show_case(self, case: CaseState) -> None:
        """Show another case, all of it."""
        self.filter_bar.clear()
        self.model.show_case(case)
        self._number = -1
        self.tree.expandAll()
        self._offer_filters()

    def append(self, opened: OpenedItem) -> None:
        """List another item."""
        self.model.append(opened)
        self._offer_filters()

    def search(self) -> None:
        """Let the person type what to look for."""
        self.filter_bar.show()
        self.filter_bar.search.setFocus()

    def _offer_filters(self) -> None:
        self.filter_bar.show_choices(self.model.modalities(), self.model.dates())
        if self.model.item_count() > _ITEMS_WITHOUT_SEARCH:
            self.filter_bar.show()
        elif not self.model.item_count():
            self.filter_bar.hide()

    def _filter(self, choice: CaseFilter) -> None:
        """Leave the item in view alone, whether or not it is still listed."""
        self.model.set_filter(choice)
        self.tree.expandAll()
        place = self.model.index_of(self._number) if self._number >= 0 else QModelIndex()
        if place.isValid():
            self.tree.setCurrentIndex(place)

    @property
    def patient_warning(self) -> str:
        """The warning about several patients, empty when there is none."""
        return "" if self._patient_warning.isHidden() else self._patient_warning.text()

    def current_index(self) -> int:
        """Return the number of the chosen item, -1 without one."""
        return self._number

    def choose(self, number: int) -> None:
        """Choose an item, also one that the filter hides; out of range does nothing."""
        if not 0 <= number < self.model.item_count():
            return
        if not self.model.index_of(number).isValid():
            self.filter_bar.clear()
        self.tree.setCurrentIndex(self.model.index_of(number))

    def choose_nothing(self) -> None:
        """Choose no item."""
        self._number = -1
        self.tree.selectionModel().clear()

    def step(self, count: int) -> None:
        """Choose the next or an earlier item of those that are listed."""
        listed = self.model.numbers()
        place = listed.index(self._number) + count if self._number in listed else 0
        if 0 <= place < len(listed):
            self.choose(listed[place])

    def show_refused(self, refused: list[RefusedFile]) -> None:
        """List the files that were not opened, with the reason of each."""
        self.refused_list.clear()
        self.refused_list.addItems([file.message for file in refused])
        self._refused_title.setText(self.tr("%n file(s) not opened", "", len(refused)))
        for widget in (self._refused_title, self.refused_list):
            widget.setVisible(bool(refused))

    def show_opening_note(self, note: str) -> None:
        """Say what the latest opening found nothing in or left out."""
        self.opening_note.setText(note)
        self.opening_note.setVisible(bool(note))

    def show_patients(self, patient_ids: set[str]) -> None:
        """Warn while the case mixes patients."""
        text = self.tr(
            "These files name %n different patients. Check that they belong together.",
            "",
            len(patient_ids),
        )
        self._patient_warning.say(text if len(patient_ids) > 1 else "")

    def _choose(self, current: QModelIndex) -> None:
        number = self.model.number_at(current)
        if number >= 0 and number != self._number:
            self._number = number
            self.chosen.emit(number)

    def _activate(self, index: QModelIndex) -> None:
        number = self.model.number_at(index)
        if number >= 0:
            self.activated.emit(number)
