"""Groups DICOM files into series and puts their frames in order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.case.source import Source
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.dicom_header import read_slice
from meddx_desktop.readers.dicom_slice import SeriesMarks, Slice
from meddx_desktop.readers.dicom_stack import describe_stack

GroupKey: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """One file's header: its group and its frame; `series` where the whole header was read."""

    path: Path
    key: GroupKey
    frame: Frame
    series: ImageSeries | None


def scan_file(path: Path) -> ScannedFile:
    """Read as little of a file's header as grouping and sorting need.

    Raises
    ------
    RefusedFileError : no image, damaged, cut off, too large or unsupported.
    """
    quick = read_slice(path)
    if quick is not None:
        return ScannedFile(path, _slice_key(quick), quick.frame, None)
    series = read_series(path)
    return ScannedFile(path, _series_key(series), series.frames[0], series)


def _directions(frame: Frame) -> tuple[float, ...]:
    if frame.orientation is None:
        return ()
    return tuple(round(one, 2) + 0.0 for axis in frame.orientation for one in axis)


def _slice_key(one: Slice) -> GroupKey:
    layout = one.layout
    return (
        one.series_instance_uid,
        layout.rows,
        layout.columns,
        layout.photometric_interpretation,
        layout.stored,
        layout.is_signed,
        one.modality,
        one.marks,
        _directions(one.frame),
    )


def marks_of(series: ImageSeries) -> SeriesMarks:
    """Return the marks that a completely read file shares with others of its series."""
    return SeriesMarks(
        patient=series.patient.patient_id or series.patient.name,
        age_years=series.patient.age_years,
        spacing=series.pixel_spacing,
        pixel_aspect_ratio=series.pixel_aspect_ratio,
        view_position=series.view_position,
        laterality=series.laterality,
    )


def _series_key(series: ImageSeries) -> GroupKey:
    key: GroupKey = (
        series.series_instance_uid,
        series.rows,
        series.columns,
        series.photometric_interpretation,
        series.bits_stored,
        series.is_signed,
        series.modality,
        marks_of(series),
        _directions(series.frames[0]),
    )
    if len(series.frames) > 1 or series.series_instance_uid is None:
        return (*key, str(series.source.path))
    return key


def build_series(group: Sequence[ScannedFile], opened: Path) -> ImageSeries:
    """Return the series of one group; `opened` is what the person named.

    Raises
    ------
    RefusedFileError : the header of its first file cannot be read completely.
    """
    first = group[0].series or read_series(group[0].path)
    if len(group) == 1:
        return replace(first, source=replace(first.source, path=opened))
    frames, spacing, warnings = _ordered([one.frame for one in group])
    notes = [note for one in group if one.series for note in one.series.source.warnings]
    if group[0].series is None:
        notes = [*first.source.warnings, *notes]
    source = Source(
        opened,
        tuple(frame.path for frame in frames),
        tuple(dict.fromkeys((*notes, *warnings))),
    )
    return replace(first, source=source, frames=frames, slice_spacing_mm=spacing)


def _ordered(frames: list[Frame]) -> tuple[tuple[Frame, ...], float | None, tuple[str, ...]]:
    stack = describe_stack(frames)
    if stack is not None:
        return tuple(frames[i] for i in stack.order), stack.spacing_mm, stack.warnings
    numbered = sorted(frames, key=lambda frame: (frame.instance_number or 0, str(frame.path)))
    has_place = any(frame.position is not None for frame in frames)
    warnings = ("slices are ordered by instance number, as some lack a position",)
    return tuple(numbered), None, warnings if has_place else ()
