"""Sections of clinical notes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.readers.section_headings import find_sections


def titles(text: str) -> list[str]:
    return [section.title for section in find_sections(text)]


def test_headings_in_capitals_and_known_headings_are_found() -> None:
    text = (
        "CHIEF COMPLAINT: Cough.\n\nPast medical history: None.\n  2. Family History:\nNone.\n"
        "## Plan\nRest.\n\nIMPRESSION\nBronchitis.\n"
    )
    assert titles(text) == [
        "CHIEF COMPLAINT",
        "Past medical history",
        "Family History",
        "IMPRESSION",
    ]


def test_a_markdown_heading_after_an_empty_line_is_found() -> None:
    assert titles("# Findings\nClear lungs.\n\n## Impression\nNormal.") == [
        "Findings",
        "Impression",
    ]


def test_prose_with_a_colon_is_no_heading() -> None:
    assert titles("The following was seen: a nodule.\nShe said: no pain.\nBP: 120/80") == []


def test_a_short_line_in_capitals_within_a_paragraph_is_no_heading() -> None:
    assert titles("He takes\nASPIRIN\ndaily.") == []


def test_dictation_on_one_line_is_split_at_known_headings() -> None:
    text = "SUBJECTIVE:, She is well. MEDICATIONS: , None., ALLERGIES:, No known allergies."
    assert titles(text) == ["SUBJECTIVE", "MEDICATIONS", "ALLERGIES"]


def test_headings_in_other_languages_are_found() -> None:
    assert titles("主诉：发热三天。\n既往史：无。\n诊断：感冒。") == ["主诉", "既往史", "诊断"]
    assert titles("Anamnese: Husten.\nBefund: frei.\nBeurteilung: normal.") == [
        "Anamnese",
        "Befund",
        "Beurteilung",
    ]


def test_a_section_reaches_to_the_next_heading_without_trailing_space() -> None:
    text = "Preface\nHISTORY: 𝒳 cough.\n\nPLAN: Rest.\n\n"
    history, plan = find_sections(text)
    assert text[history.start : history.end] == "HISTORY: 𝒳 cough."
    assert text[plan.start : plan.end] == "PLAN: Rest."


def test_only_headings_of_common_wording_are_standard() -> None:
    text = "HISTORY OF PRESENT ILLNESS: Cough.\nCOPD: stable.\n\nPlan\nRest."
    found = {section.title: section.is_standard for section in find_sections(text)}
    assert found == {"HISTORY OF PRESENT ILLNESS": True, "COPD": False, "Plan": True}


@given(
    st.lists(
        st.sampled_from(
            ["PLAN:", "Findings: clear", "IMPRESSION", "a. ", "\n", "\n\n", "word ", "："]
        )
    ).map("".join)
)
def test_sections_are_in_order_without_overlap_and_begin_with_their_title(text: str) -> None:
    sections = find_sections(text)
    for section in sections:
        assert 0 <= section.start < section.end <= len(text)
        assert text[section.start :].startswith(section.title)
    for before, after in pairwise(sections):
        assert before.end <= after.start


@given(st.text())
def test_any_text_is_searched_without_error(text: str) -> None:
    assert all(text[section.start : section.end].strip() for section in find_sections(text))


def test_a_text_of_nothing_but_headings_has_a_bounded_number_of_sections() -> None:
    assert len(find_sections("PLAN:\n" * 30_000)) == 10_000
