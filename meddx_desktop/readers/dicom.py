"""DICOM files: images of any transfer syntax, one file at a time."""

from dataclasses import replace
from pathlib import Path

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.source import Source
from meddx_desktop.readers.dicom_description import DicomIdentity, describe, identify
from meddx_desktop.readers.dicom_file import looks_like_dicom, open_dicom, quiet_pydicom
from meddx_desktop.readers.dicom_stack import describe_stack
from meddx_desktop.readers.pixel_source import open_image


class DicomReader:
    """Reads one DICOM file; folders are grouped by `dicom_series`."""

    name = "DICOM"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Say whether the content is DICOM, with or without its preamble."""
        return looks_like_dicom(head)

    def read(self, path: Path, progress: ReportProgress) -> ImageSeries:
        """Return the images of one file as a series."""
        progress(0, 1, "Reading the header")
        series = read_series(path)
        progress(1, 1, "Reading the header")
        return series


def read_series(path: Path) -> ImageSeries:
    """Return the series that one file makes, with warnings about its geometry."""
    with quiet_pydicom():
        series = describe(*open_image(path))
    # A dose grid or a cine has many frames at one place.
    has_places = len({frame.position for frame in series.frames}) > 1
    stack = describe_stack(series.frames) if has_places else None
    if stack is None:
        return series
    source = Source(path, (path,), (*series.source.warnings, *stack.warnings))
    series = replace(series, source=source, slice_spacing_mm=stack.spacing_mm)
    # Frames of several times or echoes at one place stay in the order in which they were taken.
    return series if stack.has_shared_places else _in_order(series, stack.order)


def _in_order(series: ImageSeries, order: tuple[int, ...]) -> ImageSeries:
    times = series.frame_times_ms
    return replace(
        series,
        frames=tuple(series.frames[i] for i in order),
        frame_times_ms=tuple(times[i] for i in order) if times else (),
    )


def identify_file(path: Path) -> DicomIdentity:
    """Return what a DICOM file is, whether or not it holds an image."""
    with quiet_pydicom():
        return identify(open_dicom(path))


READER = DicomReader()
