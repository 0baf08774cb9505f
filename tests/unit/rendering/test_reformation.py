"""Planes through phantoms of which every value is known from its place in the patient."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from meddx_desktop.case.image_series import (
    Frame,
    ImageSeries,
    PixelSpacing,
    SpacingOrigin,
)
from meddx_desktop.case.source import Source
from meddx_desktop.rendering.reformat_planes import PlaneKind, directions_of, planes_through
from meddx_desktop.rendering.reformation import Projection, ReformatPlane, Slab, reformat
from meddx_desktop.rendering.volume_geometry import (
    NoVolumeError,
    VolumeGeometry,
    volume_geometry,
)

FILL = -2000.0
THIN = Slab()
NEIGHBORS = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
CENTER = np.array([3.0, -4.0, 5.0])
RADIUS_MM = 12.0


def geometry_of(
    heights: NDArray[np.float64],
    *,
    tilt_degrees: float = 0.0,
    turn_degrees: float = 0.0,
    size: int = 64,
) -> VolumeGeometry:
    """Return slices around CENTER at heights along z, their planes tilted about x, turned about z.

    The table moves along z, so that tilted slices do not stack straight.
    """
    tilt, turn = np.radians(tilt_degrees), np.radians(turn_degrees)
    row = np.array([np.cos(turn), np.sin(turn), 0.0])
    column = np.cos(tilt) * np.array([-np.sin(turn), np.cos(turn), 0.0])
    column = column + np.array([0.0, 0.0, np.sin(tilt)])
    row_mm, column_mm = 0.8, 0.7
    middle = (size - 1) / 2 * (column_mm * row + row_mm * column)
    origins = CENTER - middle + heights[:, None] * np.array([0.0, 0.0, 1.0])
    order = tuple(range(len(heights)))
    return VolumeGeometry(origins, row, column, row_mm, column_mm, size, size, order)


def places(geometry: VolumeGeometry) -> NDArray[np.float64]:
    """Return the patient position of every voxel, shape (slices, rows, columns, 3)."""
    across = np.arange(geometry.columns)[:, None] * geometry.column_mm * geometry.row_direction
    down = np.arange(geometry.rows)[:, None] * geometry.row_mm * geometry.column_direction
    return np.asarray(
        geometry.origins[:, None, None] + down[None, :, None] + across[None, None], np.float64
    )


def plane_points(plane: ReformatPlane) -> NDArray[np.float64]:
    across = np.arange(plane.columns)[:, None] * plane.spacing_mm * np.array(plane.row_direction)
    down = np.arange(plane.rows)[:, None] * plane.spacing_mm * np.array(plane.column_direction)
    return np.asarray(np.array(plane.origin) + down[:, None] + across[None], np.float64)


def slope(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a value that grows differently along x, y and z, so that each shift shows."""
    return np.asarray(points @ np.array([11.0, -7.0, 17.0]) + 100, np.float64)


EVEN = np.arange(-24.0, 24.1, 1.5)
UNEVEN = np.cumsum(np.resize([1.0, 2.0, 1.5, 1.2], 32)) - 24
GEOMETRIES = {
    "straight": geometry_of(EVEN),
    "uneven": geometry_of(UNEVEN),
    "tilted": geometry_of(EVEN, tilt_degrees=20),
    "tilted and uneven": geometry_of(UNEVEN, tilt_degrees=-15),
    "oblique": geometry_of(EVEN, turn_degrees=30),
}
KINDS = [
    directions_of(PlaneKind.AXIAL),
    directions_of(PlaneKind.CORONAL),
    directions_of(PlaneKind.SAGITTAL),
    directions_of(PlaneKind.OBLIQUE, 35, 20),
]


