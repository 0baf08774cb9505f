"""What is taken off the frames of an angiogram so that the vessels alone are left."""

from dataclasses import dataclass
from enum import StrEnum

from meddx_desktop.case.grayscale import GrayscaleTransform


class MaskOperation(StrEnum):
    """Mask Operation, PS3.3 C.7.6.10.1."""

    AVERAGE = "AVG_SUB"
    INTERVAL = "TID"
    REVERSED_INTERVAL = "REV_TID"


@dataclass(frozen=True, slots=True)
class MaskRule:
    """Which frames are the mask of which, all counted from 0 within one file.

    `ranges` hold first and last frame; the rule is for every frame where there are none.
    `mask_frames` are averaged; `contrast_count` frames from the one in view on are averaged too.
    `interval` is how many frames back the mask of an interval difference lies. `shift` moves the
    mask down and to the right, in pixels.
    """

    operation: MaskOperation
    ranges: tuple[tuple[int, int], ...] = ()
    mask_frames: tuple[int, ...] = ()
    contrast_count: int = 1
    interval: int = 1
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class MaskSubtraction:
    """How one frame is seen without its mask; frames are counted from 0 within its file.

    Stored values go through the modality transform of `grayscale` first; `logarithm_of` is the
    highest value of pixels that are linear to the X-ray intensity and need a logarithm, 0 for
    others.
    """

    contrast_frames: tuple[int, ...]
    mask_frames: tuple[int, ...]
    shift: tuple[float, float]
    grayscale: GrayscaleTransform
    logarithm_of: float = 0.0
