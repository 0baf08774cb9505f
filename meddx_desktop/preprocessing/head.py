"""Axial head CT: find the head in the picture, and make its tissue look alike everywhere.

Scanners and hospitals differ in field of view, table, window and export. Both operations use only
the picture itself, so that a DICOM slice and a film of it come out alike.
"""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Box
from meddx_desktop.preprocessing.image_resampling import Resize, resize
from meddx_desktop.preprocessing.operation import Operation

Values: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]


class CropHead(Operation):
    """Cut a square that the head fills, widened by `margin` of its side on each side.

    The head is the largest connected part above `tissue` (presentation values) on a grid whose
    longer side has `grid` places, after an opening by `opening` places that removes table, head
    rest, bandages and text. A frame brighter than `frame` around most of the picture is no head.
    What lies outside the picture is 0. Without a head the whole picture stays, made square.
    """

    op: Literal["crop_head"] = "crop_head"
    grid: int = 96
    tissue: float = 0.12
    frame: float = 0.8
    opening: int = 2
    margin: float = 0.04


class StandardizeTissue(Operation):
    """Subtract the median of the soft tissue, divide by its median absolute deviation.

    Soft tissue lies between `low` and `bone` (presentation values), inside the rows and columns
    that the skull encloses. The deviation is widened by `floor` and multiplied by `deviations`;
    results are cut at plus and minus `limit`. With fewer than `minimum` such pixels `median` and
    `deviation` are taken instead.
    """

    op: Literal["standardize_tissue"] = "standardize_tissue"
    low: float = 0.15
    bone: float = 0.92
    deviations: float = 4.0
    floor: float = 0.01
    limit: float = 2.0
    minimum: int = 50
    median: float = 0.5
    deviation: float = 0.05


def crop_head(values: Values, operation: CropHead) -> Values:
    """Return the square around the head from presentation values of shape (rows, columns)."""
    box = head_box(values, operation)
    rows, columns = values.shape
    square = np.zeros((box.bottom - box.top, box.right - box.left), np.float32)
    top, bottom = max(0, box.top), min(rows, box.bottom)
    left, right = max(0, box.left), min(columns, box.right)
    square[top - box.top : bottom - box.top, left - box.left : right - box.left] = values[
        top:bottom, left:right
    ]
    return square


def head_box(values: Values, operation: CropHead) -> Box:
    """Return the square around the head; it may reach beyond the picture."""
    head = head_mask(values, operation)
    if not head.any():
        head = np.ones_like(head)
    rows, columns = (np.flatnonzero(head.any(axis=axis)) for axis in (1, 0))
    per_row, per_column = values.shape[0] / head.shape[0], values.shape[1] / head.shape[1]
    top, bottom = rows[0] * per_row, (rows[-1] + 1) * per_row
    left, right = columns[0] * per_column, (columns[-1] + 1) * per_column
    side = max(bottom - top, right - left) * (1 + 2 * operation.margin)
    first_row, first_column = round((top + bottom - side) / 2), round((left + right - side) / 2)
    length = max(1, round(side))
    return Box(first_column, first_row, first_column + length, first_row + length)


def head_mask(values: Values, operation: CropHead) -> Mask:
    """Return where the head is, on the coarse grid."""
    scale = operation.grid / max(values.shape)
    rows, columns = (max(1, round(size * scale)) for size in values.shape)
    coarse = resize(values, Resize(rows=rows, columns=columns))
    edge = np.ones(coarse.shape, np.bool_)
    edge[1:-1, 1:-1] = False
    white = _spread(edge, coarse > operation.frame)
    if (white & edge).sum() > edge.sum() / 2:
        coarse = np.where(_dilated(white, 1), np.float32(0), coarse)
    tissue = np.pad(coarse > operation.tissue, operation.opening + 1)
    opened = _dilated(~_dilated(~tissue, operation.opening), operation.opening) & tissue
    inner = slice(operation.opening + 1, -operation.opening - 1)
    return _largest_part(opened[inner, inner])


def standardize_tissue(values: Values, operation: StandardizeTissue) -> Values:
    """Return how many deviations each place is brighter than the soft tissue's median."""
    bone = values > operation.bone
    is_tissue = _enclosed_by(~_dilated(~bone, 1)) & (values > operation.low) & ~bone
    tissue = values[is_tissue]
    median, deviation = np.float32(operation.median), np.float32(operation.deviation)
    if tissue.size >= operation.minimum:
        median = np.median(tissue)
        deviation = np.median(np.abs(tissue - median))
    scale = np.float32(operation.deviations) * (deviation + np.float32(operation.floor))
    limit = np.float32(operation.limit)
    return np.asarray(np.clip((values - median) / scale, -limit, limit), np.float32)


def _enclosed_by(mask: Mask) -> Mask:
    """Return the places with the mask on both sides in their row and in their column."""
    if not mask.any():
        return np.ones_like(mask)
    sides = [
        np.logical_or.accumulate(view, axis=0) for view in (mask, mask[::-1], mask.T, mask.T[::-1])
    ]
    return sides[0] & sides[1][::-1] & (sides[2] & sides[3][::-1]).T


def _dilated(mask: Mask, times: int) -> Mask:
    """Return the mask grown by its four neighbors, so many times."""
    for _ in range(times):
        grown = mask.copy()
        grown[1:] |= mask[:-1]
        grown[:-1] |= mask[1:]
        grown[:, 1:] |= mask[:, :-1]
        grown[:, :-1] |= mask[:, 1:]
        mask = grown
    return mask


def _spread(seed: Mask, allowed: Mask) -> Mask:
    """Return what a seed reaches over neighbors that are allowed."""
    reached = seed & allowed
    count = -1
    while count != (count := int(reached.sum())):
        for _ in range(4):
            reached = _dilated(reached, 1) & allowed
    return reached


def _largest_part(mask: Mask) -> Mask:
    """Return the largest connected part of a mask."""
    left, largest = mask.copy(), np.zeros_like(mask)
    while left.sum() > largest.sum():
        seed = np.zeros_like(mask)
        seed[np.unravel_index(int(np.argmax(left)), left.shape)] = True
        part = _spread(seed, left)
        left &= ~part
        if part.sum() > largest.sum():
            largest = part
    return largest
