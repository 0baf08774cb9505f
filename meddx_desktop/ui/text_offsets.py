"""Offsets: records count code points, Qt counts UTF-16 units."""

from bisect import bisect_left


class TextOffsets:
    """Translates between the two for one text."""

    def __init__(self, text: str) -> None:
        # Only characters beyond the Basic Multilingual Plane take two units.
        self._wide = [index for index, letter in enumerate(text) if ord(letter) > 0xFFFF]
        self._wide_in_qt = [index + number for number, index in enumerate(self._wide)]

    def to_qt(self, code_points: int) -> int:
        """Return the UTF-16 offset of a code-point offset."""
        return code_points + bisect_left(self._wide, code_points)

    def from_qt(self, units: int) -> int:
        """Return the code-point offset of a UTF-16 offset."""
        return units - bisect_left(self._wide_in_qt, units)
