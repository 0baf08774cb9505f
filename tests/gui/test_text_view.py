"""The text view, driven by keys and clicks."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from meddx_desktop.case.explanation import TextHighlights, WeightedSpan
from meddx_desktop.case.finding import (
    Analysis,
    AnalysisStatus,
    Assertion,
    Entity,
    EntityMeasure,
)
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import Section, TextRecord
from meddx_desktop.ui.chip_drawing import style_of
from meddx_desktop.ui.text_view import TextView
from tests.gui.conftest import ATRESIA

TEXT = "𝔸 Patient with diabetes. No fever.\nMother had cancer; metformin given."
ASSERTIONS = {
    "present": Assertion(),
    "negated": Assertion(negated=True),
    "historical": Assertion(historical=True),
    "hypothetical": Assertion(hypothetical=True),
    "family": Assertion(family=True),
    "uncertain": Assertion(uncertain=True),
}


def mention(word: str, kind: str = "disease", **said: bool) -> Entity:
    start = TEXT.index(word)
    return Entity(start, start + len(word), word, kind, 0.9, Assertion(**said))


MENTIONS = (
    mention("diabetes"),
    mention("fever", negated=True),
    mention("cancer", family=True),
    mention("metformin", "chemical"),
)


@pytest.fixture
def view(qtbot: Any) -> TextView:
    made = TextView()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.show_record(TextRecord(Source(Path("r.txt"), ()), TEXT, "plain text", "utf-8"), MENTIONS)
    return made


def selected(view: TextView) -> str:
    row = view.table.currentRow()
    return view.table.item(row, 0).text()


def test_the_table_says_what_the_record_says(view: TextView) -> None:
    rows = [[view.table.item(row, column).text() for column in range(4)] for row in range(4)]
    assert rows == [
        ["diabetes", "disease", "present", "Likely 90 %"],
        ["fever", "disease", "negated", "Likely 90 %"],
        ["cancer", "disease", "family", "Likely 90 %"],
        ["metformin", "chemical", "present", "Likely 90 %"],
    ]


def test_mentions_stand_under_their_rule_and_what_the_tagger_reached(view: TextView) -> None:
    entities = tuple(
        replace(MENTIONS[0], probability=probability) for probability in (0.8, 0.79, 0.5, 0.49)
    )
    measures = (
        EntityMeasure("chemical", 0.892, 0.859, "500 abstracts"),
        EntityMeasure("disease", 0.79, 0.8, "500 abstracts"),
    )
    view.show_entities(entities, measures)
    assert [view.table.item(row, 3).text() for row in range(4)] == [
        "Likely 80 %",
        "Possible 79 %",
        "Possible 50 %",
        "Unlikely 49 %",
    ]
    assert view.reference.isVisible()
    assert view.reference.text() == (
        "Likely from 80 %, possible from 50 %. chemical: precision 89 %, recall 86 %; "
        "disease: precision 79 %, recall 80 % (500 abstracts)."
    )
    view.show_entities(())
    assert not view.reference.isVisible()


def test_the_column_of_codes_is_there_when_there_are_codes(view: TextView) -> None:
    assert view.table.isColumnHidden(4)
    view.show_entities((replace(MENTIONS[0], codes=(ATRESIA,)),))
    assert not view.table.isColumnHidden(4)
    assert view.table.item(0, 4).text() == ATRESIA.value


def test_titles_of_sections_are_bold_and_without_mentions_there_is_no_table(
    view: TextView,
) -> None:
    record = TextRecord(
        Source(Path("r.txt"), ()),
        "PLAN:\nRest.",
        "plain text",
        "utf-8",
        sections=(Section("PLAN", 0, 11),),
    )
    view.show_record(record, ())
    assert not view.table.isVisible()
    cursor = view.record_text.textCursor()
    weights = []
    for position in (2, 8):
        cursor.setPosition(position)
        weights.append(cursor.charFormat().fontWeight())
    assert weights == [700, 400]


def test_walking_goes_from_mention_to_mention_and_around(view: TextView) -> None:
    walked = []
    for _ in range(5):
        view.step_mention(1)
        walked.append(selected(view))
    assert walked == ["diabetes", "fever", "cancer", "metformin", "diabetes"]
    view.step_mention(-1)
    assert selected(view) == "metformin"
    assert "metformin, chemical, present" in view.record_text.accessibleDescription()


def test_text_and_table_follow_each_other(view: TextView, qtbot: Any) -> None:
    view.table.setCurrentCell(2, 0)
    assert view.record_text.current_mention == 2
    cursor = view.record_text.textCursor()
    cursor.setPosition(TEXT.index("fever") + 1 + 2)  # the first letter takes two UTF-16 units
    place = view.record_text.cursorRect(cursor).center()
    viewport = view.record_text.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    assert selected(view) == "fever"


def test_chips_lie_on_their_words_beyond_the_basic_plane(view: TextView) -> None:
    view.choose_mention(0)
    cursor = view.record_text.textCursor()
    cursor.setPosition(cursor.position() + len("diabetes"), cursor.MoveMode.KeepAnchor)
    assert cursor.selectedText() == "diabetes"


def test_every_assertion_has_its_own_look_without_color() -> None:
    looks = {
        name: (style.axis, style.tag)
        for name, said in ASSERTIONS.items()
        for style in [style_of(Entity(0, 1, "x", "disease", 1.0, said), 0)]
    }
    assert len(set(looks.values())) == len(ASSERTIONS)
    assert looks["negated"] == ("negated", "D no")


def test_chips_of_different_assertions_are_drawn_differently(view: TextView, qtbot: Any) -> None:
    pictures = []
    for said in ASSERTIONS.values():
        view.show_entities((Entity(15, 23, "diabetes", "disease", 0.9, said),))
        pictures.append(view.record_text.viewport().grab().toImage())
    for number, one in enumerate(pictures):
        assert all(one != other for other in pictures[number + 1 :])


def test_search_counts_and_marks_the_places(view: TextView, qtbot: Any) -> None:
    view.start_search()
    assert view.search_line.hasFocus()
    qtbot.keyClicks(view.search_line, "er")
    assert view.match_text.startswith("3 ")
    qtbot.keyClick(view.search_line, Qt.Key.Key_Return)
    assert view.record_text.textCursor().selectedText() == "er"
    view.stop_search()
    assert view.record_text.extraSelections() == []


def test_evidence_shades_the_text(view: TextView) -> None:
    before = view.record_text.viewport().grab().toImage()
    spans = (WeightedSpan(15, 23, 0.9), WeightedSpan(25, 27, -0.8))
    view.show_highlights(TextHighlights(ATRESIA, spans, "occlusion"))
    after = view.record_text.viewport().grab().toImage()
    changed = sum(
        QColor(before.pixel(x, y)) != QColor(after.pixel(x, y))
        for x in range(0, before.width(), 4)
        for y in range(0, before.height(), 4)
    )
    assert changed > 20


def test_one_tagger_speaks_at_a_time_the_best_measured_first(view: TextView, qtbot: Any) -> None:
    def answer(name: str, recall: float, entities: tuple[Entity, ...]) -> Analysis:
        measures = (EntityMeasure("disease", 0.8, recall, "group"),)
        return Analysis(
            name,
            "1.0.0",
            name.title(),
            AnalysisStatus.ASSESSED,
            entities=entities,
            entity_measures=measures,
        )

    silent, weak = answer("silent", 0.9, ()), answer("weak", 0.5, MENTIONS[:1])
    strong = answer("strong", 0.8, MENTIONS)
    view.show_answers([silent, weak])
    assert (view.table.rowCount(), view.tagger_choice.isHidden()) == (1, True)
    view.show_answers([silent, weak, strong])
    assert not view.tagger_choice.isHidden()
    said = [view.tagger_choice.list.itemText(row) for row in range(view.tagger_choice.list.count())]
    assert said == [f"{len(MENTIONS)} · Strong", "1 · Weak"]
    assert view.table.rowCount() == len(MENTIONS)
    view.tagger_choice.list.setFocus()
    qtbot.keyClick(view.tagger_choice.list, Qt.Key.Key_Down)
    assert view.tagger_choice.list.currentText() == "1 · Weak"
    assert view.table.rowCount() == 1
    view.show_answers([strong, weak])
    assert view.table.rowCount() == 1
    view.show_answers([strong])
    assert view.table.rowCount() == len(MENTIONS)
