"""What a person wants to have of a series as files."""

from dataclasses import dataclass
from enum import StrEnum


class PictureFormat(StrEnum):
    """A file format for rendered frames; the value is the suffix."""

    PNG = "png"
    TIFF = "tif"
    GIF = "gif"
    SECONDARY_CAPTURE = "dcm"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to be written: its name, without anything about the patient, and its content."""

    name: str
    content: bytes
