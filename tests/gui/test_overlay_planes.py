"""Overlay planes over the image, hidden and shown by key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.image_annotations import PLANE_COLOR
from tests import marked_images


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


def test_marks_of_other_objects_are_drawn_on_their_images(
    qtbot: Any, real_desktop: Desktop, write_dicom: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    marked_images.images(folder, write_dicom)
    marked_images.presentation_state(folder / "state.dcm")
    marked_images.key_objects(folder / "key.dcm")
    marked_images.segmentation(folder / "seg.dcm", write_dicom)
    real_desktop.window.open_paths((folder,))
    workspace = real_desktop.window.workspace
    view = workspace.image
    qtbot.waitUntil(lambda: len(workspace.controller.case.items) == 2, timeout=20_000)
    series = [one.item for one in workspace.controller.case.items]
    workspace.case_panel.choose([one.modality for one in series].index("CT"))
    qtbot.waitUntil(lambda: view.canvas.transform is not None, timeout=20_000)
    qtbot.waitUntil(lambda: view.planes.is_available, timeout=20_000)
    assert green_pixels(real_desktop) == 0
    qtbot.keyClick(view.canvas, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: green_pixels(real_desktop) > 50, timeout=20_000)
    qtbot.keyClick(view.canvas, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: view.index == 2)
    qtbot.waitUntil(lambda: bool(view.planes.titles), timeout=20_000)
    assert view.planes.titles == ("For Referring Provider. Compare with 2024.",)
