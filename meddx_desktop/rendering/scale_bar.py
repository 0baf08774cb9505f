"""A scale bar of a round length."""

from dataclasses import dataclass

_ROUND_LENGTHS_MM = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length in the patient and on the screen."""

    length_mm: float
    length_px: float

    @property
    def label(self) -> str:
        """Length with its unit, in centimeters from one centimeter on."""
        return f"{self.length_mm / 10:g} cm" if self.length_mm >= 10 else f"{self.length_mm:g} mm"


def scale_bar(mm_per_px: float, maximum_px: float) -> ScaleBar | None:
    """Return the longest round bar of at most `maximum_px`, or None when none fits."""
    fitting = [mm for mm in _ROUND_LENGTHS_MM if mm / mm_per_px <= maximum_px]
    return ScaleBar(fitting[-1], fitting[-1] / mm_per_px) if fitting else None
