"""The view of the case tree: arrow keys go from item to item."""

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtWidgets import QTreeView
from typing_extensions import override

from meddx_desktop.ui.case_tree import CaseTree
from meddx_desktop.ui.thumbnail_icon import ICON_SIZE

_INDENTATION = 6


class CaseTreeView(QTreeView):
    """Shows the case; headings that are open are passed over by the keys."""

    def __init__(self, model: CaseTree) -> None:
        super().__init__()
        self._case = model
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setDragEnabled(True)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setIndentation(_INDENTATION)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Case: images, records and sounds"))
        model.rowsInserted.connect(lambda parent: self.expand(parent))

    @override
    def moveCursor(
        self, action: QTreeView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        steps = {
            QTreeView.CursorAction.MoveDown: self.indexBelow,
            QTreeView.CursorAction.MoveUp: self.indexAbove,
        }
        step = steps.get(action)
        if step is None or not self.currentIndex().isValid():
            return super().moveCursor(action, modifiers)
        index = step(self.currentIndex())
        while index.isValid() and self._case.number_at(index) < 0 and self.isExpanded(index):
            index = step(index)
        return index if index.isValid() else self.currentIndex()