@pytest.mark.parametrize("name", GEOMETRIES)
@pytest.mark.parametrize("kind", range(4), ids=["axial", "coronal", "sagittal", "oblique"])
def test_every_value_is_that_of_its_place(name: str, kind: int) -> None:
    """A value that is linear in the patient is interpolated without error: any shift would show."""
    geometry = GEOMETRIES[name]
    volume = np.rint(slope(places(geometry)) * 8).astype(np.int16)
    planes = planes_through(geometry, KINDS[kind])
    plane = planes[len(planes) // 2]
    shown = reformat(volume, geometry, plane, THIN, FILL).astype(np.float64)
    inside = shown != FILL
    assert inside.mean() > 0.3
    # Half a pixel at the edge of each slice is not interpolated but repeated.
    inner = inside.copy()
    for _ in range(2):
        inner &= np.all([np.roll(inner, shift, (0, 1)) for shift in NEIGHBORS], axis=0)
    error = np.abs(shown / 8 - slope(plane_points(plane)))[inner]
    # The gradient is 21 a millimeter: this is a hundredth of one.
    assert error.max() < 0.2


@pytest.mark.parametrize("name", GEOMETRIES)
def test_a_sphere_stays_a_sphere_where_it_is(name: str) -> None:
    geometry = GEOMETRIES[name]
    distance = np.linalg.norm(places(geometry) - CENTER, axis=-1)
    volume = np.clip((RADIUS_MM - distance) * 100, -1000, 1000).astype(np.int16)
    for directions in KINDS:
        planes = planes_through(geometry, directions)
        normal = planes[0].normal
        heights = [abs(float((np.array(one.origin) - CENTER) @ normal)) for one in planes]
        plane = planes[int(np.argmin(heights))]
        shown = reformat(volume, geometry, plane, THIN, FILL)
        ball = shown > 0
        points = plane_points(plane)[ball]
        middle = points.mean(axis=0)
        middle_error = (middle - CENTER) - ((middle - CENTER) @ normal) * normal
        assert np.linalg.norm(middle_error) < 0.15, "far below a voxel of 0.7 x 0.8 x 1.5 mm"
        expected = np.pi * (RADIUS_MM**2 - min(heights) ** 2)
        assert ball.sum() * plane.spacing_mm**2 == pytest.approx(expected, rel=0.02)


def test_an_axial_plane_of_axial_slices_is_the_slice_itself() -> None:
    heights = np.arange(0.0, 15.0, 1.5)
    geometry = geometry_of(heights)
    square = VolumeGeometry(geometry.origins, *KINDS_AXES, 0.7, 0.7, 64, 64, geometry.order)
    volume = np.random.default_rng(3).integers(-1024, 3000, (10, 64, 64)).astype(np.int16)
    planes = planes_through(square, directions_of(PlaneKind.AXIAL))
    assert len(planes) == 10
    for number, plane in enumerate(planes):
        assert np.array_equal(reformat(volume, square, plane, THIN, FILL), volume[number])


KINDS_AXES = (np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))


