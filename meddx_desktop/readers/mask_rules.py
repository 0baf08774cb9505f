"""Mask Subtraction Sequence of images and presentation states."""

from pydicom.dataset import Dataset

from meddx_desktop.case.mask_subtraction import MaskOperation, MaskRule
from meddx_desktop.readers.attributes import integer, items, numbers, text

_OPERATIONS = {one.value: one for one in MaskOperation}


def read_mask_rules(dataset: Dataset) -> tuple[MaskRule, ...]:
    """Return which frames are the masks of which; none for "no subtraction".

    References
    ----------
    DICOM PS3.3 C.7.6.10 (image) and C.11.13 (presentation state).
    """
    found = (_rule(item) for item in items(dataset, "MaskSubtractionSequence"))
    return tuple(rule for rule in found if rule is not None)


def _rule(item: Dataset) -> MaskRule | None:
    operation = _OPERATIONS.get(text(item, "MaskOperation") or "")
    if operation is None:
        return None
    ends = [int(one) - 1 for one in numbers(item, "ApplicableFrameRange")]
    interval = integer(item, "TIDOffset")
    shift = numbers(item, "MaskSubPixelShift")
    return MaskRule(
        operation,
        tuple(zip(ends[::2], ends[1::2], strict=False)),
        tuple(int(one) - 1 for one in numbers(item, "MaskFrameNumbers")),
        max(1, integer(item, "ContrastFrameAveraging") or 1),
        1 if interval is None else interval,
        (shift[0], shift[1]) if len(shift) == 2 else (0.0, 0.0),
    )


def needs_logarithm(dataset: Dataset) -> bool:
    """Whether pixels are linear to the intensity and no table makes them logarithmic.

    References
    ----------
    DICOM PS3.3 C.8.7.1.1.2 and PS3.4 N.2.1.2: X-rays are subtracted on a logarithmic scale.
    """
    is_linear = text(dataset, "PixelIntensityRelationship") == "LIN"
    return is_linear and not items(dataset, "ModalityLUTSequence")
