"""Gray values as presentation states ask for them, against the words of the standard."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, Window
from meddx_desktop.case.image_marks import FrameReference, PresentationState, PresentationVoi
from meddx_desktop.case.image_series import Frame, FramePixels, ImageSeries
from meddx_desktop.case.mask_subtraction import MaskOperation, MaskRule
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.case.source import Source
from meddx_desktop.rendering.picture import Appearance, render_picture
from meddx_desktop.rendering.presented_series import series_through

PATH = Path("a.dcm")
STORED = np.array([[0, 1, 2, 3], [100, 101, 102, 103]], np.uint16)
OWN = GrayscaleTransform(-1.0, 50.0, "HU", windows=(Window(10, 20),), is_inverted=True)


def series_of(count: int = 1) -> ImageSeries:
    frames = tuple(
        Frame(PATH, number, "1.2", grayscale=OWN, shutter=Shutter(polygon=((0, 0), (1, 0), (1, 1))))
        for number in range(count)
    )
    source = Source(PATH, (PATH,))
    return ImageSeries(source, frames, 2, 4, "XA", "MONOCHROME1", is_color=False, bits_stored=8,
                       is_signed=False)  # fmt: skip


def state_of(*vois: Window | LookupTable, **changes: object) -> PresentationState:
    state = PresentationState(
        Path("state.dcm"),
        "STATE",
        (FrameReference("1.2"),),
        vois=tuple(PresentationVoi(one) for one in vois),
    )
    return replace(state, **changes)  # type: ignore[arg-type]


def table(entries: list[int], bits: int, first: int = 0) -> LookupTable:
    return LookupTable(first, np.array(entries, np.uint16), bits)


def seen(state: PresentationState, stored: np.ndarray[tuple[int, int], np.dtype[np.uint16]]) -> (
    list[list[int]]
):  # fmt: skip
    through = series_through(series_of(), state)
    picture = render_picture(FramePixels(0, stored), through, Appearance(presentation=state))
    return [[int(one) for one in row] for row in picture]


def test_what_a_state_leaves_out_is_the_identity_whatever_the_image_says() -> None:
    ramp = np.array([[0, 51, 204, 255]], np.uint16)
    assert seen(state_of(), ramp) == [[0, 51, 204, 255]]


def test_the_modality_stage_is_that_of_the_state() -> None:
    rescale = GrayscaleTransform(rescale_slope=2.0, rescale_intercept=-100.0)
    assert seen(
        state_of(Window(0.5, 201), grayscale=rescale), np.array([[0, 50, 100]], np.uint16)
    ) == [[0, 128, 255]]
    by_table = GrayscaleTransform(modality_lut=table([0, 1000, 65535], 16))
    shown = seen(state_of(grayscale=by_table), np.array([[0, 1, 2, 9]], np.uint16))
    assert shown == [[0, round(1000 / 65535 * 255), 255, 255]]


def test_the_voi_table_comes_before_the_presentation_table() -> None:
    stages = GrayscaleTransform(presentation_lut=table([1023, 512, 0], 10))
    shown = seen(state_of(table([0, 128, 255], 8, first=100), grayscale=stages), STORED)
    # 128 of 255 is nearest to the middle of three entries.
    assert shown == [[255, 255, 255, 255], [255, round(512 / 1023 * 255), 0, 0]]


def test_the_polarity_is_that_of_the_state() -> None:
    inverse = state_of(grayscale=GrayscaleTransform(is_inverted=True))
    assert seen(inverse, np.array([[0, 255]], np.uint16)) == [[255, 0]]


def test_other_images_stay_as_they_are() -> None:
    series = series_of()
    elsewhere = replace(state_of(), references=(FrameReference("9.9"),))
    assert series_through(series, elsewhere).frames == series.frames
    assert series_through(series, None) is series
    named = series_through(series, state_of()).frames[0]
    assert named.shutter is None, "the image's own shutter is not used beside a state"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (MaskRule(MaskOperation.AVERAGE, (), (0, 1)), dict.fromkeys(range(6), (0, 1))),
        (MaskRule(MaskOperation.AVERAGE, (), (0,), 3), dict.fromkeys(range(4), (0,))),
        (MaskRule(MaskOperation.AVERAGE, ((2, 3), (5, 5)), (0,)), dict.fromkeys((2, 3, 5), (0,))),
        (MaskRule(MaskOperation.INTERVAL, interval=2), {n: (n - 2,) for n in range(2, 6)}),
        (MaskRule(MaskOperation.REVERSED_INTERVAL, ((3, 5),)), {3: (2,), 4: (1,), 5: (0,)}),
        (MaskRule(MaskOperation.AVERAGE, (), (9,)), {}),
    ],
)  # fmt: skip
def test_rules_name_the_mask_of_each_frame(
    rule: MaskRule, expected: dict[int, tuple[int, ...]]
) -> None:
    through = series_through(series_of(6), state_of(mask_rules=(rule,)))
    found = {
        frame.frame_index: frame.subtraction.mask_frames
        for frame in through.frames
        if frame.subtraction is not None
    }
    assert found == expected


def test_a_subtracted_frame_has_the_modality_stage_behind_it() -> None:
    rescale = GrayscaleTransform(rescale_slope=3.0, rescale_intercept=7.0, rescale_type="X")
    rule = MaskRule(MaskOperation.AVERAGE, (), (0,))
    through = series_through(series_of(3), state_of(grayscale=rescale, mask_rules=(rule,)))
    frame = through.frames[1]
    assert frame.subtraction is not None
    assert frame.subtraction.grayscale == rescale
    assert frame.grayscale == GrayscaleTransform()
    assert (through.bits_stored, through.is_signed) == (9, True)
    in_color = series_through(replace(series_of(3), is_color=True), state_of(mask_rules=(rule,)))
    assert all(one.subtraction is None for one in in_color.frames)
