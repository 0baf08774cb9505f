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
        views.grid.item_dropped.connect(self.show_in)
        case_panel.activated.connect(self._show_in_free)

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

    def hang_opened(self) -> None:
        """Hang what was just opened, if the person wants that."""
        if self.hangs_automatically:
            self.hang()

    def hang(self) -> None:
        """Lay the viewports out as a rule says; fill empty ones where none fits."""
        items, grid = self._controller.case.items, self._views.grid
        if not self._views.reformations.is_shown and not hang(grid, items, self._rules):
            fill_empty(grid, items)

    def toggle_automatic_hanging(self) -> None:
        """Hang what is opened, or only when asked."""
        self.hangs_automatically = not self.hangs_automatically
