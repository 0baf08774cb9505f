"""A view that commands fit, zoom, turn and mirror."""

from PySide6.QtWidgets import QWidget

from meddx_desktop.rendering.view_transform import fit, mirror, one_to_one, rotate
from meddx_desktop.ui.image_canvas import ImageCanvas


class SteeredView(QWidget):
    """Has a canvas and says how it is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas = ImageCanvas()

    def fit(self) -> None:
        """Show the whole frame."""
        self.canvas.set_transform(fit, fits=True)

    def one_to_one(self) -> None:
        """Show one pixel of the frame on one of the screen."""
        self.canvas.set_transform(one_to_one, fits=False)

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        self.canvas.zoom_by(factor)

    def rotate(self, *, clockwise: bool) -> None:
        """Turn by a quarter."""
        self.canvas.turn(lambda transform: rotate(transform, clockwise=clockwise))

    def mirror(self, *, left_right: bool) -> None:
        """Mirror left to right or top to bottom."""
        self.canvas.turn(lambda transform: mirror(transform, left_right=left_right))
