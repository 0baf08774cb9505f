"""Measuring and marking on the image, by mouse and by key."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog

from meddx_desktop.case.image_series import (
    FramePixels,
    ImageSeries,
    PixelSpacing,
    SpacingOrigin,
    UltrasoundRegion,
)
from meddx_desktop.case.measurement import Measurement, MeasurementKind, Point, frame_reference
from meddx_desktop.case.source import Source
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.mark_dialogs import CalibrationDialog, MarkTextDialog
from meddx_desktop.ui.measurement_book import CaseMeasurements, MeasurementBook
from meddx_desktop.ui.measurement_text import label_lines
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.undo_history import UndoHistory
from tests.gui.conftest import ramp
from tests.gui.test_image_view import make_series, show

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def ramps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every frame is a ramp of 4 HU per column from -100 on."""

    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        for index in indices:
            yield FramePixels(index, ramp(series.rows, series.columns))

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", load)


@pytest.fixture
def history() -> UndoHistory:
    return UndoHistory()


@pytest.fixture
def view(qtbot: Any, signals: EngineSignals, history: UndoHistory) -> ImageView:
    """A view of a series of 64 x 96 pixels of 0.5 mm, with a book."""
    made = ImageView(signals)
    book = MeasurementBook()
    book.show_case(CaseMeasurements(), history)
    made.markup.use(book)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    show(made, qtbot, make_series())
    return made


def at(view: ImageView, point: Point) -> QPoint:
    return view.canvas.to_widget(point).toPoint()


def click(view: ImageView, qtbot: Any, point: Point) -> None:
    qtbot.mouseClick(view.canvas, LEFT, pos=at(view, point))


def drag(view: ImageView, qtbot: Any, *points: Point) -> None:
    qtbot.mousePress(view.canvas, LEFT, pos=at(view, points[0]))
    for point in points[1:]:
        qtbot.mouseMove(view.canvas, at(view, point))
    qtbot.mouseRelease(view.canvas, LEFT, pos=at(view, points[-1]))


def only(view: ImageView) -> Measurement:
    (found,) = view.markup.book.measurements
    return found


def picture(view: ImageView) -> QImage:
    QApplication.processEvents()
    return view.canvas.grab().toImage()


def answer(qtbot: Any, kind: type[QDialog], parent: ImageView) -> Any:
    qtbot.waitUntil(lambda: bool(parent.canvas.findChildren(kind)))
    (dialog,) = parent.canvas.findChildren(kind)
    return dialog


def close(dialog: QDialog, qtbot: Any) -> None:
    parent = dialog.parentWidget()
    dialog.accept()
    qtbot.waitUntil(lambda: parent.findChildren(QDialog) == [])


