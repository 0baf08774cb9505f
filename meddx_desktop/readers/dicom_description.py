"""One DICOM file as an `ImageSeries`, with its pixels left where they are."""

from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

from pydicom.dataset import Dataset

from meddx_desktop.case.image_marks import FrameReference, ImageMarks, PresentationState
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.case.source import Source
from meddx_desktop.readers.attributes import (
    first_item,
    integer,
    items,
    number,
    numbers,
    text,
    values,
)
from meddx_desktop.readers.dicom_file import DicomFile
from meddx_desktop.readers.dicom_geometry import (
    aspect_ratio,
    orientation,
    read_spacing,
    read_ultrasound_regions,
    vector,
)
from meddx_desktop.readers.dicom_grayscale import frame_grayscale, read_grayscale
from meddx_desktop.readers.dicom_patient import read_name, read_patient
from meddx_desktop.readers.mask_rules import needs_logarithm, read_mask_rules
from meddx_desktop.readers.photometric import is_color
from meddx_desktop.readers.pixel_layout import PixelLayout
from meddx_desktop.readers.pixel_source import PixelSource
from meddx_desktop.readers.shutters import read_shutter
from meddx_desktop.rendering.mask_subtraction import frames_for

_ALWAYS_LOSSY = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 52, 53, 54, 55, 56, 81))


@dataclass(frozen=True, slots=True)
class DicomIdentity:
    """What can be said about a DICOM object even when it holds no image."""

    sop_class_uid: str | None
    transfer_syntax_uid: str
    modality: str | None
    patient_name: str | None


def identify(file: DicomFile) -> DicomIdentity:
    """Return what a data set is, whether or not it holds pixels."""
    dataset = file.dataset
    return DicomIdentity(
        text(dataset, "SOPClassUID"),
        file.transfer_syntax_uid,
        text(dataset, "Modality"),
        read_name(dataset),
    )


def describe(file: DicomFile, source: PixelSource) -> ImageSeries:
    """Return the series that one file makes."""
    dataset, layout = file.dataset, source.layout
    regions = read_ultrasound_regions(dataset, layout.rows, layout.columns)
    spacing = read_spacing(dataset) or read_spacing(_pixel_measures(dataset))
    if spacing is None and len(regions) == 1:
        spacing = regions[0].spacing
    return ImageSeries(
        source=Source(file.path, (file.path,), source.notes),
        frames=read_frames(file.path, dataset, layout.frames),
        rows=layout.rows,
        columns=layout.columns,
        modality=text(dataset, "Modality") or "",
        photometric_interpretation=layout.photometric_interpretation,
        is_color=is_color(layout.photometric_interpretation, layout.samples),
        bits_stored=layout.stored,
        is_signed=layout.is_signed,
        patient=read_patient(dataset),
        pixel_spacing=spacing,
        pixel_aspect_ratio=aspect_ratio(numbers(dataset, "PixelAspectRatio")),
        slice_spacing_mm=None,
        ultrasound_regions=regions,
        frame_times_ms=read_frame_times(dataset, layout.frames),
        transfer_syntax_uid=source.transfer_syntax_uid,
        is_lossy=_is_lossy(dataset, source.transfer_syntax_uid),
        has_burned_in_annotation=_has_burned_in_annotation(dataset),
        is_derived=_is_derived(dataset),
        patient_orientation=_patient_orientation(dataset),
        body_part=text(dataset, "BodyPartExamined"),
        view_position=text(dataset, "ViewPosition"),
        laterality=text(dataset, "ImageLaterality") or text(dataset, "Laterality"),
        study_date=text(dataset, "StudyDate"),
        study_description=text(dataset, "StudyDescription"),
        series_description=text(dataset, "SeriesDescription"),
        series_number=integer(dataset, "SeriesNumber"),
        study_instance_uid=text(dataset, "StudyInstanceUID"),
        series_instance_uid=text(dataset, "SeriesInstanceUID"),
        frame_of_reference_uid=text(dataset, "FrameOfReferenceUID"),
        sop_class_uid=text(dataset, "SOPClassUID"),
        marks=_own_subtraction(file, layout),
    )


def _own_subtraction(file: DicomFile, layout: PixelLayout) -> tuple[ImageMarks, ...]:
    """Return the subtraction that an angiogram describes, to be looked through like a state."""
    rules, uid = read_mask_rules(file.dataset), text(file.dataset, "SOPInstanceUID")
    if uid is None or not rules:
        return ()
    counted = range(layout.frames)
    masked = [number for number in counted if frames_for(rules, number, layout.frames)]
    if not masked:
        return ()
    highest = float(2**layout.stored - 1) if needs_logarithm(file.dataset) else 0.0
    state = PresentationState(
        file.path,
        "mask subtraction",
        (FrameReference(uid, tuple(masked)),),
        grayscale=read_grayscale(file.dataset),
        mask_rules=rules,
        logarithm_of=highest,
        shutter=read_shutter(file.dataset),
    )
    return (state,)


