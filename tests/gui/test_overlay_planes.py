"""Overlay planes over the image, hidden and shown by key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.image_annotations import PLANE_COLOR


def green_pixels(desktop: Desktop) -> int:
    image = desktop.window.workspace.image.canvas.grab().toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(is_green(image.pixelColor(x, y)) for x, y in points)


def is_green(color: QColor) -> bool:
    wanted = PLANE_COLOR.getRgb()[:3]
    return all(abs(one - other) < 24 for one, other in zip(color.getRgb(), wanted, strict=False))


def test_the_files_overlay_is_drawn_and_can_be_hidden(
    qtbot: Any, desktop: Desktop, pydicom_file: Callable[[str], Path]
) -> None:
    desktop.window.open_paths((pydicom_file("examples_overlay.dcm"),))
    view = desktop.window.workspace.image
    qtbot.waitUntil(lambda: view.planes.is_available)
    look = view.canvas.look
    shown = green_pixels(desktop)
    assert shown > 100
    qtbot.keyClick(view.canvas, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert green_pixels(desktop) == 0
    qtbot.keyClick(view.canvas, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert green_pixels(desktop) == shown
    assert view.canvas.look == look
