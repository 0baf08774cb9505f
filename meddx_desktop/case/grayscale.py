"""How gray values are meant to be seen: windows, lookup tables, the whole transform."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class VoiFunction(StrEnum):
    """VOI LUT Function, PS3.3 C.11.2.1.2."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """VOI window in the units of the modality values."""

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    explanation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LookupTable:
    """A DICOM lookup table: input `first_value_mapped` + i maps to `entries[i]`, ends clamp."""

    first_value_mapped: int
    entries: NDArray[np.uint16]
    bits_per_entry: int
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class GrayscaleTransform:
    """How stored values become modality values and then presentation values (PS3.4 N.2).

    `rescale_type` is the unit ("HU", "US", …) or None when the file does not say. `is_inverted`
    is true for MONOCHROME1 and for an INVERSE presentation LUT shape. The entries of a
    `presentation_lut` lie evenly over the whole range of what the VOI stage gives.
    """

    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    rescale_type: str | None = None
    modality_lut: LookupTable | None = None
    windows: tuple[Window, ...] = ()
    voi_luts: tuple[LookupTable, ...] = ()
    is_inverted: bool = False
    presentation_lut: LookupTable | None = None
