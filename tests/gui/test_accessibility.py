"""Everything that can have the keyboard says what it is, and everything can be read."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QMenuBar,
    QScrollBar,
    QSplitterHandle,
    QToolBar,
    QWidget,
)

from meddx_desktop.case.grayscale import Window
from meddx_desktop.ui.change_dialog import ChangeDialog
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.finding_row import FindingRow
from meddx_desktop.ui.key_editor import KeyEditor
from meddx_desktop.ui.mark_dialogs import CalibrationDialog, MarkTextDialog
from meddx_desktop.ui.model_card_dialog import ModelCardDialog
from meddx_desktop.ui.shortcut_sheet import ShortcutSheet
from meddx_desktop.ui.theme import (
    apply_theme,
    build_palette,
    category_color,
    contrast_ratio,
    is_dark,
)
from meddx_desktop.ui.window_dialog import WindowDialog
from tests.gui.conftest import make_analysis, make_finding

_ROLE = QPalette.ColorRole
_TEXT_ON_GROUND = (
    (_ROLE.WindowText, _ROLE.Window),
    (_ROLE.Text, _ROLE.Base),
    (_ROLE.Text, _ROLE.AlternateBase),
    (_ROLE.ButtonText, _ROLE.Button),
    (_ROLE.HighlightedText, _ROLE.Highlight),
    (_ROLE.ToolTipText, _ROLE.ToolTipBase),
    (_ROLE.Link, _ROLE.Base),
    (_ROLE.LinkVisited, _ROLE.Base),
    (_ROLE.BrightText, _ROLE.Base),
    (_ROLE.PlaceholderText, _ROLE.Base),
)
_SCHEMES = (Qt.ColorScheme.Light, Qt.ColorScheme.Dark)


def unnamed(root: QWidget) -> list[str]:
    """Return the widgets that take the keyboard but have no name and no text."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        takes_keyboard = widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
        is_inner = isinstance(widget, QScrollBar | QSplitterHandle | QMenuBar | QToolBar)
        if widget.objectName().startswith("qt_") or is_inner or not takes_keyboard:
            continue
        text = getattr(widget, "text", None)
        if not widget.accessibleName() and not (callable(text) and text()):
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def test_every_focusable_widget_has_a_name(desktop: Desktop, qtbot: Any) -> None:
    workspace = desktop.window.workspace
    workspace.controller.case.items.clear()
    assert unnamed(desktop.window) == []
    for dialog in (
        ShortcutSheet(desktop.bars.binding.controls, desktop.window),
        ChangeDialog(desktop.window),
        KeyEditor(desktop.window.settings.controls, desktop.window),
        WindowDialog(Window(40, 80), "HU", desktop.window),
        MarkTextDialog("", desktop.window),
        CalibrationDialog(12.0, desktop.window),
        ModelCardDialog(desktop.window.workspace._signals, "no-such-model", desktop.window),
    ):
        assert unnamed(dialog) == []


def test_a_finding_is_heard_in_one_sentence(qtbot: Any) -> None:
    from meddx_desktop.ui.reviews import FindingKey, Review

    finding = make_analysis(make_finding(0.83)).findings[0]
    row = FindingRow(FindingKey(0, "m", "c"), finding, Review())
    qtbot.addWidget(row)
    assert row.accessibleName().startswith("Biliary atresia: Likely, 83 %. Threshold 41 %")
    assert unnamed(row) == []


@pytest.mark.parametrize("scheme", _SCHEMES, ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), _TEXT_ON_GROUND)
def test_text_contrasts_with_its_ground(
    scheme: Qt.ColorScheme, text: QPalette.ColorRole, ground: QPalette.ColorRole
) -> None:
    palette = build_palette(scheme)
    assert contrast_ratio(palette.color(text), palette.color(ground)) >= 4.5


@pytest.mark.parametrize("scheme", _SCHEMES, ids=["light", "dark"])
def test_chips_and_bars_contrast_with_their_ground(scheme: Qt.ColorScheme) -> None:
    palette = build_palette(scheme)
    ground = palette.color(_ROLE.Base)
    for number in range(8):
        assert contrast_ratio(category_color(palette, number), ground) >= 3.0
    assert contrast_ratio(palette.color(_ROLE.Accent), ground) >= 3.0


@pytest.mark.parametrize("scheme", _SCHEMES, ids=["light", "dark"])
def test_disabled_text_can_still_be_read(scheme: Qt.ColorScheme) -> None:
    palette = build_palette(scheme)
    group = QPalette.ColorGroup.Disabled
    for text, ground in ((_ROLE.WindowText, _ROLE.Window), (_ROLE.ButtonText, _ROLE.Button)):
        assert contrast_ratio(palette.color(group, text), palette.color(group, ground)) >= 3.0


def test_light_and_dark_can_be_chosen(desktop: Desktop, qapp: QApplication) -> None:
    apply_theme(qapp, "dark")
    qapp.processEvents()
    assert is_dark(desktop.window.palette())
    desktop.window.choose_scheme("light")
    qapp.processEvents()
    assert not is_dark(desktop.window.palette())


def test_black_on_white_is_the_strongest_contrast() -> None:
    from PySide6.QtGui import QColor

    assert contrast_ratio(QColor(0, 0, 0), QColor(255, 255, 255)) == pytest.approx(21.0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_empty_check_box_stands_out_from_the_window(qtbot: Any, scheme: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply_theme(application, scheme)
    panel = QWidget()
    qtbot.addWidget(panel)
    box = QCheckBox(panel)
    panel.resize(60, 40)
    panel.show()
    picture = panel.grab().toImage()
    ground = panel.palette().color(_ROLE.Window)
    middle = box.geometry().center().y()
    contrasts = [contrast_ratio(picture.pixelColor(x, middle), ground) for x in range(30)]
    assert max(contrasts) >= 3
