"""The image view, driven by mouse and keys."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.explanation import Heatmap
from meddx_desktop.case.grayscale import GrayscaleTransform, Window
from meddx_desktop.case.image_series import (
    Box,
    Frame,
    FramePixels,
    ImageSeries,
    PixelSpacing,
    SpacingOrigin,
)
from meddx_desktop.case.source import Patient, Source
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.frame_cache import FrameCache
from meddx_desktop.ui.image_annotations import legend_ends
from meddx_desktop.ui.image_facts import figure
from meddx_desktop.ui.image_view import ImageView
from tests.gui.conftest import ATRESIA, ramp

AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def make_series(frames: int = 3, **changes: Any) -> ImageSeries:
    grayscale = GrayscaleTransform(rescale_type="HU", windows=(Window(50, 400),))
    facts: dict[str, Any] = {
        "source": Source(Path("ct"), ()),
        "frames": tuple(
            Frame(Path("ct"), index, orientation=AXIAL, position=(0, 0, index), grayscale=grayscale)
            for index in range(frames)
        ),
        "rows": 64,
        "columns": 96,
        "modality": "CT",
        "photometric_interpretation": "MONOCHROME2",
        "is_color": False,
        "bits_stored": 16,
        "is_signed": True,
        "patient": Patient("Test^Person", "P-1"),
        "pixel_spacing": PixelSpacing(0.5, 0.5, SpacingOrigin.PIXEL_SPACING),
    }
    return ImageSeries(**(facts | changes))


@pytest.fixture
def view(qtbot: Any, signals: EngineSignals, monkeypatch: pytest.MonkeyPatch) -> ImageView:
    """A view whose frames are ramps, one brighter than the other."""

    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        for index in indices:
            pixels = ramp(series.rows, series.columns) + np.int16(10 * index)
            yield FramePixels(
                index,
                np.repeat(pixels[..., None] % 256, 3, 2).astype(np.uint8)
                if series.is_color
                else pixels,
            )

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", load)
    made = ImageView(signals)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    return made


def show(view: ImageView, qtbot: Any, series: ImageSeries) -> None:
    with qtbot.waitSignal(view.frame_shown):
        view.show_series(series)
    QApplication.processEvents()


def picture(view: ImageView) -> QImage:
    return view.canvas.grab().toImage()


def grays(view: ImageView) -> list[int]:
    image = picture(view)
    y = image.height() // 2 + 20
    return [image.pixelColor(x, y).red() for x in range(60, image.width() - 60, 10)]


def drag(view: ImageView, qtbot: Any, start: QPoint, end: QPoint) -> None:
    canvas = view.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def test_the_first_frame_is_shown_in_the_window_of_the_file(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    assert view.canvas.look.voi == Window(50, 400)
    seen = grays(view)
    assert seen == sorted(seen)
    assert seen[-1] - seen[0] > 100


def test_dragging_changes_window_and_picture(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    before = grays(view)
    drag(view, qtbot, QPoint(300, 300), QPoint(380, 240))
    window = view.canvas.look.voi
    assert isinstance(window, Window)
    assert window.width > 400
    assert window.center < 50
    assert grays(view) != before
    assert any("W 506" in line for line in view.canvas.annotations.bottom_right)


def test_presets_apply_to_hounsfield_units_only(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    view.choose_preset(4)
    assert view.canvas.look.voi == Window(-600, 1500, explanation="Lung")
    view.choose_file_window()
    assert view.canvas.look.voi == Window(50, 400)
    show(view, qtbot, make_series(modality="MR"))
    view.choose_preset(4)
    assert view.canvas.look.voi == Window(50, 400)


def test_a_frame_without_window_says_that_it_is_automatic(view: ImageView, qtbot: Any) -> None:
    series = make_series(1)
    bare = replace(series.frames[0], grayscale=GrayscaleTransform())
    show(view, qtbot, replace(series, frames=(bare,)))
    assert any("automatic" in line for line in view.canvas.annotations.bottom_right)


def test_inverting_reverses_the_grays(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    before = grays(view)
    view.invert()
    assert grays(view) == pytest.approx([255 - gray for gray in before], abs=2)
    assert "Inverted" in view.canvas.annotations.bottom_right


def test_monochrome1_is_shown_inverted(view: ImageView, qtbot: Any) -> None:
    series = make_series(1)
    inverse = replace(series.frames[0].grayscale, is_inverted=True)
    show(view, qtbot, replace(series, frames=(replace(series.frames[0], grayscale=inverse),)))
    seen = grays(view)
    assert seen == sorted(seen, reverse=True)


def test_orientation_letters_follow_turns_and_mirrors(view: ImageView, qtbot: Any) -> None:
    def letters() -> str:
        shown = view.canvas.annotations.letters
        assert shown is not None
        return shown.left + shown.right + shown.top + shown.bottom

    show(view, qtbot, make_series())
    assert letters() == "RLAP"
    view.mirror(left_right=True)
    assert letters() == "LRAP"
    view.reset()
    view.rotate(clockwise=True)
    assert letters() == "PARL"
    view.rotate(clockwise=False)
    view.mirror(left_right=False)
    assert letters() == "RLPA"


def test_without_orientation_there_are_no_letters(view: ImageView, qtbot: Any) -> None:
    series = make_series(1)
    show(view, qtbot, replace(series, frames=(replace(series.frames[0], orientation=None),)))
    assert view.canvas.annotations.letters is None


def test_the_scale_bar_names_its_origin_and_needs_a_spacing(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    assert view.canvas.annotations.scale is not None
    assert view.canvas.annotations.scale_origin == "Pixel Spacing"
    show(view, qtbot, make_series(pixel_spacing=None))
    assert view.canvas.annotations.scale is None


def test_pixels_that_are_not_square_keep_the_proportions(view: ImageView, qtbot: Any) -> None:
    spacing = PixelSpacing(1.0, 0.5, SpacingOrigin.PIXEL_SPACING)
    show(view, qtbot, make_series(pixel_spacing=spacing))
    transform = view.canvas.transform
    assert transform is not None
    left, top = transform.to_view((0, 0))
    right, bottom = transform.to_view((96, 64))
    assert (bottom - top) / (right - left) == pytest.approx(64 * 1.0 / (96 * 0.5))


def test_the_pointer_reads_value_and_unit(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    transform = view.canvas.transform
    assert transform is not None
    x, y = transform.to_view((50.5, 20.5))
    qtbot.mouseMove(view.canvas, QPoint(round(x), round(y)))
    assert view.controls.value == "x 50  y 20   100 HU"
    qtbot.mouseMove(view.canvas, QPoint(1, 1))
    assert view.controls.value == ""


def wheel(view: ImageView, delta: int, modifiers: Qt.KeyboardModifier) -> None:
    middle = QPointF(view.canvas.rect().center())
    event = QWheelEvent(
        middle,
        view.canvas.mapToGlobal(middle),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas, event)


def test_the_wheel_scrolls_and_with_control_zooms(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    wheel(view, -120, Qt.KeyboardModifier.NoModifier)
    assert view.index == 1
    assert "Image 2 of 3" in view.canvas.annotations.bottom_left
    wheel(view, 60, Qt.KeyboardModifier.NoModifier)
    assert view.index == 1, "half a notch is not a frame yet"
    wheel(view, 60, Qt.KeyboardModifier.NoModifier)
    assert view.index == 0
    before = view.canvas.transform
    wheel(view, 120, Qt.KeyboardModifier.ControlModifier)
    assert before is not None
    assert view.canvas.transform is not None
    assert view.canvas.transform.scale == pytest.approx(before.scale * 1.2)


def test_a_chosen_window_stays_while_scrolling(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    view.choose_window(Window(10, 20))
    view.last()
    assert view.index == 2
    assert view.canvas.look.voi == Window(10, 20)


def test_a_heat_map_colors_the_picture_and_leaves_the_window(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    look, before = view.canvas.look, picture(view)
    values = np.ones((8, 8), np.float32)
    view.show_heatmap(Heatmap(ATRESIA, 1, Box(20, 20, 60, 60), values, "activation map"))
    QApplication.processEvents()
    assert view.index == 1
    assert view.canvas.look == look
    after = picture(view)
    x, y = view.canvas.transform.to_view((40, 40))  # type: ignore[union-attr]
    color = after.pixelColor(round(x), round(y))
    assert color.red() > color.blue() + 20
    assert view.controls.overlay_box.isVisible()
    view.toggle_overlay()
    hidden = picture(view).pixelColor(round(x), round(y))
    assert hidden.red() == hidden.blue()
    view.go_to(0)
    view.toggle_overlay()
    assert picture(view).pixelColor(round(x), round(y)) == before.pixelColor(round(x), round(y))


def test_evidence_and_texts_wait_for_the_pixels_of_their_frame(
    view: ImageView, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(view, qtbot, make_series(12))
    arrived = view._cache
    assert arrived is not None
    is_late = True
    known = FrameCache.pixels

    def pixels(cache: FrameCache, index: int) -> FramePixels | None:
        return None if is_late and index == 9 else known(cache, index)

    monkeypatch.setattr(FrameCache, "pixels", pixels)
    values = np.ones((8, 8), np.float32)
    view.show_heatmap(Heatmap(ATRESIA, 9, Box(20, 20, 60, 60), values, "activation map"))
    view.zoom_by(1.5)
    assert view.index == 9
    assert view.canvas.heatmap is None, "the pixels on the screen are those of another frame"
    assert "Image 1 of 12" in view.canvas.annotations.bottom_left
    assert "Position 0.0, 0.0, 0.0 mm" in view.canvas.annotations.bottom_left
    is_late = False
    arrived.arrived.emit(9)
    assert view.canvas.heatmap is not None
    assert "Image 10 of 12" in view.canvas.annotations.bottom_left
    assert "Position 0.0, 0.0, 9.0 mm" in view.canvas.annotations.bottom_left


def test_a_damaged_frame_says_so_each_time_and_keeps_the_zoom(
    view: ImageView, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        for index in indices:
            if series.frames[index].frame_index == 1:
                raise RefusedFileError(Path("ct.dcm"), "it is damaged", "Ask for it again.")
            yield FramePixels(index, ramp(series.rows, series.columns))

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", load)
    show(view, qtbot, make_series())
    view.zoom_by(2.0)
    zoomed = view.canvas.transform
    for step in (1, -1):
        view.step(step)
        qtbot.waitUntil(lambda: view.canvas.message == "ct.dcm: it is damaged. Ask for it again.")
        qtbot.mouseMove(view.canvas, QPoint(300, 300))
        assert view.controls.value == ""
        view.step(step)
        qtbot.waitUntil(lambda: view.canvas.message == "")
        assert view.canvas.transform == zoomed


def test_without_spacing_the_pixel_aspect_ratio_keeps_the_proportions(
    view: ImageView, qtbot: Any
) -> None:
    show(view, qtbot, make_series(pixel_spacing=None, pixel_aspect_ratio=(3, 2)))
    transform = view.canvas.transform
    assert transform is not None
    left, top = transform.to_view((0, 0))
    right, bottom = transform.to_view((96, 64))
    assert (bottom - top) / (right - left) == pytest.approx(64 * 3 / (96 * 2))


def test_an_untrusted_model_is_marked_on_the_image(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    view.show_trust(is_trusted=False)
    assert view.canvas.annotations.badges == ("⚠ Model without a trusted signature",)
    view.toggle_facts()
    assert view.canvas.annotations.badges == ("⚠ Model without a trusted signature",)
    view.show_trust(is_trusted=True)
    assert view.canvas.annotations.badges == ()


def test_the_ends_of_the_legend_are_opposites(view: ImageView) -> None:
    assert legend_ends(is_signed=True) == ("against", "for")
    assert legend_ends(is_signed=False) == ("weak", "strong")


def test_the_birth_date_is_written_like_the_study_date(view: ImageView, qtbot: Any) -> None:
    patient = Patient("Test^Person", "P-1", birth_date="19511207", sex="F")
    show(view, qtbot, make_series(patient=patient))
    assert view.canvas.annotations.top_left[2] == "1951-12-07 · F"


def test_a_region_is_drawn_in_pixels_of_the_frame(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    view.start_region("Gallbladder ultrasound")
    assert view.region_bar.isVisible()
    transform = view.canvas.transform
    assert transform is not None
    start, end = (QPointF(*transform.to_view(point)).toPoint() for point in ((10, 12), (50, 40)))
    with qtbot.waitSignal(view.region_chosen) as chosen:
        drag(view, qtbot, start, end)
    assert chosen.args == [Box(10, 12, 50, 40)]
    assert not view.region_bar.isVisible()


def test_the_whole_image_can_be_the_region(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    view.start_region("Gallbladder ultrasound")
    with qtbot.waitSignal(view.region_chosen) as chosen:
        qtbot.mouseClick(view.region_bar.whole_button, Qt.MouseButton.LeftButton)
    assert chosen.args == ["full"]


def test_drawing_a_region_can_be_given_up(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    view.start_region("Gallbladder ultrasound")
    qtbot.mouseClick(view.region_bar.cancel_button, Qt.MouseButton.LeftButton)
    before = view.canvas.look
    drag(view, qtbot, QPoint(300, 300), QPoint(330, 300))
    assert view.canvas.look != before, "the left button is the window tool again"


def test_a_film_plays_until_paused(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series(4, frame_times_ms=(20.0,) * 4))
    shown: list[int] = []
    view.frame_shown.connect(shown.append)
    qtbot.mouseClick(view.controls.cine_button, Qt.MouseButton.LeftButton)
    assert view.controls.cine_button.text() == "Pause"
    qtbot.waitUntil(lambda: len(set(shown)) >= 3)
    qtbot.mouseClick(view.controls.cine_button, Qt.MouseButton.LeftButton)
    assert not view.cine.is_playing
    assert view.controls.cine_button.text() == "Play"


def test_color_frames_have_no_window(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series(1, is_color=True, bits_stored=8, modality="US"))
    assert view.canvas.look.voi is None
    view.choose_automatic_window()
    assert view.canvas.look.voi is None


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (30000.0, 4, "30000"),
        (15234.6, 4, "15235"),
        (1024.5, 4, "1024"),
        (0.0004, 4, "0.0004"),
        (-1234567.0, 6, "-1234567"),
        (999.95, 4, "1000"),
        (12.5, 6, "12.5"),
    ],
)
def test_large_figures_are_written_in_full(value: float, digits: int, written: str) -> None:
    assert figure(value, digits) == written


def test_one_key_hides_the_corners_but_not_the_letters(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series(is_lossy=True))
    assert view.canvas.annotations.top_left[0] == "Test Person"
    view.toggle_facts()
    assert view.canvas.annotations.top_left == ()
    assert view.canvas.annotations.letters is not None
    assert view.canvas.annotations.badges == ("Lossy compressed",)


def test_a_screen_reader_hears_image_and_window(view: ImageView, qtbot: Any) -> None:
    show(view, qtbot, make_series())
    assert "Image 1 of 3" in view.canvas.accessibleDescription()
    assert "W 400" in view.canvas.accessibleDescription()
