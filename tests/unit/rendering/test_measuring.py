"""Lengths, angles, areas and pixel statistics against figures worked out by hand."""

import json
from dataclasses import asdict, replace
from math import pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import (
    Frame,
    FramePixels,
    ImageSeries,
    PixelSpacing,
    SpacingOrigin,
    UltrasoundRegion,
)
from meddx_desktop.case.measurement import (
    Calibration,
    Measurement,
    MeasurementKind,
    NoSpacing,
    Point,
    Reading,
    frame_reference,
    index_of_frame,
)
from meddx_desktop.case.source import Source
from meddx_desktop.rendering.measuring import MeasuredFrame, read, reread_geometry
from meddx_desktop.rendering.measuring_scale import can_calibrate, find_spacing
from meddx_desktop.rendering.planar_geometry import (
    angle_degrees,
    cobb_angle_degrees,
    is_self_crossing,
    polygon_area,
)
from meddx_desktop.rendering.region_pixels import pixels_of_region

KIND = MeasurementKind
HU = GrayscaleTransform(rescale_slope=2.0, rescale_intercept=-1024.0, rescale_type="HU")


def make_series(**changes: Any) -> ImageSeries:
    facts: dict[str, Any] = {
        "source": Source(Path("ct"), (Path("ct"),)),
        "frames": (Frame(Path("ct"), grayscale=HU),),
        "rows": 60,
        "columns": 80,
        "modality": "CT",
        "photometric_interpretation": "MONOCHROME2",
        "is_color": False,
        "bits_stored": 12,
        "is_signed": False,
        "pixel_spacing": PixelSpacing(0.5, 0.25, SpacingOrigin.PIXEL_SPACING),
    }
    return ImageSeries(**(facts | changes))


