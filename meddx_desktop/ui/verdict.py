"""The doctor's answer to a finding."""

from enum import StrEnum


class Verdict(StrEnum):
    """What the doctor says about a finding."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    REJECTED = "rejected"
