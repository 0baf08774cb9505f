"""Rows and columns of leads."""

import pytest

from meddx_desktop.rendering.lead_layout import (
    LeadLayout,
    Panel,
    arrange,
    layouts_for,
    row_count,
)

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")


def names(layout: LeadLayout, row: int) -> list[str]:
    panels = sorted(arrange(LEADS, layout), key=lambda panel: panel.column)
    return [LEADS[panel.channel] for panel in panels if panel.row == row]


def test_three_rows_of_four_stand_over_a_rhythm_strip() -> None:
    shown = [names(LeadLayout.THREE_BY_FOUR, row) for row in range(4)]
    assert shown == [
        ["I", "aVR", "V1", "V4"],
        ["II", "aVL", "V2", "V5"],
        ["III", "aVF", "V3", "V6"],
        ["II"],
    ]
    assert arrange(LEADS, LeadLayout.THREE_BY_FOUR)[-1] == Panel(1, 3, 0, 1)


def test_six_rows_have_limb_leads_left_and_chest_leads_right() -> None:
    shown = [names(LeadLayout.SIX_BY_TWO, row) for row in range(6)]
    assert shown == [list(pair) for pair in zip(LEADS[:6], LEADS[6:], strict=True)]


def test_other_channels_are_stacked() -> None:
    labels = ("II", "Aortic pressure")
    assert layouts_for(labels) == (LeadLayout.STACKED,)
    panels = arrange(labels, LeadLayout.STACKED)
    assert panels == (Panel(0, 0, 0, 1), Panel(1, 1, 0, 1))
    assert row_count(panels) == 2
    with pytest.raises(ValueError, match="not in"):
        arrange(labels, LeadLayout.SIX_BY_TWO)


def test_twelve_leads_in_any_order_and_with_others_are_laid_out() -> None:
    labels = (*reversed(LEADS), "V4R")
    assert layouts_for(labels)[0] is LeadLayout.THREE_BY_FOUR
    first = arrange(labels, LeadLayout.THREE_BY_FOUR)[0]
    assert labels[first.channel] == "I"
