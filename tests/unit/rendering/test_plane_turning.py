"""Turning planes: golden sections of a tilted cylinder and ellipsoid, and the angles of a drag."""

import numpy as np
import pytest
from numpy.typing import NDArray

from meddx_desktop.rendering.planar_geometry import clip_line
from meddx_desktop.rendering.plane_turning import (
    angle_around_degrees,
    angle_between_degrees,
    nearest_on_both,
    straight_onto,
    turn_and_tilt,
    turned,
)
from meddx_desktop.rendering.reformat_planes import (
    Directions,
    PlaneKind,
    directions_of,
    planes_through,
)
from meddx_desktop.rendering.reformation import ReformatPlane, Slab, reformat
from meddx_desktop.rendering.slice_geometry import SlicePlane
from meddx_desktop.rendering.view_matching import held_view
from meddx_desktop.rendering.view_transform import ViewTransform, rotate
from meddx_desktop.rendering.volume_geometry import VolumeGeometry

CORONAL = directions_of(PlaneKind.CORONAL)
X, Y, Z = np.eye(3)
MIDDLE = np.array([5.0, -3.0, 12.0])
RADIUS_MM = 9.0
# The radius of a disk with the second moments of one whose edge falls off over 2 mm.
SOFT_RADIUS_MM = ((RADIUS_MM**4 + 2 * RADIUS_MM**2 + 0.2) / (RADIUS_MM**2 + 1 / 3)) ** 0.5
INSIDE, OUTSIDE = 1000.0, 0.0


def stack(size: int = 90, slices: int = 70) -> VolumeGeometry:
    """Return straight axial slices of 0.8 mm pixels, 1.2 mm apart, around MIDDLE."""
    pixel, gap = 0.8, 1.2
    half = (size - 1) / 2 * pixel
    heights = (np.arange(slices) - (slices - 1) / 2) * gap
    origins = MIDDLE + np.array([[-half, -half, height] for height in heights])
    return VolumeGeometry(origins, X, Y, pixel, pixel, size, size, tuple(range(slices)))


def points_of(geometry: VolumeGeometry) -> NDArray[np.float64]:
    across = np.arange(geometry.columns)[:, None] * geometry.column_mm * geometry.row_direction
    down = np.arange(geometry.rows)[:, None] * geometry.row_mm * geometry.column_direction
    there = geometry.origins[:, None, None] + down[None, :, None] + across[None, None]
    return np.asarray(there, np.float64)