def phantom() -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return 60 x 80 pixels of 500, with a block of rows 20-29, columns 30-39 that holds 0-99."""
    pixels = np.full((60, 80), 500, np.uint16)
    pixels[20:30, 30:40] = np.arange(100).reshape(10, 10)
    return pixels


def measured(series: ImageSeries | None = None, **changes: Any) -> MeasuredFrame:
    return MeasuredFrame(series or make_series(**changes), FramePixels(0, phantom()))


def test_a_length_is_in_millimeters_of_either_direction() -> None:
    across = read(KIND.LENGTH, ((10, 10), (30, 10)), measured())
    down = read(KIND.LENGTH, ((10, 10), (10, 30)), measured())
    slanted = read(KIND.LENGTH, ((0, 0), (12, 8)), measured())
    assert across.length == pytest.approx(5.0)
    assert down.length == pytest.approx(10.0)
    assert slanted.length == pytest.approx(5.0)
    assert slanted.spacing_origin is SpacingOrigin.PIXEL_SPACING


def test_without_spacing_a_length_is_in_pixels_and_says_why() -> None:
    found = read(KIND.LENGTH, ((0, 0), (3, 4)), measured(pixel_spacing=None))
    assert found == Reading(length=5.0, no_spacing=NoSpacing.NOT_IN_FILE)


def test_angles_follow_the_proportions_of_the_patient() -> None:
    # 20 columns of 0.25 mm and 10 rows of 0.5 mm are both 5 mm.
    found = read(KIND.ANGLE, ((20, 10), (0, 10), (20, 20)), measured())
    assert found.angle_degrees == pytest.approx(45.0)
    assert found.length is None
    unequal = make_series(pixel_spacing=None, pixel_aspect_ratio=(2, 1))
    assert read(KIND.ANGLE, ((20, 10), (0, 10), (20, 20)), measured(unequal)).angle_degrees == (
        pytest.approx(45.0)
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [((5.0, 0.0), 0), ((0.0, 5.0), 90), ((-5.0, 5.0), 135), ((-5.0, 0.0), 180)],
)
def test_an_angle_is_what_its_arms_enclose(last: Point, expected: float) -> None:
    assert angle_degrees((5.0, 0.0), (0.0, 0.0), last) == pytest.approx(expected)


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_cobb_angle_does_not_depend_on_the_direction_of_drawing(is_turned: bool) -> None:
    first = ((0.0, 0.0), (10.0, 0.0))
    second = ((0.0, 30.0), (10.0, 30.0 + 10 * sqrt(3)))
    second = second[::-1] if is_turned else second
    assert cobb_angle_degrees((*first, *second)) == pytest.approx(60.0)


def test_a_line_without_length_makes_no_angle() -> None:
    assert cobb_angle_degrees(((0, 0), (0, 0), (1, 1), (2, 2))) == 0.0
    assert angle_degrees((0, 0), (0, 0), (2, 2)) == 0.0


def test_statistics_of_a_rectangle_are_those_of_its_pixels() -> None:
    found = read(KIND.RECTANGLE, ((30, 20), (40, 30)), measured())
    assert found.statistics is not None
    assert found.statistics.pixel_count == 100
    # Stored 0 to 99 with slope 2 and intercept -1024.
    assert found.statistics.mean == pytest.approx(49.5 * 2 - 1024)
    assert found.statistics.deviation == pytest.approx(2 * sqrt((100**2 - 1) / 12))
    assert (found.statistics.minimum, found.statistics.maximum) == (-1024.0, -826.0)
    assert found.area == pytest.approx(100 * 0.125)
    assert found.unit == "HU"


def test_a_pixel_counts_when_its_center_is_inside() -> None:
    half = pixels_of_region(KIND.RECTANGLE, ((30.5, 20.5), (32.5, 22.49)), (60, 80))
    assert half.box.left == 30
    assert half.mask.tolist() == [
        [True, True, False],
        [True, True, False],
        [False, False, False],
    ]


def test_a_circle_has_the_pixels_of_its_equation() -> None:
    region = pixels_of_region(KIND.ELLIPSE, ((10, 10), (16, 16)), (60, 80))
    assert region.mask[:6, :6].astype(int).tolist() == [
        [0, 1, 1, 1, 1, 0],
        [1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1],
        [0, 1, 1, 1, 1, 0],
    ]
    assert not region.mask[6:].any()
    found = read(KIND.ELLIPSE, ((10, 10), (16, 16)), measured(pixel_spacing=None))
    assert found.area == pytest.approx(pi * 9)


def test_a_triangle_has_the_pixels_below_its_diagonal() -> None:
    region = pixels_of_region(KIND.FREEHAND, ((0, 0), (0, 4), (4, 4)), (60, 80))
    assert region.mask[:4, :4].astype(int).tolist() == [
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
    ]
    assert polygon_area(((0, 0), (0, 4), (4, 4))) == 8.0


corner = st.tuples(st.integers(-40, 400), st.integers(-40, 300)).map(
    lambda steps: (steps[0] / 4, steps[1] / 4)
)


@given(first=corner, second=corner)
def test_a_drawn_rectangle_has_the_pixels_of_a_rectangle(first: Point, second: Point) -> None:
    around = (first, (second[0], first[1]), second, (first[0], second[1]))
    drawn = pixels_of_region(KIND.FREEHAND, around, (60, 80))
    boxed = pixels_of_region(KIND.RECTANGLE, (first, second), (60, 80))
    assert drawn.box == boxed.box
    assert (drawn.mask == boxed.mask).all()


@given(corners=st.lists(corner, min_size=3, max_size=7).map(tuple))
def test_a_polygon_holds_the_centers_that_a_ray_finds_inside(corners: tuple[Point, ...]) -> None:
    region = pixels_of_region(KIND.FREEHAND, corners, (60, 80))
    box = region.box
    for row in range(box.top, box.bottom, 7):
        for column in range(box.left, box.right, 5):
            x, y = column + 0.5, row + 0.5
            crossings = 0
            for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
                if (y0 <= y) != (y1 <= y):
                    at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
                    # Whoever lies exactly on an edge may fall to either side by rounding.
                    if abs(at - x) < 1e-9:
                        break
                    crossings += at < x
            else:
                assert region.mask[row - box.top, column - box.left] == (crossings % 2 == 1)


def test_regions_side_by_side_share_no_pixel_and_leave_none_out() -> None:
    middle = (20.3, 33.7)
    parts = [
        ((10, 10), middle, (10, 50)),
        ((10, 50), middle, (50, 50)),
        ((50, 50), middle, (50, 10)),
        ((50, 10), middle, (10, 10)),
    ]
    whole = np.zeros((60, 80), int)
    for part in parts:
        region = pixels_of_region(KIND.FREEHAND, part, (60, 80))
        box = region.box
        whole[box.top : box.bottom, box.left : box.right] += region.mask
    assert (whole[10:50, 10:50] == 1).all()
    assert whole.sum() == 1600


def test_a_region_is_cut_at_the_edge_of_the_frame() -> None:
    found = read(KIND.RECTANGLE, ((-10, -10), (5, 5)), measured())
    assert found.statistics is not None
    assert found.statistics.pixel_count == 25
    outside = read(KIND.ELLIPSE, ((-20, -20), (-10, -10)), measured())
    assert outside.statistics is None


def test_a_line_that_crosses_itself_has_the_area_that_is_filled() -> None:
    bow = ((0, 0), (10, 10), (10, 0), (0, 10))
    assert is_self_crossing(bow)
    assert not is_self_crossing(((0, 0), (10, 0), (10, 10), (0, 10)))
    found = read(KIND.FREEHAND, bow, measured(pixel_spacing=None))
    assert found.statistics is not None
    assert found.area == found.statistics.pixel_count


def test_values_that_are_no_numbers_are_left_out() -> None:
    series = make_series(frames=(Frame(Path("m")),), modality="OT", bits_stored=32)
    pixels = np.array([[1.0, np.nan], [3.0, np.inf]], np.float32)
    found = read(KIND.RECTANGLE, ((0, 0), (2, 2)), MeasuredFrame(series, FramePixels(0, pixels)))
    assert found.statistics is not None
    assert (found.statistics.pixel_count, found.statistics.mean) == (2, 2.0)


def test_a_probe_reads_one_pixel_and_color_has_three_values() -> None:
    assert read(KIND.PROBE, ((31.9, 20.0),), measured()).value == (1 * 2 - 1024.0,)
    assert read(KIND.PROBE, ((80.0, 20.0),), measured()).value == ()
    color = make_series(is_color=True, bits_stored=8)
    pixels = FramePixels(0, np.full((60, 80, 3), (1, 2, 3), np.uint8))
    assert read(KIND.PROBE, ((1, 1),), MeasuredFrame(color, pixels)).value == (1.0, 2.0, 3.0)


def test_a_region_of_a_color_image_has_each_channel_and_no_modality_values() -> None:
    color = make_series(is_color=True, bits_stored=8)
    values = np.zeros((60, 80, 3), np.uint8)
    values[..., 0] = np.arange(80)
    values[..., 1] = 200
    values[10:20, 10:20, 2] = 7
    frame = MeasuredFrame(color, FramePixels(0, values))
    region = read(KIND.RECTANGLE, ((10, 10), (20, 30)), frame)
    assert region.statistics is None
    assert region.unit == ""
    assert region.area == pytest.approx(10 * 20 * 0.125)
    red, green, blue = region.channels
    assert [one.pixel_count for one in region.channels] == [200, 200, 200]
    assert (red.mean, red.deviation) == (14.5, pytest.approx(np.arange(10, 20).std()))
    assert (red.minimum, red.maximum) == (10, 19)
    assert (green.mean, green.deviation) == (200, 0)
    assert (blue.mean, blue.maximum) == (3.5, 7)
    assert region.channel_maximum == 255


def test_wide_colors_say_up_to_where_they_go() -> None:
    color = make_series(is_color=True, bits_stored=16)
    frame = MeasuredFrame(color, FramePixels(0, np.full((60, 80, 3), 40_000, np.uint16)))
    region = read(KIND.ELLIPSE, ((0, 0), (4, 4)), frame)
    assert region.channel_maximum == 65535
    assert region.channels[0].mean == 40_000
    outside = read(KIND.ELLIPSE, ((0.1, 0.1), (0.2, 0.2)), frame)
    assert outside.channels == ()


LEFT = UltrasoundRegion(0, 0, 39, 59, PixelSpacing(0.1, 0.2, SpacingOrigin.ULTRASOUND_REGION))
RIGHT = UltrasoundRegion(40, 0, 79, 59, PixelSpacing(0.4, 0.4, SpacingOrigin.ULTRASOUND_REGION))
CURVE = UltrasoundRegion(0, 40, 79, 59, None)


def ultrasound(*regions: UltrasoundRegion) -> ImageSeries:
    return make_series(modality="US", pixel_spacing=None, ultrasound_regions=regions)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (((1, 1), (30, 1)), LEFT.spacing),
        (((50, 1), (60, 1)), RIGHT.spacing),
        (((30, 1), (50, 1)), NoSpacing.SEVERAL_REGIONS),
        (((50, 1), (60, 50)), RIGHT.spacing),
        (((50, 45), (60, 50)), NoSpacing.CONFLICTING_REGIONS),
        (((50, 70), (60, 70)), NoSpacing.OUTSIDE_REGIONS),
    ],
)
def test_a_line_takes_the_spacing_of_the_region_of_both_its_ends(
    points: tuple[Point, Point], expected: PixelSpacing | NoSpacing
) -> None:
    assert find_spacing(ultrasound(LEFT, RIGHT, CURVE), points, None) == expected


def test_a_region_without_centimeters_gives_no_length() -> None:
    series = ultrasound(CURVE)
    assert find_spacing(series, ((1, 45), (9, 45)), None) is NoSpacing.UNCALIBRATED_REGION


def test_the_spacing_of_the_whole_image_is_not_used_beside_regions() -> None:
    spacing = PixelSpacing(1.0, 1.0, SpacingOrigin.PIXEL_SPACING)
    series = make_series(modality="US", pixel_spacing=spacing, ultrasound_regions=(LEFT,))
    assert find_spacing(series, ((50, 1), (60, 1)), None) is NoSpacing.OUTSIDE_REGIONS


def test_a_calibration_by_hand_makes_millimeters_and_keeps_the_proportions() -> None:
    series = make_series(pixel_spacing=None, pixel_aspect_ratio=(2, 1))
    calibration = Calibration(frame_reference(series, 0), ((0, 0), (40, 0)), 20.0)
    across = MeasuredFrame(series, FramePixels(0, phantom()), calibration)
    found = read(KIND.LENGTH, ((0, 0), (0, 10)), across)
    assert found.length == pytest.approx(10.0)
    assert found.spacing_origin is SpacingOrigin.BY_HAND
    bare = read(KIND.LENGTH, ((0, 0), (0, 10)), without_calibration(across))
    again = reread_geometry(bare, (KIND.LENGTH, ((0, 0), (0, 10))), series, calibration)
    assert again == found
    back = reread_geometry(again, (KIND.LENGTH, ((0, 0), (0, 10))), series, None)
    assert back == bare


def without_calibration(frame: MeasuredFrame) -> MeasuredFrame:
    return MeasuredFrame(frame.series, frame.pixels)


def test_a_calibration_holds_only_in_the_ultrasound_region_of_its_line() -> None:
    series = ultrasound(LEFT, RIGHT)
    calibration = Calibration(frame_reference(series, 0), ((0, 0), (10, 0)), 5.0)
    by_hand = find_spacing(series, ((1, 1), (30, 1)), calibration)
    assert by_hand == PixelSpacing(0.25, 0.5, SpacingOrigin.BY_HAND)
    assert find_spacing(series, ((50, 1), (60, 1)), calibration) == RIGHT.spacing
    assert not can_calibrate(series, ((30, 1), (50, 1)))
    assert not can_calibrate(series, ((30, 1), (30, 1.5)))
    assert can_calibrate(series, ((10, 1), (30, 1)))


def test_a_measurement_survives_as_json_and_finds_its_frame_again() -> None:
    series = make_series()
    reading = read(KIND.RECTANGLE, ((30, 20), (40, 30)), measured(series))
    corners = ((30.0, 20.0), (40.0, 30.0))
    kept = Measurement("a", KIND.RECTANGLE, frame_reference(series, 0), corners, "", reading)
    adapter = TypeAdapter(Measurement)
    assert adapter.validate_json(json.dumps(asdict(kept))) == kept
    assert index_of_frame(series, kept.frame) == 0
    other = make_series(source=Source(Path("other"), (Path("other"),)))
    assert index_of_frame(other, kept.frame) is None


def test_planes_that_were_computed_from_one_file_are_told_apart() -> None:
    directions = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
    frames = tuple(
        Frame(Path("ct"), position=(0.0, place, 0.0), orientation=directions)
        for place in (1.0, 2.0)
    )
    series = make_series(frames=frames)
    first, second = (frame_reference(series, index) for index in (0, 1))
    assert first != second
    assert index_of_frame(series, second) == 1
    known = make_series(frames=tuple(replace(frame, sop_instance_uid="1.2") for frame in frames))
    assert frame_reference(known, 0).plane == (), "a frame with a UID is found by it"
