"""Presentation states, key object selections and segmentations, as marks on images."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pydicom.dataset import Dataset

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_marks import (
    DisplayedArea,
    FramePoint,
    FrameReference,
    GraphicMark,
    ImageMarks,
    KeyObjects,
    MarkShape,
    PresentationState,
    PresentationVoi,
    Segment,
    Segmentation,
    SegmentFrame,
)
from meddx_desktop.case.overlay_plane import OverlayPlane
from meddx_desktop.readers.attributes import (
    first_item,
    integer,
    items,
    numbers,
    text,
    values,
)
from meddx_desktop.readers.dicom_file import (
    DicomFile,
    looks_like_dicom,
    open_dicom,
    quiet_pydicom,
)
from meddx_desktop.readers.dicom_grayscale import read_voi, state_grayscale
from meddx_desktop.readers.mask_rules import read_mask_rules
from meddx_desktop.readers.overlay_planes import activated_groups, overlay_groups, plane_of_group
from meddx_desktop.readers.shutters import bitmap_group, read_state_shutter

PRESENTATION_STATE = "1.2.840.10008.5.1.4.1.1.11.1"
KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
_MARKS_LIMIT = 20_000
_SHAPES = frozenset(one.value for one in MarkShape if one is not MarkShape.TEXT)


def read_marks(path: Path, head: bytes) -> ImageMarks | None:
    """Return the marks that a file holds, None for any other file.

    Raises
    ------
    RefusedFileError : damaged, cut off or too large.

    References
    ----------
    DICOM PS3.3 A.33.1 (presentation state), A.35.4 (key objects), A.51 (segmentation).
    """
    if not (looks_like_dicom(head) and any(one.encode("ascii") in head for one in _READS)):
        return None
    with quiet_pydicom():
        file = open_dicom(path)
        read = _READS.get(text(file.dataset, "SOPClassUID") or "")
        return read(file) if read is not None else None


def _reference(item: Dataset) -> FrameReference | None:
    uid = text(item, "ReferencedSOPInstanceUID")
    if uid is None:
        return None
    frames = [int(one) - 1 for one in numbers(item, "ReferencedFrameNumber")]
    return FrameReference(uid, tuple(frame for frame in frames if frame >= 0))


def _references(dataset: Dataset, keyword: str) -> tuple[FrameReference, ...]:
    found = (_reference(item) for item in items(dataset, keyword))
    return tuple(reference for reference in found if reference is not None)


def _presentation_state(file: DicomFile) -> PresentationState:
    dataset = file.dataset
    referenced = [
        reference
        for series in items(dataset, "ReferencedSeriesSequence")
        for reference in _references(series, "ReferencedImageSequence")
    ]
    marks: list[GraphicMark] = []
    for annotation in items(dataset, "GraphicAnnotationSequence"):
        marks += _marks(annotation)
    shutter, planes = read_state_shutter(file), _planes(file)
    has_bitmap = shutter is not None and shutter.bitmap is not None
    warnings = {
        "the bitmap shutter of the presentation state is damaged and left out": not has_bitmap
        and bitmap_group(dataset) is not None,
        "overlay planes of the presentation state are damaged and left out": None in planes,
    }
    stages = state_grayscale(dataset)
    label = text(dataset, "ContentLabel") or "presentation state"
    return PresentationState(
        file.path,
        text(dataset, "ContentDescription") or label,
        tuple(referenced),
        tuple(marks[:_MARKS_LIMIT]),
        tuple(_vois(dataset, stages, label)),
        tuple(text for text, applies in warnings.items() if applies),
        rotation_deg=(integer(dataset, "ImageRotation") or 0) // 90 % 4 * 90,
        is_flipped=text(dataset, "ImageHorizontalFlip") == "Y",
        areas=tuple(_areas(dataset)),
        shutter=shutter,
        grayscale=stages,
        mask_rules=read_mask_rules(dataset),
        overlays=tuple(plane for plane in planes if plane is not None),
        shows_overlays_of_image=bool(
            set(activated_groups(dataset)).difference(overlay_groups(dataset))
        ),
    )


def _planes(file: DicomFile) -> list[OverlayPlane | None]:
    """Return the planes that a state brings to be drawn, None for those that cannot be read."""
    groups = set(activated_groups(file.dataset)).intersection(overlay_groups(file.dataset))
    return [plane_of_group(file, group) for group in sorted(groups)]


def _areas(dataset: Dataset) -> Iterator[DisplayedArea]:
    for item in items(dataset, "DisplayedAreaSelectionSequence"):
        first = numbers(item, "DisplayedAreaTopLeftHandCorner")
        last = numbers(item, "DisplayedAreaBottomRightHandCorner")
        if len(first) != 2 or len(last) != 2:
            continue
        # Both pixels belong to the area; once turned, either may have the smaller numbers.
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(first, last, strict=True))
        ratio = numbers(item, "PresentationPixelMagnificationRatio")
        is_magnified = text(item, "PresentationSizeMode") == "MAGNIFY" and bool(ratio)
        yield DisplayedArea(
            ((left - 1, top - 1), (right, bottom)),
            ratio[0] if is_magnified and ratio[0] > 0 else None,
            _references(item, "ReferencedImageSequence"),
        )


def _vois(dataset: Dataset, stages: GrayscaleTransform, label: str) -> Iterator[PresentationVoi]:
    for item in items(dataset, "SoftcopyVOILUTSequence"):
        voi = read_voi(item, stages)
        if voi is not None:
            named = replace(voi, explanation=label)
            yield PresentationVoi(named, _references(item, "ReferencedImageSequence"))


def _marks(annotation: Dataset) -> Iterator[GraphicMark]:
    references = _references(annotation, "ReferencedImageSequence")
    for item in items(annotation, "GraphicObjectSequence"):
        shape = text(item, "GraphicType") or ""
        points = _points(numbers(item, "GraphicData"))
        if shape in _SHAPES and points:
            yield GraphicMark(
                MarkShape(shape),
                points,
                references,
                is_filled=text(item, "GraphicFilled") == "Y",
                is_relative=text(item, "GraphicAnnotationUnits") == "DISPLAY",
            )
    for item in items(annotation, "TextObjectSequence"):
        mark = _text_mark(item, references)
        if mark is not None:
            yield mark


def _text_mark(item: Dataset, references: tuple[FrameReference, ...]) -> GraphicMark | None:
    written = " ".join(str(one) for one in values(item, "UnformattedTextValue")).strip()
    corner = _points(numbers(item, "BoundingBoxTopLeftHandCorner"))
    units = text(item, "BoundingBoxAnnotationUnits")
    if not corner:
        corner = _points(numbers(item, "AnchorPoint"))
        units = text(item, "AnchorPointAnnotationUnits")
    if not (written and corner):
        return None
    is_relative = units == "DISPLAY"
    return GraphicMark(MarkShape.TEXT, corner, references, written, is_relative=is_relative)


def _points(flat: list[float]) -> tuple[FramePoint, ...]:
    return tuple(zip(flat[::2], flat[1::2], strict=False))


def _key_objects(file: DicomFile) -> KeyObjects:
    dataset = file.dataset
    contents = items(dataset, "ContentSequence")
    referenced = [
        reference
        for item in contents
        if text(item, "ValueType") in ("IMAGE", "COMPOSITE")
        for reference in _references(item, "ReferencedSOPSequence")
    ]
    sentences = [text(item, "TextValue") or "" for item in contents]
    return KeyObjects(
        file.path,
        text(first_item(dataset, "ConceptNameCodeSequence"), "CodeMeaning") or "key images",
        tuple(referenced),
        " ".join(sentence for sentence in sentences if sentence),
    )


def _segmentation(file: DicomFile) -> Segmentation | None:
    dataset = file.dataset
    segments = [
        Segment(integer(item, "SegmentNumber") or 0, text(item, "SegmentLabel") or "segment")
        for item in items(dataset, "SegmentSequence")
    ]
    shared = first_item(dataset, "SharedFunctionalGroupsSequence")
    frames = []
    for index, group in enumerate(items(dataset, "PerFrameFunctionalGroupsSequence")):
        number = _segment_number(group) or _segment_number(shared)
        references = _sources(group) or _sources(shared)
        if number is not None and references:
            frames.append(SegmentFrame(number, index, references))
    label = text(dataset, "SeriesDescription") or text(dataset, "ContentLabel") or "segmentation"
    return Segmentation(file.path, label, tuple(segments), tuple(frames)) if frames else None


def _segment_number(group: Dataset) -> int | None:
    identification = first_item(group, "SegmentIdentificationSequence")
    return integer(identification, "ReferencedSegmentNumber")


def _sources(group: Dataset) -> tuple[FrameReference, ...]:
    return tuple(
        reference
        for derivation in items(group, "DerivationImageSequence")
        for reference in _references(derivation, "SourceImageSequence")
    )


_READS: dict[str, Callable[[DicomFile], ImageMarks | None]] = {
    PRESENTATION_STATE: _presentation_state,
    KEY_OBJECTS: _key_objects,
    SEGMENTATION: _segmentation,
}