def test_one_bright_voxel_is_exact_in_the_maximum_and_a_dark_one_in_the_minimum() -> None:
    geometry = VolumeGeometry(
        np.array([[0.0, 0.0, 1.0 * i] for i in range(40)]),
        *KINDS_AXES,
        1.0,
        1.0,
        32,
        32,
        tuple(range(40)),
    )
    volume = np.zeros((40, 32, 32), np.int16)
    volume[17, 9, 21], volume[30, 20, 4] = 2711, -813
    planes = planes_through(geometry, directions_of(PlaneKind.CORONAL))
    middle = planes[len(planes) // 2]
    whole = 31.0
    flat = ReformatPlane((0.0, 15.5, 39.0), *directions_of(PlaneKind.CORONAL), 1.0, 40, 32)
    brightest = reformat(volume, geometry, flat, Slab(whole, Projection.MAXIMUM), FILL)
    darkest = reformat(volume, geometry, flat, Slab(whole, Projection.MINIMUM), FILL)
    assert np.array_equal(brightest, volume.max(axis=1)[::-1])
    assert np.array_equal(darkest, volume.min(axis=1)[::-1])
    assert brightest[39 - 17, 21] == 2711
    assert darkest[39 - 30, 4] == -813
    assert reformat(volume, geometry, middle, THIN, FILL).max() == 0


def test_a_mean_slab_is_the_mean_of_its_layers() -> None:
    geometry = VolumeGeometry(
        np.array([[0.0, 0.0, 1.0 * i] for i in range(8)]),
        *KINDS_AXES,
        1.0,
        1.0,
        16,
        16,
        tuple(range(8)),
    )
    volume = np.random.default_rng(5).integers(0, 1000, (8, 16, 16)).astype(np.int16)
    plane = ReformatPlane((0.0, 0.0, 3.0), *directions_of(PlaneKind.AXIAL), 1.0, 16, 16)
    shown = reformat(volume, geometry, plane, Slab(2.0, Projection.MEAN), FILL)
    assert np.abs(shown - volume[2:5].mean(axis=0)).max() <= 0.51


def test_outside_the_volume_nothing_is_shown() -> None:
    geometry = GEOMETRIES["straight"]
    volume = np.full((len(EVEN), 64, 64), 500, np.int16)
    plane = ReformatPlane((0.0, 0.0, 500.0), *directions_of(PlaneKind.AXIAL), 1.0, 8, 8)
    assert (reformat(volume, geometry, plane, THIN, FILL) == FILL).all()
    slab = Slab(10.0, Projection.MEAN)
    edge = ReformatPlane((3.0, -4.0, 29.0), *directions_of(PlaneKind.AXIAL), 1.0, 2, 2)
    assert (reformat(volume, geometry, edge, slab, FILL) == 500).all(), "layers outside count not"


def test_missing_slices_leave_a_gap_instead_of_invented_values() -> None:
    heights = np.concatenate([np.arange(0, 10.0), np.arange(18, 30.0)])
    geometry = geometry_of(heights)
    volume = np.full((len(heights), 64, 64), 700, np.int16)
    plane = ReformatPlane((3.0, -4.0, 5.0 + 29), *directions_of(PlaneKind.CORONAL), 1.0, 30, 1)
    column = reformat(volume, geometry, plane, THIN, FILL)[:, 0]
    assert (column[:12] == 700).all()
    assert (column[12:20] == FILL).all()
    assert (column[20:] == 700).all()


def series(**changes: Any) -> ImageSeries:
    frames = tuple(
        Frame(Path("a"), i, position=(0.0, 0.0, 3.0 - i), orientation=((1.0, 0, 0), (0, 1.0, 0)))
        for i in range(4)
    )
    facts: dict[str, Any] = {
        "is_color": False,
        "bits_stored": 12,
        "is_signed": True,
        "pixel_spacing": PixelSpacing(0.5, 0.5, SpacingOrigin.PIXEL_SPACING),
        "frames": frames,
    }
    facts |= changes
    return ImageSeries(
        Source(Path("a"), (Path("a"),)),
        rows=8,
        columns=8,
        modality="CT",
        photometric_interpretation="MONOCHROME2",
        **facts,
    )


def moved(place: int, **changes: Any) -> tuple[Frame, ...]:
    from dataclasses import replace

    frames = list(series().frames)
    frames[place] = replace(frames[place], **changes)
    return tuple(frames)


def test_slices_are_put_in_the_order_of_their_places() -> None:
    assert volume_geometry(series()).order == (3, 2, 1, 0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_color": True}, "Color"),
        ({"frames": series().frames[:1]}, "at least three slices"),
        ({"pixel_spacing": None}, "do not say where"),
        ({"frames": moved(2, position=None)}, "do not say where"),
        ({"frames": moved(2, orientation=None)}, "different directions"),
        ({"frames": moved(2, orientation=((0.0, 1, 0), (0, 0, -1)))}, "different directions"),
        ({"frames": moved(2, position=(0.0, 0.0, 0.0))}, "at the same place"),
    ],
)
def test_a_series_that_makes_no_volume_is_refused_with_the_reason(
    changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(NoVolumeError, match=reason):
        volume_geometry(series(**changes))


def test_tilt_and_uneven_spacing_are_known() -> None:
    assert GEOMETRIES["tilted"].tilt_degrees == pytest.approx(20)
    assert not GEOMETRIES["tilted"].is_straight
    assert GEOMETRIES["straight"].is_straight
    assert not GEOMETRIES["uneven"].is_even


@pytest.mark.parametrize("name", ["straight", "uneven"])
@pytest.mark.parametrize("kind", range(3), ids=["axial", "coronal", "sagittal"])
def test_the_quick_way_along_the_axes_gives_what_the_general_way_gives(
    name: str, kind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    geometry = GEOMETRIES[name]
    shape = (len(geometry.origins), 64, 64)
    volume = np.random.default_rng(8).integers(-1000, 1000, shape).astype(np.int16)
    plane = planes_through(geometry, KINDS[kind])[9]
    slab = Slab(5.0, Projection.MAXIMUM)
    quick = reformat(volume, geometry, plane, slab, FILL)
    monkeypatch.setattr("meddx_desktop.rendering.reformation._NOTHING", -1.0)
    general = reformat(volume, geometry, plane, slab, FILL)
    assert np.abs(quick.astype(int) - general).max() <= 1
    assert np.array_equal(quick == FILL, general == FILL)
