"""Which series of the case stand in which viewports: dropped, chosen by key, or hung by rules."""

from PySide6.QtCore import QObject

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.ui.case_controller import CaseController
from meddx_desktop.ui.case_panel import CasePanel
from meddx_desktop.ui.hanging import fill_empty, hang, shipped_rules
from meddx_desktop.ui.viewport import Viewport
from meddx_desktop.ui.views import Views


class SeriesPlacing(QObject):
    """Ties the tree of the case to the viewports."""

    def __init__(
        self,
        views: Views,
        case_panel: CasePanel,
        controller: CaseController,
        *,
        hangs_automatically: bool,
    ) -> None:
        super().__init__()
        self._views, self._case_panel, self._controller = views, case_panel, controller
        self.hangs_automatically = hangs_automatically
        self._rules = shipped_rules()
        self._begun_with = -1
        views.grid.item_dropped.connect(self.show_in)
        case_panel.activated.connect(self._show_in_free)
        controller.opening_begun.connect(self._opening_begun)
        controller.opening_ended.connect(self._opening_ended)
        controller.series_read.connect(self._continue)

    def show_in(self, number: int, viewport: Viewport) -> None:
        """Show an item of the case in a viewport, or in its own view if it is no series."""
        items = self._controller.case.items
        if not 0 <= number < len(items):
            return
        opened = items[number]
        if isinstance(opened.item, ImageSeries):
            self._views.reformations.end()
            self._views.grid.show_item(opened, opened.item, viewport)
            self._views.grid.activate(viewport)
        self._case_panel.choose(number)

    def show_in_next(self) -> None:
        """Show the chosen series in the viewport after the active one, too."""
        number = self._case_panel.current_index()
        self._views.grid.step(1)
        self.show_in(number, self._views.grid.active)

    def _show_in_free(self, number: int) -> None:
        """Show a series that was double-clicked in the first empty viewport, if there is one."""
        free = [one for one in self._views.grid.viewports() if one.item is None]
        if free:
            self.show_in(number, free[0])

    def _opening_begun(self, number: int) -> None:
        # The newest things opened are what the person wants to see.
        self._begun_with = number
        self._case_panel.choose(number)

    def _continue(self, number: int) -> None:
        """Let the viewports that show a part of a series take the rest."""
        opened = self._controller.case.items[number]
        if isinstance(opened.item, ImageSeries):
            self._views.grid.continue_item(opened, opened.item)

    def _opening_ended(self, count: int) -> None:
        """Hang what was opened, unless the person has gone to something else meanwhile."""
        panel = self._case_panel
        begun_with, self._begun_with = self._begun_with, -1
        if not count or begun_with not in (-1, panel.current_index()):
            return
        panel.choose(len(self._controller.case.items) - count)
        if self.hangs_automatically:
            self.hang()
        panel.tree.clearFocus()
        self._views.take_keyboard()

    def hang(self) -> None:
        """Lay the viewports out as a rule says; fill empty ones where none fits."""
        items, grid = self._controller.case.items, self._views.grid
        if not self._views.reformations.is_shown and not hang(grid, items, self._rules):
            fill_empty(grid, items)

    def toggle_automatic_hanging(self) -> None:
        """Hang what is opened, or only when asked."""
        self.hangs_automatically = not self.hangs_automatically
