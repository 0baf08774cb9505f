"""Every text of the window can be translated, and a compiled translation is used."""

import importlib.util
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTableWidget,
    QWidget,
)

from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.shortcut_sheet import ShortcutSheet
from meddx_desktop.ui.translations import install_translations
from tests.conftest import REPOSITORY
from tests.gui.conftest import DirectEngine, make_analysis, make_finding

_SPEC = importlib.util.spec_from_file_location(
    "translations_script", REPOSITORY / "packaging" / "translations.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
script = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(script)

# Names and figures that are the same in every language.
_UNTRANSLATED = re.compile(r"^[\W\d_]*$|^MedDx Desktop|^\d+ / \d+$|^✔$|^✎$|^✖$")


def accented(text: str) -> str:
    """Lengthen a text by a third and bracket it; what is in braces stays."""
    return f"⟦{text}{'~' * (len(text) // 3)}⟧"


@pytest.fixture
def pseudo_locale(qapp: QApplication, tmp_path: Path) -> Iterator[None]:
    """A locale in which every translated text stands in brackets."""
    source = tmp_path / "meddx_eo.ts"
    script.collect(source)
    script.translate(source, source, accented)
    script.release(source)
    translators = install_translations(qapp, QLocale("eo"), tmp_path)
    assert translators
    yield
    for translator in translators:
        qapp.removeTranslator(translator)


def test_the_committed_source_file_knows_every_text(tmp_path: Path) -> None:
    fresh = tmp_path / "meddx_en.ts"
    script.collect(fresh)
    texts = [
        {element.text for element in ElementTree.parse(path).iter("source")}  # noqa: S314
        for path in (fresh, script.SOURCE)
    ]
    assert texts[0] == texts[1], "run python packaging/translations.py"


def shown_texts(root: QWidget) -> set[str]:
    found = {action.text() for action in root.findChildren(QAction) if action.text()}
    found |= {menu.title() for menu in root.findChildren(QMenu)}
    found |= {label.text() for label in root.findChildren(QLabel)}
    found |= {
        button.text()
        for button in root.findChildren(QAbstractButton)
        if not isinstance(button.parent(), QDialogButtonBox | QMenu)
    }
    found |= {line.placeholderText() for line in root.findChildren(QLineEdit)}
    for table in root.findChildren(QTableWidget):
        found |= {table.horizontalHeaderItem(place).text() for place in range(table.columnCount())}
    found |= {widget.accessibleName() for widget in root.findChildren(QWidget)}
    found |= {widget.toolTip() for widget in root.findChildren(QWidget)}
    return {text for text in found if text and not _UNTRANSLATED.match(text)}


def test_nothing_in_the_window_escapes_translation(
    pseudo_locale: None, qtbot: Any, qapp: QApplication
) -> None:
    desktop = Desktop(qapp, DirectEngine)
    desktop.window.painted.disconnect(desktop.load_workspace)
    workspace = desktop.load_workspace()
    desktop.show()
    sheet = ShortcutSheet(desktop.bars.binding.controls, desktop.window)
    plain = {text for text in shown_texts(desktop.window) if "⟦" not in text}
    assert plain == set()
    assert "⟦" in sheet.windowTitle()
    workspace.audio.toggle_playing()
    desktop.window.close()


def test_findings_keep_the_words_of_models_and_translate_their_own(
    pseudo_locale: None, qtbot: Any
) -> None:
    from meddx_desktop.ui.case_state import CaseState
    from meddx_desktop.ui.finding_row import FindingRow
    from meddx_desktop.ui.reviews import FindingKey, Review

    assert CaseState().items == []
    analysis = make_analysis(make_finding())
    row = FindingRow(FindingKey(0, "m", "c"), analysis.findings[0], Review())
    qtbot.addWidget(row)
    assert "⟦Likely" in row.text
    assert "Biliary atresia" in row.text
    assert "⟦Threshold 41 %" in row.text


def test_english_has_singular_and_plural(qapp: QApplication, qtbot: Any) -> None:
    from meddx_desktop.ui.case_panel import CasePanel

    translators = install_translations(qapp, QLocale("C"))
    panel = CasePanel()
    qtbot.addWidget(panel)
    panel.show_patients({"a", "b"})
    assert panel.tr("%n file(s) not opened", "", 1) == "1 file not opened"
    assert panel.tr("%n file(s) not opened", "", 3) == "3 files not opened"
    for translator in translators:
        qapp.removeTranslator(translator)
