"""What a person measures or marks on a frame."""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import TypeAlias

from meddx_desktop.case.image_series import ImageSeries, SpacingOrigin, file_of_frame

# x to the right, y down, in pixels of the frame; the center of the first pixel is (0.5, 0.5).
Point: TypeAlias = tuple[float, float]


class MeasurementKind(StrEnum):
    """What is measured or marked."""

    LENGTH = "length"
    ANGLE = "angle"
    COBB_ANGLE = "cobb_angle"
    ELLIPSE = "ellipse"
    RECTANGLE = "rectangle"
    FREEHAND = "freehand"
    PROBE = "probe"
    ARROW = "arrow"
    TEXT = "text"


REGION_KINDS = frozenset(
    {MeasurementKind.ELLIPSE, MeasurementKind.RECTANGLE, MeasurementKind.FREEHAND}
)


class NoSpacing(StrEnum):
    """Why a length is in pixels."""

    NOT_IN_FILE = "not_in_file"
    OUTSIDE_REGIONS = "outside_regions"
    SEVERAL_REGIONS = "several_regions"
    UNCALIBRATED_REGION = "uncalibrated_region"
    CONFLICTING_REGIONS = "conflicting_regions"


@dataclass(frozen=True, slots=True)
class FrameReference:
    """Which frame is meant, also after the case was closed and opened again.

    `frame_index` counts within the file. `path` names the file of a frame without an SOP Instance
    UID and is empty for all others, which are found by their UID wherever their file lies. `plane`
    is for frames that were computed from others, and have no UID either: position and directions.
    """

    series_instance_uid: str | None
    sop_instance_uid: str | None
    path: str
    frame_index: int
    plane: tuple[float, ...] = ()

    def is_in_file_of(self, other: "FrameReference") -> bool:
        """Whether both frames lie in one file."""
        return (self.sop_instance_uid, self.path) == (other.sop_instance_uid, other.path)


@dataclass(frozen=True, slots=True)
class RegionStatistics:
    """The values of the pixels whose centers lie in a region; `deviation` divides by the count."""

    pixel_count: int
    mean: float
    deviation: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measurement says.

    `length` and `area` are in mm and mm² where there is a `spacing_origin`, else in pixels, and
    `no_spacing` says why. `value` is that of the pixel under a probe: one modality value or red,
    green and blue. `unit` is that of the modality values, empty where the file names none. A region
    of a color image has `channels` instead of `statistics`: red, green and blue as they are shown,
    from 0 to `channel_maximum`, which no standard relates to anything measured.
    """

    length: float | None = None
    area: float | None = None
    angle_degrees: float | None = None
    statistics: RegionStatistics | None = None
    channels: tuple[RegionStatistics, ...] = ()
    channel_maximum: int = 0
    value: tuple[float, ...] = ()
    unit: str = ""
    spacing_origin: SpacingOrigin | None = None
    no_spacing: NoSpacing | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement or mark on one frame.

    `points` are the ends of a length; the arms' ends with the vertex in the middle of an angle; the
    ends of both lines of a Cobb angle; opposite corners of the box of an ellipse or rectangle; the
    corners of a freehand region; the tip and the tail of an arrow; or one place. `text` is the
    person's own. `label_offset` leads from the middle of the shape to that of its label, in pixels
    of the frame; None where the label has not been moved.
    """

    identifier: str
    kind: MeasurementKind
    frame: FrameReference
    points: tuple[Point, ...]
    text: str = ""
    reading: Reading = field(default_factory=Reading)
    label_offset: Point | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """The person's word for how long a line is; it holds for every frame of the file."""

    frame: FrameReference
    points: tuple[Point, Point]
    length_mm: float


def frame_reference(series: ImageSeries, index: int) -> FrameReference:
    """Return how to find a frame of a series again."""
    frame = series.frames[index]
    file = file_of_frame(series, index) if series.source.paths else frame.path
    uid = series.series_instance_uid
    if frame.sop_instance_uid:
        return FrameReference(uid, frame.sop_instance_uid, "", frame.frame_index)
    plane = tuple(chain(frame.position or (), *(frame.orientation or ())))
    return FrameReference(uid, None, str(file), frame.frame_index, plane)


def index_of_frame(series: ImageSeries, reference: FrameReference) -> int | None:
    """Return where in a series a frame is, or None where it is in another."""
    for index in range(len(series.frames)):
        if frame_reference(series, index) == reference:
            return index
    return None
