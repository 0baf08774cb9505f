"""Changing keys and mouse buttons, entering windows, colors that are not for diagnosis."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QNativeGestureEvent, QPointingDevice
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture

from meddx_desktop.case.grayscale import Window
from meddx_desktop.ui.control_settings import ControlSettings
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.key_editor import KeyEditor
from meddx_desktop.ui.settings import load_settings
from meddx_desktop.ui.shortcut_sheet import ShortcutSheet
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.window_dialog import WindowDialog
from tests.gui.test_image_view import make_series
from tests.gui.test_measuring import at, opened_case, picture, ramps

__all__ = ["ramps"]
LEFT = Qt.MouseButton.LeftButton


def edit(desktop: Desktop) -> KeyEditor:
    desktop.bars.actions["edit-keys"].trigger()
    editor = desktop.window.findChild(KeyEditor)
    assert isinstance(editor, KeyEditor)
    return editor


def accept(editor: KeyEditor, qtbot: Any, desktop: Desktop) -> None:
    editor.accept()
    qtbot.waitUntil(lambda: desktop.window.findChild(KeyEditor) is None)
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)


def test_new_keys_work_are_saved_and_are_on_the_sheet(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    editor = edit(desktop)
    editor.table.setCurrentItem(editor.row_of("length-tool"))
    editor.key_edit.setKeySequence(QKeySequence("F2"))
    assert editor.note.text() == "These keys are free."
    qtbot.mouseClick(editor.set_button, LEFT)
    assert editor.row_of("length-tool").text(1) == "F2"
    accept(editor, qtbot, desktop)
    view.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_F2)
    assert view.canvas.tool is Tool.LENGTH
    assert load_settings().controls.keys == {"length-tool": ("F2",)}
    sheet = ShortcutSheet(desktop.bars.binding.controls, desktop.window)
    rows = sheet.table.findItems("Length", Qt.MatchFlag.MatchRecursive)
    assert [row.text(1) for row in rows] == ["F2"]


def test_keys_that_are_taken_are_named_and_move_over(desktop: Desktop, qtbot: Any) -> None:
    editor = edit(desktop)
    editor.table.setCurrentItem(editor.row_of("length-tool"))
    editor.key_edit.setKeySequence(QKeySequence("W"))
    assert "Window/level tool" in editor.note.text()
    qtbot.mouseClick(editor.set_button, LEFT)
    assert editor.row_of("length-tool").text(1) == "W"
    assert editor.row_of("window-tool").text(1) == ""
    qtbot.mouseClick(editor.reset_button, LEFT)
    assert editor.row_of("window-tool").text(1) == "W"
    assert editor.settings == ControlSettings()
    editor.reject()
    qtbot.waitUntil(lambda: desktop.window.findChild(KeyEditor) is None)
    assert desktop.window.settings.controls == ControlSettings()


def test_a_scheme_changes_keys_and_own_keys_can_be_given_up(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    editor = edit(desktop)
    editor.table.setCurrentItem(editor.row_of("pan-tool"))
    qtbot.mouseClick(editor.clear_button, LEFT)
    assert editor.row_of("pan-tool").text(1) == ""
    qtbot.mouseClick(editor.default_button, LEFT)
    editor.scheme_box.setCurrentIndex(1)
    editor.scheme_box.activated.emit(1)
    assert editor.row_of("pan-tool").text(1) == "T"
    accept(editor, qtbot, desktop)
    view.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_T)
    assert view.canvas.tool is Tool.PAN


def test_mouse_buttons_and_wheel_do_what_the_person_chose(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    editor = edit(desktop)
    for box, tool in ((editor.right_box, Tool.WINDOW), (editor.wheel_box, Tool.ZOOM)):
        box.setCurrentIndex(box.findData(tool.value))
        box.activated.emit(box.currentIndex())
    accept(editor, qtbot, desktop)
    right = Qt.MouseButton.RightButton
    qtbot.mousePress(view.canvas, right, pos=QPoint(300, 300))
    qtbot.mouseMove(view.canvas, QPoint(380, 300))
    qtbot.mouseRelease(view.canvas, right, pos=QPoint(380, 300))
    window = view.canvas.look.voi
    assert isinstance(window, Window)
    assert window.width > 400
    assert view.canvas.does_wheel_zoom


def test_a_pinch_zooms_about_the_fingers(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    place = QPointF(at(view, (20, 20)))
    before = view.canvas.to_frame(place)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        place,
        place,
        view.canvas.mapToGlobal(place),
        0.25,
        QPointF(),
    )
    scale = view.canvas.transform.scale if view.canvas.transform else 0
    QApplication.sendEvent(view.canvas, event)
    assert view.canvas.transform is not None
    assert view.canvas.transform.scale == pytest.approx(scale * 1.25)
    assert view.canvas.to_frame(place) == pytest.approx(before)


class Fingers(QPinchGesture):
    """Two fingers that have just come to the screen, or move on it."""

    def __init__(self, state: Qt.GestureState) -> None:
        super().__init__()
        self._state = state

    def state(self) -> Qt.GestureState:
        return self._state


def test_two_fingers_on_the_screen_zoom_and_move(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    canvas = view.canvas
    assert canvas.transform is not None
    window, scale = canvas.look.voi, canvas.transform.scale
    # The first finger comes as a mouse and begins to drag the window.
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(canvas, QPoint(230, 200))
    assert canvas.look.voi != window
    start, end = QPointF(220, 200), QPointF(260, 210)
    before = canvas.to_frame(start)
    begun = Fingers(Qt.GestureState.GestureStarted)
    begun.setCenterPoint(canvas.mapToGlobal(start))
    QApplication.sendEvent(canvas, QGestureEvent([begun]))
    assert canvas.look.voi == window, "the window is as it was before the first finger"
    moved = Fingers(Qt.GestureState.GestureUpdated)
    moved.setLastCenterPoint(canvas.mapToGlobal(start))
    moved.setCenterPoint(canvas.mapToGlobal(end))
    moved.setScaleFactor(1.5)
    QApplication.sendEvent(canvas, QGestureEvent([moved]))
    qtbot.mouseMove(canvas, QPoint(300, 260))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 260))
    assert canvas.look.voi == window
    assert canvas.transform.scale == pytest.approx(scale * 1.5)
    assert canvas.to_frame(end) == pytest.approx(before)


def test_a_second_finger_gives_up_what_the_first_began_to_draw(
    desktop: Desktop, qtbot: Any
) -> None:
    view = opened_case(desktop, qtbot)
    view.choose_tool(Tool.LENGTH)
    qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.markup.sketch is not None
    begun = Fingers(Qt.GestureState.GestureStarted)
    begun.setCenterPoint(view.canvas.mapToGlobal(QPointF(220, 200)))
    QApplication.sendEvent(view.canvas, QGestureEvent([begun]))
    qtbot.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 260))
    assert view.markup.sketch is None
    assert desktop.window.workspace.book.measurements == ()


def test_window_and_level_can_be_entered_and_given_up(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    view.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    dialog = desktop.window.findChild(WindowDialog)
    assert isinstance(dialog, WindowDialog)
    dialog.width_box.setValue(80)
    dialog.center_box.setValue(40)
    assert view.canvas.look.voi == Window(40, 80)
    dialog.reject()
    assert view.canvas.look.voi == Window(50, 400)


def colors(view: ImageView) -> set[tuple[int, int, int]]:
    shown = picture(view)
    y = at(view, (0, 40)).y()
    pixels = [shown.pixelColor(x, y) for x in range(60, shown.width() - 60, 10)]
    return {(pixel.red(), pixel.green(), pixel.blue()) for pixel in pixels}


def test_a_color_map_says_that_it_is_not_for_diagnosis(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    view.setFocus()
    look = view.canvas.look
    qtbot.keyClick(view.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert view.canvas.annotations.badges == ("Colors “Hot Iron”: not for diagnosis",)
    assert view.canvas.look.voi == look.voi
    assert any(red > green + 40 for red, green, _ in colors(view))
    view.toggle_facts()
    assert view.canvas.annotations.badges, "hiding the corners does not hide the warning"
    qtbot.keyClick(view.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert "Viridis" in view.canvas.annotations.badges[0]
    view.reset()
    assert all(red == green == blue for red, green, blue in colors(view))


def test_what_was_done_to_the_pixels_stands_in_the_corner(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    view.show_series(make_series(is_lossy=True, is_derived=True, has_burned_in_annotation=True))
    qtbot.waitUntil(lambda: len(view.canvas.annotations.badges) == 3)
    assert view.canvas.annotations.badges == (
        "Lossy compressed",
        "Derived image",
        "Text is burned into the pixels",
    )
