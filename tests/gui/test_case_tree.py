"""The tree of the case: headings, search, filters, keys, five hundred series."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPointF, Qt, QTime
from PySide6.QtTest import QAbstractItemModelTester

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.source import Patient, Source
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.ui.case_panel import CasePanel
from meddx_desktop.ui.case_state import CaseState, OpenedItem
from tests.gui.test_accessibility import unnamed
from tests.gui.test_image_view import make_series


def series(title: str, patient: str, study: str, **changes: Any) -> OpenedItem:
    made = make_series(
        2,
        series_description=title,
        patient=Patient(f"{patient}^Test", patient),
        study_instance_uid=f"{patient}.{study}",
        study_date=study,
        study_description="Follow-up",
    )
    return OpenedItem(replace(made, **changes))


CASE = (
    series("Head", "Ann", "20260301"),
    series("Chest", "Ann", "20250110", modality="DX"),
    series("Spine", "Bob", "20260301", modality="MR"),
    series("Neck", "Ann", "20260301"),
)


@pytest.fixture
def panel(qtbot: Any) -> CasePanel:
    made = CasePanel()
    qtbot.addWidget(made)
    made.resize(280, 700)
    made.show()
    tester = QAbstractItemModelTester(
        made.model, QAbstractItemModelTester.FailureReportingMode.Warning, made
    )
    assert tester.model() is made.model
    for opened in CASE:
        made.append(opened)
    return made


def outline(panel: CasePanel, parent: QModelIndex | None = None) -> list[Any]:
    """Return the visible texts as nested lists."""
    above = QModelIndex() if parent is None else parent
    found: list[Any] = []
    for row in range(panel.model.rowCount(above)):
        index = panel.model.index(row, 0, above)
        found.append(str(index.data()).split("\n")[0])
        below = outline(panel, index)
        if below:
            found.append(below)
    return found


WHOLE = [
    "Ann Test",
    [
        "2026-03-01 · Follow-up",
        ["CT · Head", "CT · Neck"],
        "2025-01-10 · Follow-up",
        ["DX · Chest"],
    ],
    "Bob Test",
    ["2026-03-01 · Follow-up", ["MR · Spine"]],
]


def test_series_stand_under_their_study_and_patient(panel: CasePanel) -> None:
    assert outline(panel) == WHOLE
    shown = CaseState(items=list(CASE))
    panel.show_case(shown)
    assert outline(panel) == WHOLE
    assert panel.tree.isExpanded(panel.model.index(0, 0))


def test_records_have_a_heading_of_their_own(panel: CasePanel) -> None:
    source = Source(Path("letter.txt"), (Path("letter.txt"),))
    panel.append(OpenedItem(TextRecord(source, "A letter.", "plain text", "utf-8")))
    assert outline(panel)[-2:] == ["No patient named", ["Records and sounds", ["letter.txt"]]]


def test_choosing_tells_the_number_in_the_case(panel: CasePanel, qtbot: Any) -> None:
    with qtbot.waitSignal(panel.chosen) as chosen:
        panel.choose(3)
    assert chosen.args == [3]
    assert panel.current_index() == 3
    panel.choose(9)
    assert panel.current_index() == 3


def test_keys_walk_from_item_to_item_and_over_open_headings(panel: CasePanel, qtbot: Any) -> None:
    panel.choose(3)
    told: list[int] = []
    panel.chosen.connect(told.append)
    panel.tree.setFocus()
    qtbot.keyClick(panel.tree, Qt.Key.Key_Down)
    assert told == [1]
    qtbot.keyClick(panel.tree, Qt.Key.Key_Up)
    assert told == [1, 3]
    qtbot.keyClick(panel.tree, Qt.Key.Key_Left)
    assert panel.current_index() == 3, "a heading is no item"
    qtbot.keyClick(panel.tree, Qt.Key.Key_Left)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Down)
    assert told == [1, 3, 1]
    with qtbot.waitSignal(panel.activated) as activated:
        qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert activated.args == [1]


def test_steps_follow_the_order_of_the_tree(panel: CasePanel) -> None:
    panel.choose(0)
    walked = []
    for _ in range(5):
        panel.step(1)
        walked.append(panel.current_index())
    assert walked == [3, 1, 2, 2, 2]
    panel.step(-1)
    assert panel.current_index() == 1


def test_words_are_searched_in_what_the_tree_says(panel: CasePanel, qtbot: Any) -> None:
    panel.choose(2)
    panel.search()
    qtbot.keyClicks(panel.filter_bar.search, "ann head")
    assert outline(panel) == ["Ann Test", ["2026-03-01 · Follow-up", ["CT · Head"]]]
    assert panel.current_index() == 2, "what is in view stays in view"
    panel.filter_bar.search.clear()
    assert outline(panel) == WHOLE
    assert panel.model.number_at(panel.tree.currentIndex()) == 2


def test_modality_and_date_can_be_filtered(panel: CasePanel, qtbot: Any) -> None:
    bar = panel.filter_bar
    assert bar.isVisible()
    assert [bar.modality.itemText(row) for row in range(4)] == ["All modalities", "CT", "DX", "MR"]
    qtbot.keyClicks(bar.modality, "DX")
    assert outline(panel) == ["Ann Test", ["2025-01-10 · Follow-up", ["DX · Chest"]]]
    bar.modality.setCurrentIndex(0)
    qtbot.keyClicks(bar.date, "2026")
    assert outline(panel)[1] == ["2026-03-01 · Follow-up", ["CT · Head", "CT · Neck"]]
    panel.append(series("Foot", "Ann", "20200101"))
    assert bar.choice().date == "20260301", "new items do not undo the filter"
    assert "Foot" not in str(outline(panel))


def test_an_item_that_the_filter_hides_can_be_chosen(panel: CasePanel, qtbot: Any) -> None:
    panel.search()
    qtbot.keyClicks(panel.filter_bar.search, "spine")
    panel.choose(0)
    assert panel.current_index() == 0
    assert outline(panel) == WHOLE


def test_a_short_case_needs_no_search(qtbot: Any) -> None:
    short = CasePanel()
    qtbot.addWidget(short)
    short.show()
    for opened in CASE[:3]:
        short.append(opened)
    assert not short.filter_bar.isVisible()


def test_everything_in_the_pane_has_a_name(panel: CasePanel) -> None:
    assert unnamed(panel) == []
    spoken = panel.model.index_of(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("CT · Head, 2 image(s)")


def test_five_hundred_series_are_listed_and_found_in_a_moment(qtbot: Any) -> None:
    many = CasePanel()
    qtbot.addWidget(many)
    many.resize(280, 700)
    many.show()
    thumbnail = np.zeros((144, 144), np.uint8)
    start = QTime.currentTime()
    for number in range(500):
        item = series(f"Series {number}", "Ann", f"2026{number // 50 + 1:02d}01").item
        assert isinstance(item, ImageSeries)
        many.append(OpenedItem(item, thumbnail=thumbnail))
    many.choose(499)
    assert many.tree.visualRect(many.tree.currentIndex()).intersects(many.tree.viewport().rect())
    many.filter_bar.search.setText("series 123")
    assert many.model.numbers() == [123]
    assert start.msecsTo(QTime.currentTime()) < 5000, "idle it is a fifth of a second"
    assert many.tree.indexAt(QPointF(60, 90).toPoint()).isValid()