def _shared_group(dataset: Dataset) -> Dataset:
    return first_item(dataset, "SharedFunctionalGroupsSequence")


def _pixel_measures(dataset: Dataset) -> Dataset:
    shared = first_item(_shared_group(dataset), "PixelMeasuresSequence")
    if len(shared):
        return shared
    first_frame = first_item(dataset, "PerFrameFunctionalGroupsSequence")
    return first_item(first_frame, "PixelMeasuresSequence")


def _is_lossy(dataset: Dataset, transfer_syntax_uid: str) -> bool:
    declared = text(dataset, "LossyImageCompression") == "01"
    return declared or transfer_syntax_uid in _ALWAYS_LOSSY


def _has_burned_in_annotation(dataset: Dataset) -> bool | None:
    return {"YES": True, "NO": False}.get(text(dataset, "BurnedInAnnotation") or "")


def _is_derived(dataset: Dataset) -> bool:
    """Whether the pixels were computed from those of other images (PS3.3 C.7.6.1.1.2)."""
    return [str(one) for one in values(dataset, "ImageType")][:1] == ["DERIVED"]


def _patient_orientation(dataset: Dataset) -> tuple[str, str] | None:
    found = [str(one) for one in values(dataset, "PatientOrientation")]
    return (found[0], found[1]) if len(found) == 2 and all(found) else None


def read_frames(path: Path, dataset: Dataset, count: int) -> tuple[Frame, ...]:
    """Return the frames with their own position, orientation and grayscale transform.

    References
    ----------
    DICOM PS3.3 C.7.6.16, Multi-frame Functional Groups.
    """
    base = Frame(
        path,
        0,
        text(dataset, "SOPInstanceUID"),
        integer(dataset, "InstanceNumber"),
        vector(numbers(dataset, "ImagePositionPatient")),
        orientation(numbers(dataset, "ImageOrientationPatient")),
        read_grayscale(dataset),
        read_shutter(dataset),
    )
    common = _with_groups(base, _shared_group(dataset))
    own = items(dataset, "PerFrameFunctionalGroupsSequence")[:count]
    frames: list[Frame] = []
    for index, groups in enumerate(own):
        frame = _with_groups(replace(common, frame_index=index), groups)
        # Most objects use one transform for all frames; sharing it keeps the series small.
        if frames and frame.grayscale == frames[-1].grayscale:
            frame = replace(frame, grayscale=frames[-1].grayscale)
        frames.append(frame)
    alike = partial(Frame, **{one.name: getattr(common, one.name) for one in fields(common)})
    frames.extend(alike(frame_index=index) for index in range(len(own), count))
    return tuple(frames)


def _with_groups(frame: Frame, groups: Dataset) -> Frame:
    """Return a frame with what one item of functional groups says about it."""
    if not len(groups):
        return frame
    shutter = read_shutter(first_item(groups, "FrameDisplayShutterSequence"))
    plane = first_item(groups, "PlanePositionSequence")
    turned = first_item(groups, "PlaneOrientationSequence")
    return replace(
        frame,
        position=vector(numbers(plane, "ImagePositionPatient")) or frame.position,
        orientation=orientation(numbers(turned, "ImageOrientationPatient")) or frame.orientation,
        grayscale=frame_grayscale(frame.grayscale, groups),
        shutter=shutter or frame.shutter,
    )


def read_frame_times(dataset: Dataset, count: int) -> tuple[float, ...]:
    """Return how long each frame of a cine is shown in milliseconds, empty if it does not say."""
    if count < 2:
        return ()
    vector_ms = numbers(dataset, "FrameTimeVector")
    if len(vector_ms) == count:
        # The first entry is the time before the first frame (PS3.3 C.7.6.5.1.2).
        shown = vector_ms[1:] or [0.0]
        return (*shown, shown[-1])
    frame_time = number(dataset, "FrameTime")
    if frame_time is not None and frame_time > 0:
        return (frame_time,) * count
    for keyword in ("CineRate", "RecommendedDisplayFrameRate"):
        rate = number(dataset, keyword)
        if rate is not None and rate > 0:
            return (1000 / rate,) * count
    return ()
