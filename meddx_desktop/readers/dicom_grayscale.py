"""Modality LUT, VOI LUT and polarity of a data set (PS3.3 C.11.1, C.11.2, C.11.6)."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest

import numpy as np
from pydicom.dataset import Dataset

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, VoiFunction, Window
from meddx_desktop.readers.attributes import (
    first_item,
    integer,
    items,
    number,
    numbers,
    text,
    value,
    values,
)
from meddx_desktop.readers.palette import read_descriptor, signed, unpack_entries

_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"


def read_grayscale(dataset: Dataset) -> GrayscaleTransform:
    """Return the grayscale transform that the top level of a data set declares."""
    modality_lut, lut_type = None, None
    sequence = items(dataset, "ModalityLUTSequence")
    if sequence:
        is_signed = integer(dataset, "PixelRepresentation") == 1
        modality_lut = read_lookup_table(sequence[0], is_signed=is_signed)
        lut_type = text(sequence[0], "ModalityLUTType")
    slope, intercept = number(dataset, "RescaleSlope"), number(dataset, "RescaleIntercept")
    return GrayscaleTransform(
        rescale_slope=slope or 1.0,
        rescale_intercept=intercept or 0.0,
        rescale_type=lut_type
        or rescale_unit(
            text(dataset, "RescaleType"),
            text(dataset, "SOPClassUID"),
            intercept,
            map(str, values(dataset, "ImageType")),
        ),
        modality_lut=modality_lut,
        windows=read_windows(dataset),
        voi_luts=_voi_luts(dataset, (slope or 1.0, intercept or 0.0)),
        is_inverted=is_inverted(
            text(dataset, "PhotometricInterpretation"), text(dataset, "PresentationLUTShape")
        ),
    )


def rescale_unit(
    declared: str | None,
    sop_class_uid: str | None,
    intercept: float | None,
    image_type: Iterable[str],
) -> str | None:
    """Return the unit of the rescaled values, None where the file does not say."""
    if declared:
        return declared
    # PS3.3 C.8.2.1.1.2: CT images without a Rescale Type are in Hounsfield units.
    is_ct = sop_class_uid == _CT_IMAGE_STORAGE and intercept is not None
    return "HU" if is_ct and "LOCALIZER" not in image_type else None


def is_inverted(photometric_interpretation: str | None, lut_shape: str | None) -> bool:
    """Say whether the lowest value is shown white."""
    return photometric_interpretation == "MONOCHROME1" or lut_shape == "INVERSE"


def read_windows(dataset: Dataset) -> tuple[Window, ...]:
    """Return the usable windows of a data set or of a Frame VOI LUT item."""
    explanations = [str(one) for one in values(dataset, "WindowCenterWidthExplanation")]
    return make_windows(
        numbers(dataset, "WindowCenter"),
        numbers(dataset, "WindowWidth"),
        text(dataset, "VOILUTFunction"),
        explanations,
    )


def make_windows(
    centers: list[float], widths: list[float], function: str | None, explanations: list[str]
) -> tuple[Window, ...]:
    """Pair centers with widths; windows without extent are left out."""
    try:
        declared = VoiFunction(function) if function else VoiFunction.LINEAR
    except ValueError:
        declared = VoiFunction.LINEAR
    windows = []
    for center, width, explanation in zip_longest(
        centers, widths[: len(centers)], explanations[: len(centers)]
    ):
        if center is None or width is None or width <= 0:
            continue
        # LINEAR has no meaning below 1 (PS3.3 C.11.2.1.2.1), yet writers of real values use it.
        too_narrow = width < 1 and declared is VoiFunction.LINEAR
        used = VoiFunction.LINEAR_EXACT if too_narrow else declared
        windows.append(Window(center, width, used, (explanation or "").strip()))
    return tuple(windows)


def _voi_luts(dataset: Dataset, rescale: tuple[float, float]) -> tuple[LookupTable, ...]:
    is_signed = integer(dataset, "PixelRepresentation") == 1 or rescale[1] < 0
    tables = [
        read_lookup_table(item, is_signed=is_signed) for item in items(dataset, "VOILUTSequence")
    ]
    return tuple(table for table in tables if table is not None)


def read_lookup_table(item: Dataset, *, is_signed: bool) -> LookupTable | None:
    """Return the table of a Modality or VOI LUT item, None when it is unusable."""
    descriptor = read_descriptor(item, "LUTDescriptor")
    if descriptor is None:
        return None
    count, first, bits = descriptor
    content = value(item, "LUTData")
    if isinstance(content, bytes):
        order = "<" if item.is_little_endian is not False else ">"
        entries = unpack_entries(content, count, bits, order)
    else:
        words = [int(one) & 0xFFFF for one in numbers(item, "LUTData")]
        entries = np.asarray(words, dtype=np.uint16)
    if not len(entries) or bits > 16:
        return None
    if len(entries) < count and entries.size * 2 >= count and bits <= 8:
        entries = entries.view(np.uint8).astype(np.uint16)
    return LookupTable(
        signed(first, is_signed=is_signed),
        entries[:count],
        _bits_in_use(entries[:count], bits),
        text(item, "LUTExplanation") or "",
    )


def _bits_in_use(entries: np.ndarray[tuple[int, ...], np.dtype[np.uint16]], bits: int) -> int:
    """Return the bits per entry; some writers declare 8 for larger entries."""
    return max(bits, int(entries.max()).bit_length())


def state_grayscale(dataset: Dataset) -> GrayscaleTransform:
    """Return the modality and presentation stages of a presentation state.

    References
    ----------
    DICOM PS3.3 C.11.1 (Modality LUT), C.11.6 (Softcopy Presentation LUT).
    """
    stages = read_grayscale(dataset)
    table = first_item(dataset, "ModalityLUTSequence")
    return replace(
        stages,
        modality_lut=_state_table(table),
        windows=(),
        voi_luts=(),
        presentation_lut=_state_table(first_item(dataset, "PresentationLUTSequence")),
    )


def read_voi(item: Dataset, stages: GrayscaleTransform) -> Window | LookupTable | None:
    """Return the first window or table of a Softcopy VOI LUT item, None without a usable one.

    Parameters
    ----------
    stages : those of the presentation state.
    """
    window = next(iter(read_windows(item)), None)
    table = first_item(item, "VOILUTSequence")
    return window or _state_table(table, has_negatives=stages.rescale_intercept < 0)


def _state_table(item: Dataset, *, has_negatives: bool = False) -> LookupTable | None:
    """Read a table beside which no pixels say whether they are signed."""
    if "LUTDescriptor" not in item:
        return None
    is_signed = has_negatives or item["LUTDescriptor"].VR == "SS"
    return read_lookup_table(item, is_signed=is_signed)


def frame_grayscale(base: GrayscaleTransform, groups: Dataset) -> GrayscaleTransform:
    """Return a transform with what one item of functional groups says about it.

    References
    ----------
    DICOM PS3.3 C.7.6.16.2.9 (Pixel Value Transformation), C.7.6.16.2.10 (Frame VOI LUT).
    """
    pixel_value = first_item(groups, "PixelValueTransformationSequence")
    if len(pixel_value):
        base = replace(
            base,
            rescale_slope=number(pixel_value, "RescaleSlope") or 1.0,
            rescale_intercept=number(pixel_value, "RescaleIntercept") or 0.0,
            rescale_type=text(pixel_value, "RescaleType") or base.rescale_type,
        )
    windows = read_windows(first_item(groups, "FrameVOILUTSequence"))
    return replace(base, windows=windows) if windows else base
