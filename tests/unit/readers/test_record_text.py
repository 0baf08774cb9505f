"""Normalizing keeps offsets stable."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.case.text_record import Section
from meddx_desktop.readers.record_text import (
    RecordOrigin,
    count_control_characters,
    make_record,
    normalize_text,
)

LINE_ENDS = {"\r", "\n", "\x85", "\u2028", "\u2029"}
ROUGH_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("\r\n\x00\x85\u2028\u2029\ufeff\t\f\x1b\x9f"))
)


@given(ROUGH_TEXT)
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    once = normalize_text("x" + text)
    assert normalize_text(once) == once
    assert not LINE_ENDS - {"\n"} & set(once)


@given(ROUGH_TEXT)
def test_every_character_but_the_half_of_a_line_end_keeps_its_place(text: str) -> None:
    original = ("x" + text).replace("\r\n", "\n")
    normalized = normalize_text("x" + text)
    assert len(normalized) == len(original)
    for before, after in zip(original, normalized, strict=True):
        if before in LINE_ENDS:
            assert after == "\n"
        else:
            assert after in {before, "\ufffd"}


@given(ROUGH_TEXT)
def test_replaced_characters_are_counted(text: str) -> None:
    added = normalize_text("x" + text).count("\ufffd") - text.count("\ufffd")
    assert added == count_control_characters(text)


def test_a_leading_byte_order_mark_is_removed_and_a_later_one_kept() -> None:
    assert normalize_text("\ufeffa\ufeffb") == "a\ufeffb"


def test_tabs_and_form_feeds_stay() -> None:
    assert normalize_text("a\tb\fc") == "a\tb\fc"


def test_sections_that_a_format_names_are_taken_as_they_are() -> None:
    own = (Section("Plan", 0, 4),)
    origin = RecordOrigin(Path("note.xml"), "CDA", "utf-8", sections=own)
    record = make_record("Rest and PLAN: water", origin)
    assert record.sections == own
    assert record.record_format == "CDA"
