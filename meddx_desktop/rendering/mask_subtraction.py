"""Digital subtraction: contrast frames less their mask (PS3.3 C.7.6.10)."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.mask_subtraction import MaskOperation, MaskRule, MaskSubtraction
from meddx_desktop.rendering.grayscale import to_modality_values


def frames_for(
    rules: Iterable[MaskRule], index: int, count: int
) -> tuple[tuple[int, ...], MaskRule] | None:
    """Return the mask frames of a frame and the rule that names them, None without a mask.

    Parameters
    ----------
    index : the frame in view, counted from 0.
    count : how many frames the file has; a frame whose mask or contrast lies beyond has no mask.
    """
    for rule in rules:
        masks = _masks(rule, index)
        last = index + rule.contrast_count - 1
        if masks and last < count and all(0 <= one < count for one in masks):
            return masks, rule
    return None


def _masks(rule: MaskRule, index: int) -> tuple[int, ...]:
    within = next((one for one in rule.ranges if one[0] <= index <= one[1]), None)
    if rule.ranges and within is None:
        return ()
    match rule.operation:
        case MaskOperation.AVERAGE:
            return rule.mask_frames
        case MaskOperation.INTERVAL:
            return (index - rule.interval,)
        case MaskOperation.REVERSED_INTERVAL:
            return () if within is None else (2 * within[0] - index - rule.interval,)


def subtract_mask(
    contrast: Sequence[NDArray[np.generic]],
    masks: Sequence[NDArray[np.generic]],
    how: MaskSubtraction,
) -> NDArray[np.float32]:
    """Return contrast less mask, both averaged, in units of the modality transform.

    Parameters
    ----------
    contrast, masks : stored values of shape (rows, columns).
    """
    difference = _mean(contrast, how) - shifted(_mean(masks, how), how.shift)
    return difference.astype(np.float32)


def _mean(frames: Sequence[NDArray[np.generic]], how: MaskSubtraction) -> NDArray[np.float32]:
    total = np.zeros(frames[0].shape, np.float32)
    for stored in frames:
        values = to_modality_values(stored, how.grayscale)
        total += _logarithmic(values, how.logarithm_of) if how.logarithm_of else values
    return total / np.float32(len(frames))


def _logarithmic(values: NDArray[np.float32], highest: float) -> NDArray[np.float32]:
    """Map values from 0 to `highest` onto the logarithmic scale between the same ends."""
    shares = np.log1p(np.clip(values, 0, highest)) / np.log1p(highest)
    return np.asarray(shares * highest, np.float32)


def shifted(mask: NDArray[np.float32], shift: tuple[float, float]) -> NDArray[np.float32]:
    """Move a mask down and to the right, linearly between pixels; edges are drawn out."""
    for axis, distance in enumerate(shift):
        if not distance:
            continue
        places = np.clip(np.arange(mask.shape[axis]) - distance, 0, mask.shape[axis] - 1)
        before = np.floor(places).astype(np.intp)
        after = np.minimum(before + 1, mask.shape[axis] - 1)
        share = (places - before).astype(np.float32)
        share = share[:, np.newaxis] if axis == 0 else share
        mask = mask.take(before, axis) * (1 - share) + mask.take(after, axis) * share
    return mask
