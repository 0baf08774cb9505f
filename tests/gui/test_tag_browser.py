"""The attribute list, opened by key over one of pydicom's own files."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.tag_browser import TagBrowser


@pytest.fixture
def browser(
    qtbot: Any, desktop: Desktop, pydicom_file: Callable[[str], Path]
) -> Iterator[TagBrowser]:
    desktop.window.open_paths((pydicom_file("CT_small.dcm"),))
    workspace = desktop.window.workspace
    qtbot.waitUntil(lambda: workspace.image.series is not None)
    qtbot.keyClick(workspace.image.canvas, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    found = workspace.findChild(TagBrowser)
    assert found is not None
    qtbot.waitUntil(lambda: found.model.rowCount() > 0)
    yield found
    found.close()


def test_every_attribute_is_listed_in_words_with_its_meaning(browser: TagBrowser) -> None:
    rows = browser.rows()
    assert ("0008,0060", "Modality", "CS", "CT") in rows
    syntax = next(row for row in rows if row[0] == "0002,0010")
    assert syntax[3] == "1.2.840.10008.1.2.1  Explicit VR Little Endian"
    assert rows[-1][1:] == ("Pixel Data", "OW", "32768 bytes")


def test_the_search_looks_into_names_and_values(qtbot: Any, browser: TagBrowser) -> None:
    qtbot.keyClicks(browser.search, "pixel spac")
    assert [row[1] for row in browser.rows()] == ["Pixel Spacing"]
    browser.search.clear()
    qtbot.keyClicks(browser.search, "clunie1")
    assert [row[0] for row in browser.rows()] == ["0002,0016"]
    assert browser.note.text().startswith("1 of ")


def test_selected_rows_are_copied_with_tabs(qtbot: Any, browser: TagBrowser) -> None:
    qtbot.keyClicks(browser.search, "Rescale")
    browser.table.selectRow(1)
    qtbot.mouseClick(browser.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "0028,1053\tRescale Slope\tDS\t1"


def test_the_export_holds_what_is_shown(qtbot: Any, browser: TagBrowser, tmp_path: Path) -> None:
    qtbot.keyClicks(browser.search, "Rescale")
    path = tmp_path / "header.csv"
    browser.export(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Tag", "Attribute", "VR", "Value"]
    assert [row[1] for row in rows[1:]] == ["Rescale Intercept", "Rescale Slope"]


def test_a_place_that_cannot_be_written_is_named(browser: TagBrowser, tmp_path: Path) -> None:
    browser.export(tmp_path / "missing" / "header.csv")
    assert browser.note.text().startswith("header.csv could not be written")
