"""Letters at the edges of an image: which side of the patient they are (PS3.3 C.7.6.1.1.1)."""

from dataclasses import dataclass

from meddx_desktop.case.image_series import Vector
from meddx_desktop.rendering.view_transform import Matrix

_OPPOSITE = str.maketrans("LRAPHF", "RLPAFH")
_NOTICEABLE = 0.25


@dataclass(frozen=True, slots=True)
class EdgeLetters:
    """What lies toward each edge of the view."""

    left: str
    right: str
    top: str
    bottom: str


def direction_letters(direction: Vector) -> str:
    """Name a direction in the patient system (x to Left, y to Posterior, z to Head).

    The strongest component comes first; those below a quarter of the length are left out.
    """
    pairs = [
        (abs(value), positive if value > 0 else negative)
        for value, positive, negative in zip(direction, "LPH", "RAF", strict=True)
    ]
    return "".join(
        letter for size, letter in sorted(pairs, key=lambda pair: -pair[0]) if size > _NOTICEABLE
    )


def opposite_letters(letters: str) -> str:
    """Return the letters of the other side."""
    return letters.translate(_OPPOSITE)


def edge_letters(toward_right: str, toward_bottom: str, turn: Matrix) -> EdgeLetters:
    """Return the letters of the four edges after quarter turns and mirrors.

    Parameters
    ----------
    toward_right : where the rows of the frame lead (Patient Orientation, first value).
    toward_bottom : where the columns lead (second value).
    turn : the turns and mirrors of the view.
    """
    (a, b), (c, d) = turn
    across = _along(toward_right, a) or _along(toward_bottom, b)
    down = _along(toward_right, c) or _along(toward_bottom, d)
    return EdgeLetters(opposite_letters(across), across, opposite_letters(down), down)


def _along(letters: str, sign: float) -> str:
    if sign == 0:
        return ""
    return letters if sign > 0 else opposite_letters(letters)