def soft(distance_mm: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return INSIDE below and OUTSIDE above a distance of 0, with an edge two millimeters soft."""
    share = np.clip(0.5 - distance_mm / 2, 0, 1)
    return np.rint(OUTSIDE + share * (INSIDE - OUTSIDE)).astype(np.int16)


def axis_of(tilt_degrees: float) -> NDArray[np.float64]:
    """Return an axis in the plane of x and z, tilted from z toward x."""
    tilt = np.radians(tilt_degrees)
    return np.asarray(np.sin(tilt) * X + np.cos(tilt) * Z)


def cylinder(geometry: VolumeGeometry, tilt_degrees: float) -> NDArray[np.int16]:
    offset = points_of(geometry) - MIDDLE
    axis = axis_of(tilt_degrees)
    beside = offset - (offset @ axis)[..., None] * axis
    return soft(np.linalg.norm(beside, axis=-1) - RADIUS_MM)


def plane_through_middle(geometry: VolumeGeometry, directions: Directions) -> ReformatPlane:
    planes = planes_through(geometry, directions, MIDDLE)
    away = [abs(float((np.array(one.origin) - MIDDLE) @ one.normal)) for one in planes]
    assert min(away) < 1e-9, "one of the planes holds the point exactly"
    return planes[int(np.argmin(away))]


def second_moments(
    plane: ReformatPlane, values: NDArray[np.generic]
) -> tuple[NDArray[np.float64], float, float, float]:
    """Return center, the two half axes of the ellipse with the same moments, and the area."""
    weights = (np.asarray(values, np.float64) - OUTSIDE) / (INSIDE - OUTSIDE)
    row, column = np.array(plane.row_direction), np.array(plane.column_direction)
    across = np.arange(plane.columns) * plane.spacing_mm
    down = np.arange(plane.rows) * plane.spacing_mm
    total = weights.sum()
    x, y = float(weights.sum(0) @ across / total), float(weights.sum(1) @ down / total)
    dx, dy = across - x, down - y
    xx, yy = weights.sum(0) @ dx**2 / total, weights.sum(1) @ dy**2 / total
    xy = float(dy @ weights @ dx / total)
    small, large = np.linalg.eigvalsh(np.array([[xx, xy], [xy, yy]]))
    center = np.array(plane.origin) + x * row + y * column
    area = float(total) * plane.spacing_mm**2
    return center, 2 * float(np.sqrt(large)), 2 * float(np.sqrt(small)), area


@pytest.mark.parametrize("tilt", [0.0, 17.0, 35.0])
@pytest.mark.parametrize("off", [0.0, 25.0, 40.0])
def test_a_plane_turned_onto_a_tilted_cylinder_cuts_the_expected_ellipse(
    tilt: float, off: float
) -> None:
    geometry = stack()
    volume = cylinder(geometry, tilt)
    # An axial plane, turned about y (the normal of the coronal one points to the back) until its
    # normal lies `off` degrees beside the axis of the cylinder.
    axial = directions_of(PlaneKind.AXIAL)
    directions = turned(axial, Y, tilt - off)
    normal = np.cross(*map(np.array, directions))
    assert float(normal @ axis_of(tilt)) == pytest.approx(np.cos(np.radians(off)))
    plane = plane_through_middle(geometry, directions)
    shown = reformat(volume, geometry, plane, Slab(), OUTSIDE)
    center, large, small, area = second_moments(plane, shown)
    assert center == pytest.approx(MIDDLE, abs=0.05)
    longer = 1 / np.cos(np.radians(off))
    assert large == pytest.approx(SOFT_RADIUS_MM * longer, rel=0.01)
    assert small == pytest.approx(SOFT_RADIUS_MM, rel=0.01)
    assert area == pytest.approx(np.pi * RADIUS_MM**2 * longer, rel=0.01)


def test_a_plane_along_the_axis_of_the_cylinder_shows_a_band_as_wide_as_it() -> None:
    geometry = stack()
    tilt = 25.0
    volume = cylinder(geometry, tilt)
    # The sagittal plane turned about y holds the tilted axis.
    directions = turned(directions_of(PlaneKind.SAGITTAL), Y, tilt)
    plane = plane_through_middle(geometry, directions)
    assert float(plane.normal @ axis_of(tilt)) == pytest.approx(0, abs=1e-9)
    shown = reformat(volume, geometry, plane, Slab(), OUTSIDE)
    assert np.array(plane.column_direction) == pytest.approx(-axis_of(tilt))
    middle = shown[plane.rows // 3 : plane.rows * 2 // 3].astype(np.float64)
    widths = (middle - OUTSIDE).sum(axis=1) / (INSIDE - OUTSIDE) * plane.spacing_mm
    assert widths == pytest.approx(2 * RADIUS_MM, rel=0.01)


@pytest.mark.parametrize("degrees", [0.0, 30.0, 60.0, 90.0])
def test_every_turned_plane_through_an_ellipsoid_shows_its_section(degrees: float) -> None:
    geometry = stack()
    tilt = 30.0
    half_axes = np.array([8.0, 12.0, 20.0])
    frame = np.stack([np.cross(Y, axis_of(tilt)), Y, axis_of(tilt)])
    offset = (points_of(geometry) - MIDDLE) @ frame.T
    size = np.linalg.norm(offset / half_axes, axis=-1)
    # The distance from the surface, to first order.
    slope = np.linalg.norm(offset / half_axes**2, axis=-1) / np.maximum(size, 1e-9)
    volume = soft((size - 1) / np.maximum(slope, 1e-9))
    directions = turned(turned(CORONAL, X, 20.0), Z, degrees)
    plane = plane_through_middle(geometry, directions)
    _, large, small, area = second_moments(
        plane, reformat(volume, geometry, plane, Slab(), OUTSIDE)
    )
    # The section of x'Ax = 1 with a plane spanned by r and c is the ellipse of [r c]'A[r c].
    shape = frame.T @ np.diag(half_axes**-2.0) @ frame
    spanned = np.array([plane.row_direction, plane.column_direction])
    eigen = np.linalg.eigvalsh(spanned @ shape @ spanned.T)
    expected = 1 / np.sqrt(eigen)
    assert (large, small) == tuple(pytest.approx(one, rel=0.015) for one in expected)
    assert area == pytest.approx(np.pi * float(np.prod(expected)), rel=0.015)


def test_a_turn_about_the_normal_of_a_slice_is_clockwise_as_seen() -> None:
    row, column = turned(directions_of(PlaneKind.AXIAL), Z, 90)
    assert row == pytest.approx((0, 1, 0))
    assert column == pytest.approx((-1, 0, 0))


def test_turns_there_and_back_leave_the_plane_where_it_was() -> None:
    directions = CORONAL
    for _ in range(200):
        directions = turned(directions, np.array([0.6, 0.0, 0.8]), 3.7)
    for _ in range(200):
        directions = turned(directions, np.array([0.6, 0.0, 0.8]), -3.7)
    assert directions[0] == pytest.approx(CORONAL[0], abs=1e-9)
    assert directions[1] == pytest.approx(CORONAL[1], abs=1e-9)
    assert angle_between_degrees(directions, CORONAL) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(("turn", "tilt"), [(0, 0), (35, 20), (-120, -50), (90, 0), (0, 90)])
def test_turn_and_tilt_of_a_plane_are_found_again(turn: float, tilt: float) -> None:
    found = turn_and_tilt(directions_of(PlaneKind.OBLIQUE, turn, tilt))
    assert found == (pytest.approx(turn, abs=1e-6), pytest.approx(tilt, abs=1e-5))


def slice_at(directions: Directions, through: NDArray[np.float64]) -> SlicePlane:
    row, column = map(np.array, directions)
    origin = through - 16 * 0.5 * row - 16 * 2.0 * column
    return SlicePlane(origin, row, column, 2.0, 0.5, 33, 33)


def test_the_angle_of_a_drag_is_that_in_the_patient_not_that_of_the_pixels() -> None:
    plane = slice_at(directions_of(PlaneKind.AXIAL), MIDDLE)
    x, y = plane.to_frame(MIDDLE)
    # 8 columns of 0.5 mm and 2 rows of 2 mm are 4 mm each.
    around = angle_around_degrees(plane, MIDDLE, (x + 8, y), (x + 8, y + 2))
    assert around == pytest.approx(45)
    across_the_seam = angle_around_degrees(plane, MIDDLE, (x - 8, y - 1), (x - 8, y + 1))
    assert across_the_seam == pytest.approx(-2 * np.degrees(np.arctan2(2, 4)))


def test_the_center_of_a_turn_lies_in_both_planes_and_near_the_place() -> None:
    axial = slice_at(directions_of(PlaneKind.AXIAL), MIDDLE)
    tilted = slice_at(turned(CORONAL, X, 30), MIDDLE + 7 * Y)
    place = MIDDLE + np.array([4.0, 2.0, 3.0])
    found = nearest_on_both(axial, tilted, place)
    for plane in (axial, tilted):
        assert float((found - plane.origin) @ plane.normal) == pytest.approx(0, abs=1e-9)
    assert found[0] == pytest.approx(place[0]), "along the line of the planes nothing moves"
    assert straight_onto(axial, place) == pytest.approx((*place[:2], MIDDLE[2]))


def test_a_line_is_cut_at_the_edges_of_the_widget() -> None:
    assert clip_line((-10, 5), (30, 5), (20, 10)) == ((0, 5), (20, 5))
    assert clip_line((5, -10), (5, 4), (20, 10)) == ((5, 0), (5, 4))
    assert clip_line((-10, 20), (30, 20), (20, 10)) is None
    assert clip_line((-6, 4), (4, -6), (20, 10)) is None


def test_the_held_point_stays_on_the_screen_when_the_frame_changes() -> None:
    source = rotate(ViewTransform((300, 200), (64, 48), (20, 30), 3.0), clockwise=True)
    fresh = ViewTransform((300, 200), (90, 70), (45, 35), 1.0)
    held = held_view(source, fresh, point=(11.0, 62.0), at=(123.0, 45.0))
    assert held.to_view((11.0, 62.0)) == pytest.approx((123.0, 45.0))
    assert (held.scale, held.turn, held.frame_size) == (3.0, source.turn, (90, 70))
