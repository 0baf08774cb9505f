"""One place of the grid: an image view in a frame that shows whether commands go to it."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.image_view import ImageView

ITEM_MIME_TYPE = "application/x-meddx-case-item"

_FRAME = 3


class Viewport(QWidget):
    """Holds an image view and knows which item of the case is in it.

    `is_derived` is true while it shows planes computed from the item instead of its own images.

    Signals: `entered()` when the person clicks into it or gives it the keyboard,
    `item_dropped(number of the item)`.
    """

    entered = Signal()
    item_dropped = Signal(int)

    def __init__(self, view: ImageView) -> None:
        super().__init__()
        self.view = view
        self.item: OpenedItem | None = None
        self.is_derived = False
        self._is_marked = False
        self.setAcceptDrops(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(0)
        layout.addWidget(view)
        self.mark(is_active=False, is_alone=True)
        view.canvas.installEventFilter(self)
        view.controls.installEventFilter(self)
        for child in view.controls.findChildren(QWidget):
            child.installEventFilter(self)

    def mark(self, *, is_active: bool, is_alone: bool) -> None:
        """Frame the viewport that commands go to; one that is alone needs no frame."""
        margin = 0 if is_alone else _FRAME
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(margin, margin, margin, margin)
        self._is_marked = is_active and not is_alone
        self.update()

    @property
    def is_marked(self) -> bool:
        """Whether the frame is drawn."""
        return self._is_marked

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.FocusIn):
            self.entered.emit()
        return super().eventFilter(watched, event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_marked:
            with QPainter(self) as painter:
                painter.setPen(QPen(self.palette().accent(), 2 * _FRAME))
                painter.drawRect(self.rect())

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(ITEM_MIME_TYPE):
            event.acceptProposedAction()
        else:
            # Files are for the window.
            event.ignore()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        number = bytes(event.mimeData().data(ITEM_MIME_TYPE).data())
        if number.isdigit():
            event.acceptProposedAction()
            self.item_dropped.emit(int(number))
