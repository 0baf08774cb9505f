"""What is kept comes back as it was, and nothing else is taken for it."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.case.image_series import SpacingOrigin
from meddx_desktop.case.measurement import (
    Calibration,
    FrameReference,
    Measurement,
    MeasurementKind,
    NoSpacing,
    Reading,
    RegionStatistics,
)
from meddx_desktop.store.kept_measurements import (
    KeptMeasurements,
    NewerFormatError,
    WrongFormatError,
    from_bytes,
    merge,
    to_bytes,
)

numbers = st.floats(allow_nan=False)
points = st.tuples(numbers, numbers)
frames = st.builds(
    FrameReference,
    st.none(),
    st.none() | st.text(max_size=64),
    st.just(""),
    st.integers(0, 10_000),
    st.lists(numbers, max_size=9).map(tuple),
)
statistics = st.builds(RegionStatistics, st.integers(0, 10**9), numbers, numbers, numbers, numbers)
readings = st.builds(
    Reading,
    st.none() | numbers,
    st.none() | numbers,
    st.none() | numbers,
    st.none() | statistics,
    st.lists(statistics, max_size=3).map(tuple),
    st.integers(0, 2**16),
    st.lists(numbers, max_size=3).map(tuple),
    st.text(),
    st.none() | st.sampled_from(SpacingOrigin),
    st.none() | st.sampled_from(NoSpacing),
)
measurements = st.builds(
    Measurement,
    st.uuids().map(lambda one: one.hex),
    st.sampled_from(MeasurementKind),
    frames,
    st.lists(points, max_size=12).map(tuple),
    st.text(),
    readings,
    st.none() | points,
)
calibrations = st.builds(Calibration, frames, st.tuples(points, points), numbers)
kept = st.builds(
    KeptMeasurements,
    st.lists(measurements, max_size=4).map(tuple),
    st.lists(calibrations, max_size=3).map(tuple),
)


@given(kept)
def test_everything_comes_back_as_it_was(written: KeptMeasurements) -> None:
    read = from_bytes(to_bytes(written))
    assert read == written
    assert read.is_same_as(written)
    assert read.saved_s > 0


FRAME = FrameReference(None, "1.2.3", "", 4)


def measurement(identifier: str = "one", **changes: object) -> Measurement:
    made = Measurement(identifier, MeasurementKind.LENGTH, FRAME, ((1.0, 2.0), (3.0, 4.5)))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_statistic_of_pixels_that_are_no_numbers_comes_back() -> None:
    region = RegionStatistics(3, math.nan, math.inf, -math.inf, math.inf)
    written = KeptMeasurements((measurement(reading=Reading(statistics=region)),))
    (read,) = from_bytes(to_bytes(written)).measurements
    assert read.reading.statistics is not None
    assert math.isnan(read.reading.statistics.mean)
    assert read.reading.statistics.minimum == -math.inf


def test_half_a_surrogate_pair_in_a_text_loses_nothing_else() -> None:
    written = KeptMeasurements((measurement(text="node \ud83d"), measurement("two")))
    read = from_bytes(to_bytes(written)).measurements
    assert [one.text for one in read] == ["node ?", ""]


# What this version wrote on its first day; it must be read for ever.
FIRST_DAY = b"""{"format": 1, "measurements": [{"identifier": "a1", "kind": "length", "frame":
{"series_instance_uid": null, "sop_instance_uid": "1.2.3", "path": "", "frame_index": 4,
"plane": []}, "points": [[1.0, 2.0], [3.0, 4.5]], "text": "node", "reading": {"length": 12.5,
"area": null, "angle_degrees": null, "statistics": null, "channels": [], "channel_maximum": 0,
"value": [], "unit": "", "spacing_origin": "Pixel Spacing", "no_spacing": null},
"label_offset": [5.0, -6.0]}], "calibrations": [{"frame": {"series_instance_uid": null,
"sop_instance_uid": "1.2.3", "path": "", "frame_index": 4, "plane": []},
"points": [[0.0, 0.0], [10.0, 0.0]], "length_mm": 20.0}], "saved_s": 1790000000.0}"""


def test_the_first_format_is_read() -> None:
    read = from_bytes(FIRST_DAY)
    reading = Reading(length=12.5, spacing_origin=SpacingOrigin.PIXEL_SPACING)
    expected = measurement("a1", text="node", reading=reading, label_offset=(5.0, -6.0))
    assert read.measurements == (expected,)
    assert read.calibrations == (Calibration(FRAME, ((0.0, 0.0), (10.0, 0.0)), 20.0),)


def test_a_newer_format_is_named_as_such() -> None:
    newer = {"format": 2, "measurements": {"what": "ever"}}
    with pytest.raises(NewerFormatError):
        from_bytes(json.dumps(newer).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"{}",
        b'{"format": "1"}',
        b'{"format": 0, "measurements": []}',
        b"[" * 100_000,
        b"\xff\xfe",
        FIRST_DAY[:-40],
        FIRST_DAY.replace(b'"length"', b'"volume"'),
        FIRST_DAY.replace(b"[3.0, 4.5]", b"[3.0]"),
        FIRST_DAY.replace(b'"frame_index": 4', b'"frame_index": "4"'),
    ],
)
def test_what_is_not_of_the_format_is_refused(content: bytes) -> None:
    with pytest.raises(WrongFormatError):
        from_bytes(content)


def test_of_one_measurement_in_two_files_the_latest_counts() -> None:
    old = KeptMeasurements((measurement(text="old"), measurement("two")), saved_s=1.0)
    new = KeptMeasurements((measurement(text="new"), measurement("three")), saved_s=2.0)
    joined = merge((new, old))
    assert [one.text for one in joined.measurements] == ["new", "", ""]
    assert [one.identifier for one in joined.measurements] == ["one", "two", "three"]


def test_a_file_and_the_planes_computed_from_it_have_calibrations_of_their_own() -> None:
    line = ((0.0, 0.0), (1.0, 0.0))
    plane = replace(FRAME, plane=(0.0, 1.0))
    old = KeptMeasurements((), (Calibration(FRAME, line, 1.0), Calibration(plane, line, 2.0)))
    new = KeptMeasurements((), (Calibration(replace(FRAME, frame_index=0), line, 3.0),), 2.0)
    assert [one.length_mm for one in merge((old, new)).calibrations] == [3.0, 2.0]
