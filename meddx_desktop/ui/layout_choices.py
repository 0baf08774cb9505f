"""How the viewports are laid out and what they do together; light enough for the first paint."""

from dataclasses import dataclass
from typing import Any, Self

MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class GridShape:
    """Rows and columns of viewports, one to three of each."""

    rows: int = 1
    columns: int = 1

    @property
    def count(self) -> int:
        """How many viewports that makes."""
        return self.rows * self.columns

    @classmethod
    def restore(cls, stored: dict[str, Any]) -> Self:
        """Read stored fields; numbers out of range become the nearest in it."""
        rows, columns = (
            min(MOST_LINES, max(1, int(stored.get(name, 1)))) for name in ("rows", "columns")
        )
        return cls(rows, columns)


@dataclass(frozen=True, slots=True)
class LinkChoices:
    """What the person wants to happen in all viewports.

    `by_position` scrolls series of one frame of reference to the same place; `by_number` moves all
    others by as many images, which means nothing anatomical and is off until asked for.
    """

    by_position: bool = True
    by_number: bool = False
    window: bool = False
    zoom: bool = False
    lines: bool = True

    @classmethod
    def restore(cls, stored: dict[str, Any]) -> Self:
        """Read stored fields; missing ones keep their defaults."""
        known = (name for name in cls.__slots__ if name in stored)
        return cls(**{name: bool(stored[name]) for name in known})
