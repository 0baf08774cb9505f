"""What a folder scan needs to know of one single-frame file."""

from dataclasses import dataclass

from meddx_desktop.case.image_series import Frame
from meddx_desktop.readers.dicom_file import PixelElement
from meddx_desktop.readers.pixel_layout import PixelLayout


@dataclass(frozen=True, slots=True)
class Slice:
    """One frame with its group's distinguishing marks and the place of its pixels."""

    series_instance_uid: str
    modality: str
    transfer_syntax_uid: str
    frame: Frame
    layout: PixelLayout
    pixel_element: PixelElement
