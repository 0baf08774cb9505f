"""What other DICOM objects say about images: drawn marks, key images, segments."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, Window
from meddx_desktop.case.mask_subtraction import MaskRule
from meddx_desktop.case.overlay_plane import OverlayPlane
from meddx_desktop.case.shutter import Shutter

FramePoint: TypeAlias = tuple[float, float]


class MarkShape(StrEnum):
    """Graphic Type, PS3.3 C.10.5; TEXT for text objects."""

    POINT = "POINT"
    POLYLINE = "POLYLINE"
    INTERPOLATED = "INTERPOLATED"
    CIRCLE = "CIRCLE"
    ELLIPSE = "ELLIPSE"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class FrameReference:
    """An instance, and which of its frames, counted from 0; all of them where empty."""

    sop_instance_uid: str
    frames: tuple[int, ...] = ()

    def includes(self, sop_instance_uid: str | None, frame_index: int) -> bool:
        """Say whether a frame is meant."""
        return self.sop_instance_uid == sop_instance_uid and (
            not self.frames or frame_index in self.frames
        )


@dataclass(frozen=True, slots=True)
class GraphicMark:
    """A shape or a text on frames; `references` is empty where all images of the state are meant.

    `points` are (column, row), the top left corner of the first pixel being (0, 0); with
    `is_relative` they are parts of the state's displayed area as it is seen, turned and mirrored.
    """

    shape: MarkShape
    points: tuple[FramePoint, ...]
    references: tuple[FrameReference, ...] = ()
    text: str = ""
    is_filled: bool = False
    is_relative: bool = False


@dataclass(frozen=True, slots=True)
class PresentationVoi:
    """A window or VOI LUT for some of the images, or for all of the state without `references`."""

    voi: Window | LookupTable
    references: tuple[FrameReference, ...] = ()


@dataclass(frozen=True, slots=True)
class DisplayedArea:
    """The part of some images, or of all of the state without `references`, that is to fill a view.

    `corners` are two opposite ones as (column, row) in pixels of the frame before it is turned.
    `magnification` is screen pixels per pixel of the image, None where the part is to be fitted.
    """

    corners: tuple[FramePoint, FramePoint]
    magnification: float | None = None
    references: tuple[FrameReference, ...] = ()


@dataclass(frozen=True, slots=True)
class PresentationState:
    """A grayscale softcopy presentation state.

    `grayscale` holds the modality and presentation stages, `vois` what lies between them; both take
    the place of those of the image (PS3.4 N.2). The image is turned clockwise by `rotation_deg`, a
    multiple of 90, then mirrored left to right where `is_flipped`. Pixels of X-rays that are linear
    to the intensity are subtracted as logarithms where `logarithm_of` is their highest value.
    `overlays` are the state's own; those of the image are drawn where `shows_overlays_of_image`.
    """

    path: Path
    label: str
    references: tuple[FrameReference, ...]
    marks: tuple[GraphicMark, ...] = ()
    vois: tuple[PresentationVoi, ...] = ()
    warnings: tuple[str, ...] = ()
    rotation_deg: int = 0
    is_flipped: bool = False
    areas: tuple[DisplayedArea, ...] = ()
    shutter: Shutter | None = None
    grayscale: GrayscaleTransform = field(default_factory=GrayscaleTransform)
    mask_rules: tuple[MaskRule, ...] = ()
    logarithm_of: float = 0.0
    overlays: tuple[OverlayPlane, ...] = ()
    shows_overlays_of_image: bool = True


@dataclass(frozen=True, slots=True)
class KeyObjects:
    """A key object selection: images that somebody picked out, and why."""

    path: Path
    title: str
    references: tuple[FrameReference, ...]
    description: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """What one segment shows."""

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class SegmentFrame:
    """One frame of a segmentation object and the image frames that it lies on."""

    segment_number: int
    frame_index: int
    references: tuple[FrameReference, ...]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A segmentation whose frames name their images."""

    path: Path
    label: str
    segments: tuple[Segment, ...]
    frames: tuple[SegmentFrame, ...]
    warnings: tuple[str, ...] = ()

    @property
    def references(self) -> tuple[FrameReference, ...]:
        """All images that any of its frames lies on."""
        return tuple(reference for frame in self.frames for reference in frame.references)


ImageMarks: TypeAlias = PresentationState | KeyObjects | Segmentation
