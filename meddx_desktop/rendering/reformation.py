"""Planes through a volume, one voxel thin or as a slab, at the positions that the files say.

Between two slices the values are interpolated linearly along the slice normal, within a slice
bilinearly, each slice at its own place. Nothing is extrapolated: what lies outside the slices, or
between slices of which some are missing, gets the fill value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from meddx_desktop.case.image_series import Vector
from meddx_desktop.rendering.volume_geometry import WIDEST_GAPS, VolumeGeometry

# Rows that are computed together; the arrays of one piece stay in the processor's cache.
_ROWS_AT_ONCE = 32
# Rounding of the files must not push the outermost slice out of the volume.
_EDGE = 1e-3
# Steps along an axis smaller than this share of a pixel never add up to a visible one.
_NOTHING = 1e-6


class Projection(StrEnum):
    """What a slab shows of the values that lie behind each other."""

    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Slab:
    """How thick a plane is; 0 mm is a plane without thickness."""

    thickness_mm: float = 0.0
    projection: Projection = Projection.MAXIMUM


@dataclass(frozen=True, slots=True)
class ReformatPlane:
    """A grid of square pixels in the patient; `origin` is the center of the first one, in mm."""

    origin: Vector
    row_direction: Vector
    column_direction: Vector
    spacing_mm: float
    rows: int
    columns: int

    @property
    def normal(self) -> NDArray[np.float64]:
        """The unit normal."""
        return np.cross(self.row_direction, self.column_direction)


@dataclass(frozen=True, slots=True, eq=False)
class _Axes:
    """A plane in coordinates of the volume: start and steps per column and row, each (u, v, a).

    `u` and `v` count pixels along the rows and columns of the slices, from the patient's origin;
    `a` is mm along the normal.
    """

    start: NDArray[np.float64]
    per_column: NDArray[np.float64]
    per_row: NDArray[np.float64]


def reformat(
    volume: NDArray[np.generic],
    geometry: VolumeGeometry,
    plane: ReformatPlane,
    slab: Slab,
    fill: float,
) -> NDArray[np.generic]:
    """Return the values of a plane through a volume, in the volume's own type.

    Parameters
    ----------
    volume : integers of shape (slices, rows, columns), slices in the order of `geometry`.
    plane : the wanted pixels, in mm of the patient system.
    slab : its thickness; layers lie at most half the finest voxel spacing apart.
    fill : the value of pixels outside the volume.
    """
    layers = [
        _layer(volume, geometry, _axes(geometry, plane, offset), plane.rows)
        for offset in _layer_offsets(geometry, slab)
    ]
    shown = np.empty((plane.rows, plane.columns), volume.dtype)
    for first in range(0, plane.rows, _ROWS_AT_ONCE):
        last = min(first + _ROWS_AT_ONCE, plane.rows)
        part = np.arange(first, last)
        pieces = (layer.sample(part, plane.columns) for layer in layers)
        shown[first:last] = _project(pieces, slab.projection, fill, volume.dtype)
    return shown


def _layer_offsets(geometry: VolumeGeometry, slab: Slab) -> NDArray[np.float64]:
    finest = min(geometry.row_mm, geometry.column_mm, geometry.usual_gap_mm)
    count = 1 + int(np.ceil(slab.thickness_mm / finest - _EDGE))
    if slab.thickness_mm <= 0 or count < 2:
        return np.zeros(1)
    return np.linspace(-slab.thickness_mm / 2, slab.thickness_mm / 2, count)


def _axes(geometry: VolumeGeometry, plane: ReformatPlane, offset_mm: float) -> _Axes:
    into = np.stack(
        [
            geometry.row_direction / geometry.column_mm,
            geometry.column_direction / geometry.row_mm,
            geometry.normal,
        ]
    )
    start = np.asarray(plane.origin) + offset_mm * plane.normal
    return _Axes(
        into @ start,
        into @ np.asarray(plane.row_direction) * plane.spacing_mm,
        into @ np.asarray(plane.column_direction) * plane.spacing_mm,
    )


def _project(
    pieces: Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]],
    projection: Projection,
    fill: float,
    kind: np.dtype[np.generic],
) -> NDArray[np.generic]:
    """Join the layers of a slab; those outside the volume do not count."""
    if projection is Projection.MEAN:
        best = _mean(pieces)
    else:
        is_maximum = projection is Projection.MAXIMUM
        choose, least = (np.maximum, -np.inf) if is_maximum else (np.minimum, np.inf)
        counted = (np.where(here, values, np.float32(least)) for values, here in pieces)
        best = reduce(choose, counted)
    return np.rint(np.where(np.isfinite(best), best, np.float32(fill))).astype(kind)


def _mean(pieces: Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]) -> NDArray[np.float32]:
    """Return the mean of what lies inside the volume, not a number where nothing does."""
    values, here = next(pieces)
    total, count = np.where(here, values, 0), here.astype(np.float32)
    for values, here in pieces:
        total += np.where(here, values, 0)
        count += here
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


class _Layer:
    """One plane without thickness."""

    def __init__(self, volume: NDArray[np.generic], geometry: VolumeGeometry, axes: _Axes) -> None:
        self._flat = volume.reshape(-1)
        self._shape = volume.shape
        self._axes = axes
        along = geometry.along
        gaps = np.diff(along)
        self._along = along
        self._gaps = gaps.astype(np.float32)
        self._is_usable = gaps <= WIDEST_GAPS * geometry.usual_gap_mm
        self._gap = float(gaps.mean()) if geometry.is_even else None
        shifts = geometry.shifts
        self._shift = shifts[0] if geometry.is_straight else None
        self._shifts = shifts

    def sample(
        self, rows: NDArray[np.int_], columns: int
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return the values of some rows, and which of them lie inside the volume."""
        u, v, a = (self._grid(axis, rows, columns) for axis in range(3))
        below, share, is_inside = self._between(a)
        if self._shift is not None:
            plan = self._plan(u, v)
            is_inside &= plan.is_inside
            first, second = self._bilinear(below, plan, 0), self._bilinear(below, plan, 1)
        else:
            first, here = self._shifted(below, u, v)
            second, there = self._shifted(below + 1, u, v)
            # On a slice itself, the next one need not reach as far.
            is_inside &= (here | (share >= 1)) & (there | (share <= 0))
        second -= first
        second *= share
        second += first
        return second, is_inside

    def _grid(self, axis: int, rows: NDArray[np.int_], columns: int) -> NDArray[np.floating]:
        """Return one coordinate of every pixel.

        `u` and `v` (axes 0 and 1) count from the corner of straight slices, `a` (axis 2) counts
        even slices; so single precision is a ten-thousandth of a pixel. Others are as in `_Axes`,
        in double precision.
        """
        axes = self._axes
        across = axes.start[axis] + axes.per_column[axis] * np.arange(columns)
        down = axes.per_row[axis] * rows
        if axis == 2 and self._gap is not None:
            across, down = (across - self._along[0]) / self._gap, down / self._gap
        elif axis < 2 and self._shift is not None:
            across = across - self._shift[axis]
        else:
            return np.asarray(across[None] + down[:, None])
        return np.asarray(across.astype(np.float32)[None] + down.astype(np.float32)[:, None])

    def _between(
        self, a: NDArray[np.floating]
    ) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.bool_]]:
        """Return the slice below each point, the share of the one above, and what lies inside.

        Parameters
        ----------
        a : places along the normal; slices from the first where they are even, else mm.
        """
        along, last = self._along, len(self._along) - 2
        if self._gap is not None:
            is_inside = (a >= -_EDGE) & (a <= last + 1 + _EDGE)
            # Truncation is the floor of what is not negative.
            below = np.clip(a + np.float32(_EDGE), 0, last).astype(np.intp)
            share = np.clip(a - below, 0, 1).astype(np.float32, copy=False)
            return below, share if self._shift is not None else _snapped(share), is_inside
        edge = _EDGE * float(self._gaps.min())
        below = np.clip(np.searchsorted(along, a + edge, side="right") - 1, 0, last)
        share = ((a - along[below]) / self._gaps[below]).astype(np.float32)
        is_inside = (share >= -_EDGE) & (share <= 1 + _EDGE)
        share = _snapped(share)
        is_inside &= self._is_usable[below] | (share == 0) | (share == 1)
        return below, share, is_inside

    def _shifted(
        self, slices: NDArray[np.intp], u: NDArray[np.floating], v: NDArray[np.floating]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        plan = self._plan(u - self._shifts[slices, 0], v - self._shifts[slices, 1])
        return self._bilinear(slices, plan, 0), plan.is_inside

    def _plan(self, u: NDArray[np.floating], v: NDArray[np.floating]) -> "_Plan":
        _, rows, columns = self._shape
        # A pixel reaches half its size beyond its center.
        is_inside = (u >= -0.5) & (u <= columns - 0.5) & (v >= -0.5) & (v <= rows - 0.5)
        u, v = np.clip(u, 0, columns - 1), np.clip(v, 0, rows - 1)
        left = np.minimum(u.astype(np.intp), max(0, columns - 2))
        top = np.minimum(v.astype(np.intp), max(0, rows - 2))
        return _Plan(
            top * columns + left,
            (u - left).astype(np.float32, copy=False),
            (v - top).astype(np.float32, copy=False),
            is_inside,
        )

    def _bilinear(self, slices: NDArray[np.intp], plan: "_Plan", above: int) -> NDArray[np.float32]:
        """Return the values of slices, or of those so many above."""
        _, rows, columns = self._shape
        place = slices * (rows * columns) + plan.place

        def take(offset: int) -> NDArray[np.float32]:
            start = min(above * rows * columns + offset, len(self._flat) - 1)
            shifted = self._flat[start:]
            return np.asarray(shifted.take(place, mode="clip"), np.float32)

        upper, lower = take(0), take(columns)
        for values, next_values in ((upper, take(1)), (lower, take(columns + 1))):
            next_values -= values
            next_values *= plan.across
            values += next_values
        lower -= upper
        lower *= plan.down
        upper += lower
        return upper


def _snapped(share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Put what lies on a slice, but for rounding, onto it."""
    on_slice = np.where(np.abs(share - 1) < _EDGE, np.float32(1), share)
    return np.where(np.abs(share) < _EDGE, np.float32(0), on_slice)


def _layer(volume: NDArray[np.generic], geometry: VolumeGeometry, axes: _Axes, rows: int) -> _Layer:
    """Return the quickest way to the values of a plane."""
    along_columns = np.flatnonzero(np.abs(axes.per_column) > _NOTHING)
    along_rows = np.flatnonzero(np.abs(axes.per_row) > _NOTHING)
    is_aligned = len(along_columns) == len(along_rows) == 1
    if is_aligned and geometry.is_straight:
        return _AlignedLayer(volume, geometry, axes, rows)
    return _Layer(volume, geometry, axes)


class _AlignedLayer(_Layer):
    """A plane along the axes of a straight stack, interpolated one axis after the other."""

    def __init__(
        self, volume: NDArray[np.generic], geometry: VolumeGeometry, axes: _Axes, rows: int
    ) -> None:
        super().__init__(volume, geometry, axes)
        self._volume, self._rows = volume, rows
        self._shown: tuple[NDArray[np.float32], NDArray[np.bool_]] | None = None

    @override
    def sample(
        self, rows: NDArray[np.int_], columns: int
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        if self._shown is None:
            self._shown = self._whole(self._rows, columns)
        values, is_inside = self._shown
        return values[rows], is_inside[rows]

    def _whole(self, rows: int, columns: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        across = int(np.abs(self._axes.per_column).argmax())
        down = int(np.abs(self._axes.per_row).argmax())
        fixed = 3 - across - down
        places = {
            across: self._axes.per_column[across] * np.arange(columns),
            down: self._axes.per_row[down] * np.arange(rows),
            fixed: np.zeros(1),
        }
        taps = {axis: self._taps(axis, self._axes.start[axis] + places[axis]) for axis in places}
        # The volume's own axes are (a, v, u).
        flat = _mix_along(self._volume, 2 - fixed, taps[fixed]).squeeze(2 - fixed)
        if across > down:
            flat = flat.T
        tall = _mix_along(flat, 0, taps[down])
        values = _mix_along(tall, 1, taps[across])
        is_inside = taps[down][2][:, None] & taps[across][2][None] & taps[fixed][2]
        return values, is_inside

    def _taps(self, axis: int, place: NDArray[np.float64]) -> "_Taps":
        """Return the lower neighbors of places along an axis, the upper ones' shares, inside."""
        if axis == 2:
            is_even = self._gap is not None
            return self._between((place - self._along[0]) / self._gap if is_even else place)
        shift = 0.0 if self._shift is None else float(self._shift[axis])
        count = self._volume.shape[2 - axis]
        place = place - shift
        is_inside = (place >= -0.5) & (place <= count - 0.5)
        place = np.clip(place, 0, count - 1)
        below = np.minimum(place.astype(np.intp), max(0, count - 2))
        return below, (place - below).astype(np.float32), is_inside


_Taps: TypeAlias = tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.bool_]]


def _mix_along(values: NDArray[np.generic], axis: int, taps: _Taps) -> NDArray[np.float32]:
    """Interpolate linearly along an axis."""
    below, share, _ = taps
    if not share.any():
        return np.asarray(values.take(below, axis=axis), np.float32)
    above = np.minimum(below + 1, values.shape[axis] - 1)
    first = np.asarray(values.take(below, axis=axis), np.float32)
    second = np.asarray(values.take(above, axis=axis), np.float32)
    shape = [1] * values.ndim
    shape[axis] = len(share)
    second -= first
    second *= share.reshape(shape)
    second += first
    return second


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Where in a slice to read: place of the upper left pixel, shares of its neighbors."""

    place: NDArray[np.intp]
    across: NDArray[np.float32]
    down: NDArray[np.float32]
    is_inside: NDArray[np.bool_]
