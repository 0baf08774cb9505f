"""Where the curves of a waveform stand on the paper: rows and columns of leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_STANDARD = (
    ("I", "II", "III"),
    ("aVR", "aVL", "aVF"),
    ("V1", "V2", "V3"),
    ("V4", "V5", "V6"),
)
_RHYTHM = "II"


class LeadLayout(StrEnum):
    """How curves are arranged: all stacked, or those of a 12-lead ECG as on paper."""

    THREE_BY_FOUR = "three-by-four"
    SIX_BY_TWO = "six-by-two"
    STACKED = "stacked"


@dataclass(frozen=True, slots=True)
class Panel:
    """A stretch of one channel: its row and column, and how many columns its row has."""

    channel: int
    row: int
    column: int
    columns: int


def layouts_for(labels: Sequence[str]) -> tuple[LeadLayout, ...]:
    """Return the layouts that these channels allow, the usual one first."""
    if {name for column in _STANDARD for name in column} <= set(labels):
        return tuple(LeadLayout)
    return (LeadLayout.STACKED,)


def arrange(labels: Sequence[str], layout: LeadLayout) -> tuple[Panel, ...]:
    """Place the channels; the times of a row follow one another from column to column.

    Raises
    ------
    ValueError : the layout needs leads that are not there.
    """
    match layout:
        case LeadLayout.STACKED:
            return tuple(Panel(channel, channel, 0, 1) for channel in range(len(labels)))
        case LeadLayout.SIX_BY_TWO:
            columns: tuple[tuple[str, ...], ...] = (
                _STANDARD[0] + _STANDARD[1],
                _STANDARD[2] + _STANDARD[3],
            )
        case LeadLayout.THREE_BY_FOUR:
            columns = _STANDARD
    panels = [
        Panel(list(labels).index(name), row, column, len(columns))
        for column, names in enumerate(columns)
        for row, name in enumerate(names)
    ]
    if layout is LeadLayout.THREE_BY_FOUR:
        panels.append(Panel(list(labels).index(_RHYTHM), 3, 0, 1))
    return tuple(panels)


def row_count(panels: Sequence[Panel]) -> int:
    """Return how many rows the panels fill."""
    return max((panel.row for panel in panels), default=-1) + 1
