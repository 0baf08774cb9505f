"""The picture of an item as an icon on a square."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap

from meddx_desktop.ui.case_state import OpenedItem

ICON_SIZE = 64


def thumbnail_icon(opened: OpenedItem) -> QIcon:
    """Return the thumbnail of an item on a square, or an empty square until it is there."""
    square = QPixmap(ICON_SIZE * 2, ICON_SIZE * 2)
    square.fill(Qt.GlobalColor.transparent)
    pixels = opened.thumbnail
    if pixels is None:
        return QIcon(square)
    rows, columns = pixels.shape[:2]
    form = QImage.Format.Format_RGB888 if pixels.ndim == 3 else QImage.Format.Format_Grayscale8
    image = QImage(
        pixels.tobytes(), columns, rows, columns * (pixels.size // (rows * columns)), form
    )
    size = image.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(QPoint(), size)
    place.moveCenter(square.rect().center())
    with QPainter(square) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)
    icon = QIcon(square)
    # Qt would tint the chosen picture.
    icon.addPixmap(square, QIcon.Mode.Selected)
    return icon
