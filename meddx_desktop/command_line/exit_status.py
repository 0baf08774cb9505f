"""What the shell is told."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit statuses of every command; `worst` keeps the gravest of several."""

    DONE = 0
    BROKEN = 1
    WRONG_USAGE = 2
    PARTLY_REFUSED = 3

    def worst(self, other: "ExitStatus") -> "ExitStatus":
        """Return the graver of two: wrong usage, broken, partly refused, done."""
        order = (self.DONE, self.PARTLY_REFUSED, self.BROKEN, self.WRONG_USAGE)
        return max(self, other, key=order.index)
