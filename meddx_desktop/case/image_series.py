"""Images: one series of frames with one geometry and one shape."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_marks import ImageMarks
from meddx_desktop.case.mask_subtraction import MaskSubtraction
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.case.source import Patient, Source

Vector: TypeAlias = tuple[float, float, float]


class SpacingOrigin(StrEnum):
    """Which attribute a pixel spacing came from; a measurement shows it."""

    PIXEL_SPACING = "Pixel Spacing"
    IMAGER_PIXEL_SPACING = "Imager Pixel Spacing (at the detector)"
    ULTRASOUND_REGION = "Sequence of Ultrasound Regions"
    BY_HAND = "calibrated by hand"
    REFORMATION = "reformation of slices"


@dataclass(frozen=True, slots=True)
class PixelSpacing:
    """Distance between pixel centers in millimeters, rows first."""

    row_mm: float
    column_mm: float
    origin: SpacingOrigin


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a series: where its pixels lie and where it is in the patient.

    `frame_index` counts within the file. `position` is Image Position (Patient) in mm;
    `orientation` is Image Orientation (Patient), row direction first. With a
    `subtraction`, the pixels are what a mask leaves of it, in units of its modality transform.
    """

    path: Path
    frame_index: int = 0
    sop_instance_uid: str | None = None
    instance_number: int | None = None
    position: Vector | None = None
    orientation: tuple[Vector, Vector] | None = None
    grayscale: GrayscaleTransform = field(default_factory=GrayscaleTransform)
    shutter: Shutter | None = None
    subtraction: MaskSubtraction | None = None


class Extent(StrEnum):
    """How much of a series has been read; only a whole one may be analyzed."""

    WHOLE = "whole"
    BEING_READ = "being read"
    CUT_SHORT = "cut short"


@dataclass(frozen=True, slots=True)
class UltrasoundRegion:
    """A calibrated rectangle of an ultrasound frame (PS3.3 C.8.5.5), in pixels, ends included."""

    left: int
    top: int
    right: int
    bottom: int
    spacing: PixelSpacing | None


@dataclass(frozen=True, slots=True)
class ImageSeries:
    """Frames of one series that share shape and geometry; pixels are decoded on demand.

    `modality` is the DICOM Modality ("CT", "US", …), "OT" for a photograph or film picture, and ""
    for a DICOM image that does not say. `slice_spacing_mm` is None where slices are not even.
    `pixel_aspect_ratio` is height to width of a pixel (PS3.3 C.7.6.3.1.7); where there is a
    `pixel_spacing`, that one counts. Models see the pixels as they are stored.
    `frame_times_ms` holds the display duration of each frame of a cine, or is empty.
    `is_derived` images were computed from the pixels of others. The frames of an `is_document`
    series are pages to be read, which no model looks at.
    `transfer_syntax_uid`, UIDs and descriptions are None where the file has none. `marks` are what
    presentation states, key objects and segmentations opened with the series say about its frames.
    Unless `extent` is whole, there may be more frames, and their order is not known.
    """

    source: Source
    frames: tuple[Frame, ...]
    rows: int
    columns: int
    modality: str
    photometric_interpretation: str
    is_color: bool
    bits_stored: int
    is_signed: bool
    patient: Patient = field(default_factory=Patient)
    pixel_spacing: PixelSpacing | None = None
    pixel_aspect_ratio: tuple[int, int] | None = None
    slice_spacing_mm: float | None = None
    ultrasound_regions: tuple[UltrasoundRegion, ...] = ()
    frame_times_ms: tuple[float, ...] = ()
    body_part: str | None = None
    view_position: str | None = None
    laterality: str | None = None
    patient_orientation: tuple[str, str] | None = None
    study_date: str | None = None
    study_description: str | None = None
    series_description: str | None = None
    series_number: int | None = None
    study_instance_uid: str | None = None
    series_instance_uid: str | None = None
    frame_of_reference_uid: str | None = None
    sop_class_uid: str | None = None
    transfer_syntax_uid: str | None = None
    is_lossy: bool = False
    marks: tuple[ImageMarks, ...] = ()
    has_burned_in_annotation: bool | None = None
    is_derived: bool = False
    is_document: bool = False
    extent: Extent = Extent.WHOLE


def file_of_frame(series: ImageSeries, index: int) -> Path:
    """Return the file of a frame as the person knows it, which may lie in an archive."""
    paths = series.source.paths
    return paths[index] if len(paths) == len(series.frames) else paths[0]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentMask:
    """Where one segment lies on a frame; `mask` has the frame's shape (rows, columns)."""

    number: int
    label: str
    mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FramePixels:
    """Decoded pixels of one frame of a series.

    `values` are stored values of shape (rows, columns) for gray images, RGB of shape
    (rows, columns, 3) in uint8 or uint16 for color. `index` counts within the series. `overlay`
    of shape (rows, columns) is true where the file's overlay planes draw; None without any.
    `segments` are the masks of the same shape that segmentations lay over the frame.
    """

    index: int
    values: NDArray[np.generic]
    overlay: NDArray[np.bool_] | None = None
    segments: tuple[SegmentMask, ...] = ()

    def __post_init__(self) -> None:
        self.values.setflags(write=False)
        if self.overlay is not None:
            self.overlay.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class FramePreview:
    """A frame at a fraction of its size, to be looked at until its pixels are there.

    `values` are as in `FramePixels`, halved `reduce` times. Nothing is measured, analyzed or
    exported from them.
    """

    index: int
    values: NDArray[np.generic]
    reduce: int

    def __post_init__(self) -> None:
        self.values.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the frame; `right` and `bottom` lie outside."""

    left: int
    top: int
    right: int
    bottom: int