def test_a_drag_draws_a_length_with_its_origin(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    before = picture(view)
    drag(view, qtbot, (10, 20), (50, 20))
    drawn = only(view)
    assert drawn.reading.length == pytest.approx(20.0, abs=0.2)
    assert label_lines(drawn)[1] == "Pixel Spacing"
    assert drawn.frame == frame_reference(make_series(), 0)
    assert picture(view) != before
    assert view.canvas.tool is Tool.LENGTH, "the tool stays for the next one"


def test_two_clicks_draw_a_length_too(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    click(view, qtbot, (10, 20))
    assert view.markup.sketch is not None
    qtbot.mouseMove(view.canvas, at(view, (30, 30)))
    click(view, qtbot, (10, 60))
    assert only(view).reading.length == pytest.approx(20.0, abs=0.2)


def test_an_angle_takes_a_drag_and_a_click(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.ANGLE)
    drag(view, qtbot, (20, 10), (20, 50))
    click(view, qtbot, (60, 50))
    assert only(view).reading.angle_degrees == pytest.approx(90.0, abs=1.0)


def test_a_cobb_angle_takes_two_lines(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.COBB_ANGLE)
    drag(view, qtbot, (10, 10), (50, 10))
    drag(view, qtbot, (10, 50), (50, 10))
    assert only(view).reading.angle_degrees == pytest.approx(45.0, abs=1.0)


def test_a_rectangle_has_the_statistics_of_the_ramp(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.RECTANGLE)
    drag(view, qtbot, (10, 10), (30, 20))
    statistics = only(view).reading.statistics
    assert statistics is not None
    # Columns 10 to 29 of -100 + 4 x column.
    assert statistics.pixel_count == 200
    assert statistics.mean == pytest.approx(-100 + 4 * 19.5)
    assert (statistics.minimum, statistics.maximum) == (-60, 16)
    assert "HU" in label_lines(only(view))[0]


def test_a_freehand_region_is_one_stroke(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.FREEHAND)
    corners = [(20, 20), (30, 20), (40, 20), (40, 30), (40, 40), (30, 40), (20, 40), (20, 30)]
    drag(view, qtbot, *corners)
    drawn = only(view)
    assert drawn.reading.area == pytest.approx(100.0, rel=0.05)
    assert len(drawn.points) < len(corners), "points on a straight line are left out"


def test_a_freehand_region_is_closed_by_a_click_on_its_first_corner(
    view: ImageView, qtbot: Any
) -> None:
    view.choose_tool(Tool.FREEHAND)
    for corner in ((20, 20), (40, 20), (40, 40)):
        click(view, qtbot, corner)
    assert view.markup.book.measurements == ()
    assert "closes the region" in view.markup.hint()
    click(view, qtbot, (20, 20))
    assert only(view).reading.area == pytest.approx(50.0, rel=0.05)


def test_a_probe_reads_the_pixel(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.PROBE)
    click(view, qtbot, (50.5, 20.5))
    assert label_lines(only(view)) == ("100 HU",)


def test_a_text_and_an_arrow_ask_what_they_say(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.TEXT)
    click(view, qtbot, (50, 20))
    dialog = answer(qtbot, MarkTextDialog, view)
    qtbot.keyClicks(dialog.line, "nodule?")
    close(dialog, qtbot)
    assert only(view).text == "nodule?"
    view.choose_tool(Tool.ARROW)
    drag(view, qtbot, (10, 50), (30, 50))
    close(answer(qtbot, MarkTextDialog, view), qtbot)
    assert [one.kind for one in view.markup.book.measurements] == [
        MeasurementKind.TEXT,
        MeasurementKind.ARROW,
    ]


def test_a_text_without_words_is_nothing(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.TEXT)
    click(view, qtbot, (50, 20))
    close(answer(qtbot, MarkTextDialog, view), qtbot)
    assert view.markup.book.measurements == ()


def test_a_handle_reshapes_and_the_outline_moves(
    view: ImageView, qtbot: Any, history: UndoHistory
) -> None:
    view.choose_tool(Tool.RECTANGLE)
    drag(view, qtbot, (10, 10), (30, 20))
    view.choose_tool(Tool.WINDOW)
    look = view.canvas.look
    drag(view, qtbot, (30, 20), (40, 30))
    assert only(view).reading.area == pytest.approx(30 * 20 * 0.25, rel=0.05)
    drag(view, qtbot, (20, 10), (20, 30))
    (left, top), (right, bottom) = only(view).points
    assert min(top, bottom) == pytest.approx(30, abs=0.5)
    assert max(left, right) == pytest.approx(40, abs=0.5)
    assert view.canvas.look == look, "whoever drags a measurement does not change the window"
    history.undo()
    history.undo()
    assert only(view).reading.area == pytest.approx(50, rel=0.05)
    history.undo()
    assert view.markup.book.measurements == ()
    history.redo()
    assert only(view).kind is MeasurementKind.RECTANGLE


def test_a_measurement_stays_inside_the_frame(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (60, 20), (90, 20))
    drag(view, qtbot, (75, 20), (95, 20))
    assert max(x for x, _ in only(view).points) == pytest.approx(96)
    assert only(view).reading.length == pytest.approx(15, abs=0.2)


def test_everything_can_be_drawn_by_key(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    keys = Qt.Key
    qtbot.keyClick(view.canvas, keys.Key_Return)
    assert view.markup.cross_hair is not None
    x, y = view.markup.cross_hair
    assert (x, y) == (pytest.approx(48, abs=1.5), pytest.approx(32, abs=1.5))
    qtbot.keyClick(view.canvas, keys.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view.canvas, keys.Key_Up)
    assert view.markup.cross_hair == (x - 10, y - 1)
    qtbot.keyClick(view.canvas, keys.Key_Return)
    for _ in range(3):
        qtbot.keyClick(view.canvas, keys.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view.canvas, keys.Key_Return)
    assert only(view).points == ((x - 10, y - 1), (x + 20, y - 1))
    assert only(view).reading.length == pytest.approx(15.0)
    qtbot.keyClick(view.canvas, keys.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert only(view).points == ((x - 10, y), (x + 20, y))


def test_the_arrow_keys_follow_the_view_when_it_is_turned(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    view.rotate(clockwise=True)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    before = view.canvas.to_widget(view.markup.cross_hair or (0, 0))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    after = view.canvas.to_widget(view.markup.cross_hair or (0, 0))
    assert after.x() > before.x()
    assert after.y() == pytest.approx(before.y())


def test_a_region_is_closed_by_enter_twice(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.FREEHAND)
    steps = (None, Qt.Key.Key_Right, Qt.Key.Key_Down)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    for step in steps:
        if step is not None:
            qtbot.keyClick(view.canvas, step, Qt.KeyboardModifier.ShiftModifier)
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert only(view).reading.area == pytest.approx(50 * 0.25)


def test_escape_steps_back_one_thing_at_a_time(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (10, 20), (50, 20))
    click(view, qtbot, (10, 40))
    view.cancel()
    assert view.markup.sketch is None
    assert view.canvas.tool is Tool.LENGTH
    view.cancel()
    assert view.canvas.tool is Tool.WINDOW
    assert len(view.markup.book.measurements) == 1


def test_measurements_stay_on_their_frame_and_with_the_case(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    plain = picture(view)
    view.choose_tool(Tool.WINDOW)
    plain = picture(view)
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (10, 20), (50, 20))
    view.choose_tool(Tool.WINDOW)
    view.markup.book.choose("")
    marked = picture(view)
    assert marked != plain
    view.go_to(1)
    assert view.markup.book.on_frame(frame_reference(make_series(), 1)) == ()
    other = make_series(source=Source(Path("other"), (Path("other"),)))
    show(view, qtbot, other)
    assert picture(view) == plain
    show(view, qtbot, make_series())
    assert picture(view) == marked


def test_a_calibration_by_hand_is_asked_for_and_shown(
    view: ImageView, qtbot: Any, history: UndoHistory
) -> None:
    show(view, qtbot, make_series(pixel_spacing=None))
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (10, 20), (50, 20))
    assert label_lines(only(view))[1] == "the file names no spacing"
    assert label_lines(only(view))[0].endswith(" px")
    view.choose_tool(Tool.CALIBRATION)
    drag(view, qtbot, (10, 40), (50, 40))
    dialog = answer(qtbot, CalibrationDialog, view)
    dialog.length_box.setValue(80.0)
    close(dialog, qtbot)
    assert only(view).reading.length == pytest.approx(80.0, abs=0.5)
    assert label_lines(only(view))[1] == "calibrated by hand"
    view.markup.remove_calibration()
    assert only(view).reading.spacing_origin is None
    history.undo()
    assert only(view).reading.spacing_origin is SpacingOrigin.BY_HAND


def test_a_calibration_across_two_regions_is_refused_with_a_reason(
    view: ImageView, qtbot: Any
) -> None:
    spacing = PixelSpacing(0.1, 0.1, SpacingOrigin.ULTRASOUND_REGION)
    regions = (UltrasoundRegion(0, 0, 40, 63, spacing), UltrasoundRegion(41, 0, 95, 63, spacing))
    show(view, qtbot, make_series(pixel_spacing=None, ultrasound_regions=regions))
    view.choose_tool(Tool.CALIBRATION)
    drag(view, qtbot, (10, 40), (80, 40))
    assert "inside one ultrasound region" in view.markup.hint()
    assert view.canvas.findChildren(CalibrationDialog) == []


def test_labels_can_be_read_on_white_and_on_black(view: ImageView, qtbot: Any) -> None:
    from meddx_desktop.case.grayscale import Window

    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (20, 30), (40, 30))
    for window in (Window(-5000, 10), Window(5000, 10)):
        view.choose_window(window)
        shown = picture(view)
        label = view.markup._labels[only(view).identifier].toRect()
        lights = [
            shown.pixelColor(x, y).lightness()
            for x in range(label.left(), label.right())
            for y in range(label.top(), label.bottom())
        ]
        assert max(lights) > 220
        assert min(lights) < 110


def test_the_magnifier_shows_what_is_under_it_larger(view: ImageView, qtbot: Any) -> None:
    plain = picture(view)
    view.choose_tool(Tool.MAGNIFIER)
    qtbot.mouseMove(view.canvas, at(view, (48, 32)))
    enlarged = picture(view)
    middle = at(view, (48, 32))
    assert enlarged.pixelColor(middle) == plain.pixelColor(middle)
    across = 60
    near = enlarged.pixelColor(middle + QPoint(across, 0)).red() - enlarged.pixelColor(middle).red()
    far = plain.pixelColor(middle + QPoint(across, 0)).red() - plain.pixelColor(middle).red()
    assert 0 < near < far * 0.6
    look = view.canvas.look
    drag(view, qtbot, (40, 30), (50, 40))
    assert view.canvas.look == look


def test_the_scroll_tool_goes_through_the_images(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.SCROLL)
    middle = view.canvas.rect().center()
    qtbot.mousePress(view.canvas, LEFT, pos=middle)
    qtbot.mouseMove(view.canvas, middle + QPoint(0, 25))
    assert view.index == 2
    qtbot.mouseRelease(view.canvas, LEFT, pos=middle)


def opened_case(desktop: Desktop, qtbot: Any) -> ImageView:
    workspace = desktop.window.workspace
    for path in ("ct", "other"):
        series = make_series(source=Source(Path(path), (Path(path),)))
        workspace.controller.case.items.append(OpenedItem(series))
        workspace._item_added(len(workspace.controller.case.items) - 1)
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None)
    return workspace.image


def test_the_list_jumps_to_the_frame_and_deletes(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    workspace = desktop.window.workspace
    panel = workspace.measurements
    assert not panel.isVisible()
    with qtbot.waitSignal(view.frame_shown):
        view.go_to(2)
    qtbot.keyClick(view.canvas, Qt.Key.Key_D)
    drag(view, qtbot, (10, 20), (50, 20))
    assert panel.isVisible()
    assert panel.list.item(0).text() == "Length: 20.0 mm · Pixel Spacing"
    workspace.case_panel.choose(1)
    assert workspace.image.index == 0
    row = panel.list.visualItemRect(panel.list.item(0)).center()
    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=row)
    assert workspace.case_panel.current_index() == 0
    assert workspace.image.index == 2
    workspace.image.setFocus()
    qtbot.keyClick(workspace.image.canvas, Qt.Key.Key_Delete)
    assert not panel.isVisible()
    qtbot.keyClick(workspace.image.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.list.count() == 1
    QApplication.processEvents()
    qtbot.mouseClick(panel.delete_button, LEFT)
    assert workspace.book.measurements == ()
    workspace.close_case()
    workspace.undo()
    assert workspace.book.measurements == (), "the history belongs to the closed case"


def test_keys_walk_through_the_measurements(desktop: Desktop, qtbot: Any) -> None:
    view = opened_case(desktop, qtbot)
    workspace = desktop.window.workspace
    view.choose_tool(Tool.LENGTH)
    for index in (0, 2):
        with qtbot.waitSignal(view.frame_shown):
            view.go_to(index)
        drag(view, qtbot, (10, 20), (50, 20 + index))
    view.choose_tool(Tool.WINDOW)
    workspace.image.setFocus()
    for expected in (0, 2, 0):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Period)
        assert view.index == expected
    qtbot.keyClick(view.canvas, Qt.Key.Key_Comma)
    assert view.index == 2


def test_a_double_click_changes_the_text(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (10, 20), (50, 20))
    view.choose_tool(Tool.WINDOW)
    qtbot.mouseDClick(view.canvas, LEFT, pos=at(view, (30, 20)))
    dialog = answer(qtbot, MarkTextDialog, view)
    dialog.line.setText("aorta")
    close(dialog, qtbot)
    assert label_lines(only(view))[0] == "aorta"


def test_the_same_place_twice_in_a_view_is_the_same_in_the_frame(view: ImageView) -> None:
    point = view.canvas.to_frame(QPointF(200.0, 210.0))
    assert view.canvas.to_widget(point).x() == pytest.approx(200.0)
    assert np.isfinite(point).all()


def label_of(view: ImageView) -> QRectF:
    picture(view)
    return view.markup._labels[only(view).identifier]


def drag_px(view: ImageView, qtbot: Any, start: QPointF, way: QPointF) -> None:
    qtbot.mousePress(view.canvas, LEFT, pos=start.toPoint())
    qtbot.mouseMove(view.canvas, (start + way / 2).toPoint())
    qtbot.mouseMove(view.canvas, (start + way).toPoint())
    qtbot.mouseRelease(view.canvas, LEFT, pos=(start + way).toPoint())


def test_a_label_is_dragged_away_with_a_line_to_its_shape(
    view: ImageView, qtbot: Any, history: UndoHistory
) -> None:
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (10, 20), (30, 20))
    view.choose_tool(Tool.WINDOW)
    look, points, beside = view.canvas.look, only(view).points, label_of(view)
    near = picture(view)
    way = QPointF(120, 160)
    drag_px(view, qtbot, beside.center(), way)
    moved = label_of(view)
    assert moved.center().x() == pytest.approx(beside.center().x() + way.x(), abs=1.5)
    assert moved.center().y() == pytest.approx(beside.center().y() + way.y(), abs=1.5)
    assert only(view).points == points, "the measurement itself stays"
    assert view.canvas.look == look
    # The line leads from the label to the end of the length that is nearer to it.
    far, end = picture(view), QPointF(at(view, (30, 20)))
    corner = moved.topLeft()
    between = [(end + (corner - end) * share).toPoint() for share in np.linspace(0.2, 0.8, 40)]
    changed = [place for place in between if far.pixelColor(place) != near.pixelColor(place)]
    assert len(changed) > 20
    history.undo()
    assert label_of(view) == beside
    assert picture(view) == near
    history.redo()
    assert label_of(view) == moved


def test_a_moved_label_goes_with_its_measurement_and_the_zoom(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.RECTANGLE)
    drag(view, qtbot, (10, 10), (20, 20))
    view.choose_tool(Tool.WINDOW)
    drag_px(view, qtbot, label_of(view).center(), QPointF(60, 130))
    before = view.canvas.to_frame(label_of(view).center())
    drag(view, qtbot, (15, 10), (25, 14))
    after = view.canvas.to_frame(label_of(view).center())
    assert after == (pytest.approx(before[0] + 10, abs=0.5), pytest.approx(before[1] + 4, abs=0.5))
    view.zoom_by(1.2)
    assert view.canvas.to_frame(label_of(view).center()) == pytest.approx(after, abs=0.01)
    view.rotate(clockwise=True)
    assert view.canvas.rect().contains(label_of(view).toRect())


def test_a_label_beside_its_shape_has_no_line(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (10, 20), (30, 20))
    view.choose_tool(Tool.WINDOW)
    beside = label_of(view)
    drag_px(view, qtbot, beside.center(), QPointF(4, 3))
    assert only(view).label_offset is not None
    end, shown = QPointF(at(view, (30, 20))), picture(view)
    gap = [end + QPointF(x, 2) for x in range(8, 12)]
    assert all(shown.pixelColor(place.toPoint()).saturation() < 40 for place in gap)


def test_a_label_is_moved_by_key_and_put_back_from_the_menu(
    view: ImageView, qtbot: Any, history: UndoHistory
) -> None:
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (10, 20), (30, 20))
    beside = label_of(view)
    for _ in range(3):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        picture(view)
    assert label_of(view).center().y() == pytest.approx(beside.center().y() + 36, abs=1)
    assert label_of(view).center().x() == pytest.approx(beside.center().x(), abs=1)
    history.undo()
    assert label_of(view).center().y() == pytest.approx(beside.center().y() + 24, abs=1)
    view.markup.put_label_back()
    assert label_of(view) == beside


