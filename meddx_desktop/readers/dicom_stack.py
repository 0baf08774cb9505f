"""The order of slices in the patient, and what is odd about their spacing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Frame

# Below this two slices are at one place, and two gaps are equal; scanners round to 0.001 mm.
_SAME_MM = 0.01
_UNEVEN_SHARE = 0.02
# A gap this close to a multiple of the usual one means that slices were left out.
_MULTIPLE_SHARE = 0.1
_TILT_DEGREES = 0.5


@dataclass(frozen=True, slots=True)
class Stack:
    """The order of frames along the slice normal.

    `spacing_mm` is the gap between slices, None where the gaps differ. `has_shared_places` is true
    where frames lie at one place, as those of several times or echoes do.
    """

    order: tuple[int, ...]
    spacing_mm: float | None
    warnings: tuple[str, ...]
    has_shared_places: bool = False


def describe_stack(frames: Sequence[Frame]) -> Stack | None:
    """Sort frames by position along the slice normal; None where one lacks its place.

    References
    ----------
    DICOM PS3.3 C.7.6.2.1.1: the normal is the cross product of the two directions.
    """
    first = frames[0].orientation
    positions = [frame.position for frame in frames]
    if first is None or any(position is None for position in positions):
        return None
    if any(frame.orientation != first for frame in frames) and not _are_parallel(frames):
        return None
    normal = np.cross(np.asarray(first[0]), np.asarray(first[1]))
    places = np.asarray(positions, dtype=np.float64)
    along = places @ normal
    order = np.argsort(along, kind="stable")
    gaps = np.diff(along[order])
    warnings = (*_gap_warnings(gaps), *_tilt_warnings(places[order], normal))
    used = gaps[gaps > _SAME_MM]
    spacing = float(np.median(used)) if len(used) and not _are_uneven(used) else None
    return Stack(tuple(int(i) for i in order), spacing, warnings, len(used) < len(gaps))


def _are_parallel(frames: Sequence[Frame]) -> bool:
    directions = np.asarray([frame.orientation for frame in frames], dtype=np.float64)
    return bool(np.abs(directions - directions[0]).max() < 1e-3)


def _are_uneven(gaps: NDArray[np.float64]) -> bool:
    return float(np.ptp(gaps)) > max(_UNEVEN_SHARE * float(np.median(gaps)), _SAME_MM)


def _gap_warnings(gaps: NDArray[np.float64]) -> list[str]:
    warnings = []
    duplicates = int((gaps <= _SAME_MM).sum())
    if duplicates:
        warnings.append(f"{duplicates} slices lie at the same position as another")
    used = gaps[gaps > _SAME_MM]
    if len(used) < 2:
        return warnings
    usual = float(np.median(used))
    steps = used / usual
    is_multiple = (steps > 1.5) & (np.abs(steps - np.rint(steps)) < _MULTIPLE_SHARE)
    missing = int((np.rint(steps[is_multiple]) - 1).sum())
    if missing:
        what = "slice is" if missing == 1 else "slices are"
        warnings.append(f"about {missing} {what} missing: a gap of {used.max():.1f} mm")
    if _are_uneven(used):
        low, high = used.min(), used.max()
        warnings.append(f"uneven slice spacing: {low:.2f} to {high:.2f} mm")
    return warnings


def _tilt_warnings(places: NDArray[np.float64], normal: NDArray[np.float64]) -> list[str]:
    """Compare the way from the first to the last slice with the normal."""
    way = places[-1] - places[0]
    length = float(np.linalg.norm(way))
    if length <= _SAME_MM:
        return []
    cosine = abs(float(way @ normal)) / length
    tilt = float(np.degrees(np.arccos(min(1.0, cosine))))
    if tilt <= _TILT_DEGREES:
        return []
    return [f"the gantry was tilted by {tilt:.1f} degrees: the slices do not stack straight"]
