"""What shapes and colors of the chips mean."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from meddx_desktop.case.finding import Assertion, Entity
from meddx_desktop.ui.chip_drawing import draw_chip, style_of
from meddx_desktop.ui.words import assertion_text

_MARGIN = 12.0
_GAP = 22.0
_ASSERTIONS = (
    Assertion(negated=True),
    Assertion(historical=True),
    Assertion(hypothetical=True),
    Assertion(family=True),
    Assertion(uncertain=True),
)


class ChipLegend(QWidget):
    """Explains the types that occur and all assertions, in as many lines as it needs."""

    def __init__(self) -> None:
        super().__init__()
        self._types: list[str] = []
        self.setAccessibleName(self.tr("Legend of the mentions"))
        self.hide()

    def show_types(self, types: list[str]) -> None:
        """Explain these types."""
        self._types = types
        self.setVisible(bool(types))
        self._fit_height()
        self.update()

    def _samples(self) -> list[tuple[str, Entity, int]]:
        """Return text, mention and color number of each sample."""
        samples = [
            (kind, Entity(0, 0, kind, kind, 1.0), number) for number, kind in enumerate(self._types)
        ]
        kind = self._types[0]
        return samples + [
            (assertion_text(said), Entity(0, 0, "", kind, 1.0, said), 0) for said in _ASSERTIONS
        ]

    def _places(self) -> list[QRectF]:
        """Return the area of each sample, line by line."""
        metrics = self.fontMetrics()
        line = metrics.height() * 1.9
        x, y = _MARGIN, metrics.height() * 0.9
        places = []
        for text, _, _ in self._samples():
            width = metrics.horizontalAdvance(text)
            if x + width > self.width() - _MARGIN and x > _MARGIN:
                x, y = _MARGIN, y + line
            places.append(QRectF(x, y, width, metrics.height()))
            x += width + _GAP
        return places

    def _fit_height(self) -> None:
        if self._types:
            self.setFixedHeight(int(self._places()[-1].bottom() + self.fontMetrics().height() / 2))

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_height()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        ascent = self.fontMetrics().ascent()
        for (text, entity, number), area in zip(self._samples(), self._places(), strict=True):
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            painter.drawText(int(area.left()), int(area.top()) + ascent, text)
            draw_chip(painter, area, style_of(entity, number), palette, is_current=False)
