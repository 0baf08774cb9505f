"""A reader with two screens, played through by keys: `python two_screens.py PLATFORM FILE`.

The platform's screens are fixed when the program starts, so this runs in a process of its own. The
right screen is upright, as those for films are.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from meddx_desktop.rendering.view_transform import fit
from meddx_desktop.ui.desktop import Desktop, create_application
from meddx_desktop.ui.image_window import ImageWindow
from meddx_desktop.ui.settings import settings_path
from tests.gui.conftest import DirectEngine

LEFT, RIGHT = QRect(0, 0, 1600, 1000), QRect(1600, 0, 1200, 1920)
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def wait(is_reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_reached():
        QTest.qWait(5)
        assert time.monotonic() < deadline


def outer_of(desktop: Desktop) -> ImageWindow | None:
    found = [one for one in desktop.window.findChildren(ImageWindow) if one.isVisible()]
    return found[0] if found else None


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    widget.window().activateWindow()
    widget.setFocus()
    QTest.keyClick(widget, key, modifiers)


def play(desktop: Desktop, file: Path) -> None:
    window = desktop.window
    workspace = desktop.load_workspace()
    workspace.toggle_automatic_analysis()
    desktop.show()
    window.open_paths((file,))
    wait(lambda: workspace.image.canvas.transform is not None)
    canvas = workspace.image.canvas
    assert [screen.geometry() for screen in QGuiApplication.screens()] == [LEFT, RIGHT]
    assert window.screen().name() == "left"

    press(canvas, Qt.Key.Key_F11, SHIFT)
    outer = outer_of(desktop)
    assert outer is not None
    assert canvas.window() is outer
    assert (outer.screen().name(), window.screen().name()) == ("right", "left")
    wait(lambda: outer.geometry() == RIGHT)
    wait(lambda: canvas.height() > 1500)
    assert canvas.transform == fit(canvas.transform), "the image is fitted to the upright screen"
    press(canvas, Qt.Key.Key_I, Qt.KeyboardModifier.NoModifier)
    assert canvas.look.is_inverted, "keys work on that screen"
    assert outer.windowTitle() == "Images", "the title names no patient"

    press(canvas, Qt.Key.Key_F11, CONTROL | SHIFT)
    wait(lambda: outer.screen().name() == "left" and outer.geometry() == LEFT)
    press(canvas, Qt.Key.Key_F11, CONTROL | SHIFT)
    wait(lambda: outer.screen().name() == "right" and outer.geometry() == RIGHT)

    press(canvas, Qt.Key.Key_F11, SHIFT)
    wait(lambda: outer_of(desktop) is None)
    assert canvas.window() is window
    assert workspace.views.has_grid

    play_one_viewport(desktop, canvas)

    window.setGeometry(RIGHT.adjusted(50, 50, -50, -600))
    wait(lambda: window.screen().name() == "right")
    press(canvas, Qt.Key.Key_F11, CONTROL | SHIFT)
    outer = outer_of(desktop)
    assert outer is not None
    assert outer.screen().name() == "left", "the other screen is that without the main window"
    window.close()
    assert outer_of(desktop) is None


def play_one_viewport(desktop: Desktop, canvas: QWidget) -> None:
    """Send one of two viewports to the other screen, look at both, and take it back."""
    grid = desktop.window.workspace.views.grid
    press(canvas, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    first, second = grid.viewports()
    desktop.window.workspace.placing.show_in(0, second)
    wait(lambda: second.view.canvas.transform is not None)
    grid.activate(second)
    press(second.view.canvas, Qt.Key.Key_F11, CONTROL)
    outer = second.window()
    assert isinstance(outer, ImageWindow)
    wait(lambda: outer.screen().name() == "right" and outer.geometry() == RIGHT)
    assert first.window() is desktop.window
    assert first.isVisible()
    # The other viewport has all the room.
    wait(lambda: grid.width() - first.width() <= 2)
    assert grid.viewports() == (first, second), "both still belong together"

    assert not second.view.canvas.look.is_inverted
    press(second.view.canvas, Qt.Key.Key_I, Qt.KeyboardModifier.NoModifier)
    assert second.view.canvas.look.is_inverted
    press(second.view.canvas, Qt.Key.Key_Left, CONTROL)
    assert grid.active is first
    wait(desktop.window.isActiveWindow)

    press(first.view.canvas, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert outer_of(desktop) is None, "another layout takes it back"
    press(canvas, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    press(canvas, Qt.Key.Key_F11, CONTROL)
    outer = canvas.window()
    assert isinstance(outer, ImageWindow)
    outer.close()
    assert canvas.window() is desktop.window
    assert canvas.isVisible()
    press(canvas, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    press(canvas, Qt.Key.Key_F11, CONTROL)
    assert not desktop.window.workspace.views.has_grid, "the only viewport takes the layout along"
    press(canvas, Qt.Key.Key_F11, SHIFT)
    assert desktop.window.workspace.views.has_grid


def main(platform: str, file: Path) -> None:
    os.environ["QT_QPA_PLATFORM"] = platform
    desktop = Desktop(create_application(), DirectEngine)
    desktop.window.painted.disconnect(desktop.load_workspace)
    play(desktop, file)
    sys.stdout.write(settings_path().read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
