"""Icons drawn in the color of the text around them, sharp at every scale."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from meddx_desktop.resources import resources_folder

# The toolbar's size at 100 % and 200 %; each costs a rendering before the first paint.
_SIZES = (24, 48)


def load_icon(name: str, palette: QPalette) -> QIcon:
    """Return an icon of resources/icons in the palette's text color."""
    drawing = (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    icon = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        role = QPalette.ColorRole.ButtonText
        if mode is QIcon.Mode.Disabled:
            role = QPalette.ColorRole.Mid
        color = palette.color(group, role)
        for size in _SIZES:
            icon.addPixmap(_render(drawing, color, size), mode)
    return icon


def _render(drawing: str, color: QColor, size: int) -> QPixmap:
    colored = drawing.replace("currentColor", color.name())
    renderer = QSvgRenderer(QByteArray(colored.encode()))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