def test_a_text_moves_as_a_whole(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.TEXT)
    click(view, qtbot, (50, 20))
    dialog = answer(qtbot, MarkTextDialog, view)
    qtbot.keyClicks(dialog.line, "nodule?")
    close(dialog, qtbot)
    view.choose_tool(Tool.WINDOW)
    drag_px(view, qtbot, label_of(view).center(), QPointF(0, 50))
    assert only(view).points[0][1] > 22
    assert only(view).label_offset is None


def test_a_region_of_a_color_image_names_its_channels_and_no_units(
    view: ImageView, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    colors = np.zeros((64, 96, 3), np.uint8)
    colors[...] = (180, 90, 30)
    colors[:, 60:] = 77

    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        for index in indices:
            yield FramePixels(index, colors)

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", load)
    show(view, qtbot, make_series(is_color=True, bits_stored=8, modality="US"))
    view.choose_tool(Tool.RECTANGLE)
    drag(view, qtbot, (10, 10), (30, 20))
    assert label_lines(only(view))[:4] == (
        "Mean R 180.0 G 90.0 B 30.0",
        "Deviation R 0.0 G 0.0 B 0.0",
        "200 pixels",
        "Color values 0 to 255, not calibrated",
    )
    assert "HU" not in " ".join(label_lines(only(view)))
    view.markup.book.remove_all()
    drag(view, qtbot, (65, 10), (85, 20))
    assert label_lines(only(view))[:4] == (
        "Mean gray 77.0, deviation 0.0",
        "Minimum 77, maximum 77",
        "200 pixels",
        "Color values 0 to 255, not calibrated",
    )
