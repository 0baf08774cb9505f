"""What the shell is told."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit statuses of every command."""

    DONE = 0
    BROKEN = 1
    WRONG_USAGE = 2
    PARTLY_REFUSED = 3
