"""Planes in the patient, their nearest slices and the lines where they meet."""

from pathlib import Path

import numpy as np
import pytest

from meddx_desktop.case.image_series import (
    Frame,
    ImageSeries,
    PixelSpacing,
    SpacingOrigin,
    Vector,
)
from meddx_desktop.case.source import Source
from meddx_desktop.rendering.slice_geometry import (
    SlicePlane,
    nearest_frame,
    plane_of,
    reference_line,
)

AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def series_at(*positions: Vector | None, spacing: bool = True) -> ImageSeries:
    frames = tuple(
        Frame(Path("a"), i, position=p, orientation=AXIAL) for i, p in enumerate(positions)
    )
    return ImageSeries(
        Source(Path("a"), (Path("a"),)),
        frames,
        10,
        20,
        "CT",
        "MONOCHROME2",
        is_color=False,
        bits_stored=12,
        is_signed=False,
        pixel_spacing=PixelSpacing(2.0, 0.5, SpacingOrigin.PIXEL_SPACING) if spacing else None,
    )


def tilted(angle: float) -> SlicePlane:
    """Return a plane turned about the x axis, 100 x 100 pixels of 1 mm around (0, 0, 0)."""
    down = np.array([0.0, np.cos(angle), np.sin(angle)])
    across = np.array([1.0, 0.0, 0.0])
    return SlicePlane(-49.5 * across - 49.5 * down, across, down, 1.0, 1.0, 100, 100)


def test_the_center_of_the_first_pixel_is_the_image_position() -> None:
    plane = plane_of(series_at((1.0, 2.0, 3.0)), 0)
    assert plane is not None
    assert plane.to_patient((0.5, 0.5)) == pytest.approx([1, 2, 3])
    assert plane.to_patient((1.5, 1.5)) == pytest.approx([1.5, 4, 3])
    assert plane.to_frame(np.array([1.5, 4.0, 99.0])) == pytest.approx((1.5, 1.5))


def test_a_frame_without_position_or_spacing_has_no_plane() -> None:
    assert plane_of(series_at(None), 0) is None
    assert plane_of(series_at((0.0, 0.0, 0.0), spacing=False), 0) is None


def test_the_nearest_slice_is_found_by_position_not_by_number() -> None:
    series = series_at((0, 0, 0), (0, 0, 1), (0, 0, 5), (0, 0, 6))
    assert nearest_frame(series, np.array([50.0, 50.0, 4.2])) == 2
    assert nearest_frame(series, np.array([0.0, 0.0, 10.0])) == 3
    assert nearest_frame(series, np.array([0.0, 0.0, 10.1])) is None, "farther than the widest gap"
    assert nearest_frame(series_at((0, 0, 0), None), np.zeros(3)) is None


@pytest.mark.parametrize("degrees", [20.0, 45.0, 90.0, 135.0])
def test_tilted_planes_meet_in_the_line_between_them(degrees: float) -> None:
    line = reference_line(tilted(np.radians(degrees)), tilted(0.0))
    assert line is not None
    xs = sorted(point[0] for point in line)
    assert xs == pytest.approx([0, 100])
    assert [point[1] for point in line] == pytest.approx([50, 50])


def test_parallel_planes_and_planes_apart_meet_in_no_line() -> None:
    assert reference_line(tilted(0.05), tilted(0.0)) is None
    upright = tilted(np.pi / 2)
    far = SlicePlane(
        upright.origin + np.array([0.0, 0.0, 80.0]),
        upright.row_direction,
        upright.column_direction,
        1.0,
        1.0,
        100,
        100,
    )
    assert reference_line(far, tilted(0.0)) is None


def test_a_smaller_slice_draws_a_shorter_line() -> None:
    upright = tilted(np.pi / 2)
    small = SlicePlane(
        upright.origin + 20 * upright.row_direction,
        upright.row_direction,
        upright.column_direction,
        1.0,
        1.0,
        100,
        30,
    )
    line = reference_line(small, tilted(0.0))
    assert line is not None
    assert sorted(point[0] for point in line) == pytest.approx([20, 50])
