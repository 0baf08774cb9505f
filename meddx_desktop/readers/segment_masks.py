"""The masks of segmentations for one frame of the series that they lie on."""

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_marks import Segmentation
from meddx_desktop.case.image_series import ImageSeries, SegmentMask
from meddx_desktop.readers.pixel_data import decode_stored
from meddx_desktop.readers.pixel_source import pixel_source


def segment_masks(series: ImageSeries, index: int) -> tuple[SegmentMask, ...]:
    """Return where each segment lies on frame `index`.

    Masks of another size than the frame, and those that cannot be decoded, are left out: they say
    nothing that could be drawn at its place.
    """
    masks = []
    for marks in series.marks:
        if isinstance(marks, Segmentation):
            masks += _masks_of(marks, series, index)
    return tuple(masks)


def _masks_of(segmentation: Segmentation, series: ImageSeries, index: int) -> list[SegmentMask]:
    frame = series.frames[index]
    labels = {segment.number: segment.label for segment in segmentation.segments}
    wanted = [
        one
        for one in segmentation.frames
        if any(
            reference.includes(frame.sop_instance_uid, frame.frame_index)
            for reference in one.references
        )
    ]
    masks = []
    for one in wanted:
        mask = _decode(segmentation, one.frame_index, (series.rows, series.columns))
        if mask is not None:
            label = labels.get(one.segment_number, segmentation.label)
            masks.append(SegmentMask(one.segment_number, label, mask))
    return masks


def _decode(
    segmentation: Segmentation, frame_index: int, size: tuple[int, int]
) -> NDArray[np.bool_] | None:
    try:
        source = pixel_source(segmentation.path)
        if (source.layout.rows, source.layout.columns) != size:
            return None
        stored = decode_stored(source, frame_index)
    except RefusedFileError:
        return None
    return np.asarray(stored != 0, np.bool_)
