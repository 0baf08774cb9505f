"""What a folder scan needs to know of one single-frame file."""

from dataclasses import dataclass

from meddx_desktop.case.image_series import Frame, PixelSpacing
from meddx_desktop.readers.dicom_file import PixelElement
from meddx_desktop.readers.pixel_layout import PixelLayout


@dataclass(frozen=True, slots=True)
class SeriesMarks:
    """What files of one series have in common and a series says only once.

    `patient` is the Patient ID, or the name where there is none.
    """

    patient: str | None
    age_years: float | None
    spacing: PixelSpacing | None
    pixel_aspect_ratio: tuple[int, int] | None
    view_position: str | None
    laterality: str | None


@dataclass(frozen=True, slots=True)
class Slice:
    """One frame with its group's distinguishing marks and the place of its pixels."""

    series_instance_uid: str
    modality: str
    marks: SeriesMarks
    transfer_syntax_uid: str
    frame: Frame
    layout: PixelLayout
    pixel_element: PixelElement
