"""Sentences that are shown as a whole, however narrow their place."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel
from typing_extensions import override


class Sentence(QLabel):
    """Wraps its words and takes the height that they need; hidden until it has any to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def say(self, text: str) -> None:
        """Show a text; nothing hides the label."""
        self.setText(text)
        self.setVisible(bool(text))
        self.updateGeometry()

    @override
    def minimumSizeHint(self) -> QSize:
        # Splitters ask for this alone, and a label by itself would take one line.
        return QSize(0, max(0, self.heightForWidth(self.width())))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class Banner(Sentence):
    """A framed sentence that must be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.Box)
        self.setMargin(6)
        font = self.font()
        font.setBold(True)
        self.setFont(font)
