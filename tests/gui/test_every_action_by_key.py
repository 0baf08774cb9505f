"""The contract of the hands: whatever a mouse can do to an image, keys can, and the sheet says how.

Actions are found in the window itself, not in the table from which they are made, so that one that
is added elsewhere is found too.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QTreeWidgetItem

from meddx_desktop.ui.commands import MENUS, all_commands
from meddx_desktop.ui.control_schemes import controls_of, find_conflict
from meddx_desktop.ui.control_settings import SCHEMES, ControlSettings
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.key_editor import KeyEditor
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.shortcut_sheet import ShortcutSheet
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.tools_menu import ToolsMenu
from tests.gui.test_measuring import opened_case, ramps

__all__ = ["ramps"]
NATIVE = QKeySequence.SequenceFormat.NativeText


def plain(text: str) -> str:
    return text.replace("&", "")


def leaves(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from leaves(below)
        elif not action.isSeparator():
            yield action


def image_actions(desktop: Desktop, view: ImageView) -> set[QAction]:
    """Return every action that can be used while an image is in view."""
    window = desktop.window
    found = {*window.actions(), *view.canvas.actions(), *desktop.bars.toolbar.actions()}
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        found.update(leaves(menu))
    return {action for action in found if action.isEnabled() and not action.isSeparator()}


def sheet_rows(desktop: Desktop) -> set[tuple[str, str]]:
    """Return commands with their keys; two menus may have one of the same name."""
    sheet = ShortcutSheet(desktop.bars.binding.controls, desktop.window)
    rows: list[QTreeWidgetItem] = []
    for number in range(sheet.table.topLevelItemCount()):
        heading = sheet.table.topLevelItem(number)
        rows += [heading.child(place) for place in range(heading.childCount())]
    return {(row.text(0), row.text(1)) for row in rows}


def choose_scheme(desktop: Desktop, qtbot: Any, scheme: str) -> None:
    desktop.bars.actions["edit-keys"].trigger()
    editor = desktop.window.findChild(KeyEditor)
    assert isinstance(editor, KeyEditor)
    editor.scheme_box.setCurrentIndex(editor.scheme_box.findData(scheme))
    editor.scheme_box.activated.emit(editor.scheme_box.currentIndex())
    editor.accept()
    qtbot.waitUntil(lambda: desktop.window.findChild(KeyEditor) is None)
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_action_of_the_image_view_has_keys_and_stands_on_the_sheet(
    desktop: Desktop, qtbot: Any, scheme: str
) -> None:
    view = opened_case(desktop, qtbot)
    choose_scheme(desktop, qtbot, scheme)
    rows = sheet_rows(desktop)
    in_menus = {
        action: (top.text(), action.text())
        for top in desktop.window.menuBar().actions()
        for action in leaves(top.menu())  # type: ignore[arg-type] # every top has a menu
    }
    actions = image_actions(desktop, view)
    assert len(actions) > 60
    for action in actions:
        text = plain(action.text())
        keys = [key.toString(NATIVE) for key in action.shortcuts()]
        if keys:
            assert (text, "   ".join(keys)) in rows
            continue
        assert action in in_menus, f"“{text}” has neither keys nor a place in a menu"
        title, label = in_menus[action]
        steps = [QKeySequence.mnemonic(one).toString(NATIVE) for one in (title, label)]
        assert all(steps), f"“{text}” has neither keys nor a letter in its menu"
        assert (text, f"{steps[0]}, {steps[1][-1]}") in rows


def test_no_letter_of_a_menu_stands_for_two_things() -> None:
    def letters(texts: list[str]) -> list[str]:
        found = [QKeySequence.mnemonic(text).toString(NATIVE) for text in texts]
        return [one for one in found if one]

    groups = [[menu.label for menu in MENUS]]
    groups += [[one.label for one in menu.commands if one is not None] for menu in MENUS]
    for group in groups:
        assert [one for one, count in Counter(letters(group)).items() if count > 1] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_keys_of_a_scheme_stand_for_two_things(scheme: str) -> None:
    commands = all_commands()
    keys = controls_of(ControlSettings(scheme=scheme), commands).keys
    for command in commands:
        for own in keys[command.id]:
            other = find_conflict(own, command, commands, keys)
            assert other is None, f"{own}: {command.id} and {other.id if other else ''}"


def test_an_action_without_keys_is_reached_through_its_menu_by_keys_alone(
    desktop: Desktop, qtbot: Any
) -> None:
    view = opened_case(desktop, qtbot)
    links = desktop.window.workspace.views.links
    desktop.window.activateWindow()
    view.setFocus()
    assert ("Scroll together by image number", "Alt+L, B") in sheet_rows(desktop)
    qtbot.keyClick(view.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    qtbot.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_B)
    assert links.choices.by_number


def test_every_tool_is_chosen_by_its_keys(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    for tool in Tool:
        if tool in (Tool.REGION, Tool.MENU):
            continue  # a model asks for the one, a mouse button opens the other
        keys = desktop.bars.actions[f"{tool.value}-tool"].shortcuts()[0][0]
        view.setFocus()
        qtbot.keyClick(view.canvas, keys.key(), keys.keyboardModifiers())
        assert view.canvas.tool is tool


def open_menu(view: ImageView) -> ToolsMenu | None:
    menus = view.canvas.findChildren(ToolsMenu)
    return next((menu for menu in menus if menu.isVisible()), None)


def test_the_scheme_like_weasis_brings_its_mouse_and_the_other_takes_it_back(
    desktop: Desktop, qtbot: Any
) -> None:
    view = opened_case(desktop, qtbot)
    right = Qt.MouseButton.RightButton
    scale = view.canvas.transform.scale if view.canvas.transform else 0
    qtbot.mouseClick(view.canvas, right)
    assert open_menu(view) is None
    choose_scheme(desktop, qtbot, "weasis")
    assert ("Menu of tools", "Right button") in sheet_rows(desktop)
    qtbot.mouseClick(view.canvas, right)
    menu = open_menu(view)
    assert menu is not None
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert view.canvas.tool is Tool.PAN
    qtbot.waitUntil(lambda: view.canvas.findChildren(ToolsMenu) == [])
    choose_scheme(desktop, qtbot, "ohif")
    qtbot.mousePress(view.canvas, right, pos=QPoint(200, 200))
    qtbot.mouseMove(view.canvas, QPoint(200, 150))
    qtbot.mouseRelease(view.canvas, right, pos=QPoint(200, 150))
    assert open_menu(view) is None
    assert view.canvas.transform is not None
    assert view.canvas.transform.scale > scale


def test_a_mouse_button_of_the_person_s_own_stays_until_another_scheme_is_chosen(
    desktop: Desktop, qtbot: Any
) -> None:
    desktop.bars.actions["edit-keys"].trigger()
    editor = desktop.window.findChild(KeyEditor)
    assert isinstance(editor, KeyEditor)
    editor.middle_box.setCurrentIndex(editor.middle_box.findData(Tool.SCROLL.value))
    editor.middle_box.activated.emit(editor.middle_box.currentIndex())
    assert editor.settings == ControlSettings(middle_button=Tool.SCROLL.value)
    editor.scheme_box.setCurrentIndex(editor.scheme_box.findData("weasis"))
    editor.scheme_box.activated.emit(editor.scheme_box.currentIndex())
    assert editor.middle_box.currentData() == Tool.PAN.value
    assert editor.right_box.currentData() == Tool.MENU.value
    editor.reject()
    qtbot.waitUntil(lambda: desktop.window.findChild(KeyEditor) is None)


def test_the_menu_key_opens_the_tools_with_every_command_for_images(
    desktop: Desktop, qtbot: Any
) -> None:
    view = opened_case(desktop, qtbot)
    middle = view.canvas.rect().center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, middle, view.canvas.mapToGlobal(middle)
    )
    QApplication.sendEvent(view.canvas, event)
    menu = open_menu(view)
    assert menu is not None
    named = {plain(action.text()) for action in leaves(menu)}
    wanted = {plain(one.label) for one in all_commands() if one.scope is Scope.IMAGE}
    assert wanted <= named
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.canvas.findChildren(ToolsMenu) == [])
